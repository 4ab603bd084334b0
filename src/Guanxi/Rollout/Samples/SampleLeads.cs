using Guanxi.Insight.Forecasts;
using Guanxi.Platform.Records;
using Guanxi.Sales.Leads;

namespace Guanxi.Rollout.Samples;

/// <summary>Those who asked on the web site, at the fair or by telephone and what became of them; and what the company wants to reach, week by week.</summary>
internal sealed class SampleLeads(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId, Func<string, Guid> teamId, SampleDeals deals)
{
    private const int Count = 220;
    private const int Weeks = 10;
    private static readonly string[] Takers = ["chenxiaofeng", "zhaoqian", "huangzhiqiang"];
    private static readonly string[] Needs = ["想了解五轴加工中心的价格和交期", "现有车床精度不够，想换两台", "要做自动上下料，请上门看看", "寻找切削液过滤方案", "年度保养怎么收费", "新厂房明年投产，需要整线方案", "请寄一份样本", "刀具寿命短，想试用你们的套装"];
    private static readonly string[] Answers = ["对方在开会，约下午再打", "发了样本和案例，等内部讨论", "问了图纸和节拍，要先看方案", "加了微信，发了报价范围", "工艺主管来电问交期"];

    private DateTimeOffset Start => today.AddDays(-350);

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(IReadOnlyList<SampleCustomer> customers)
    {
        var first = SampleCalendar.WorkdayAt(Start, 10);
        var form = random.Id(first);
        Deeds.Add(new SampleDeed(first, "xielin", "page", async context =>
        {
            await SampleCompany.InsertAsync(
                context, "lead-forms", form, ("name", "官网询价"), ("key", "lanfeng2026"), ("heading", "告诉我们您的需求"), ("intro", "留下联系方式，工程师会在一个工作小时内与您联系。"), ("fields", new[] { "company", "contactName", "phone", "province", "need" }), ("requiredFields", new[] { "contactName", "phone" }),
                ("consentText", "我同意岚峰智能装备为回复本次询价而保存并使用我填写的信息，可随时要求删除。"), ("consentPurpose", "marketingCall"), ("consentRequired", true), ("cost", new Money(35, "CNY")), ("thanks", "谢谢！工程师会尽快与您联系。"));
            await SampleCompany.InsertAsync(context, "lead-rules", random.Id(first), ("name", "老客户找原负责人"), ("position", 10L), ("method", "customerOwner"));
            await SampleCompany.InsertAsync(context, "lead-rules", random.Id(first), ("name", "华南三省"), ("position", 20L), ("method", "roundRobin"), ("provinces", new[] { "广东", "广西", "福建" }), ("people", new[] { "huangzhiqiang" }), ("respondWithin", 60L));
            await SampleCompany.InsertAsync(context, "lead-rules", random.Id(first), ("name", "其他轮流，每人每天最多 6 条"), ("position", 30L), ("method", "roundRobin"), ("people", new[] { "chenxiaofeng", "zhaoqian" }), ("perDay", 6L), ("workingHours", true), ("respondWithin", 60L));
        }));
        var referrers = customers.Where(customer => customer.Owner is not null && customer.Since < Start).Take(12).ToList();
        for (var i = 0; i < Count; i++)
        {
            Tell(form, referrers);
        }

        foreach (var deal in deals.Begun.Where(deal => deal.At > Start.AddDays(35)))
        {
            if (random.Chance(0.45))
            {
                Became(form, deal.Customer, deal.Deal, deal.At, deal.Line, referrers);
            }
        }

        Reach();
    }

