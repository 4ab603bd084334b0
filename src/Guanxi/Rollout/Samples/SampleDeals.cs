using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Processes;
using Guanxi.Sales.Steps;

namespace Guanxi.Rollout.Samples;

/// <summary>To whom machines may be sold: deals on their way through the stages, some sent back, some won, some lost, some forgotten.</summary>
internal sealed class SampleDeals(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId, SampleCatalogue catalogue)
{
    /// <summary>What is sold by a deal of a few weeks; the rest is ordered by telephone, or is a project of its own.</summary>
    internal static readonly SampleGoods[] Machines = [.. SampleCatalogue.Goods.Where(product => product.Line is not ("耗材" or "备件" or "整线"))];

    private static readonly string[] Rivals = ["海天精工", "纽威数控", "国盛智科", "马扎克", "大连机床"];
    private static readonly string[] Losses = ["价格高", "竞品方案更合适", "交期赶不上", "预算取消", "客户推迟", "一直没有回复"];
    private static readonly string[] Campaigns = ["上海机床展", "工博会", "以旧换新季", "老客户介绍", "技改补贴宣讲会"];
    private static readonly string[] Wins = ["价格合适", "方案合适", "交期合适", "老客户信任"];
    private static readonly string[] Stages = ["contact", "need", "quote", "negotiate", "sign"];

    /// <summary>How much of the year's business begins in each month: little around Spring Festival and in the summer, most before the budgets end.</summary>
    private static readonly double[] Season = [0.55, 0.4, 1, 1.05, 1, 0.9, 0.7, 0.7, 1.05, 0.95, 1.1, 0.95];

    private DateTimeOffset Start => today.AddDays(-722);

    private IReadOnlyList<SampleCustomer> partners = [];

    public List<SampleDeed> Deeds { get; } = [];

    /// <summary>Every deal, whatever became of it.</summary>
    public List<(SampleCustomer Customer, DateTimeOffset At, Guid Deal, string Line)> Begun { get; } = [];

    /// <summary>Who was won, when, for how much and what it cost.</summary>
    public List<(SampleCustomer Customer, DateTimeOffset At, Guid Deal, string Name, int Quantity, decimal Amount, decimal Cost, Guid Product)> Won { get; } = [];

    /// <summary>The catalogue by code.</summary>
    public Dictionary<string, (Guid Id, string Name, int Price, double Cost)> Products => catalogue.Products;

