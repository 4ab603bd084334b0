using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Api;

/// <summary>Who reads an identity number in clear is written down, whichever way he reads it; nobody stops that unseen.</summary>
public sealed class ReadsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<List<JsonElement>> ReadsAsync(RunningServer server, string query = "")
    {
        await server.Company.Workspace.Reads.FlushAsync(Cancel);
        return [.. (await server.As("wangfang").ReadAsync("reads?limit=200" + query)).GetProperty("items").EnumerateArray()];
    }

    private static string[] Ways(IEnumerable<JsonElement> reads, string who) => [.. reads.Where(read => read.GetProperty("actor").GetProperty("name").GetString() == who).Select(read => read.GetProperty("way").GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static async Task<string> PlantAsync(RunningServer server, string name = "曾国藩")
    {
        var made = await server.As("zhangwei").MakeAsync("customers", new { name, kind = "person", otherId = "430102199005126637", phone = "13977004321" });
        await server.Company.Workspace.Reads.FlushAsync(Cancel);
        return made.GetProperty("id").GetString()!;
    }

    [Theory, BothDatabases]
    public async Task Every_way_to_read_an_identity_number_is_written_down_once_an_hour(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var id = await PlantAsync(server);
        var liQiang = server.As("liqiang");
        await liQiang.ReadAsync("customers?limit=10");
        await liQiang.ReadAsync($"customers/{id}");
        var read = (await ReadsAsync(server, $"&record={id}")).Single(one => one.GetProperty("actor").GetProperty("name").GetString() == "李强");
        Assert.Equal(("read", "list", "customers", "api", 1), (read.GetProperty("kind").GetString(), read.GetProperty("way").GetString(), read.GetProperty("type").GetString(), read.GetProperty("surface").GetString(), read.GetProperty("count").GetInt32()));
        Assert.Equal("otherId", read.GetProperty("fields")[0].GetString());
        Assert.Equal("曾国藩", read.GetProperty("records")[0].GetProperty("name").GetString());
        Assert.Equal("127.0.0.1", read.GetProperty("from").GetString());

        foreach (var way in new[] { $"customers/{id}", $"customers/{id}/history", $"customers/{id}/overview", "customers?fields=name&filter=" + Uri.EscapeDataString("otherId : \"4301\""), "customers?fields=name&sort=otherId", "./customers:aggregate?group=otherId", "./customers:export?format=csv" })
        {
            server.Company.Time.Pass(TimeSpan.FromMinutes(61));
            Assert.True((await liQiang.GetAsync(way, Cancel)).IsSuccessStatusCode, way);
        }

        Assert.Equal(["aggregate", "csv", "history", "list", "record"], Ways(await ReadsAsync(server), "李强"));
        Assert.Equal(0, await server.Company.Workspace.Reads.FlushAsync(Cancel));
        Assert.True((await server.Company.VerifyAsync()).Whole);
    }

    [Theory, BothDatabases]
    public async Task The_first_page_the_board_a_conflict_a_match_and_a_search_by_number_leave_a_trace_too(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var head = server.As("wangfang");
        await server.SetPasswordsAsync();
        using var page = new Visitor(server);
        await page.SignInAsync("wangfang");
        await (await page.SendAsync(HttpMethod.Put, "reads/fields", new { customers = new[] { "phone" }, deals = new[] { "amount" } })).JsonAsync();
        var process = (await head.MakeAsync("sales-processes", new { name = "短流程", isDefault = true, definition = new { stages = new object[] { new { key = "a", name = "甲", probability = 10 } } } })).GetProperty("id").GetString();
        var customer = await PlantAsync(server);
        await server.As("zhangwei").MakeAsync("deals", new { name = "柜机", customer, amount = new { amount = "5", currency = "CNY" } });
        async Task<string[]> TracesAsync(string userName, string name, HttpMethod method, string path, object? body = null, string? ifMatch = null)
        {
            server.Company.Time.Pass(TimeSpan.FromMinutes(61));
            await server.Company.Workspace.Reads.FlushAsync(Cancel);
            var before = (await ReadsAsync(server)).Count;
            using var request = new HttpRequestMessage(method, "./" + path) { Content = body is null ? null : JsonContent.Create(body) };
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch ?? "*");
            using var answer = await server.As(userName).SendAsync(request, Cancel);
            Assert.True((int)answer.StatusCode is 200 or 412, await answer.Content.ReadAsStringAsync(Cancel));
            var now = await ReadsAsync(server);
            return [.. now.Take(now.Count - before).Where(read => read.GetProperty("actor").GetProperty("name").GetString() == name).SelectMany(read => read.GetProperty("fields").EnumerateArray()).Select(field => field.GetString()!).Distinct().Order()];
        }

        Assert.Equal(["phone"], await TracesAsync("zhangwei", "张伟", HttpMethod.Get, "home"));
        Assert.Equal(["amount", "homeAmount"], await TracesAsync("liqiang", "李强", HttpMethod.Get, $"deals:board?process={process}"));
        Assert.Equal(["phone"], await TracesAsync("liqiang", "李强", HttpMethod.Patch, $"customers/{customer}", new { note = "旧" }, "\"999\""));
        Assert.Equal(["phone"], await TracesAsync("liqiang", "李强", HttpMethod.Post, "customers:matches", new { name = "曾国藩", phone = "13977004321" }));
        Assert.Equal(["phone"], await TracesAsync("liqiang", "李强", HttpMethod.Get, "search?q=13977004321"));
        Assert.Equal(["phone"], await TracesAsync("liqiang", "李强", HttpMethod.Get, "customers?fields=name&q=4321"));
        Assert.Empty(await TracesAsync("liqiang", "李强", HttpMethod.Get, "customers?fields=name&q=" + Uri.EscapeDataString("曾国藩")));
    }

    [Theory, BothDatabases]
    public async Task A_masked_number_is_not_read_and_what_is_not_audited_leaves_no_line(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var id = await PlantAsync(server);
        var role = server.Company.ChenJing.Role!.Id;
        await (await server.As("wangfang").PatchAsync($"roles/{role}", new { fieldRights = new { customers = new { otherId = "masked" } } })).JsonAsync();
        await server.As("chenjing").ReadAsync("customers");
        await server.As("chenjing").ReadAsync($"customers/{id}");
        await server.As("zhangwei").ReadAsync("customers?fields=name,phone");
        var reads = await ReadsAsync(server);
        Assert.Empty(Ways(reads, "陈静"));
        Assert.Equal(["change"], Ways(reads, "张伟"));
    }

    [Theory, BothDatabases]
    public async Task An_export_is_written_down_with_count_and_filter_which_only_who_may_ask_it_is_shown(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await PlantAsync(server);
        var filter = Uri.EscapeDataString("phone = \"13977004321\"");
        Assert.True((await server.As("liqiang").GetAsync($"./customers:export?format=csv&fields=name&filter={filter}", Cancel)).IsSuccessStatusCode);
        var export = (await ReadsAsync(server, "&kind=export")).Single();
        Assert.Equal((1, "phone = \"13977004321\""), (export.GetProperty("count").GetInt32(), export.GetProperty("filter").GetString()));

        // 陈静 audits, but phones are masked to her: she learns that and how much was taken, not the number asked for.
        await server.Company.GrantAsync("analyst", Guanxi.Platform.Access.Functions.ReadLedger);
        var seen = (await server.As("chenjing").ReadAsync("reads?kind=export")).GetProperty("items")[0];
        Assert.Equal(1, (await server.As("chenjing").ReadAsync("reads?kind=export&field=name")).GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await server.As("chenjing").ReadAsync("reads?kind=export&field=" + Uri.EscapeDataString("13977004321\\"))).GetProperty("items").GetArrayLength());
        Assert.True(seen.GetProperty("filtered").GetBoolean());
        Assert.False(seen.TryGetProperty("filter", out _));
    }

    [Fact]
    public async Task Who_may_not_read_the_ledger_does_not_see_who_read()
    {
        await using var server = await RunningServer.StartAsync(Db.Sqlite);
        var id = await PlantAsync(server);
        foreach (var name in new[] { "zhangwei", "liqiang", "chenjing", "liuyang", "sunli" })
        {
            await (await server.As(name).GetAsync("reads", Cancel)).ProblemAsync(403);
            await (await server.As(name).GetAsync("reads/fields", Cancel)).ProblemAsync(403);
            await (await server.As(name).PutAsJsonAsync("reads/fields", new { customers = Array.Empty<string>() }, Cancel)).ProblemAsync(403);
            Assert.DoesNotContain("\"read\"", (await server.As(name).ReadAsync("changes?since=0&limit=500")).GetRawText(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("\"read\"", (await server.As("zhangwei").ReadAsync($"customers/{id}/history")).GetRawText(), StringComparison.Ordinal);
    }

    [Theory, BothDatabases]
    public async Task Nobody_stops_the_recording_unseen(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await server.Company.GrantAsync("analyst", Guanxi.Platform.Access.Functions.ReadLedger);
        var head = server.As("wangfang");
        await (await head.PutAsJsonAsync("reads/fields", new { customers = new[] { "phone" } }, Cancel)).JsonAsync();
        await (await head.PutAsJsonAsync("reads/fields", new { customers = new[] { "nonsense" } }, Cancel)).ProblemAsync(422);
        await (await head.PutAsJsonAsync("reads/fields", new { users = new[] { "email" } }, Cancel)).ProblemAsync(422);
        var id = await PlantAsync(server);
        await server.As("liqiang").ReadAsync($"customers/{id}");
        Assert.Equal("phone", (await ReadsAsync(server, "&kind=read")).First(read => read.GetProperty("actor").GetProperty("name").GetString() == "李强").GetProperty("fields")[0].GetString());

        Assert.Contains((await server.As("chenjing").ReadAsync("notifications")).GetProperty("items").EnumerateArray(), notice => notice.GetProperty("kind").GetString() == "read-audit");
        Assert.Contains((await head.ReadAsync("notifications")).GetProperty("items").EnumerateArray(), notice => notice.GetProperty("kind").GetString() == "read-audit");
        Assert.Equal(0, (await server.As("liqiang").ReadAsync("notifications")).GetProperty("items").GetArrayLength());
        var line = (await head.ReadAsync("ledger?action=read-audit.change")).GetProperty("items")[0].GetProperty("changes").GetRawText();
        Assert.Contains("otherId", line, StringComparison.Ordinal);
    }
}
