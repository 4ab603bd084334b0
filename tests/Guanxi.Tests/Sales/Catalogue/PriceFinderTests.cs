using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Catalogue;

public sealed class PriceFinderTests
{
    private static readonly DateOnly Day = new(2026, 6, 1);

    private static async Task<Money?> FindAsync(Company company, Guid? customer, Guid product, decimal quantity, DateOnly? day = null, string currency = "CNY")
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return (await PriceFinder.FindAsync(session, customer, [(product, quantity)], day ?? Day, currency))[0].Price;
    }

    [Theory, BothDatabases]
    public async Task The_nearest_list_and_the_highest_break_reached_give_the_price(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Task<Record> Make(string type, object values) => company.CreateAsync(company.WangFang, type, values);
        var drill = await Make("products", new { code = "ZJ-01", name = "钻机", listPrice = new { amount = "1000", currency = "CNY" } });
        var pump = await Make("products", new { code = "B-02", name = "水泵", listPrice = new { amount = "500", currency = "CNY" } });
        var all = await Make("price-lists", new { name = "通用" });
        var vips = await Make("price-lists", new { name = "VIP", customerLevel = "vip", parent = all.Id });
        var hunan = await Make("price-lists", new { name = "湖南", province = "湖南省", startsOn = "2026-05-01", endsOn = "2026-06-30" });
        async Task PriceAsync(Record list, Record product, int from, string amount, string? starts = null, string? ends = null) => await Make("prices", new { priceList = list.Id, product = product.Id, minQuantity = from, price = new { amount, currency = "CNY" }, startsOn = starts, endsOn = ends });
        await PriceAsync(all, drill, 1, "950");
        await PriceAsync(all, drill, 10, "900");
        await PriceAsync(vips, drill, 1, "850", ends: "2026-06-30");
        await PriceAsync(vips, drill, 1, "840", starts: "2026-07-01");
        await PriceAsync(hunan, drill, 1, "930");
        await PriceAsync(all, pump, 1, "480");

        var vip = (await company.CustomerAsync(company.ZhangWei, "大厂", new { level = "vip", province = "湖南省" })).Id;
        var local = (await company.CustomerAsync(company.ZhangWei, "本地厂", new { level = "small", province = "湖南省" })).Id;
        Assert.Equal(850m, (await FindAsync(company, vip, drill.Id, 1))?.Amount);
        Assert.Equal(840m, (await FindAsync(company, vip, drill.Id, 1, new DateOnly(2026, 7, 1)))?.Amount);
        Assert.Equal(480m, (await FindAsync(company, vip, pump.Id, 1))?.Amount);
        Assert.Equal(930m, (await FindAsync(company, local, drill.Id, 50))?.Amount);
        Assert.Equal(900m, (await FindAsync(company, local, drill.Id, 50, new DateOnly(2026, 7, 1)))?.Amount);
        Assert.Equal(950m, (await FindAsync(company, null, drill.Id, 9))?.Amount);
        Assert.Null(await FindAsync(company, vip, drill.Id, 1, currency: "USD"));
    }

    [Theory, BothDatabases]
    public async Task A_variant_costs_what_its_product_does_unless_it_has_a_price_of_its_own(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Task<Record> Make(string type, object values) => company.CreateAsync(company.WangFang, type, values);
        var drill = await Make("products", new { code = "ZJ-01", name = "钻机", unit = "台", taxRate = 9, listPrice = new { amount = "1000", currency = "CNY" } });
        var red = await Make("products", new { code = "ZJ-01-R", name = "钻机 红", variantOf = drill.Id, variant = "红" });
        var large = await Make("products", new { code = "ZJ-01-L", name = "钻机 大", variantOf = drill.Id, variant = "大", listPrice = new { amount = "1200", currency = "CNY" } });
        Assert.Equal(("台", 9m), (red.Text("unit"), red["taxRate"]));
        Assert.Equal((1000m, 1200m), ((await FindAsync(company, null, red.Id, 1))!.Value.Amount, (await FindAsync(company, null, large.Id, 1))!.Value.Amount));
        var list = await Make("price-lists", new { name = "通用" });
        await Make("prices", new { priceList = list.Id, product = drill.Id, price = new { amount = "900", currency = "CNY" } });
        Assert.Equal(900m, (await FindAsync(company, null, red.Id, 1))!.Value.Amount);
        await Make("prices", new { priceList = list.Id, product = red.Id, price = new { amount = "880", currency = "CNY" } });
        Assert.Equal(880m, (await FindAsync(company, null, red.Id, 1))!.Value.Amount);
    }

    [Theory, BothDatabases]
    public async Task A_price_outside_the_days_of_its_list_is_refused_and_the_ends_of_the_list_count_as_gaps(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Task<Record> Make(string type, object values) => company.CreateAsync(company.WangFang, type, values);
        var drill = await Make("products", new { code = "ZJ-01", name = "钻机" });
        var list = await Make("price-lists", new { name = "2026", startsOn = "2026-01-01", endsOn = "2026-12-31" });
        object Price(string? starts, string? ends) => new { priceList = list.Id, product = drill.Id, price = new { amount = "1", currency = "CNY" }, startsOn = starts, endsOn = ends };
        foreach (var (starts, ends) in new (string?, string?)[] { ("2027-02-01", null), (null, "2025-12-31") })
        {
            Assert.Contains("2026-01-01 – 2026-12-31", (await Refused.ByAsync(() => Make("prices", Price(starts, ends)))).Errors!["startsOn"][0].ZhHans, StringComparison.Ordinal);
        }

        await Make("prices", Price("2026-02-01", "2026-10-31"));
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Equal([(new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 31)), (new DateOnly(2026, 11, 1), new DateOnly(2026, 12, 31))], (await PriceGaps.OfListAsync(session, list.Id)).Select(gap => (gap.From, gap.Until)));
    }

    [Theory, BothDatabases]
    public async Task Overlaps_cycles_and_foreign_currencies_are_refused_with_a_sentence(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Task<Record> Make(string type, object values) => company.CreateAsync(company.WangFang, type, values);
        async Task<string> Wrong(Func<Task> work) => (await Refused.ByAsync(work)).Errors!.Keys.Single();
        var drill = await Make("products", new { code = "ZJ-01", name = "钻机" });
        Assert.Equal("code", await Wrong(() => Make("products", new { code = "ZJ-01", name = "另一台" })));
        var list = await Make("price-lists", new { name = "通用" });
        var child = await Make("price-lists", new { name = "下级", parent = list.Id });
        object Price(string currency, string? starts, string? ends) => new { priceList = list.Id, product = drill.Id, price = new { amount = "1", currency }, startsOn = starts, endsOn = ends };
        await Make("prices", Price("CNY", "2026-01-01", "2026-06-30"));
        Assert.Equal("startsOn", await Wrong(() => Make("prices", Price("CNY", "2026-06-30", null))));
        Assert.Equal("startsOn", await Wrong(() => Make("prices", Price("CNY", null, "2026-01-01"))));
        Assert.Equal("price", await Wrong(() => Make("prices", Price("USD", "2027-01-01", null))));
        Assert.Equal("endsOn", await Wrong(() => Make("prices", Price("CNY", "2027-01-02", "2027-01-01"))));
        await Make("prices", Price("CNY", "2026-07-01", null));
        Assert.Equal("parent", await Wrong(() => company.ChangeAsync(company.WangFang, list, new { parent = child.Id })));
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "products", new { code = "X", name = "我的" }))).Status);
    }

    [Theory, BothDatabases]
    public async Task What_a_product_costs_the_company_a_seller_does_not_see(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.CreateAsync(company.WangFang, "products", new { code = "ZJ-01", name = "钻机", cost = new { amount = "600", currency = "CNY" }, floorPrice = new { amount = "800", currency = "CNY" } });
        Assert.False((await company.ListAsync(company.ZhangWei, "products")).GetProperty("items")[0].TryGetProperty("cost", out _));
        Assert.Equal(422, (await Refused.ByAsync(() => company.ListAsync(company.ZhangWei, "products", sort: "floorPrice"))).Status);
        Assert.True((await company.ListAsync(company.LiQiang, "products")).GetProperty("items")[0].TryGetProperty("cost", out _));
    }
}
