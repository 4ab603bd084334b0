using Guanxi.Insight.Forecasts;
using Guanxi.Platform.Records;
using Guanxi.Sales.Leads;

namespace Guanxi.Rollout.Samples;

/// <summary>Those who asked on the web site, at the fair or by telephone and what became of them; and what the company wants to reach, week by week.</summary>
internal sealed class SampleLeads(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId, Func<string, Guid> teamId, SampleDeals deals)
{
    private const int Count = 150;
    private const int Weeks = 10;
    private static readonly string[] Takers = ["chenxiaofeng", "zhaoqian", "huangzhiqiang"];
    private static readonly string[] Needs = ["想了解五轴加工中心的价格和交期", "现有车床精度不够，想换两台", "要做自动上下料，请上门看看", "寻找切削液过滤方案", "年度保养怎么收费", "新厂房明年投产，需要整线方案", "请寄一份样本", "刀具寿命短，想试用你们的套装"];
    private static readonly string[] Campaigns = ["官网询价", "上海机床展", "工博会", "搜索推广", "老客户介绍"];

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

        foreach (var won in deals.Won.Where((_, at) => at % 3 == 0))
        {
            Became(won.Customer, won.Deal, won.At, referrers);
        }

        Reach();
    }

    private void Tell(Guid form, IReadOnlyList<SampleCustomer> referrers)
    {
        var at = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(Start.AddDays(random.Between(3, 346)))));
        if (at > today.AddMinutes(-20))
        {
            at = SampleCalendar.WorkdayAt(today.AddDays(-5), 10);
        }

        var (id, by, city, industry) = (random.Id(at), random.Of(Takers), random.Of(SamplePlaces.All), random.Of(SampleIndustries.All));
        var (company, person, phone, campaign) = (SampleNames.Company(random, city, industry).Full, SampleNames.Person(random, random.Chance(0.3)), SampleNumbers.Mobile(random), random.Of(Campaigns));
        var source = campaign switch { "老客户介绍" => "referral", "搜索推广" => "search", "官网询价" => "webForm", _ => "event" };
        var cost = source switch { "search" => 180m, "event" => 420m, "webForm" => 35m, _ => 0m };
        var (need, amount, referrer) = (random.Of(Needs), random.Chance(0.5) ? random.Between(2, 60) * 10_000m : (decimal?)null, source == "referral" && referrers.Count > 0 ? random.Of(referrers).Id : (Guid?)null);
        Deeds.Add(new SampleDeed(at, SampleWriter.Program, "form", context => SampleCompany.InsertAsync(
            context, "leads", id, ("company", company), ("contactName", person), ("phone", phone), ("province", city.Province), ("city", city.Name), ("industry", industry.Name), ("need", need), ("amount", amount is { } money ? new Money(money, "CNY") : null),
            ("source", source), ("campaign", campaign), ("cost", cost > 0 ? new Money(cost, "CNY") : null), ("referredBy", referrer), ("form", source == "webForm" ? form : null), ("owner", userId(by)))));

        // Most are answered within the hour, some the next day, a few never.
        var answered = random.Weighted((20, 30), (45, 25), (95, 20), (1500, 15), (0, 10));
        var call = at.AddMinutes(answered + random.Between(0, 14));
        if (answered == 0 || call > today)
        {
            return;
        }

        var activity = random.Id(call);
        Deeds.Add(new SampleDeed(call, by, "page", context => SampleCompany.InsertAsync(context, "activities", activity, ("kind", "call"), ("content", "回电了解需求：" + need), ("lead", id), ("owner", userId(by)))));
        var decided = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(call.AddDays(random.Between(2, 25)))));
        if (decided > today)
        {
            return;
        }

        var reason = random.Weighted<string?>((null, 25), ("noNeed", 20), ("noBudget", 18), ("unreachable", 18), ("wrongFit", 12), ("duplicate", 7));
        Deeds.Add(new SampleDeed(decided, by, "page", async context =>
        {
            var lead = (await RecordStore.FindAsync(context.Session, context.Schema["leads"], id))!;
            (lead["state"], lead["disqualifyReason"]) = (reason is null ? "qualified" : "disqualified", reason);
            await context.UpdateAsync(lead);
        }));
    }

    /// <summary>A customer who was won began as a lead some weeks before.</summary>
    private void Became(SampleCustomer customer, Guid deal, DateTimeOffset won, IReadOnlyList<SampleCustomer> referrers)
    {
        var at = SampleCalendar.During(random, SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(won.AddDays(-random.Between(6, 20)))));
        if (at < Start.AddDays(2) || at >= won)
        {
            return;
        }

        var (id, person, by) = (random.Id(at), SampleNames.Person(random, random.Chance(0.3)), customer.Owner!);
        var referrer = random.Chance(0.4) && referrers.Count > 0 && random.Of(referrers) is { } one && one.Id != customer.Id ? one.Id : (Guid?)null;
        Deeds.Add(new SampleDeed(at, SampleWriter.Program, "form", context => SampleCompany.InsertAsync(context, "leads", id, ("company", customer.Name), ("contactName", person), ("source", referrer is null ? "event" : "referral"), ("campaign", referrer is null ? "上海机床展" : "老客户介绍"), ("referredBy", referrer), ("cost", new Money(420, "CNY")), ("owner", userId(by)))));
        Deeds.Add(new SampleDeed(won.AddSeconds(1), by, "page", async context =>
        {
            var lead = (Lead)(await RecordStore.FindAsync(context.Session, context.Schema["leads"], id))!;
            lead.Converting = true;
            (lead["state"], lead["customer"], lead["deal"], lead["convertedAt"], lead["respondedAt"]) = ("converted", customer.Id, deal, context.Now, lead["respondedAt"] ?? at.AddMinutes(40));
            await context.UpdateAsync(lead, "convert");
        }));
    }

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
        Deeds.Add(new SampleDeed(SampleCalendar.WorkdayAt(today.AddDays(-6), 9), "linguodong", "page", context => ForecastAdjustments.SetAsync(context, period, userId("chenxiaofeng"), 5_200_000, "柔性线的客户要等明年预算，先按保守估计")));
    }

    private Task TargetAsync(SaveContext context, DateTimeOffset at, string period, string scope, Guid? team, Guid? person, decimal amount, string measure = "amount") =>
        SampleCompany.InsertAsync(context, "targets", random.Id(at), ("period", period), ("scope", scope), ("team", team), ("person", person), ("measure", measure), ("base", amount), ("stretch", decimal.Round(amount * 1.15m)));
}