    private void Tell(Guid form, IReadOnlyList<SampleCustomer> referrers)
    {
        var at = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(Start.AddDays(random.Between(3, 346)))));
        if (at > today.AddMinutes(-20))
        {
            at = SampleCalendar.WorkdayAgo(today, 5, 10);
        }

        var (by, city, industry) = (random.Of(Takers), random.Of(random.Chance(0.6) ? SamplePlaces.East : SamplePlaces.South), random.Of(SampleIndustries.All));
        var decided = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(at.AddDays(random.Between(4, 30)))));
        var (id, answered, _) = Ask(form, at, decided, by, promising: false, SampleNames.Company(random, city, industry).Full, city, industry, random.Of(SampleDeals.Machines).Line, referrers);
        if (!answered || decided > today)
        {
            return;
        }

        var reason = random.Weighted<string?>((null, 12), ("noNeed", 23), ("noBudget", 20), ("unreachable", 22), ("wrongFit", 14), ("duplicate", 9));
        State(id, by, decided, reason is null ? "qualified" : "disqualified", reason);
    }

    /// <summary>A deal began as a lead some weeks before.</summary>
    private void Became(Guid form, SampleCustomer customer, Guid deal, DateTimeOffset begun, string line, IReadOnlyList<SampleCustomer> referrers)
    {
        var at = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(begun.AddDays(-random.Between(4, 30)))));
        if (at < Start.AddDays(2) || at >= begun.AddHours(-20))
        {
            return;
        }

        var by = customer.Owner!;
        var (id, _, calls) = Ask(form, at, begun, by, promising: true, customer.Name, customer.City, customer.Industry, random.Chance(0.7) ? line : random.Of(SampleDeals.Machines).Line, [.. referrers.Where(referrer => referrer.Id != customer.Id)]);
        Deeds.Add(new SampleDeed(begun.AddSeconds(1), by, "page", async context =>
        {
            var lead = (Lead)(await RecordStore.FindAsync(context.Session, context.Schema["leads"], id))!;
            lead.Converting = true;
            (lead["state"], lead["customer"], lead["deal"], lead["convertedAt"], lead["respondedAt"]) = ("converted", customer.Id, deal, context.Now, lead["respondedAt"] ?? context.Now);
            await context.UpdateAsync(lead, "convert");
            foreach (var call in calls)
            {
                var activity = (await RecordStore.FindAsync(context.Session, context.Schema["activities"], call))!;
                (activity["customer"], activity["deal"]) = (customer.Id, deal);
                await context.UpdateAsync(activity, "convert");
            }
        }));
    }

    /// <summary>What is known of somebody who asks, and how quickly he is answered, says something of what will become of it and never all: both kinds come by every way and leave every gap.</summary>
    private (Guid Id, bool Answered, List<Guid> Calls) Ask(Guid form, DateTimeOffset at, DateTimeOffset until, string by, bool promising, string company, SampleCity city, SampleIndustry industry, string line, IReadOnlyList<SampleCustomer> referrers)
    {
        bool Told(double promisingOnes, double others) => random.Chance(promising ? promisingOnes : others);
        var id = random.Id(at);
        var campaign = promising ? random.Weighted(("老客户介绍", 33), ("官网询价", 25), ("上海机床展", 15), ("工博会", 13), ("搜索推广", 14)) : random.Weighted(("老客户介绍", 11), ("官网询价", 25), ("上海机床展", 19), ("工博会", 17), ("搜索推广", 28));
        var source = campaign switch { "老客户介绍" => "referral", "搜索推广" => "search", "官网询价" => "webForm", _ => "event" };
        var (person, phone, need) = (SampleNames.Person(random, random.Chance(0.3)), SampleNumbers.Mobile(random), random.Of(Needs));
        (string Field, object? Value)[] values =
        [
            ("company", Told(0.97, 0.92) ? company : null), ("contactName", person), ("phone", source == "webForm" || Told(0.95, 0.9) ? phone : null), ("email", Told(0.6, 0.38) ? $"{SampleNames.Latin(person, personName: true)}@{SampleNames.Latin(company[2..4])}.example" : null),
            ("province", Told(0.85, 0.8) ? city.Province : null), ("city", Told(0.6, 0.55) ? city.Name : null), ("industry", Told(0.7, 0.6) ? industry.Name : null), ("need", Told(0.91, 0.77) ? need : null), ("productLine", Told(0.55, 0.45) ? line : null),
            ("amount", Told(0.65, 0.38) ? new Money(random.Between(2, 60) * 10_000m, "CNY") : null), ("source", source), ("campaign", campaign), ("cost", source switch { "search" => new Money(180, "CNY"), "event" => new Money(420, "CNY"), "webForm" => new Money(35, "CNY"), _ => null }),
            ("referredBy", source == "referral" && referrers.Count > 0 ? random.Of(referrers).Id : null), ("form", source == "webForm" ? form : null), ("owner", userId(by)),
        ];
        Deeds.Add(new SampleDeed(at, SampleWriter.Program, "form", context => SampleCompany.InsertAsync(context, "leads", id, values)));

        // Most are answered within the hour, some the next day, a few never.
        var wait = promising ? random.Weighted((20, 41), (45, 28), (95, 18), (1500, 13)) : random.Weighted((20, 21), (45, 22), (95, 23), (1500, 26), (0, 8));
        var call = at.AddMinutes(wait + random.Between(0, 14));
        if (wait == 0 || call >= until || call > today)
        {
            return (id, false, []);
        }

        List<Guid> calls = [Call(id, call, by, "回电了解需求：" + need)];
        for (var more = promising ? random.Weighted((0, 14), (1, 38), (2, 32), (3, 16)) : random.Weighted((0, 28), (1, 40), (2, 22), (3, 10)); more > 0; more--)
        {
            var next = call.AddHours((until - call).TotalHours * random.Fraction());
            if (next < today)
            {
                calls.Add(Call(id, next, by, random.Of(Answers)));
            }
        }

        var found = call.AddHours((until - call).TotalHours * (0.25 + (0.5 * random.Fraction())));
        if (Told(0.55, 0.22) && found < today)
        {
            State(id, by, found, "qualified", null);
        }

        return (id, true, calls);
    }

    private Guid Call(Guid lead, DateTimeOffset at, string by, string content)
    {
        var id = random.Id(at);
        Deeds.Add(new SampleDeed(at, by, "page", context => SampleCompany.InsertAsync(context, "activities", id, ("kind", "call"), ("content", content), ("lead", lead), ("owner", userId(by)))));
        return id;
    }

    private void State(Guid id, string by, DateTimeOffset at, string state, string? reason) => Deeds.Add(new SampleDeed(at, by, "page", async context =>
    {
        var lead = (await RecordStore.FindAsync(context.Session, context.Schema["leads"], id))!;
        (lead["state"], lead["disqualifyReason"]) = (state, reason);
        await context.UpdateAsync(lead);
    }));

    /// <summary>Targets of the year, a picture of the pipeline each Friday, and a manager's number beside a seller's.</summary>
    private void Reach()
    {
        var day = SampleCalendar.DayOf(today);
        foreach (var year in new[] { day.Year - 1, day.Year }.Where(year => year == day.Year || Start.Year < day.Year))
        {
            var at = SampleCalendar.WorkdayAt(Start.AddDays(5), 9);
            Deeds.Add(new SampleDeed(at, "zhoumin", "page", async context =>
            {
                for (var quarter = 1; quarter <= 4; quarter++)
                {
                    var (period, season) = ($"{year}-Q{quarter}", new[] { 0.8m, 1m, 1m, 1.2m }[quarter - 1]);
                    await TargetAsync(context, at, period, "company", null, null, 24_000_000 * season);
                    await TargetAsync(context, at, period, "team", teamId(SamplePeople.East), null, 14_000_000 * season);
                    await TargetAsync(context, at, period, "team", teamId(SamplePeople.South), null, 9_000_000 * season);
                    foreach (var (person, amount) in new[] { ("linguodong", 4_000_000m), ("chenxiaofeng", 6_000_000m), ("zhaoqian", 4_500_000m), ("huangzhiqiang", 9_000_000m) })
                    {
                        await TargetAsync(context, at, period, "person", null, userId(person), amount * season);
                    }
                }

                await TargetAsync(context, at, $"{year}", "company", null, null, 95_000_000);
                foreach (var (person, calls, margin) in new[] { ("linguodong", 160m, 900_000m), ("chenxiaofeng", 320m, 1_500_000m), ("zhaoqian", 280m, 1_100_000m), ("huangzhiqiang", 420m, 2_200_000m) })
                {
                    for (var quarter = 1; quarter <= 4; quarter++)
                    {
                        await TargetAsync(context, at, $"{year}-Q{quarter}", "person", null, userId(person), calls, "activities");
                        await TargetAsync(context, at, $"{year}-Q{quarter}", "person", null, userId(person), margin, "margin");
                    }
                }
            }));
        }

        for (var week = Weeks; week >= 0; week--)
        {
            var friday = day.AddDays(-((((int)day.DayOfWeek + 2) % 7) + (7 * week)));
            var at = new DateTimeOffset(friday.ToDateTime(new TimeOnly(20, 0)), SampleCalendar.Beijing).ToUniversalTime();
            if (at < today.AddMinutes(-5))
            {
                Deeds.Add(new SampleDeed(at, SampleWriter.Program, "system", context => ForecastSnapshots.TakeAsync(context, weekly: true)));
            }
        }

        var period = Guanxi.Insight.Targets.SalesPeriod.QuarterOf(day);
        Deeds.Add(new SampleDeed(SampleCalendar.WorkdayAgo(today, 6, 9), "linguodong", "page", context => ForecastAdjustments.SetAsync(context, period, userId("chenxiaofeng"), 5_200_000, "柔性线的客户要等明年预算，先按保守估计")));
    }

    private Task TargetAsync(SaveContext context, DateTimeOffset at, string period, string scope, Guid? team, Guid? person, decimal amount, string measure = "amount") =>
        SampleCompany.InsertAsync(context, "targets", random.Id(at), ("period", period), ("scope", scope), ("team", team), ("person", person), ("measure", measure), ("base", amount), ("stretch", decimal.Round(amount * 1.15m)));
}
