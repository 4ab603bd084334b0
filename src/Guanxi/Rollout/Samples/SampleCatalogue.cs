using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>Something the sample company sells.</summary>
/// <param name="Cost">Of the list price.</param>
internal sealed record SampleGoods(string Code, string Name, string English, string Line, string Unit, int Price, double Cost, int LeadDays, int Stock);

/// <summary>What is sold and what it costs: products with variants and bundles, what they cost the company in two years, price lists for everybody, for classes of customers, for a province, for some weeks and for abroad, and the rates of foreign money.</summary>
internal sealed class SampleCatalogue(SampleRandom random, DateTimeOffset today)
{
    private const string Keeper = "zhoumin";

    public static IReadOnlyList<SampleGoods> Goods { get; } =
    [
        new("U500", "五轴加工中心 U500", "5-axis machining centre U500", "加工中心", "台", 1_280_000, 0.68, 90, 2), new("V850", "立式加工中心 V850", "Vertical machining centre V850", "加工中心", "台", 398_000, 0.7, 45, 6), new("TM20S", "数控车床 TM20S", "CNC lathe TM20S", "车床", "台", 216_000, 0.72, 30, 9),
        new("RB06", "上下料机器人 RB06", "Loading robot RB06", "自动化", "套", 168_000, 0.66, 35, 4), new("FMS2", "柔性生产线 FMS-2", "Flexible line FMS-2", "自动化", "套", 4_600_000, 0.74, 150, 0), new("DK40", "刀库升级 40 把", "Tool magazine upgrade, 40 tools", "改造", "套", 46_000, 0.55, 20, 5),
        new("PX-Y", "年度保养服务", "Yearly maintenance", "服务", "年", 18_000, 0.4, 3, 0), new("PX-T", "操作培训 3 天", "Operator training, 3 days", "服务", "次", 9_800, 0.45, 7, 0), new("QX01", "切削液过滤系统", "Coolant filter system", "附件", "套", 32_000, 0.6, 15, 11), new("JG08", "激光对刀仪", "Laser tool setter", "附件", "个", 12_500, 0.58, 10, 18),
        new("DJ12", "硬质合金刀具套装", "Carbide tool set", "耗材", "套", 3_600, 0.62, 3, 260), new("QXY", "水溶性切削液 200 L", "Water-soluble coolant, 200 l", "耗材", "桶", 2_980, 0.7, 3, 140), new("BJ-Z", "主轴保养备件包", "Spindle maintenance kit", "备件", "套", 6_800, 0.5, 5, 42), new("BJ-D", "导轨防护备件包", "Guideway cover kit", "备件", "套", 4_200, 0.52, 5, 37),
        new("ZX-A", "自动化整线", "Turnkey automated line", "整线", "条", 6_800_000, 0.73, 180, 0), new("ZX-B", "机器人加工岛", "Robot machining island", "整线", "套", 2_600_000, 0.7, 120, 0),
    ];

    private static readonly (string Code, string Of, string Variant, int? Price)[] Variants =
    [
        ("U500-15K", "U500", "主轴 15000 转", null), ("U500-24K", "U500", "主轴 24000 转", 1_398_000), ("DJ12-P", "DJ12", "钢件 P 类", null), ("DJ12-M", "DJ12", "不锈钢 M 类", 3_980), ("DJ12-K", "DJ12", "铸铁 K 类", null),
    ];

    private static readonly (string Code, string Name, string English, int Price, (string Code, int Quantity)[] Parts)[] Bundles =
    [
        ("CELL-1", "车床上下料单元", "Lathe loading cell", 588_000, [("TM20S", 2), ("RB06", 1), ("JG08", 1)]), ("CUT-Y", "年度刀具包", "Tools for a year", 56_800, [("DJ12", 12), ("QXY", 6)]),
    ];

    /// <summary>What cost what, each half year against now.</summary>
    private static readonly (string Code, double[] Before, string Why)[] Dearer =
        [("U500", [0.93, 0.95, 0.98], "数控系统与主轴随订货批次调价"), ("V850", [0.96, 0.97, 0.99], "铸件涨价"), ("FMS2", [0.94, 0.98, 0.97], "机器人换供应商"), ("DJ12", [0.88, 0.92, 0.96], "钨价上涨"), ("QXY", [1.04, 1.02, 1.01], "改用国产基础油")];

    private static readonly (string Currency, double First, double Sway)[] Currencies = [("USD", 7.18, 0.12), ("EUR", 7.86, 0.28), ("HKD", 0.921, 0.015)];
    private readonly Dictionary<string, (Guid Id, DateTimeOffset At)> lists = new(StringComparer.Ordinal);

    /// <summary>The day the company begins to sell with Guanxi.</summary>
    public DateTimeOffset First { get; } = SampleCalendar.WorkdayAt(today.AddDays(-722), 14);

