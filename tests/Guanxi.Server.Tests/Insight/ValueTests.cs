using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Insight.Value;
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
        // The arithmetic of each figure, with its amounts.
        var figures = worth.GetProperty("figures").EnumerateArray().ToDictionary(figure => figure.GetProperty("name").GetString()!);
        string[] Parts(string figure) => [.. figures[figure].GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()!)];
        Assert.Equal(["reachable", "current"], Parts("potential"));
        Assert.Equal(["gone", "ifStays"], Parts("atRisk").Take(2));
        Assert.Contains("减去现在的", figures["potential"].GetProperty("how").GetString(), StringComparison.Ordinal);
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

        var refused = await (await agent.GetAsync("./customers:aggregate?measure=sum(value.model)", Cancel)).Content.ReadAsStringAsync(Cancel);
        Assert.Contains("你没有查看此字段的权限", refused, StringComparison.Ordinal);
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

    private Task ReckonAsync(string day) => ValueRun.RunAsync(server.Company.Workspace, server.Company.Program, DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), Cancel);

    [Fact]
    public async Task How_customers_went_from_tier_to_tier_is_told_of_those_one_sees_down_to_each_of_them()
    {
        var manager = server.As("wangfang");
        var (mine, hers) = (new List<Guid>(), new List<Guid>());
        for (var i = 0; i < 20; i++)
        {
            var (owner, list) = i % 2 == 0 ? (server.Company.ZhangWei.Id, mine) : (server.Company.ZhaoMin.Id, hers);
            list.Add(await BuyerAsync($"升降{i:00}", owner, 5_000_000 + (i * 1000)));
        }

        await ReckonAsync("2026-05-31");
        var riser = mine[0];
        await manager.MakeAsync("orders", new { customer = riser, orderedOn = "2026-06-10", amount = new { amount = "99000000", currency = "CNY" } });
        var late = await BuyerAsync("升降新来", server.Company.ZhangWei.Id, 1);
        await manager.PatchAsync($"orders/{(await manager.ReadAsync($"orders?filter={Uri.EscapeDataString($"customer = {late}")}")).GetProperty("items")[0].GetProperty("id").GetString()}", new { orderedOn = "2026-06-15" });
        await ReckonAsync("2026-06-30");

        long Cell(JsonElement table, string was, string @is) => table.GetProperty("rows").EnumerateArray().Single(row => row.GetProperty("tier").GetString() == was).GetProperty("cells").EnumerateArray().Single(cell => cell.GetProperty("tier").GetString() == @is).GetProperty("customers").GetInt64();
        var whole = await server.As("chenjing").ReadAsync("value/transitions?from=2026-05&to=2026-06");
        var own = await server.As("zhangwei").ReadAsync("value/transitions?from=2026-05&to=2026-06");
        long Sum(JsonElement table) => table.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("customers").GetInt64());
        Assert.True(Sum(own) >= 11 && Sum(own) < Sum(whole), $"{Sum(own)} of {Sum(whole)}");
        Assert.Contains("2026-05", whole.GetProperty("months").EnumerateArray().Select(month => month.GetString()));
        Assert.True(Cell(own, "none", "small") >= 1);
        Assert.All(own.GetProperty("rows").EnumerateArray().Where(row => row.GetProperty("customers").GetInt64() > 0), row => Assert.Equal(1, row.GetProperty("cells").EnumerateArray().Sum(cell => cell.GetProperty("share").GetDouble()), 2));

        // Down to the customers: what each brought then and now; never another seller's.
        var was = new[] { "vip", "major", "ordinary", "small" }.Single(tier => tier != "vip" && Cell(own, tier, "vip") > 0);
        var risen = (await server.As("zhangwei").ReadAsync($"value/transitions/customers?from=2026-05&to=2026-06&was={was}&is=vip")).GetProperty("items");
        Assert.Contains(risen.EnumerateArray(), item => item.GetProperty("customer").GetProperty("id").GetGuid() == riser && item.GetProperty("after").GetDecimal() > item.GetProperty("before").GetDecimal());
        foreach (var (from, to) in new[] { ("vip", "vip"), ("major", "major"), ("ordinary", "ordinary"), ("small", "small") })
        {
            var seen = (await server.As("zhangwei").ReadAsync($"value/transitions/customers?from=2026-05&to=2026-06&was={from}&is={to}&limit=500")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("customer").GetProperty("id").GetGuid()).ToList();
            Assert.Equal(Cell(own, from, to), seen.Count);
            Assert.Empty(seen.Intersect(hers));
        }

        foreach (var path in new[] { "value/transitions", "value/transitions/customers?was=vip&is=vip" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await server.As("liuyang").GetAsync(path, Cancel)).StatusCode);
        }

        foreach (var wrong in new[] { "value/transitions?from=May", "value/transitions?from=2019-01", "value/transitions?from=2026-06&to=2026-05", "value/transitions/customers?was=gold&is=vip", "value/transitions/customers?was=vip&is=vip&limit=0" })
        {
            Assert.Equal(422, (int)(await manager.GetAsync(wrong, Cancel)).StatusCode);
        }
    }

    [Fact]
    public async Task How_long_customers_stay_is_told_by_group_of_those_one_sees()
    {
        var manager = server.As("wangfang");
        var random = new Random(5);
        for (var i = 0; i < 60; i++)
        {
            var id = (await manager.MakeAsync("customers", new { name = $"存续{i:00}", owner = i % 3 == 0 ? server.Company.ZhaoMin.Id : server.Company.ZhangWei.Id, source = i % 2 == 0 ? "exhibition" : "referral", province = i % 4 == 0 ? "湖南省" : "广东省" })).GetProperty("id").GetGuid();
            var day = new DateOnly(2025, 1, 1).AddDays(random.Next(60));
            // Those from exhibitions leave soon, the others stay.
            for (var last = day.AddDays(i % 2 == 0 ? 60 + random.Next(60) : 600); day < last && day < new DateOnly(2026, 11, 1); day = day.AddDays(10 + random.Next(20)))
            {
                await manager.MakeAsync("orders", new { customer = id, orderedOn = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), amount = new { amount = "1000", currency = "CNY" } });
            }
        }

        await RunAsync();
        var told = await server.As("zhangwei").ReadAsync("retention/lifetimes?by=source");
        var groups = told.GetProperty("groups").EnumerateArray().ToDictionary(group => group.GetProperty("key").GetString()!);
        double At(string key, int month) => groups[key].GetProperty("curve").EnumerateArray().Last(point => point[0].GetDouble() <= month)[1].GetDouble();
        Assert.InRange(At("exhibition", 8), 0, 0.5);
        Assert.InRange(At("referral", 8), 0.8, 1);
        Assert.All(groups.Values.SelectMany(group => group.GetProperty("curve").EnumerateArray()), point => Assert.True(point[2].GetDouble() <= point[1].GetDouble() && point[1].GetDouble() <= point[3].GetDouble()));
        Assert.InRange(told.GetProperty("difference").GetProperty("probability").GetDouble(), 0, 0.001);
        var whole = await manager.ReadAsync("retention/lifetimes?by=none");
        Assert.True(told.GetProperty("customers").GetInt32() < whole.GetProperty("customers").GetInt32());
        Assert.Equal(2, (await manager.ReadAsync("retention/lifetimes?by=region")).GetProperty("groups").GetArrayLength());
        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("liuyang").GetAsync("retention/lifetimes", Cancel)).StatusCode);
        Assert.Equal(422, (int)(await manager.GetAsync("retention/lifetimes?by=shoe", Cancel)).StatusCode);
        Assert.DoesNotContain("NaN", whole.GetRawText() + told.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Satisfaction_and_trust_come_from_what_an_administrator_names_and_move_the_class()
    {
        var admin = server.As("wangfang");
        await (await admin.PostAsJsonAsync("record-types/customers/fields", new { name = "visitMark", kind = "number", labels = new Dictionary<string, string> { ["zh-Hans"] = "回访打分", ["en"] = "Mark" } }, Cancel)).JsonAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await BuyerAsync($"满意{i}", server.Company.ZhangWei.Id, 900_000_000));

            // Lately too, so that none of them is at risk for having gone silent.
            await admin.MakeAsync("orders", new { customer = ids[i], orderedOn = "2026-11-15", amount = new { amount = "900000000", currency = "CNY" } });
        }

        await (await admin.PatchAsync($"customers/{ids[0]}", new { visitMark = 1 })).JsonAsync();
        await (await admin.PatchAsync($"customers/{ids[1]}", new { visitMark = 5 })).JsonAsync();
        for (var i = 0; i < 4; i++)
        {
            await server.As("zhangwei").MakeAsync("activities", new { kind = "complaint", customer = ids[2], subject = $"投诉{i}", status = "done" });
        }

        foreach (var wrong in new object[] { new { satisfactionField = "name" }, new { satisfactionField = "nothing" }, new { satisfactionField = "visitMark", satisfactionWorst = 5, satisfactionBest = 5 }, new { trustField = "value.alive" }, new { complaintPoints = 200 }, new { satisfactionField = 7 } })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PatchAsync("value/settings", wrong)).StatusCode);
            Assert.Equal(422, (int)(await admin.PostAsJsonAsync("./value:preview", wrong, Cancel)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await server.As("chenjing").PatchAsync("value/settings", new { satisfactionField = "visitMark" })).StatusCode);
        await RunAsync();
        var rules = new { satisfactionField = "visitMark", satisfactionWorst = 1, satisfactionBest = 5 };
        Assert.True((await (await admin.PostAsJsonAsync("./value:preview", rules, Cancel)).JsonAsync()).GetProperty("changed").GetInt32() >= 1);
        Assert.Equal(HttpStatusCode.OK, (await admin.PatchAsync("value/settings", rules)).StatusCode);
        await RunAsync();

        async Task<(JsonElement Satisfaction, string? How, string? Class)> SeenAsync(Guid id)
        {
            var worth = await server.As("zhangwei").ReadAsync($"customers/{id}/value");
            var told = worth.GetProperty("feelings")[0];
            return (told.GetProperty("score"), told.GetProperty("how").GetString(), worth.GetProperty("class").GetString());
        }

        var (low, how, risk) = await SeenAsync(ids[0]);
        Assert.Equal((0, "风险"), (low.GetInt32(), risk));
        Assert.Contains("回访打分 1", how, StringComparison.Ordinal);
        var (high, _, fine) = await SeenAsync(ids[1]);
        Assert.Equal(100, high.GetInt32());
        Assert.NotEqual("风险", fine);
        var (complained, words, alsoRisk) = await SeenAsync(ids[2]);
        Assert.Equal((20, "风险"), (complained.GetInt32(), alsoRisk));
        Assert.Contains("4 次投诉", words, StringComparison.Ordinal);
        Assert.DoesNotContain("计算之后", words, StringComparison.Ordinal);
        // A complaint after the run: the score is the old one, and it is said that this is newer.
        await server.As("zhangwei").MakeAsync("activities", new { kind = "complaint", customer = ids[2], subject = "投诉", status = "done" });
        var (stillTwenty, newer, _) = await SeenAsync(ids[2]);
        Assert.Equal(20, stillTwenty.GetInt32());
        Assert.Contains("计算之后的情况：下次计算后为 0 分", newer, StringComparison.Ordinal);
        var (unknown, silent, same) = await SeenAsync(ids[3]);
        Assert.Equal(JsonValueKind.Null, unknown.ValueKind);
        Assert.Contains("没有资料", silent, StringComparison.Ordinal);
        Assert.NotEqual("风险", same);
        Assert.InRange((await admin.ReadAsync("value")).GetProperty("report").GetProperty("missing").GetProperty("satisfaction").GetDouble(), 0.01, 0.99);
        Assert.Equal(0, (await (await admin.PostAsJsonAsync("./value:preview", new { }, Cancel)).JsonAsync()).GetProperty("changed").GetInt32());
        var plane = await (await admin.PostAsJsonAsync("./value:preview", new { profitCut = 99 }, Cancel)).JsonAsync();
        Assert.Equal(["prospective", "ordinary", "repeat", "loyal"], plane.GetProperty("planes").EnumerateObject().Select(field => field.Name));
        Assert.True(plane.GetProperty("planes").EnumerateObject().Sum(field => field.Value.GetInt32()) >= 6);
        Assert.True(plane.GetProperty("cuts").GetProperty("profit").GetDouble() > 0);
        Assert.Equal(422, (int)(await server.As("liuyang").GetAsync("customers?fields=value.satisfaction", Cancel)).StatusCode);
        await admin.PatchAsync("value/settings", new { satisfactionField = (string?)null });
    }
}
