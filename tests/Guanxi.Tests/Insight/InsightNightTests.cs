using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Insight;
using Guanxi.Insight.Value;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight;

/// <summary>What the night reckons for a company at its beginning.</summary>
public sealed class InsightNightTests
{
    private static Task<Record> OrderAsync(Company company, Record customer, string day, int amount, string kind = "sale", string currency = "CNY") =>
        company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = day, kind, rate = currency == "CNY" ? (double?)null : 7.1, amount = new { amount = $"{amount}", currency } });

    [Theory, BothDatabases]
    public async Task Leads_are_scored_by_rates_before_there_is_any_order_once_a_day_and_say_so(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        company.Time.Pass(TimeSpan.FromHours(24));
        Assert.False(await InsightNight.IsDueAsync(company.Workspace));
        var lead = await company.CreateAsync(company.ZhangWei, "leads", new { company = "湘江新材", source = "event", owner = company.ZhangWei.Id });
        Assert.True(await InsightNight.IsDueAsync(company.Workspace));
        Assert.Null(await InsightNight.RunAsync(company.Workspace, company.Workspace.System()));
        var seen = (await company.ListAsync(company.ZhangWei, "leads", $"id = {lead.Id}")).GetProperty("items")[0];
        Assert.Equal(0.2, seen.GetProperty("score.probability").GetDouble());
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            Assert.Equal(0, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM value_run")));
            Assert.Equal("rates", await session.ScalarAsync<string>(Sql.Of($"SELECT method FROM score_run WHERE noun = {"leads"}")));
            Assert.Contains("Only 0 leads have come to an end", await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM score_run WHERE noun = {"leads"}")), StringComparison.Ordinal);
        }

        Assert.False(await InsightNight.IsDueAsync(company.Workspace));
        company.Time.Pass(TimeSpan.FromHours(24));
        Assert.True(await InsightNight.IsDueAsync(company.Workspace));

        await OrderAsync(company, await company.CustomerAsync(company.ZhangWei, "长沙银行"), "2026-11-01", 100);
        Assert.Equal(1, (await InsightNight.RunAsync(company.Workspace, company.Workspace.System()))!.Customers);
        Assert.False(await InsightNight.IsDueAsync(company.Workspace));
    }

    /// <summary>One customer with one order, returns without purchases, two currencies, the same order twice, everybody on one day; an order dated ahead is not let in.</summary>
    [Theory, BothDatabases]
    public async Task Odd_orders_are_reckoned_and_every_number_is_one(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var alone = await company.CustomerAsync(company.ZhangWei, "独一家");
        await OrderAsync(company, alone, "2026-11-02", 100);
        await CheckAsync(company, 1);
        var returned = await company.CustomerAsync(company.ZhangWei, "只退货");
        await OrderAsync(company, returned, "2026-11-02", 50, kind: "return");
        await Assert.ThrowsAsync<RefusedException>(() => OrderAsync(company, returned, "2036-01-01", 500));
        var foreign = await company.CustomerAsync(company.ZhangWei, "两种币");
        await OrderAsync(company, foreign, "2026-11-02", 100);
        await OrderAsync(company, foreign, "2026-11-02", 100, currency: "USD");
        await OrderAsync(company, foreign, "2026-11-02", 100);
        var item = await CheckAsync(company, 3);
        Assert.Contains("910", item.ToString(), StringComparison.Ordinal);
        for (var i = 0; i < 50; i++)
        {
            await OrderAsync(company, await company.CustomerAsync(company.ZhangWei, $"同一天 {i:00}"), "2026-11-02", 10);
        }

        await CheckAsync(company, 53);
    }

    /// <summary>Runs, looks at what stands beside the customers and in the report, and answers what is said of the one with two currencies.</summary>
    private static async Task<System.Text.Json.JsonElement> CheckAsync(Company company, int least)
    {
        var result = await ValueRun.RunAsync(company.Workspace, company.WangFang);
        Assert.True(result.Customers >= least - 1, $"{result.Customers} of {least}");
        await using var session = await company.Workspace.Database.ReadAsync();
        var report = await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY number DESC LIMIT 1"));
        Assert.DoesNotContain("NaN", report, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", report, StringComparison.Ordinal);
        var list = (await company.ListAsync(company.WangFang, "customers", "value.tier != null")).GetProperty("items");
        Assert.DoesNotContain("NaN", list.GetRawText(), StringComparison.Ordinal);
        return list.EnumerateArray().FirstOrDefault(item => item.GetProperty("name").GetString() == "两种币");
    }

    [Theory, BothDatabases]
    public async Task A_lead_that_is_a_vip_already_is_answered_within_what_its_tier_was_promised(Db db)
    {
        await using var company = await Company.OpenAsync(db);

        // Monday, 10:00 in Shanghai.
        company.Time.Pass(TimeSpan.FromHours(24));
        await company.CreateAsync(company.WangFang, "lead-rules", new { name = "给赵敏", position = 1, method = "roundRobin", people = new[] { "赵敏" }, respondWithin = 480 });
        var vip = await company.CustomerAsync(company.ZhangWei, "湖南长沙银行股份有限公司");
        await OrderAsync(company, vip, "2026-11-02", 9000);
        for (var i = 0; i < 9; i++)
        {
            await OrderAsync(company, await company.CustomerAsync(company.ZhangWei, $"小店 {i}"), "2026-11-02", 10);
        }

        await ValueRun.RunAsync(company.Workspace, company.WangFang);
        async Task<double> MinutesAsync(string name)
        {
            var lead = await company.CreateAsync(company.WangFang, "leads", new { company = name, owner = (Guid?)null });
            return ((await company.LoadAsync(company.WangFang, "leads", lead.Id)).Instant("respondBy")!.Value - company.Workspace.Now).TotalMinutes;
        }

        var usual = await MinutesAsync("从未见过的公司");
        await company.Workspace.WriteAsync(company.WangFang, context => TierPolicy.ChangeAsync(context, Company.Json(new { vip = new { responseHours = 1 } })));
        Assert.Equal(60, await MinutesAsync("湖南长沙银行股份有限公司"));
        Assert.Equal(usual, await MinutesAsync("另一家没见过的"));

        // What a tier is promised never lengthens what a rule says.
        await company.Workspace.WriteAsync(company.WangFang, context => TierPolicy.ChangeAsync(context, Company.Json(new { vip = new { responseHours = 200 } })));
        Assert.Equal(usual, await MinutesAsync("湖南长沙银行股份有限公司"));
    }
}
