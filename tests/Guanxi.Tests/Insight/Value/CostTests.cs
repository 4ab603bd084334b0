using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Value;
using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Value;

/// <summary>What is spent on customers, and what that leaves of their worth.</summary>
public sealed class CostTests
{
    private static object Yuan(decimal amount, string currency = "CNY") => new { amount = amount.ToString(CultureInfo.InvariantCulture), currency };

    private static Task<Record> OrderAsync(Company company, Record customer, string day, decimal amount, decimal cost) =>
        company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = day, amount = Yuan(amount), cost = Yuan(cost) });

    private static async Task<JsonElement> ValueAsync(Company company, Record customer) => (await company.ListAsync(company.WangFang, "customers", $"id = {customer.Id}")).GetProperty("items")[0];

    private static decimal Amount(JsonElement item, string field) => decimal.Parse(item.GetProperty(field).GetProperty("amount").GetString()!, CultureInfo.InvariantCulture);

    [Theory, BothDatabases]
    public async Task A_customers_profit_is_income_less_goods_service_marketing_sales_and_finance_to_the_cent(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var dear = await company.CustomerAsync(company.ZhangWei, "亏本机械");
        var prospect = await company.CustomerAsync(company.ZhangWei, "还没买");
        await OrderAsync(company, customer, "2025-01-10", 1000, 600);
        await OrderAsync(company, customer, "2026-06-01", 500.10m, 300);
        await OrderAsync(company, dear, "2026-06-01", 100, 60);
        foreach (var (whom, kind, day, amount) in new[] { (customer, "service", "2025-02-01", 10.01m), (customer, "marketing", "2026-05-01", 20.02m), (customer, "sales", "2026-07-01", 30.03m), (customer, "finance", "2026-07-02", 40.04m), (customer, "other", "2026-07-03", 0.10m), (dear, "service", "2026-07-01", 250m), (prospect, "marketing", "2026-07-01", 77m) })
        {
            await company.CreateAsync(company.ZhangWei, "costs", new { subject = "费用", kind, customer = whom.Id, spentOn = day, amount = Yuan(amount) });
        }

        var deleted = await company.CreateAsync(company.ZhangWei, "costs", new { subject = "记错", kind = "other", customer = customer.Id, amount = Yuan(9999) });
        await RecordUseCases.DeleteAsync(company.Workspace, company.ZhangWei, company.Workspace.Schema["costs"], deleted.Id);
        await ValueRun.RunAsync(company.Workspace, company.WangFang);

        var worth = await ValueAsync(company, customer);
        Assert.Equal((600.10m - 100.20m, 200.10m - 90.19m, 100.20m, 90.19m), (Amount(worth, "value.historical"), Amount(worth, "value.current"), Amount(worth, "value.costs"), Amount(worth, "value.investment")));
        Assert.Equal("prospective", (await ValueAsync(company, dear)).GetProperty("value.plane").GetString());
        Assert.Equal((-210m, "repeat"), (Amount(await ValueAsync(company, dear), "value.historical"), worth.GetProperty("value.plane").GetString()));
        Assert.Equal(["亏本机械"], await company.NamesAsync(company.WangFang, "customers", "value.historical < 0"));

        await using var session = await company.Workspace.Database.ReadAsync();
        var report = JsonDocument.Parse((await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY at DESC LIMIT 1")))!).RootElement;
        var totals = report.GetProperty("totals");
        Assert.Equal((1600.10, 960.0, 350.20, 289.9, 1, 77.0), (totals.GetProperty("revenue").GetDouble(), totals.GetProperty("goods").GetDouble(), totals.GetProperty("costs").GetDouble(), totals.GetProperty("historical").GetDouble(), totals.GetProperty("losing").GetInt32(), totals.GetProperty("notYetBuying").GetDouble()));
        Assert.Contains(report.GetProperty("planes").EnumerateArray(), plane => (plane.GetProperty("name").GetString(), plane.GetProperty("customers").GetInt32()) == ("prospective", 1));
    }

    [Theory, BothDatabases]
    public async Task Hours_of_activities_cost_what_the_company_says_an_hour_costs(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await OrderAsync(company, customer, "2026-06-01", 5000, 3000);
        foreach (var values in new object[]
        {
            new { kind = "visit", subject = "两小时", customer = customer.Id, at = "2026-06-02T01:00:00Z", endAt = "2026-06-02T03:00:00Z", status = "done" },
            new { kind = "visit", subject = "没写结束", customer = customer.Id, at = "2025-06-02T01:00:00Z", status = "done" },
            new { kind = "visit", subject = "还没去", customer = customer.Id, at = "2026-11-30T01:00:00Z", status = "planned" },
            new { kind = "call", subject = "电话不计", customer = customer.Id, at = "2026-06-02T01:00:00Z", status = "done" },
        })
        {
            await company.CreateAsync(company.ZhangWei, "activities", values);
        }

        await ValueRun.RunAsync(company.Workspace, company.WangFang);
        Assert.Equal(0m, Amount(await ValueAsync(company, customer), "value.costs"));

        var settings = new ValueSettings().With(Company.Json(new { activityRates = new { visit = new { hourlyRate = 300, minutes = 90, kind = "service" } } }));
        await company.Workspace.WriteAsync(company.WangFang, async context =>
        {
            await Settings.PutAsync(context.Session, "value", settings.ToJson());
            return 0;
        });
        await ValueRun.RunAsync(company.Workspace, company.WangFang);
        var worth = await ValueAsync(company, customer);
        Assert.Equal((1050m, 600m, 950m), (Amount(worth, "value.costs"), Amount(worth, "value.investment"), Amount(worth, "value.historical")));
    }

    [Theory]
    [InlineData("""{"visit":{"hourlyRate":-1}}""")]
    [InlineData("""{"visit":{"minutes":2000}}""")]
    [InlineData("""{"visit":{"kind":"fun"}}""")]
    [InlineData("""{"dinner":{"hourlyRate":1}}""")]
    [InlineData("""[1]""")]
    public void A_rate_that_makes_no_sense_is_refused_with_a_sentence(string rates) =>
        Assert.Throws<RefusedException>(() => new ValueSettings().With(JsonDocument.Parse($"{{\"activityRates\":{rates}}}").RootElement));

    [Theory, BothDatabases]
    public async Task A_cost_is_written_on_a_customer_or_its_deal_and_refused_when_it_makes_no_sense(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var other = await company.CustomerAsync(company.ZhangWei, "湘江新材");
        var hers = await company.CustomerAsync(company.ZhaoMin, "南方精工");
        await Sales.SalesWorld.ProcessAsync(company);
        var deal = await company.CreateAsync(company.ZhangWei, "deals", new { name = "机床", customer = customer.Id, amount = Yuan(10) });
        var cost = await company.CreateAsync(company.ZhangWei, "costs", new { subject = "差旅", kind = "sales", deal = deal.Id, amount = Yuan(12.5m) });
        Assert.Equal((customer.Id, company.ZhangWei.Id, new Money(12.5m, "CNY")), (cost.Reference("customer"), cost.OwnerId, (Money)cost["homeAmount"]!));

        foreach (var wrong in new object[]
        {
            new { subject = "无主", kind = "sales", amount = Yuan(1) },
            new { subject = "别人的商机", kind = "sales", customer = other.Id, deal = deal.Id, amount = Yuan(1) },
            new { subject = "负数", kind = "sales", customer = customer.Id, amount = Yuan(-1) },
            new { subject = "将来", kind = "sales", customer = customer.Id, spentOn = "2027-01-01", amount = Yuan(1) },
            new { subject = "没有金额", kind = "sales", customer = customer.Id },
            new { subject = "没有汇率", kind = "sales", customer = customer.Id, amount = Yuan(1, "USD") },
            new { subject = "看不见的客户", kind = "sales", customer = hers.Id, amount = Yuan(1) },
            new { subject = "没有这一类", kind = "fun", customer = customer.Id, amount = Yuan(1) },
        })
        {
            await Assert.ThrowsAsync<RefusedException>(() => company.CreateAsync(company.ZhangWei, "costs", wrong));
        }

        await Assert.ThrowsAsync<RefusedException>(() => company.ChangeAsync(company.ZhangWei, cost, new { customer = other.Id }));
        await company.ChangeAsync(company.ZhangWei, cost, new { customer = other.Id, deal = (Guid?)null });
        await Assert.ThrowsAsync<RefusedException>(() => company.CreateAsync(company.ChenJing, "costs", new { subject = "分析员只看", kind = "other", customer = customer.Id, amount = Yuan(1) }));

        Assert.Equal(["差旅"], await company.NamesAsync(company.LiQiang, "costs"));
        Assert.Empty(await company.NamesAsync(company.ZhaoMin, "costs"));
        Assert.Empty(await company.NamesAsync(company.LiuYang, "costs"));
        await company.CreateAsync(company.LiuYang, "costs", new { subject = "上门维修", kind = "service", customer = customer.Id, amount = Yuan(88) });
        Assert.Equal(["上门维修"], await company.NamesAsync(company.LiuYang, "costs"));
    }
}
