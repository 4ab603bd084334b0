using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>What was spent on the customers of the year: journeys, dinners, samples, repairs under warranty, shares of a trade fair, interest on late payments. A few customers cost more than they bring.</summary>
internal sealed class SampleCosts(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId)
{
    private static readonly (string Kind, string Subject, int Least, int Most, string? By)[] Usual =
    [
        ("sales", "差旅费", 400, 3200, null), ("sales", "业务招待", 300, 2400, null), ("sales", "样件与打样", 500, 6000, null), ("marketing", "展会分摊", 800, 5000, "xielin"), ("marketing", "技术交流会", 500, 3500, "xielin"),
        ("service", "上门维修", 600, 4200, "liangsiqi"), ("service", "质保备件", 400, 9000, "liangsiqi"), ("service", "操作培训", 500, 2600, "liangsiqi"), ("finance", "逾期占用利息", 200, 3000, null), ("finance", "承兑贴现", 150, 2200, null), ("other", "运费补贴", 100, 1500, null),
    ];

    private int number;

    public List<SampleDeed> Deeds { get; } = [];

    public void Arrange(IReadOnlyList<SampleCustomer> customers)
    {
        foreach (var customer in customers.Where(customer => customer.Owner is not null && !customer.IsPerson && customer.Stage != "potential"))
        {
            var (least, most) = customer.Stage switch { "prospect" => (0, 2), "loyal" => (0, 2), "atRisk" => (1, 5), "lost" => (0, 1), _ => (0, 3) };
            for (var left = random.Between(least, most); left > 0; left--)
            {
                Spend(customer, customer.Stage == "prospect" ? random.Of(Usual[..5]) : random.Of(Usual), 1);
            }

            // Some complain without end, and every visit is under warranty.
            if (customer.Stage is "atRisk" or "active" && random.Chance(0.04))
            {
                for (var left = random.Between(3, 7); left > 0; left--)
                {
                    Spend(customer, Usual[random.Between(5, 6)], 4);
                }
            }
        }
    }

    private void Spend(SampleCustomer customer, (string Kind, string Subject, int Least, int Most, string? By) what, int times)
    {
        // Not before the customer was brought in.
        var from = customer.Since > today.AddDays(-350) ? customer.Since.AddDays(2) : today.AddDays(-350);
        var day = SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(from.AddDays(random.Fraction() * (today - from).TotalDays)));
        var at = SampleCalendar.During(random, day);
        if (at >= today || day >= SampleCalendar.DayOf(today))
        {
            return;
        }

        var (id, amount, document, by) = (random.Id(at), random.Between(what.Least, what.Most) * times, $"BX{day:yyMMdd}-{++number:0000}", what.By ?? customer.Owner!);
        Deeds.Add(new SampleDeed(at, by, "page", context => SampleCompany.InsertAsync(
            context, "costs", id, ("subject", what.Subject), ("kind", what.Kind), ("customer", customer.Id), ("spentOn", day), ("amount", new Money(amount, "CNY")), ("document", document), ("owner", userId(by)))));
    }
}
