using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Tests.Sales.Quotes;
using Guanxi.Tests.World;
using static Guanxi.Tests.Sales.Quotes.QuoteWorld;

namespace Guanxi.Tests.Sales.Catalogue;

public sealed class ProductCostTests
{
    private static async Task<Money?> CostAsync(Company company, Record product) => (Money?)(await company.LoadAsync(company.WangFang, "products", product.Id))["cost"];

    [Theory, BothDatabases]
    public async Task A_cost_has_a_history_and_the_margin_is_that_of_the_day(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        company.Time.Pass(TimeSpan.FromDays(10));
        await company.ChangeAsync(company.WangFang, world.Pump, new { cost = Cny("700") });
        await company.ChangeAsync(company.WangFang, world.Pump, new { cost = Cny("720") });
        Assert.Equal(["2026-11-22 6000000", "2026-12-02 7200000"], await company.ColumnAsync("SELECT starts_on || ' ' || cost FROM product_cost ORDER BY starts_on"));
        Assert.All((await company.ListAsync(company.LiQiang, "product-costs")).GetProperty("items").EnumerateArray(), row => Assert.Equal("王芳", row.GetProperty("createdBy").GetProperty("name").GetString()));

        // What is quoted and ordered for a day gone by costs what it cost then.
        async Task<Record> LineAsync(string day)
        {
            var quote = await world.QuoteAsync(company.ZhangWei, new { quotedOn = day, validUntil = "2027-01-31" });
            await world.LinesAsync(company.ZhangWei, quote, new { product = world.Pump.Id, quantity = 1 });
            return (await world.LinesOfAsync(quote))[0];
        }

        Assert.Equal((Cny(600), Cny(720)), ((Money)(await LineAsync("2026-11-25"))["unitCost"]!, (Money)(await LineAsync("2026-12-02"))["unitCost"]!));
        var order = await company.CreateAsync(company.ZhangWei, "orders", new { customer = world.Customer.Id, orderedOn = "2026-11-25" });
        Assert.Equal(Cny(600), (await company.CreateAsync(company.ZhangWei, "order-lines", new { order = order.Id, product = world.Pump.Id, quantity = 1 }))["unitCost"]);
    }

    [Theory, BothDatabases]
    public async Task What_will_be_comes_into_force_by_itself_and_what_was_entered_late_does_not_change_today(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        object Cost(string day, string cost) => new { product = world.Pump.Id, startsOn = day, cost = Cny(cost) };
        await company.CreateAsync(company.WangFang, "product-costs", Cost("2026-12-01", "650"));
        await company.CreateAsync(company.WangFang, "product-costs", Cost("2026-06-01", "580"));
        Assert.Equal(Cny(580), await CostAsync(company, world.Pump));
        company.Time.Pass(TimeSpan.FromDays(9));
        await ProductCosts.TickAsync(company.Workspace, TestContext.Current.CancellationToken);
        Assert.Equal(Cny(650), await CostAsync(company, world.Pump));
        Assert.Equal("startsOn", (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "product-costs", Cost("2026-12-01", "1")))).Errors!.Single().Key);
        Assert.Equal("cost", (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "product-costs", Cost("2026-12-05", "-1")))).Errors!.Single().Key);
    }

    [Fact]
    public async Task Who_may_not_read_costs_learns_neither_what_nor_when()
    {
        var world = await OpenAsync(Db.Sqlite);
        await using var company = world.Company;
        await company.CreateAsync(company.WangFang, "product-costs", new { product = world.Pump.Id, startsOn = "2026-01-01", cost = Cny("590"), note = "铜价" });
        var seen = (await company.ListAsync(company.ZhangWei, "product-costs")).GetProperty("items")[0].ToString();
        Assert.DoesNotContain("590", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("2026-01-01", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("铜价", seen, StringComparison.Ordinal);
        Assert.Equal(422, (await Refused.ByAsync(() => company.ListAsync(company.ZhangWei, "product-costs", "startsOn > 2020-01-01"))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.LiQiang, "product-costs", new { product = world.Pump.Id, cost = Cny("1") }))).Status);
    }
}
