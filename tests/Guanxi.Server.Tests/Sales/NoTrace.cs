using System.Net.Http.Json;
using System.Text;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Sales;

/// <summary>Looks for a deal, and all it has made, on every path there is; nothing may name it, count it, sum it or tell it from what never was.</summary>
internal sealed class NoTrace(DealLife life, RunningServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Nouns of which somebody who has no part in the deal reads none of its.</summary>
    private static readonly string[] Nouns =
    [
        "leads", "customers", "contacts", "activities", "deals", "deal-lines", "deal-contacts", "gate-exceptions", "quotes", "quote-lines", "orders", "order-lines", "deliveries", "delivery-lines", "contracts", "contract-lines", "contract-amendments",
        "payment-plans", "invoices", "invoice-lines", "receipts", "receipt-allocations", "dunnings", "credit-overrides", "customer-credits", "costs", "consents", "relations",
    ];

    public async Task AssertAsync(string who)
    {
        var client = life.As(who);
        foreach (var (type, id) in life.Made)
        {
            await AssertUnknownAsync(client, type, id);
        }

        foreach (var noun in Nouns)
        {
            await AssertNothingOfAsync(client, noun);
        }

        var word = Uri.EscapeDataString(DealLife.Word);
        foreach (var path in new[]
        {
            $"search?q={word}", $"search?q={DealLife.Phone}", "search?q=yldjc", "home", "notifications?limit=200", "changes?since=0&limit=500", "ledger?limit=500", "approvals", "approvals?box=mine", "approvals?box=done", "steps", "views?type=deals",
            $"./deals:board?process={life.Process}", $"./deals:board?process={life.Process}&q={word}", $"sales-processes/{life.Process}/analysis?days=365", "forecast", "forecast?period=2026", "forecast/changes?period=2026", "forecast/snapshots",
            "performance?period=2026", "performance?period=2026&by=productLine", "performance?period=2026&by=product", "performance/competitors?period=2026", "receivables/aging", "receivables/aging?group=owner", "receivables/aging?basis=plans", "scoring", "demand", "value", "./leads:response", "./targets:grid?period=2026",
        })
        {
            await AssertSilentAsync(client, path);
        }
    }

    /// <summary>Asked for by its id it answers as what never was, and so does everything that hangs on it and everything one could do with it.</summary>
    private async Task AssertUnknownAsync(HttpClient client, string type, string id)
    {
        var other = Guid.CreateVersion7().ToString();
        string[] below = type switch
        {
            "files" => [""],
            "approvals" => [""],
            "deals" => ["", "/history", "/timeline", "/files", "/gate", "/stays", "/score", "/access", "/follow", "/followers"],
            "quotes" => ["", "/history", "/sheet", "/editions", "/paper", "/files"],
            "customers" => ["", "/history", "/timeline", "/overview", "/credit", "/value", "/files", "/segments", "/stages", "/referrals", "/quality"],
            _ => ["", "/history", "/files"],
        };
        foreach (var path in below)
        {
            var (answer, never) = (await ShapeAsync(client, $"{type}/{id}{path}"), await ShapeAsync(client, $"{type}/{other}{path}"));
            Assert.StartsWith("404", answer, StringComparison.Ordinal);
            Assert.Equal(never.Replace(other, id, StringComparison.Ordinal), answer);
        }

        string[] acts = type switch
        {
            "deals" => ["move", "win", "lose", "order", "contract", "reopen", "undo-move"],
            "quotes" => ["submit", "send", "revise", "order", "contract"],
            "contracts" => ["submit", "approve", "void", "renew", "plan", "complete"],
            "orders" => ["deliver", "link", "unlink"],
            "invoices" => ["issue", "void"],
            "leads" => ["convert", "unconvert"],
            "approvals" => ["approve", "reject"],
            _ => [],
        };
        foreach (var act in acts)
        {
            var body = new { stage = "need", reason = "价格", comment = "不行", terms = new[] { new { name = "x", percent = 100, days = 0 } } };
            async Task<string> DoAsync(string target) => await ShapeAsync(await client.PostAsJsonAsync($"./{type}/{target}:{act}", body, Cancel));
            var answer = await DoAsync(id);
            Assert.True(answer.StartsWith("404", StringComparison.Ordinal) || answer.StartsWith("403", StringComparison.Ordinal), $"{type}:{act} {answer}");
            Assert.Equal((await DoAsync(other)).Replace(other, id, StringComparison.Ordinal), answer);
        }
    }

    private async Task AssertNothingOfAsync(HttpClient client, string noun)
    {
        var schema = server.Company.Workspace.Schema[noun];
        var counted = await client.ReadAsync($"{noun}?limit=200&count=exact");
        foreach (var path in new[] { $"{noun}?limit=500&count=exact", $"{noun}?deleted=true", $"./{noun}:aggregate?group=owner&measure=count", $"./{noun}:export?format=csv", $"{noun}?q={Uri.EscapeDataString(DealLife.Word)}" })
        {
            if (!(path.Contains("q=", StringComparison.Ordinal) && !schema.HasSearch))
            {
                await AssertSilentAsync(client, path);
            }
        }

        Assert.Equal(counted.GetProperty("items").GetArrayLength(), counted.GetProperty("count").GetProperty("value").GetInt64());
        // Her own branch has a parent, which the administrator put there: she is shown that it is hidden, and asks of it only who knows its id.
        foreach (var field in schema.Fields.Where(field => field is { Kind: Guanxi.Platform.Records.FieldKind.Reference, Internal: false } && life.Made.ContainsKey(field.Reference!) && (noun, field.Name) != ("customers", "parent")))
        {
            // A relation is asked for by its id: a count would tell that there is one.
            var asked = await client.GetAsync($"{noun}?count=exact&filter={Uri.EscapeDataString($"{field.Name} = \"{life.Made[field.Reference!]}\"")}", Cancel);
            if (asked.IsSuccessStatusCode)
            {
                var found = await asked.JsonAsync();
                Assert.True(found.GetProperty("items").GetArrayLength() == 0 && found.GetProperty("count").GetProperty("value").GetInt64() == 0, $"{noun}.{field.Name}: {found}");
            }
        }
    }

    private async Task AssertSilentAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, Cancel);
        var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(Cancel)) + answer.Headers;
        Assert.True((int)answer.StatusCode < 500, $"{path}: {(int)answer.StatusCode}");
        text = Readable(text);
        foreach (var trace in life.Made.Values.Append(DealLife.Word).Append(DealLife.Phone).Append("17654").Append("12357.8").Append("5296.2"))
        {
            var at = path.Contains(Uri.EscapeDataString(trace), StringComparison.Ordinal) ? -1 : text.IndexOf(trace, StringComparison.Ordinal);
            Assert.True(at < 0, at < 0 ? "" : $"GET {path} tells {text[Math.Max(0, at - 120)..Math.Min(text.Length, at + 60)]}");
        }
    }

    private static async Task<string> ShapeAsync(HttpClient client, string path) => await ShapeAsync(await client.GetAsync(path, Cancel));

    private static async Task<string> ShapeAsync(HttpResponseMessage answer)
    {
        return $"{(int)answer.StatusCode} {System.Text.RegularExpressions.Regex.Replace(await answer.Content.ReadAsStringAsync(Cancel), "\"traceId\":\"[^\"]*\"", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))}";
    }

    private static string Readable(string text) => text.Contains("\\u", StringComparison.Ordinal) ? System.Text.RegularExpressions.Regex.Unescape(text.Replace("\\\"", "'", StringComparison.Ordinal).Replace("\\\\", "/", StringComparison.Ordinal)) : text;
}
