using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Sales;

/// <summary>What a manager sees before a rule is in force: who would be asked, what a paper and a number look like, which days of a year change; through the real door.</summary>
public sealed class SettingsApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    /// <summary>One red pixel, one clear one.</summary>
    private const string Logo = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAD0lEQVR4nGP4z8AARAwMAAz8Af9c/RSVAAAAAElFTkSuQmCC";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static object Chain(params object[] who) => new { steps = new[] { new { key = "first", name = "主管", who } } };

    [Fact]
    public async Task Who_would_be_asked_about_a_quote_is_seen_before_the_chain_is_saved()
    {
        var (seller, boss) = (server.As("zhangwei"), server.As("wangfang"));
        await (await boss.PatchAsync($"teams/{server.Company.LiQiang.Person.TeamId}", new { manager = server.Company.LiQiang.Id })).JsonAsync();
        var customer = (await seller.MakeAsync("customers", new { name = "长沙银行" })).GetProperty("id");
        var record = (await seller.MakeAsync("quotes", new { name = "水泵报价", customer })).GetProperty("id");
        Task<HttpResponseMessage> PreviewAsync(HttpClient who, object body) => who.PostAsJsonAsync("./approvals:preview", body, Cancel);
        var asked = await (await PreviewAsync(boss, new { kind = "quote", record, definition = Chain(new { kind = "manager", level = 1 }) })).JsonAsync();
        Assert.True(asked.GetProperty("applies").GetBoolean());
        Assert.Equal(["李强"], asked.GetProperty("steps")[0].GetProperty("signers").EnumerateArray().Select(name => name.GetString()));
        Assert.False((await (await PreviewAsync(boss, new { kind = "quote", record, condition = "amount > 1000000", definition = Chain(new { kind = "manager" }) })).JsonAsync()).GetProperty("applies").GetBoolean());

        // Nobody stands four levels above him: the administrators sign instead.
        var above = (await (await PreviewAsync(boss, new { kind = "quote", record, definition = Chain(new { kind = "manager", level = 4 }) })).JsonAsync()).GetProperty("steps")[0];
        Assert.Empty(above.GetProperty("signers").EnumerateArray());
        Assert.Equal(["王芳"], above.GetProperty("instead").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("李强", (await (await PreviewAsync(boss, new { kind = "quote", record })).JsonAsync()).GetProperty("steps")[0].GetProperty("signers")[0].GetString());

        await (await PreviewAsync(seller, new { kind = "quote", record })).ProblemAsync(403);
        foreach (var wrong in new object[] { new { kind = "nothing", record }, new { kind = "quote" }, new { kind = "quote", record, definition = "{" }, new { kind = "quote", record, definition = Chain() }, new { kind = "quote", record, condition = "amount >", definition = Chain(new { kind = "manager" }) } })
        {
            await (await PreviewAsync(boss, wrong)).ProblemAsync(422);
        }

        await (await PreviewAsync(boss, new { kind = "quote", record = customer })).ProblemAsync(404);
    }

    [Fact]
    public async Task A_pattern_shows_its_number_before_papers_carry_it()
    {
        var (seller, boss) = (server.As("zhangwei"), server.As("wangfang"));
        await (await seller.GetAsync("numbering", Cancel)).ProblemAsync(403);
        await (await seller.PostAsJsonAsync("./numbering:try", new { pattern = "A{n:4}" }, Cancel)).ProblemAsync(403);
        var tried = await (await boss.PostAsJsonAsync("./numbering:try", new { pattern = "HT{yyyy}-{n:4}", restart = "year" }, Cancel)).JsonAsync();
        Assert.Matches("^HT20[0-9]{2}-0001$", tried.GetProperty("example").GetString());
        foreach (var wrong in new object[] { new { pattern = "HT" }, new { pattern = "HT{n:4}", restart = "day" }, new { pattern = "{x}{n}" }, new { pattern = "A{n:4}", restart = "century" }, new { } })
        {
            await (await boss.PostAsJsonAsync("./numbering:try", wrong, Cancel)).ProblemAsync(422);
        }

        await boss.MakeAsync("number-rules", new { subject = "contracts", pattern = "HT{yyyy}-{n:4}", restart = "year" });
        var contracts = (await boss.ReadAsync("numbering")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("type").GetString() == "contracts");
        Assert.Matches("^HT20[0-9]{2}-0001$", contracts.GetProperty("example").GetString());
    }

    [Fact]
    public async Task The_paper_is_seen_with_its_logo_before_a_customer_sees_it()
    {
        var (seller, boss) = (server.As("zhangwei"), server.As("wangfang"));
        var template = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>((await boss.ReadAsync("quotes/rules")).GetProperty("template").GetRawText())!;
        await (await seller.PostAsJsonAsync("./quotes/rules:preview", new { template }, Cancel)).ProblemAsync(403);
        var pages = (await (await boss.PostAsJsonAsync("./quotes/rules:preview?as=pages", new { template, logo = Logo }, Cancel)).JsonAsync()).GetProperty("pages");
        Assert.Contains("报价单", pages[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", pages[0].GetString(), StringComparison.Ordinal);
        var paper = await (await boss.PostAsJsonAsync("./quotes/rules:preview?language=en", new { template, logo = Logo }, Cancel)).Content.ReadAsByteArrayAsync(Cancel);
        Assert.Contains("/SMask", Encoding.Latin1.GetString(paper), StringComparison.Ordinal);
        foreach (var logo in new[] { "!!", Convert.ToBase64String("GIF89a"u8.ToArray()), Convert.ToBase64String([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]), Logo[..60], Convert.ToBase64String([0xFF, 0xD8, 0xFF, 0xE0, 0, 1]) })
        {
            Assert.Contains("logo", (await (await boss.PostAsJsonAsync("./quotes/rules:preview", new { template, logo }, Cancel)).ProblemAsync(422)).GetProperty("errors").EnumerateObject().Select(error => error.Name));
        }

        Assert.Equal(Logo, (await (await boss.PutAsJsonAsync("quotes/rules", new { logo = Logo }, Cancel)).JsonAsync()).GetProperty("logo").GetString());
        Assert.Equal(JsonValueKind.Null, (await (await boss.PutAsJsonAsync("quotes/rules", new { logo = (string?)null }, Cancel)).JsonAsync()).GetProperty("logo").ValueKind);
    }

    [Fact]
    public async Task A_year_s_days_are_tried_and_then_entered_by_whoever_manages_settings()
    {
        var boss = server.As("wangfang");
        await (await server.As("liqiang").PostAsJsonAsync("./working-days:enter", new { year = 2027 }, Cancel)).ProblemAsync(403);
        var tried = await (await boss.PostAsJsonAsync("./working-days:enter", new { year = 2027, @try = true }, Cancel)).JsonAsync();
        Assert.Equal(("law", 13), (tried.GetProperty("source").GetString(), tried.GetProperty("items").GetArrayLength()));
        Assert.Equal(HttpStatusCode.OK, (await boss.PostAsJsonAsync("./working-days:enter", new { year = 2027, text = "2027-01-01 元旦\n2027-01-03 上班" }, Cancel)).StatusCode);
        Assert.Equal(["same", "new"], (await (await boss.PostAsJsonAsync("./working-days:enter", new { year = 2027, @try = true }, Cancel)).JsonAsync()).GetProperty("items").EnumerateArray().Take(2).Select(day => day.GetProperty("change").GetString()));
        foreach (var wrong in new object[] { new { year = 1800 }, new { year = "x" }, new { text = "以后再说" } })
        {
            await (await boss.PostAsJsonAsync("./working-days:enter", wrong, Cancel)).ProblemAsync(422);
        }

        await (await boss.PutAsJsonAsync("working-hours", new { holidays = new[] { "2027-01-01" } }, Cancel)).ProblemAsync(422);
        Assert.Equal("08:00-12:00", (await (await boss.PutAsJsonAsync("working-hours", new { hours = "08:00-12:00" }, Cancel)).JsonAsync()).GetProperty("hours").GetString());
    }
}