    public List<SampleDeed> Deeds { get; } = [];

    /// <summary>What is sold, by code.</summary>
    public Dictionary<string, (Guid Id, string Name, int Price, double Cost)> Products { get; } = new(StringComparer.Ordinal);

    public void Arrange()
    {
        Offered();
        Parts();
        Costs();
        Lists();
        Rates();
    }

    /// <summary>What one costs abroad.</summary>
    public static decimal InDollars(int price) => decimal.Round(price / 6.9m / 10) * 10;

    private void Offered()
    {
        var at = First.AddMinutes(1);
        foreach (var goods in Goods)
        {
            var id = random.Id(at);
            Products[goods.Code] = (id, goods.Name, goods.Price, goods.Cost);
            Add(at, "products", id, ("code", goods.Code), ("name", goods.Name), ("nameEn", goods.English), ("productLine", goods.Line), ("unit", goods.Unit), ("kind", goods.Line == "服务" ? "service" : "goods"), ("taxRate", goods.Line == "服务" ? 6m : 13m), ("leadDays", (long)goods.LeadDays),
                ("listPrice", Yuan(goods.Price)), ("cost", Yuan((decimal)(goods.Price * goods.Cost))), ("floorPrice", Yuan(goods.Price * 0.85m)));
            if (goods.Stock > 0)
            {
                // Told by the warehouse's own program.
                Deeds.Add(new SampleDeed(SampleCalendar.WorkdayAgo(today, 5, 7), Keeper, "api", async context =>
                {
                    var product = (await RecordStore.FindAsync(context.Session, context.Schema["products"], id))!;
                    (product["stock"], product["stockSource"]) = ((decimal)goods.Stock, "仓库系统");
                    await context.UpdateAsync(product);
                }));
            }
        }

        foreach (var (code, of, variant, price) in Variants)
        {
            Add(at.AddMinutes(1), "products", random.Id(at), ("code", code), ("name", $"{Products[of].Name} {variant}"), ("nameEn", Goods.First(goods => goods.Code == of).English + code[of.Length..]), ("variantOf", Products[of].Id), ("variant", variant), ("listPrice", price is { } own ? Yuan(own) : null));
        }
    }

    private void Parts()
    {
        var at = First.AddMinutes(3);
        foreach (var (code, name, english, price, parts) in Bundles)
        {
            var bundle = random.Id(at);
            Add(at, "products", bundle, ("code", code), ("name", name), ("nameEn", english), ("productLine", "套装"), ("unit", "套"), ("listPrice", Yuan(price)));
            foreach (var (part, quantity) in parts)
            {
                Add(at.AddMinutes(1), "bundle-items", random.Id(at), ("bundle", bundle), ("product", Products[part].Id), ("quantity", (decimal)quantity));
            }
        }
    }

    private void Costs()
    {
        foreach (var (code, before, why) in Dearer)
        {
            var (id, _, price, share) = Products[code];
            for (var half = 0; half <= before.Length; half++)
            {
                var at = half == 0 ? First.AddMinutes(5) : SampleCalendar.WorkdayAt(today.AddDays(-722 + (180 * half)), 9);
                var factor = half < before.Length ? before[half] : 1;
                Add(at, "product-costs", random.Id(at), ("product", id), ("startsOn", SampleCalendar.DayOf(at)), ("cost", Yuan(decimal.Round((decimal)(price * share * factor), 2))), ("note", half == 0 ? "启用时的成本" : why));
            }
        }

        var told = SampleCalendar.WorkdayAgo(today, 9, 10);
        Add(told, "product-costs", random.Id(told), ("product", Products["DJ12"].Id), ("startsOn", SampleCalendar.DayOf(today.AddDays(20))), ("cost", Yuan(2_380)), ("note", "供应商已通知下月涨价"));
    }