    public void Arrange(IReadOnlyList<SampleCustomer> customers, IReadOnlyList<SampleCustomer> sellingAlong)
    {
        partners = sellingAlong;
        // After the company has begun and brought its customers in.
        var first = catalogue.First;
        Deeds.Add(new SampleDeed(first, SampleWriter.Program, "system", context => FirstProcess.InsertAsync(context, [CostStep])));
        Deeds.Add(new SampleDeed(first.AddSeconds(1), SampleWriter.Program, "system", context => ChineseHolidays.InsertAsync(context)));
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
        for (var tries = 0; tries < 3 && !random.Chance(Season[begun.Month - 1] / 1.1); tries++)
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
        var origin = Origin(customer, begun);
        Deeds.Add(new SampleDeed(begun.AddMilliseconds(1), by, "page", context => SampleCompany.InsertAsync(
            context, "deal-lines", line, ("deal", id), ("product", Products[product.Code].Id), ("quantity", (decimal)quantity), ("unitPrice", new Money(product.Price, "CNY")), ("discount", (decimal)off), ("position", 1L))));
        Deeds.Add(new SampleDeed(begun, by, "page", context => SampleCompany.InsertAsync(
            context, "deals", id, [("name", name), ("customer", customer.Id), ("contact", customer.Contacts.FirstOrDefault(contact => contact.Met <= begun)?.Id), ("amount", new Money(amount, "CNY")), ("expectedClose", close), ("productLine", product.Line), ("competitors", rival), ("owner", userId(by)), .. origin])));
        Begun.Add((customer, begun, id, product.Line));
        Persons(customer, id, begun);

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
                at = Reckon(id, at, decimal.Round(amount * (decimal)product.Cost * hours.Between(96, 106) / 100m, 2));
            }
            else if (stage > 1 && again.Chance(0.25))
            {
                at = Rework(id, at, Stages[stage - 1], to, by);
            }
        }

        var end = Working(at.AddDays(random.Between(4, 60)));
        if (end > today || random.Chance(at > today.AddDays(-90) ? 0.25 : 0.03))
        {
            Plan(customer, id, by);
            if (close < DateOnly.FromDateTime(today.DateTime) && random.Chance(0.85))
            {
                PutOff(id, by);
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

    /// <summary>Who looks after his deals puts off what is not signed yet.</summary>
    internal void PutOff(Guid id, string by)
    {
        var later = DateOnly.FromDateTime(today.AddDays(random.Between(5, 75)).DateTime);
        Deeds.Add(new SampleDeed(today.AddHours(-random.Between(3, 100)), by, "page", async context =>
        {
            var deal = (await RecordStore.FindAsync(context.Session, context.Schema["deals"], id))!;
            deal["expectedClose"] = later;
            await context.UpdateAsync(deal);
        }));
    }

    /// <summary>A step for the company's own reckoner, who has the right to read costs and so may enter one.</summary>
    internal static Step CostStep { get; } = new("cost", "核算内部成本", SamplePeople.CostingRole, 8, Shows: ["productLine", "expectedClose", "lines", "files"], Fills: ["internalCost"], Escalation: [new Escalation(8, "manager"), new Escalation(24, "administrator")]);

    /// <summary>Their own chances, so that the deals' story is the same with them and without.</summary>
    private readonly SampleRandom hours = new(31);
    private readonly SampleRandom goods = new(37);
    private readonly SampleRandom again = new(41);
    private readonly SampleRandom people = new(43);

    /// <summary>The internal cost is reckoned some days later; by then a deal may be over, and the step with it.</summary>
    /// <returns>When it is done.</returns>
    private DateTimeOffset Reckon(Guid deal, DateTimeOffset given, decimal cost)
    {
        var taken = SampleCalendar.During(hours, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(given.AddDays(hours.Between(1, 4)))), 9, 16);
        return Owe(deal, CostStep, "tangwei", taken, taken.AddMinutes(hours.Between(20, 110)), SampleProjects.CostOf(cost, "CNY"));
    }

    /// <summary>A step that is taken in hand and done, unless the deal is over by then.</summary>
    /// <param name="fills">What it fills in, as JSON.</param>
    /// <returns>When it is done.</returns>
    internal DateTimeOffset Owe(Guid deal, Step step, string by, DateTimeOffset taken, DateTimeOffset done, string fills = "{}")
    {
        foreach (var (at, ends) in new[] { (taken, false), (done, true) }.Where(act => act.Item1 < today))
        {
            Deeds.Add(new SampleDeed(at, by, "page", async context =>
            {
                if (await context.Session.FirstAsync(Sql.Of($"SELECT a.id FROM activity a JOIN deal d ON d.id = a.deal_id WHERE a.deal_id = {deal} AND a.step = {step.Key} AND a.status = 'planned' AND d.status = 'open'"), row => (Guid?)row.Id(0)) is { } id)
                {
                    using var values = JsonDocument.Parse(fills);
                    await (ends ? StepDesk.DoneAsync(context, id, values.RootElement, null) : StepDesk.StartAsync(context, id));
                }
            }));
        }

        return done;
    }

    /// <summary>The customer wants it otherwise: back by a stage, and there again some days later.</summary>
    /// <returns>When it is where it was, or as it would have been had it not been sent back too late to return.</returns>
    private DateTimeOffset Rework(Guid deal, DateTimeOffset at, string back, string to, string by)
    {
        var left = Working(again, at.AddDays(again.Between(2, 9)));
        var there = Working(again, left.AddDays(again.Between(3, 14)));
        if (there >= today)
        {
            return at;
        }

        Deeds.Add(new SampleDeed(left, by, "page", context => MoveDeal.ToAsync(context, deal, back)));
        Deeds.Add(new SampleDeed(there, by, "page", context => MoveDeal.ToAsync(context, deal, to)));
        return there;
    }

    /// <summary>Where a deal comes from and who helps to sell it.</summary>
    internal (string Field, object? Value)[] Origin(SampleCustomer customer, DateTimeOffset begun) =>
    [
        ("source", people.Chance(0.7) ? people.Of(SampleIndustries.Sources) : null), ("campaign", people.Chance(0.35) ? people.Of(Campaigns) : null),
        ("partner", people.Chance(0.12) && partners.Where(partner => partner.Owner == customer.Owner && partner.Since < begun && partner.Id != customer.Id).ToList() is { Count: > 0 } near ? people.Of(near).Id : null),
    ];

    /// <summary>Who of the customer's people has which say.</summary>
    internal void Persons(SampleCustomer customer, Guid deal, DateTimeOffset begun)
    {
        foreach (var contact in customer.Contacts.Where(contact => contact.Met <= begun).Take(begun > today.AddDays(-400) ? 3 : 1))
        {
            var role = contact.DecisionRole switch { "blocker" => "budget", "influencer" when contact.Title.Contains("工程", StringComparison.Ordinal) => "technical", var known => known };
            var (id, influence, attitude) = (people.Id(begun), contact.DecisionRole is "decider" ? "high" : people.Of(["high", "medium", "low"]), people.Weighted(("for", 4), ("neutral", 4), ("unknown", 2), ("against", contact.DecisionRole == "blocker" ? 6 : 1)));
            Deeds.Add(new SampleDeed(begun.AddMinutes(people.Between(5, 50)), customer.Owner!, "page", context => SampleCompany.InsertAsync(
                context, "deal-contacts", id, ("deal", deal), ("contact", contact.Id), ("role", role), ("influence", influence), ("attitude", attitude))));
        }
    }

    /// <summary>Most open deals have something planned; some are forgotten, as in life.</summary>
    internal void Plan(SampleCustomer customer, Guid deal, string by)
    {
        if (!random.Chance(0.75))
        {
            return;
        }

        var (id, due, subject) = (random.Id(today), Working(today.AddDays(random.Between(-4, 20))), random.Of(["确认报价", "约见决策人", "发送技术方案", "跟进合同条款", "现场测量"]));
        Deeds.Add(new SampleDeed(today.AddHours(-random.Between(2, 60)), by, "page", async context =>
        {
            await SampleCompany.InsertAsync(context, "activities", id, ("kind", "task"), ("subject", subject), ("customer", customer.Id), ("deal", deal), ("dueAt", due), ("status", "planned"), ("owner", userId(by)));
            var record = (await RecordStore.FindAsync(context.Session, context.Schema["deals"], deal))!;
            record["nextStep"] = subject;
            await context.UpdateAsync(record);
        }));
    }

    private DateTimeOffset Working(DateTimeOffset about) => Working(random, about);

    private static DateTimeOffset Working(SampleRandom random, DateTimeOffset about) => SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(about)));
}
