using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Processes;

namespace Guanxi.Rollout.Samples;

/// <summary>A quote of a project, for whoever writes quotes.</summary>
internal sealed record SampleOffer(SampleCustomer Customer, DateTimeOffset At, Guid Deal, string Name, string Status, Guid Product, decimal Price, string Currency);

/// <summary>
/// Whole lines for large customers, some abroad: a process of its own, in which the service department measures, the reckoner reckons and the accountant reads the terms, and which many go through twice,
/// because the customer wants it otherwise. Some sellers would rather not wait, and ask for an exception.
/// </summary>
internal sealed class SampleProjects(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId, SampleDeals deals)
{
    private const string Line = "整线";
    private const int Count = 48;
    private const int Days = 600;
    private static readonly string[] Rivals = ["发那科机器人", "埃斯顿", "海天精工", "拓斯达", "马扎克"];
    private static readonly string[] Wins = ["方案合适", "老客户信任", "交期合适"];
    private static readonly string[] Losses = ["价格高", "竞品方案更合适", "预算取消", "客户推迟"];
    private static readonly string[] Reasons = ["客户下周一开评标会，成本按上一条同型线先估", "老方案翻版，只改夹具，核算可以后补", "客户总经理只在本周，先报框架价"];

    private static readonly Step Layout = new("layout", "现场勘察与布局图", "agent", 24, Shows: ["productLine", "expectedClose", "lines", "files"], Escalation: [new Escalation(16, "manager")]);
    private static readonly Step Terms = new("terms", "审核付款条件", "accountant", 8, Shows: ["amount", "expectedClose", "lines", "files"], Escalation: [new Escalation(8, "manager")]);

    private static readonly ProcessDefinition Definition = new(
    [
        new Stage("project", "立项评估", 10, 14, "有没有场地、预算和决策人；三样缺一样就不立项。", Exit: [new Condition("known", ConditionKind.Fields, Fields: ["amount", "expectedClose", "customer.industry"])]),
        new Stage("solution", "技术方案", 25, 30, "服务部门到现场量过再画布局图。", Steps: [Layout]),
        new Stage("costing", "成本核算", 40, 14, "按布局图核算，外购件要有书面报价。", Steps: [SampleDeals.CostStep], Entry: [new Condition("layout-done", ConditionKind.Step, Step: Layout.Key)]),
        new Stage("offer", "方案报价", 55, 21, "毛利不够先改方案，不先让价。", Entry: [new Condition("cost-done", ConditionKind.Step, Step: SampleDeals.CostStep.Key)]),
        new Stage("negotiate", "技术与商务澄清", 75, 45, "节拍、验收标准、付款比例写进纪要。", Entry: [new Condition("cost-known", ConditionKind.Cost)], Forecast: "bestCase"),
        new Stage("sign", "合同评审", 90, 14, "财务看过付款条件才盖章。", MayGoBack: false, Steps: [Terms], Exit: [new Condition("terms-done", ConditionKind.Step, Step: Terms.Key)], Forecast: "commit"),
    ],
    Wins, Losses);

    public List<SampleDeed> Deeds { get; } = [];

    public List<SampleOffer> Offers { get; } = [];

    /// <summary>Those won abroad, in dollars.</summary>
    public List<(SampleCustomer Customer, DateTimeOffset At, Guid Deal, string Name, decimal Amount)> Abroad { get; } = [];

    public void Arrange(IReadOnlyList<SampleCustomer> customers)
    {
        var first = SampleCalendar.WorkdayAt(today.AddDays(-Days - 10), 15);
        Deeds.Add(new SampleDeed(first, "zhoumin", "page", context => SampleCompany.InsertAsync(
            context, "sales-processes", random.Id(first), ("name", "整线项目流程"), ("productLine", Line), ("isDefault", false), ("definition", Definition.Write()), ("note", "整线与加工岛：先量现场，再核成本，合同由财务评审"))));
        var large = customers.Where(customer => customer is { Owner: "chenxiaofeng" or "zhaoqian" or "linguodong" or "huangzhiqiang", IsPerson: false, Level: "vip" or "major", Stage: "active" or "loyal" or "prospect" or "atRisk" } && customer.Since < today.AddDays(-60)).ToList();
        for (var i = 0; i < Count && large.Count > 0; i++)
        {
            Tell(random.Of(large), i, abroad: i % 3 == 2);
        }

        foreach (var (owner, stage) in new[] { ("chenxiaofeng", "solution"), ("zhaoqian", "costing"), ("huangzhiqiang", "sign") })
        {
            if (large.Find(customer => customer.Owner == owner) is { } customer)
            {
                Stand(customer, stage);
            }
        }
    }

