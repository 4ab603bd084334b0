using Guanxi.Database;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Processes;
using Guanxi.Sales.Steps;

namespace Guanxi.Rollout.Samples;

/// <summary>What is sold and to whom it may be sold: a catalogue, and deals on their way through the stages, some won, some lost, some forgotten.</summary>
internal sealed class SampleDeals(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId)
{
    private static readonly (string Code, string Name, string Line, string Unit, int Price, double Cost)[] Catalogue =
    [
        ("U500", "五轴加工中心 U500", "加工中心", "台", 1_280_000, 0.68), ("V850", "立式加工中心 V850", "加工中心", "台", 398_000, 0.7), ("TM20S", "数控车床 TM20S", "车床", "台", 216_000, 0.72),
        ("RB06", "上下料机器人 RB06", "自动化", "套", 168_000, 0.66), ("FMS2", "柔性生产线 FMS-2", "自动化", "套", 4_600_000, 0.74), ("DK40", "刀库升级 40 把", "改造", "套", 46_000, 0.55),
        ("PX-Y", "年度保养服务", "服务", "年", 18_000, 0.4), ("PX-T", "操作培训 3 天", "服务", "次", 9_800, 0.45), ("QX01", "切削液过滤系统", "附件", "套", 32_000, 0.6), ("JG08", "激光对刀仪", "附件", "个", 12_500, 0.58),
        ("DJ12", "硬质合金刀具套装", "耗材", "套", 3_600, 0.62), ("QXY", "水溶性切削液 200 L", "耗材", "桶", 2_980, 0.7), ("BJ-Z", "主轴保养备件包", "备件", "套", 6_800, 0.5), ("BJ-D", "导轨防护备件包", "备件", "套", 4_200, 0.52),
    ];

    /// <summary>What is sold by a deal; the rest is ordered by telephone.</summary>
    private static readonly (string Code, string Name, string Line, string Unit, int Price, double Cost)[] Machines = [.. Catalogue.Where(product => product.Line is not ("耗材" or "备件"))];

    private static readonly string[] Rivals = ["海天精工", "纽威数控", "国盛智科", "马扎克", "大连机床"];
    private static readonly string[] Losses = ["价格高", "竞品方案更合适", "交期赶不上", "预算取消", "客户推迟", "一直没有回复"];
    private static readonly string[] Wins = ["价格合适", "方案合适", "交期合适", "老客户信任"];
    private static readonly string[] Stages = ["contact", "need", "quote", "negotiate", "sign"];

    /// <summary>How much of the year's business begins in each month: little around Spring Festival and in the summer, most before the budgets end.</summary>
    private static readonly double[] Season = [0.55, 0.4, 1, 1.05, 1, 0.9, 0.7, 0.7, 1.05, 0.95, 1.1, 0.95];

    private DateTimeOffset Start => today.AddDays(-722);

    public List<SampleDeed> Deeds { get; } = [];

    /// <summary>Who was won, when, for how much and what it cost.</summary>
    public List<(SampleCustomer Customer, DateTimeOffset At, Guid Deal, string Name, int Quantity, decimal Amount, decimal Cost, Guid Product)> Won { get; } = [];

    /// <summary>The catalogue by code.</summary>
    public Dictionary<string, (Guid Id, string Name, int Price, double Cost)> Products { get; } = new(StringComparer.Ordinal);

    public void Arrange(IReadOnlyList<SampleCustomer> customers)
    {
        // After the company has begun and brought its customers in.
        var first = SampleCalendar.WorkdayAt(Start, 14);
        Deeds.Add(new SampleDeed(first, SampleWriter.Program, "system", context => FirstProcess.InsertAsync(context, [CostStep])));
        Deeds.Add(new SampleDeed(first.AddSeconds(1), SampleWriter.Program, "system", context => ChineseHolidays.InsertAsync(context)));
        foreach (var product in Catalogue)
        {
            var id = random.Id(first);
            Products[product.Code] = (id, product.Name, product.Price, product.Cost);
            Deeds.Add(new SampleDeed(first.AddMinutes(1), "zhoumin", "page", context => SampleCompany.InsertAsync(
                context, "products", id, ("code", product.Code), ("name", product.Name), ("productLine", product.Line), ("unit", product.Unit), ("kind", product.Line == "服务" ? "service" : "goods"),
                ("listPrice", new Money(product.Price, "CNY")), ("cost", new Money((decimal)(product.Price * product.Cost), "CNY")), ("floorPrice", new Money(product.Price * 0.85m, "CNY")))));
        }

        foreach (var customer in customers.Where(customer => customer.Owner is not null && !customer.IsPerson && customer.Stage is not "potential"))
        {
            if (customer.Since < today.AddDays(-45) && random.Chance(0.34))
            {
                Tell(customer);
            }
        }
    }

