using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Insight;

/// <summary>What the customers are worth, through the door, by those who may see it and those who may not.</summary>
public sealed class ValueTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Guid> BuyerAsync(string name, Guid owner, int amount)
    {
        var manager = server.As("wangfang");
        var id = (await manager.MakeAsync("customers", new { name, owner })).GetProperty("id").GetGuid();
        await manager.MakeAsync("orders", new { customer = id, orderedOn = "2026-05-01", amount = new { amount = $"{amount}", currency = "CNY" }, cost = new { amount = $"{amount / 2}", currency = "CNY" } });
        return id;
    }

    private async Task<JsonElement> RunAsync()
    {
        var answer = await server.As("wangfang").PostAsJsonAsync("./value:run", new { }, Cancel);
        return await answer.JsonAsync();
    }

    [Fact]
    public async Task The_whole_is_for_who_sees_every_customer_and_the_single_one_for_who_sees_it()
    {
        var mine = await BuyerAsync("华兴机械", server.Company.ZhangWei.Id, 1000);
        var hers = await BuyerAsync("南方精工", server.Company.ZhaoMin.Id, 3000);
        Assert.True((await RunAsync()).GetProperty("customers").GetInt32() >= 2);

        var report = (await server.As("wangfang").ReadAsync("value")).GetProperty("report");
        Assert.Equal(["vip", "major", "ordinary", "small"], report.GetProperty("tiers").EnumerateArray().Select(tier => tier.GetProperty("name").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await server.As("chenjing").GetAsync("value", Cancel)).StatusCode);
        foreach (var name in new[] { "zhangwei", "liqiang", "liuyang" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await server.As(name).GetAsync("value", Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await server.As(name).PostAsJsonAsync("./value:run", new { }, Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await server.As(name).PostAsJsonAsync("./value:preview", new { }, Cancel)).StatusCode);
        }

        var worth = await server.As("zhangwei").ReadAsync($"customers/{mine}/value");
        var historical = worth.GetProperty("figures")[0];
        Assert.Equal(("historical", "500.00", "CNY"), (historical.GetProperty("name").GetString(), historical.GetProperty("amount").GetString(), historical.GetProperty("currency").GetString()));
        Assert.Contains("1 个下单日", historical.GetProperty("how").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.As("zhangwei").GetAsync($"customers/{hers}/value", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("liuyang").GetAsync($"customers/{hers}/value", Cancel)).StatusCode);
    }

    [Fact]
    public async Task An_agent_sees_the_tier_and_no_amount_on_any_path()
    {
        var customer = await BuyerAsync("湘江新材", server.Company.ZhangWei.Id, 777_000);
        await RunAsync();
        var agent = server.As("liuyang");
        var seen = await agent.ReadAsync($"customers/{customer}");
        Assert.True(seen.TryGetProperty("value.tier", out _));
        Assert.False(seen.TryGetProperty("value.historical", out _));
        foreach (var path in new[] { "customers?sort=-value.model", "customers?filter=value.model%20%3E%201", "customers?fields=value.atRisk", "./customers:aggregate?group=value.tier&measure=sum(value.current)" })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await agent.GetAsync(path, Cancel)).StatusCode);
        }

        Assert.DoesNotContain("388500", await (await agent.GetAsync("./customers?limit=500", Cancel)).Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_rules_are_tried_before_they_are_made()
    {
        for (var i = 1; i <= 10; i++)
        {
            await BuyerAsync($"试算{i:00}", server.Company.ZhangWei.Id, i * 10);
        }

        await RunAsync();
        var admin = server.As("wangfang");
        var same = await (await admin.PostAsJsonAsync("./value:preview", new { }, Cancel)).JsonAsync();
        Assert.Equal(0, same.GetProperty("changed").GetInt32());
        var wider = await (await admin.PostAsJsonAsync("./value:preview", new { tiers = new[] { 30, 30, 30 } }, Cancel)).JsonAsync();
        Assert.True(wider.GetProperty("changed").GetInt32() > 0);
        var total = (await admin.ReadAsync("value")).GetProperty("report").GetProperty("customers").GetInt32();
        Assert.Equal((int)Math.Ceiling(0.3m * total), wider.GetProperty("tiers").GetProperty("vip").GetInt32());

        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("chenjing").PatchAsync("value/settings", new { tiers = new[] { 2, 8, 20 } })).StatusCode);
        foreach (var wrong in new object[] { new { tiers = new[] { 50, 40, 30 } }, new { tiers = new[] { 1 } }, new { rankBy = "beauty" }, new { horizonMonths = 0 }, new { weights = new { loyalty = new { alive = 50 } } }, new { colour = "red" } })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PatchAsync("value/settings", wrong)).StatusCode);
        }

        var kept = await (await admin.PatchAsync("value/settings", new { tiers = new[] { 2, 8, 20 } })).JsonAsync();
        Assert.Equal([2, 8, 20], kept.GetProperty("tiers").EnumerateArray().Select(share => share.GetInt32()));
        Assert.Equal(2, (await admin.ReadAsync("value/settings")).GetProperty("tiers")[0].GetInt32());
    }

    [Fact]
    public async Task Weights_are_tried_kept_as_versions_and_each_month_says_under_which_it_was_reckoned()
    {
        var customers = new List<Guid>();
        for (var i = 1; i <= 8; i++)
        {
            customers.Add(await BuyerAsync($"权重{i:00}", server.Company.ZhangWei.Id, i * 100));
        }

        await RunAsync();
        var admin = server.As("wangfang");
        var weights = new { profit = new { current = 0, historical = 100 } };
        Assert.False((await (await admin.PostAsJsonAsync("./value:preview", new { }, Cancel)).JsonAsync()).TryGetProperty("scores", out _));
        var tried = await (await admin.PostAsJsonAsync("./value:preview", new { weights, highFrom = 50 }, Cancel)).JsonAsync();
        Assert.Equal(2, tried.GetProperty("scores").GetProperty("profit").GetArrayLength());
        Assert.True(tried.GetProperty("scores").GetProperty("profit")[1].GetInt32() > tried.GetProperty("scores").GetProperty("profit")[0].GetInt32());
        Assert.True(tried.GetProperty("changed").GetInt32() > 0);
        Assert.Equal(422, (int)(await admin.PostAsJsonAsync("./value:preview", new { weights = new { profit = new { current = 50 } } }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("chenjing").PatchAsync("value/settings", new { weights })).StatusCode);
        var before = (await server.As("zhangwei").ReadAsync($"customers/{customers[3]}/value")).GetProperty("months")[0];
        Assert.Equal(4, before.GetProperty("scores").GetArrayLength());

        Assert.Equal(HttpStatusCode.OK, (await admin.PatchAsync("value/settings", new { weights })).StatusCode);
        await admin.PatchAsync("value/settings", new { weights });
        await RunAsync();
        var worth = await server.As("zhangwei").ReadAsync($"customers/{customers[3]}/value");
        Assert.Equal(before.GetProperty("weights").GetInt64() + 1, worth.GetProperty("months")[0].GetProperty("weights").GetInt64());
        Assert.Equal(100, worth.GetProperty("weights")[0].GetProperty("weights").GetProperty("profit").GetProperty("historical").GetDouble());
        var missing = (await admin.ReadAsync("value")).GetProperty("report").GetProperty("missing");
        Assert.InRange(missing.GetProperty("relations").GetDouble(), 0.9, 1);
    }
}
