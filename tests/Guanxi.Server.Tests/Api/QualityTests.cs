using System.Net.Http.Json;
using Guanxi.Customers.Quality;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Api;

/// <summary>Quality and sources through the door: work lists hold what one sees, confirming takes the right to change, rules the right to manage settings.</summary>
public sealed class QualityTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task KeepAsync()
    {
        while (await QualityKeeper.TickAsync(server.Company.Workspace, Cancel))
        {
            // Until everything is judged.
        }
    }

    [Fact]
    public async Task Work_lists_and_figures_hold_what_their_reader_sees_and_reads()
    {
        var company = server.Company;
        var bank = await company.CustomerAsync(company.ZhangWei, "湘江化工", new { phone = "13911111111", wechat = "无" });
        await company.CustomerAsync(company.ZhaoMin, "南海", new { phone = "13911111111" });
        await KeepAsync();
        async Task<string[]> Phones(string who) => [.. (await server.As(who).ReadAsync("quality/work?kind=implausible&field=phone")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()!)];
        Assert.Equal(["湘江化工"], await Phones("zhangwei"));
        Assert.Equal(["南海"], await Phones("zhaomin"));
        Assert.Equal(["湘江化工", "南海"], await Phones("wangfang"));

        // The analyst sees numbers masked: what is wrong with them is not hers to see either.
        await (await server.As("chenjing").GetAsync("quality/work?kind=implausible&field=phone", Cancel)).ProblemAsync(422);
        var seen = (await server.As("chenjing").ReadAsync("quality")).GetProperty("fields").EnumerateArray().Select(item => item.GetProperty("field").GetString()).ToList();
        Assert.DoesNotContain("phone", seen);
        Assert.DoesNotContain("wechat", seen);
        var own = (await server.As("zhangwei").ReadAsync("customers?limit=500")).GetProperty("items").GetArrayLength();
        Assert.Equal(own, (await server.As("zhangwei").ReadAsync("quality")).GetProperty("all").GetProperty("records").GetInt32());
        Assert.DoesNotContain("phone", (await server.As("chenjing").ReadAsync($"customers/{bank.Id}/quality")).GetRawText(), StringComparison.Ordinal);
        await (await server.As("zhaomin").GetAsync($"customers/{bank.Id}/quality", Cancel)).ProblemAsync(404);

        await (await server.As("zhangwei").PostAsJsonAsync($"customers/{bank.Id}:confirm", new { fields = new[] { "phone" } }, Cancel)).NoContentAsync();
        await (await server.As("zhaomin").PostAsJsonAsync($"customers/{bank.Id}:confirm", new { fields = new[] { "phone" } }, Cancel)).ProblemAsync(404);
        await (await server.As("liuyang").PostAsJsonAsync($"customers/{bank.Id}:confirm", new { fields = new[] { "phone" } }, Cancel)).ProblemAsync(403);
        await (await server.As("zhangwei").PostAsJsonAsync($"customers/{bank.Id}:confirm", new { fields = new[] { "nonsense" } }, Cancel)).ProblemAsync(422);
        await (await server.As("zhangwei").PostAsJsonAsync($"customers/{bank.Id}:confirm", new { }, Cancel)).ProblemAsync(422);
        foreach (var path in new[] { "quality?type=deals", "quality/work?kind=x", "quality/work?owner=x", "quality/work?cursor=x", "quality/work?limit=0" })
        {
            await (await server.As("zhangwei").GetAsync(path, Cancel)).ProblemAsync(422);
        }
    }

    [Fact]
    public async Task Only_who_manages_settings_changes_rules_or_goes_over_the_base()
    {
        foreach (var who in new[] { "liqiang", "zhangwei", "chenjing", "sunli", "liuyang" })
        {
            await (await server.As(who).GetAsync("quality/rules", Cancel)).ProblemAsync(403);
            await (await server.As(who).PatchAsync("quality/rules", new { every = "week" })).ProblemAsync(403);
            await (await server.As(who).PostAsJsonAsync("./quality:run", new { }, Cancel)).ProblemAsync(403);
            await (await server.As(who).GetAsync("sources", Cancel)).ProblemAsync(403);
            await (await server.As(who).PutAsJsonAsync("sources", new { order = new[] { "ERP" } }, Cancel)).ProblemAsync(403);
        }

        Assert.Equal("week", (await (await server.As("wangfang").PatchAsync("quality/rules", new { every = "week" })).JsonAsync()).GetProperty("every").GetString());
        await (await server.As("wangfang").PatchAsync("quality/rules", new { every = 3 })).ProblemAsync(422);
        await (await server.As("wangfang").PutAsJsonAsync("sources", new { order = 3 }, Cancel)).ProblemAsync(422);
        await KeepAsync();
        await (await server.As("wangfang").PostAsJsonAsync("./quality:run", new { }, Cancel)).NoContentAsync();
    }

    [Fact]
    public async Task What_another_system_says_passes_the_same_doors()
    {
        var seller = server.As("zhangwei");
        var made = await (await seller.PostAsJsonAsync("./customers:sync", new { system = "ERP", externalId = "K-1", values = new { name = "云梦钢铁", city = "长沙市" } }, Cancel)).JsonAsync(System.Net.HttpStatusCode.Created);
        var id = made.GetProperty("id").GetGuid();
        await (await seller.PatchAsync($"customers/{id}", new { city = "株洲市" })).JsonAsync();
        var said = await (await seller.PostAsJsonAsync("./customers:sync", new { system = "ERP", externalId = "K-1", values = new { city = "长沙市" } }, Cancel)).JsonAsync();
        Assert.Equal("city", said.GetProperty("differs")[0].GetString());
        Assert.Contains(id.ToString(), (await seller.ReadAsync("sources/conflicts")).GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(id.ToString(), (await server.As("zhaomin").ReadAsync("sources/conflicts")).GetRawText(), StringComparison.Ordinal);
        await (await server.As("zhaomin").PostAsJsonAsync("./customers:sync", new { system = "ERP", externalId = "K-1", values = new { city = "湘潭市" } }, Cancel)).ProblemAsync(404);
        var choice = new { customer = id, field = "city", system = "ERP", take = true };
        await (await server.As("zhaomin").PostAsJsonAsync("./sources/conflicts:resolve", choice, Cancel)).ProblemAsync(404);
        await (await server.As("chenjing").PostAsJsonAsync("./sources/conflicts:resolve", choice, Cancel)).ProblemAsync(403);
        await (await seller.PostAsJsonAsync("./sources/conflicts:resolve", new { }, Cancel)).ProblemAsync(422);
        Assert.Equal("长沙市", (await (await seller.PostAsJsonAsync("./sources/conflicts:resolve", choice, Cancel)).JsonAsync()).GetProperty("city").GetString());
        await (await seller.PostAsJsonAsync("./customers:sync", new { system = "ERP" }, Cancel)).ProblemAsync(422);
        await (await seller.PostAsJsonAsync("./customers:sync", new { system = "ERP", externalId = "K-1", values = 3 }, Cancel)).ProblemAsync(422);
        await (await seller.GetAsync("sources/conflicts?cursor=x", Cancel)).ProblemAsync(422);
    }
}