    private void Lists()
    {
        var (day, year) = (SampleCalendar.DayOf(today), new DateOnly(SampleCalendar.DayOf(today).Year, 1, 1));
        List("标准价目表", null, First.AddMinutes(10), ("note", "所有客户；其他价格表没有写的，按这一张"));
        foreach (var goods in Goods.Where(goods => goods.Code != "QXY"))
        {
            Breaks("标准价目表", goods.Code, goods.Line is "耗材" or "备件" ? [(1, 0), (10, 3), (50, 6)] : [(1, 0)]);
        }

        Price("标准价目表", "QXY", 1, Yuan(2_880), ("endsOn", year.AddDays(-1)));
        Price("标准价目表", "QXY", 1, Yuan(2_980), ("startsOn", year));
        List("VIP 价目表", "标准价目表", First.AddMinutes(20), ("customerLevel", "vip"));
        List("大客户价目表", "标准价目表", First.AddMinutes(30), ("customerLevel", "major"));
        foreach (var goods in Goods.Where(goods => goods.Line != "整线"))
        {
            Breaks("VIP 价目表", goods.Code, goods.Line is "耗材" or "备件" ? [(1, 5), (10, 8), (50, 12)] : goods.Line == "服务" ? [(1, 5)] : [(1, 3), (3, 5), (5, 8)]);
            if (goods.Line is not "服务")
            {
                Breaks("大客户价目表", goods.Code, goods.Line is "耗材" or "备件" ? [(1, 3), (20, 6)] : [(1, 2), (3, 4)]);
            }
        }

        List("浙江技改补贴价", "标准价目表", SampleCalendar.WorkdayAgo(today, 66, 10), ("province", "浙江省"), ("startsOn", day.AddDays(-60)), ("endsOn", day.AddDays(120)), ("note", "凭技改备案通知书"));
        foreach (var code in new[] { "V850", "TM20S", "RB06", "DK40" })
        {
            Breaks("浙江技改补贴价", code, [(1, 6)]);
        }

        List("刀具促销", "标准价目表", SampleCalendar.WorkdayAgo(today, 21, 10), ("startsOn", day.AddDays(-15)), ("endsOn", day.AddDays(45)));
        Breaks("刀具促销", "DJ12", [(1, 8), (20, 12)]);
        Breaks("刀具促销", "CUT-Y", [(1, 5)]);
        List("上年展会特价", "标准价目表", SampleCalendar.WorkdayAt(today.AddDays(-415), 10), ("startsOn", day.AddDays(-400)), ("endsOn", day.AddDays(-340)));
        Breaks("上年展会特价", "U500", [(1, 10)]);
        List("出口价目表（美元）", null, First.AddMinutes(40), ("currency", "USD"), ("note", "FOB Shanghai"));
        foreach (var goods in Goods.Where(goods => goods.Line is not ("服务" or "改造")))
        {
            Price("出口价目表（美元）", goods.Code, 1, new Money(InDollars(goods.Price), "USD"));
        }
    }

    private void List(string name, string? above, DateTimeOffset at, params (string Field, object? Value)[] values)
    {
        lists[name] = (random.Id(at), at);
        Add(at, "price-lists", lists[name].Id, [("name", name), ("parent", above is null ? null : lists[above].Id), .. values]);
    }

    /// <summary>Quantities and what is taken off from them on, in percent of the list price.</summary>
    private void Breaks(string list, string code, (int From, int Off)[] breaks)
    {
        var price = Products.TryGetValue(code, out var product) ? product.Price : Bundles.First(bundle => bundle.Code == code).Price;
        foreach (var (from, off) in breaks)
        {
            Price(list, code, from, Yuan(price * (100 - off) / 100m));
        }
    }

    private void Price(string list, string code, int from, Money price, params (string Field, object? Value)[] values)
    {
        var (id, at) = (lists[list].Id, lists[list].At.AddMinutes(2));
        Deeds.Add(new SampleDeed(at, Keeper, "page", async context =>
        {
            var product = await context.Session.FirstAsync(Database.Sql.Of($"SELECT id FROM product WHERE code = {code}"), row => row.Id(0));
            await SampleCompany.InsertAsync(context, "prices", random.Id(at), [("priceList", id), ("product", product), ("minQuantity", (decimal)from), ("price", price), .. values]);
        }));
    }

    /// <summary>The rate of each month, entered on its first working day.</summary>
    private void Rates()
    {
        foreach (var (currency, first, sway) in Currencies)
        {
            var rate = first;
            for (var month = -24; month <= 0; month++)
            {
                var day = new DateOnly(SampleCalendar.DayOf(today).Year, SampleCalendar.DayOf(today).Month, 1).AddMonths(month);
                var worked = new DateTimeOffset(SampleCalendar.WorkdayFrom(day).ToDateTime(new TimeOnly(9, 0)), SampleCalendar.Beijing).ToUniversalTime();
                var at = worked < First ? First.AddMinutes(8) : worked < today ? worked : today.AddMinutes(-30);
                var known = decimal.Round((decimal)rate, 4);
                Add(at, "exchange-rates", random.Id(at), ("currency", currency), ("day", day), ("rate", known), ("source", "中国人民银行中间价"));
                rate += ((first - rate) * 0.2) + (sway * (random.Fraction() - 0.5));
            }
        }
    }

    private static Money Yuan(decimal amount) => new(amount, "CNY");

    private void Add(DateTimeOffset at, string type, Guid id, params (string Field, object? Value)[] values) => Deeds.Add(new SampleDeed(at, Keeper, "page", context => SampleCompany.InsertAsync(context, type, id, values)));
}