    private void Tell(SampleCustomer customer)
    {
        var product = random.Of(Machines);
        var quantity = product.Price > 1_000_000 ? 1 : random.Between(1, 5);
        var off = random.Between(0, 12);
        var amount = decimal.Round(product.Price * quantity * (1 - (off / 100m)), 0);
        var from = customer.Since > Start ? customer.Since : Start;
        var span = Math.Max(4, (int)(today - from).TotalDays - 8);
        var begun = Working(from.AddDays(random.Between(2, span)));
        for (var again = 0; again < 3 && !random.Chance(Season[begun.Month - 1] / 1.1); again++)
        {
            begun = Working(from.AddDays(random.Between(2, span)));
        }

        if (begun > today.AddDays(-6))
        {
            begun = Working(today.AddDays(-random.Between(8, 40)));
        }

        var id = random.Id(begun);
        var name = quantity > 1 ? $"{product.Name} {quantity} {product.Unit}" : product.Name;
        var close = DateOnly.FromDateTime(begun.AddDays(random.Between(45, 180)).DateTime);
        var rival = random.Chance(0.5) ? new[] { random.Of(Rivals) } : null;
        var by = customer.Owner!;
        var line = goods.Id(begun);
        Deeds.Add(new SampleDeed(begun.AddMilliseconds(1), by, "page", context => SampleCompany.InsertAsync(
            context, "deal-lines", line, ("deal", id), ("product", Products[product.Code].Id), ("quantity", (decimal)quantity), ("unitPrice", new Money(product.Price, "CNY")), ("discount", (decimal)off), ("position", 1L))));
        Deeds.Add(new SampleDeed(begun, by, "page", context => SampleCompany.InsertAsync(
            context, "deals", id, ("name", name), ("customer", customer.Id), ("contact", customer.Contacts.FirstOrDefault(contact => contact.Met <= begun)?.Id), ("amount", new Money(amount, "CNY")), ("expectedClose", close), ("productLine", product.Line), ("competitors", rival), ("owner", userId(by)))));

        // Nothing is won that was never quoted.
        var (at, wins) = (begun, random.Chance(0.46));
        for (var stage = 1; stage < Stages.Length && ((wins && stage <= 2) || random.Chance(0.82)); stage++)
        {
            at = Working(at.AddDays(random.Between(3, 35)));
            if (at > today)
            {
                return;
            }

            var to = Stages[stage];
            Deeds.Add(new SampleDeed(at, by, "page", context => MoveDeal.ToAsync(context, id, to)));
            if (to == "quote")
            {
                // The gate behind it opens when the cost is reckoned.
                at = Reckon(id, at);
            }
        }

        var end = Working(at.AddDays(random.Between(4, 60)));
        if (end > today || random.Chance(at > today.AddDays(-90) ? 0.25 : 0.03))
        {
            Plan(customer, id, by);
            if (close < DateOnly.FromDateTime(today.DateTime) && random.Chance(0.85))
            {
                // Who looks after his deals puts off what is not signed yet.
                var later = DateOnly.FromDateTime(today.AddDays(random.Between(5, 75)).DateTime);
                Deeds.Add(new SampleDeed(today.AddHours(-random.Between(3, 100)), by, "page", async context =>
                {
                    var deal = (await RecordStore.FindAsync(context.Session, context.Schema["deals"], id))!;
                    deal["expectedClose"] = later;
                    await context.UpdateAsync(deal);
                }));
            }

            return;
        }

        if (wins)
        {
            var why = random.Of(Wins);
            Deeds.Add(new SampleDeed(end, by, "page", context => MoveDeal.WinAsync(context, id, why, null)));
            Won.Add((customer, end, id, name, quantity, amount, decimal.Round(product.Price * quantity * (decimal)product.Cost, 2), Products[product.Code].Id));
        }
        else
        {
            var (why, to) = (random.Of(Losses), rival?[0]);
            Deeds.Add(new SampleDeed(end, by, "page", context => MoveDeal.LoseAsync(context, id, why, to, null)));
        }
    }

    private static readonly Step CostStep = new("cost", "核算内部成本", "agent", 8, Shows: ["productLine", "expectedClose", "lines", "files"], Escalation: [new Escalation(8, "manager"), new Escalation(24, "administrator")]);

    /// <summary>Their own chances, so that the deals' story is the same with them and without.</summary>
    private readonly SampleRandom hours = new(31);
    private readonly SampleRandom goods = new(37);

    /// <summary>The internal cost is reckoned some days later; by then a deal may be over, and the step with it.</summary>
    /// <returns>When it is done.</returns>
    private DateTimeOffset Reckon(Guid deal, DateTimeOffset given)
    {
        var taken = SampleCalendar.During(hours, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(given.AddDays(hours.Between(1, 4)))), 9, 16);
        var done = taken.AddMinutes(hours.Between(20, 110));
        foreach (var (at, ends) in new[] { (taken, false), (done, true) }.Where(act => act.Item1 < today))
        {
            Deeds.Add(new SampleDeed(at, "liangsiqi", "page", async context =>
            {
                var step = await context.Session.FirstAsync(Sql.Of($"SELECT a.id FROM activity a JOIN deal d ON d.id = a.deal_id WHERE a.deal_id = {deal} AND a.step = {CostStep.Key} AND a.status = 'planned' AND d.status = 'open'"), row => (Guid?)row.Id(0));
                if (step is { } id)
                {
                    await (ends ? StepDesk.DoneAsync(context, id, default, null) : StepDesk.StartAsync(context, id));
                }
            }));
        }

        return done;
    }

    /// <summary>Most open deals have something planned; some are forgotten, as in life.</summary>
    private void Plan(SampleCustomer customer, Guid deal, string by)
    {
        if (!random.Chance(0.75))
        {
            return;
        }

        var (id, due, subject) = (random.Id(today), Working(today.AddDays(random.Between(-4, 20))), random.Of(["确认报价", "约见决策人", "发送技术方案", "跟进合同条款", "现场测量"]));
        Deeds.Add(new SampleDeed(today.AddHours(-random.Between(2, 60)), by, "page", context => SampleCompany.InsertAsync(context, "activities", id, ("kind", "task"), ("subject", subject), ("customer", customer.Id), ("deal", deal), ("dueAt", due), ("status", "planned"), ("owner", userId(by)))));
    }

    private DateTimeOffset Working(DateTimeOffset about) => SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(about)));
}