    private void Tell(SampleCustomer customer, int number, bool abroad)
    {
        var earliest = customer.Since.AddDays(3) > today.AddDays(-Days) ? customer.Since.AddDays(3) : today.AddDays(-Days);
        // More of late than long ago, and of those abroad every other one long enough ago to be paid.
        var along = abroad && number % 2 == 0 ? 0.5 * random.Fraction() : Math.Sqrt(random.Fraction());
        var begun = Working(earliest.AddDays(along * ((today - earliest).TotalDays - 20)));
        var (deal, name, price, currency) = Begin(customer, begun, random.Chance(0.35) ? "ZX-A" : "ZX-B", abroad);
        var (by, at, owed, outcome, cost) = (customer.Owner!, begun, new HashSet<string>(StringComparer.Ordinal), "open", price * random.Between(66, 82) / 100);
        foreach (var stage in Way())
        {
            at = Working(at.AddDays(random.Between(4, 17)));
            if (at >= today)
            {
                break;
            }

            if (random.Chance(0.07))
            {
                var (why, to) = (random.Of(Losses), random.Of(Rivals));
                Deeds.Add(new SampleDeed(at, by, "page", context => MoveDeal.LoseAsync(context, deal, why, to, "复盘：需求变更两次，方案没有冻结")));
                outcome = "declined";
                break;
            }

            Deeds.Add(new SampleDeed(at, by, "page", context => MoveDeal.ToAsync(context, deal, stage)));
            if (stage == "offer" && owed.Add(stage))
            {
                Offers.Add(new SampleOffer(customer, at.AddHours(2), deal, name, "sent", deals.Products[name.StartsWith("自动化", StringComparison.Ordinal) ? "ZX-A" : "ZX-B"].Id, price, currency));
            }

            if (stage == "costing" && !owed.Contains(stage) && number % 3 == 1)
            {
                Ask(deal, by, at.AddMinutes(30), granted: number % 2 == 0);
            }

            var (step, person) = stage switch { "solution" => (Layout, "liangsiqi"), "costing" => (SampleDeals.CostStep, "tangwei"), "sign" => (Terms, "hejing"), _ => (null, "") };
            if (step is not null && owed.Add(step.Key))
            {
                owed.Add(stage);
                var taken = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(at.AddDays(random.Between(1, 3)))), 9, 16);
                at = deals.Owe(deal, step, person, taken, taken.AddMinutes(random.Between(40, 110)), step == SampleDeals.CostStep ? CostOf(cost, currency) : "{}");
            }

