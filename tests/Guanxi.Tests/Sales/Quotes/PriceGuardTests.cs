using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Sales.Quotes;
using Guanxi.Tests.World;
using static Guanxi.Tests.Sales.Quotes.QuoteWorld;

namespace Guanxi.Tests.Sales.Quotes;

public sealed class PriceGuardTests
{
    private static Task RuleAsync(Company company, string rule, int days = 90) =>
        company.Workspace.WriteAsync(company.WangFang, context => Settings.PutAsync(context.Session, PriceGuardRule.Setting, PriceGuardRule.Parse(Company.Json(new { rule, days })).Write()));

    /// <summary>赵敏 offers the pump to a subsidiary of 张伟's customer.</summary>
    private static async Task<Record> OtherAsync(QuoteWorld world)
    {
        var company = world.Company;
        var daughter = await company.CustomerAsync(company.WangFang, "长沙银行湘潭分行", new { parent = world.Customer.Id, owner = company.ZhaoMin.Id });
        var other = await world.PumpsAsync(company.ZhaoMin, discount: 5, customer: daughter);
        await world.SubmitAsync(company.ZhaoMin, other);
        return other;
    }

    [Theory, BothDatabases]
    public async Task A_colleague_s_open_offer_to_the_group_warns_and_names_only_whom_to_ask(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var other = await OtherAsync(world);
        var quote = await world.PumpsAsync(company.ZhangWei);
        var warned = await Refused.ByAsync(() => world.SubmitAsync(company.ZhangWei, quote));
        Assert.Equal("needs-confirmation", warned.Kind);
        Assert.Contains("赵敏", warned.Detail!.ZhHans, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Text("number")!, warned.Detail.ZhHans, StringComparison.Ordinal);
        Assert.DoesNotContain("950", warned.Detail.ZhHans, StringComparison.Ordinal);
        Assert.Equal("approved", (await world.SubmitAsync(company.ZhangWei, quote, null, "price-conflict")).Text("status"));
    }

    [Theory, BothDatabases]
    public async Task It_blocks_or_asks_for_an_approval_or_says_nothing_as_the_company_wants(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        await OtherAsync(world);
        var quote = await world.PumpsAsync(company.ZhangWei);
        await RuleAsync(company, "block");
        Assert.Equal("price-conflict", (await Refused.ByAsync(() => world.SubmitAsync(company.ZhangWei, quote, "急", "price-conflict"))).Rule);
        await RuleAsync(company, "approve");
        Assert.Equal("quote-needs-approval", (await Refused.ByAsync(() => world.SubmitAsync(company.ZhangWei, quote))).Rule);
        Assert.Equal("pending", (await world.SubmitAsync(company.ZhangWei, quote, "已沟通")).Text("status"));
        await RuleAsync(company, "off");
        Assert.Equal("approved", (await world.SubmitAsync(company.ZhangWei, await world.PumpsAsync(company.ZhangWei))).Text("status"));
        Assert.Equal(422, (await Refused.ByAsync(() => RuleAsync(company, "approve", 0))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => RuleAsync(company, "perhaps"))).Status);
    }

    [Theory, BothDatabases]
    public async Task Drafts_old_prices_one_s_own_and_other_products_are_no_conflict(Db db)
    {
        var world = await OpenAsync(db);
        await using var company = world.Company;
        var daughter = await company.CustomerAsync(company.WangFang, "长沙银行湘潭分行", new { parent = world.Customer.Id, owner = company.ZhaoMin.Id });
        await world.PumpsAsync(company.ZhaoMin, customer: daughter);
        var filter = await world.QuoteAsync(company.ZhaoMin, customer: daughter);
        await world.LinesAsync(company.ZhaoMin, filter, new { product = world.Filter.Id, quantity = 1 });
        await world.SubmitAsync(company.ZhaoMin, filter);
        await world.SubmitAsync(company.ZhangWei, await world.PumpsAsync(company.ZhangWei));
        Assert.Equal("approved", (await world.SubmitAsync(company.ZhangWei, await world.PumpsAsync(company.ZhangWei))).Text("status"));

        // What 赵敏 sold lately counts, and after ninety days no more.
        var order = await company.CreateAsync(company.ZhaoMin, "orders", new { customer = daughter.Id, amount = Cny("900") });
        await company.CreateAsync(company.ZhaoMin, "order-lines", new { order = order.Id, product = world.Pump.Id, quantity = 1, unitPrice = Cny("900") });
        Assert.Equal("needs-confirmation", (await Refused.ByAsync(async () => await world.SubmitAsync(company.ZhangWei, await world.PumpsAsync(company.ZhangWei)))).Kind);
        company.Time.Pass(TimeSpan.FromDays(91));
        Assert.Equal("approved", (await world.SubmitAsync(company.ZhangWei, await world.PumpsAsync(company.ZhangWei))).Text("status"));
    }

    [Fact]
    public async Task Two_rules_for_the_same_people_and_goods_are_refused()
    {
        var world = await OpenAsync(Db.Sqlite);
        await using var company = world.Company;
        await company.CreateAsync(company.WangFang, "discount-rules", new { productLine = "水泵", maxDiscount = 10 });
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "discount-rules", new { productLine = "水泵", maxDiscount = 12 }))).Status);
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "discount-rules", new { maxDiscount = 101 }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "discount-rules", new { maxDiscount = 99 }))).Status);
    }
}