            outcome = stage == "sign" ? "sign" : outcome;
        }

        if (outcome == "sign" && at < today && Working(at.AddDays(random.Between(4, 20))) is var end && end < today)
        {
            outcome = Win(customer, deal, name, price, currency, cost, end);
        }

        if (outcome is "open" or "sign")
        {
            deals.Plan(customer, deal, by);
            deals.PutOff(deal, by);
        }
        else if (Offers.FindIndex(offer => offer.Deal == deal) is >= 0 and var offered)
        {
            Offers[offered] = Offers[offered] with { Status = outcome };
        }
    }

    /// <summary>Nine of ten are won from here.</summary>
    private string Win(SampleCustomer customer, Guid deal, string name, decimal price, string currency, decimal cost, DateTimeOffset end)
    {
        var by = customer.Owner!;
        if (random.Chance(0.1))
        {
            Deeds.Add(new SampleDeed(end, by, "page", context => MoveDeal.LoseAsync(context, deal, "预算取消", null, null)));
            return "declined";
        }

        var why = random.Of(Wins);
        Deeds.Add(new SampleDeed(end, by, "page", context => MoveDeal.WinAsync(context, deal, why, null)));
        if (currency == "USD")
        {
            Abroad.Add((customer, end, deal, name, price));
        }
        else
        {
            deals.Won.Add((customer, end, deal, name, 1, price, cost, deals.Products[name.StartsWith("自动化", StringComparison.Ordinal) ? "ZX-A" : "ZX-B"].Id));
        }

        return "ordered";
    }

    private (Guid Deal, string Name, decimal Price, string Currency) Begin(SampleCustomer customer, DateTimeOffset begun, string code, bool abroad)
    {
        var (deal, line, by) = (random.Id(begun), random.Id(begun), customer.Owner!);
        var product = deals.Products[code];
        var off = random.Between(0, 8);
        var list = abroad ? SampleCatalogue.InDollars(product.Price) : product.Price;
        var (price, currency) = (list * (100 - off) / 100m, abroad ? "USD" : "CNY");
        var name = $"{product.Name}{(abroad ? "（越南工厂）" : "")}";
        var close = SampleCalendar.DayOf(begun.AddDays(random.Between(120, 240)));
        var (rivals, origin) = (random.Some(Rivals, random.Between(0, 2)).ToArray(), deals.Origin(customer, begun));
        Deeds.Add(new SampleDeed(begun, by, "page", context => SampleCompany.InsertAsync(
            context, "deals", deal, [("name", name), ("customer", customer.Id), ("contact", customer.Contacts.FirstOrDefault(contact => contact.Met <= begun)?.Id), ("amount", new Money(price, currency)), ("expectedClose", close),
            ("productLine", Line), ("competitors", rivals.Length > 0 ? rivals : null), ("owner", userId(by)), .. origin])));
        Deeds.Add(new SampleDeed(begun.AddMilliseconds(1), by, "page", context => SampleCompany.InsertAsync(
            context, "deal-lines", line, ("deal", deal), ("product", product.Id), ("quantity", 1m), ("unitPrice", new Money(list, currency)), ("discount", (decimal)off), ("position", 1L))));
        deals.Persons(customer, deal, begun);
        return (deal, name, price, currency);
    }

    /// <summary>The stages in the order in which they are come to, some of them twice.</summary>
    private List<string> Way()
    {
        List<string> way = ["solution", "costing"];
        way.AddRange(random.Chance(0.25) ? ["solution", "costing", "offer"] : ["offer"]);
        way.AddRange(random.Chance(0.35) ? ["solution", "costing", "offer", "negotiate"] : ["negotiate"]);
        way.AddRange(random.Chance(0.35) ? ["offer", "negotiate", "sign"] : ["sign"]);
        return way;
    }

    /// <summary>A seller would go on before the cost is known; his manager says yes or no within hours.</summary>
    private void Ask(Guid deal, string by, DateTimeOffset at, bool granted)
    {
        if (at >= today)
        {
            return;
        }

        var (id, above, reason) = (random.Id(at), by is "chenxiaofeng" or "zhaoqian" ? "linguodong" : "zhoumin", random.Of(Reasons));
        Deeds.Add(new SampleDeed(at, by, "page", context => SampleCompany.InsertAsync(context, "gate-exceptions", id, ("deal", deal), ("condition", "cost-done"), ("reason", reason))));
        if (at.AddHours(2) < today)
        {
            Deeds.Add(new SampleDeed(at.AddHours(2), above, "page", async context =>
            {
                var request = (await ApprovalRequests.OpenAsync(context.Session, GateException.Kind, id))!.Value;
                await (granted ? ApprovalDecisions.ApproveAsync(context, request, "可以，核算三天内补上") : ApprovalDecisions.RejectAsync(context, request, "金额太大，等核算"));
            }));
        }
    }

    /// <summary>What waits for somebody today: for the service department, for an answer to an exception, for the accountant.</summary>
    private void Stand(SampleCustomer customer, string stage)
    {
        var (deal, _, price, currency) = Begin(customer, today.AddDays(-41), "ZX-B", abroad: false);
        var by = customer.Owner!;
        void Move(string to, double daysAgo) => Deeds.Add(new SampleDeed(today.AddDays(-daysAgo), by, "page", context => MoveDeal.ToAsync(context, deal, to)));
        if (stage == "solution")
        {
            Move("solution", 1.1);
            return;
        }

        Move("solution", 34);
        deals.Owe(deal, Layout, "liangsiqi", today.AddDays(-28), today.AddDays(-28).AddMinutes(90));
        if (stage == "costing")
        {
            Move("costing", 0.25);
            Ask(deal, by, today.AddMinutes(-100), granted: true);
            return;
        }

        Move("costing", 27);
        deals.Owe(deal, SampleDeals.CostStep, "tangwei", today.AddDays(-23), today.AddDays(-23).AddMinutes(80), CostOf(price * 0.71m, currency));
        Move("offer", 20);
        Move("negotiate", 12);
        Move("sign", 0.9);
    }

    internal static string CostOf(decimal cost, string currency) => $$$"""{"internalCost":{"amount":"{{{cost:0.00}}}","currency":"{{{currency}}}"}}""";

    private DateTimeOffset Working(DateTimeOffset about) => SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(about)));
}
