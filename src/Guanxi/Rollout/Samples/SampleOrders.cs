using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>What customers bought: the machines of the deals that were won, and for years on end tools, coolant and spare parts, each customer in a rhythm of its own, until some fall silent.</summary>
internal sealed class SampleOrders(SampleRandom random, DateTimeOffset today, Func<string, Guid> userId, SampleDeals deals)
{
    private static readonly (string Code, int Weight)[] Supplies = [("DJ12", 5), ("QXY", 5), ("BJ-Z", 2), ("BJ-D", 2), ("PX-Y", 1), ("JG08", 1)];
    private int number;

    private DateTimeOffset Start => today.AddDays(-722);

    public List<SampleDeed> Deeds { get; } = [];

    /// <summary>Orders without a contract.</summary>
    public List<SampleSale> Sales { get; } = [];

    /// <summary>Orders of several machines, which their deliveries bring on.</summary>
    public List<SampleParted> Parted { get; } = [];

    public void Arrange(IReadOnlyList<SampleCustomer> customers)
    {
        foreach (var (customer, at, deal, name, quantity, amount, cost, product) in deals.Won)
        {
            Order(customer, at.AddHours(1), SampleCalendar.DayOf(at), name, product, quantity, decimal.Round(amount / quantity, 2), decimal.Round(cost / quantity, 2), deal);
        }

        foreach (var customer in customers.Where(customer => customer.Owner is not null && !customer.IsPerson && customer.Stage is not ("potential" or "prospect")))
        {
            Rhythm(customer);
        }
    }

    /// <summary>Orders at chance intervals; after each the customer may be gone for good.</summary>
    private void Rhythm(SampleCustomer customer)
    {
        if (!random.Chance(0.52))
        {
            return;
        }

        // What was bought before the company had Guanxi came in with the customers.
        var day = customer.Imported ? today.AddDays(-360 - random.Between(20, 380)) : customer.Since.AddDays(random.Between(1, 40));
        var (gap, leaves) = customer.Stage switch
        {
            "loyal" => (random.Between(25, 70), 0.02),
            "active" => (random.Between(40, 120), 0.05),
            "atRisk" => (random.Between(40, 90), 0.18),
            "lost" => (random.Between(40, 120), 0.4),
            _ => (random.Between(60, 200), 0.12),
        };
        while (day < today)
        {
            var product = deals.Products[random.Weighted([.. Supplies])];
            var quantity = random.Between(1, product.Price > 10_000 ? 2 : 8);
            var price = decimal.Round(product.Price * (1 - (random.Between(0, 15) / 100m)), 2);
            var on = SampleCalendar.WorkdayFrom(SampleCalendar.DayOf(day));
            if (on < SampleCalendar.DayOf(today))
            {
                // Not before customers and products were brought in, on the first day.
                var at = SampleCalendar.During(random, on);
                var earliest = SampleCalendar.WorkdayAt(Start, 16);
                Order(customer, at > earliest ? at : earliest, on, product.Name, product.Id, quantity, price, decimal.Round((decimal)(product.Price * product.Cost), 2), null);
            }

            if (random.Chance(leaves))
            {
                return;
            }

            // Factories stand still around Spring Festival and buy before the year ends.
            day = day.AddDays(1 - (gap * (day.Month switch { 1 or 2 => 1.35, 7 or 8 => 1.1, 11 or 12 => 0.8, _ => 0.97 }) * Math.Log(1 - random.Fraction())));
        }
    }

    private void Order(SampleCustomer customer, DateTimeOffset at, DateOnly on, string name, Guid product, int quantity, decimal price, decimal cost, Guid? deal)
    {
        if (at >= today)
        {
            return;
        }

        if (deal is null)
        {
            Sales.Add(new SampleSale(customer, at, price * quantity));
        }

        var (id, line, by) = (random.Id(at), random.Id(at), customer.Owner!);
        var parted = deal is not null && quantity > 1;
        if (parted)
        {
            Parted.Add(new SampleParted(id, line, quantity, at));
        }

        var done = !parted && on < SampleCalendar.DayOf(today.AddDays(-20));
        var label = $"SO{on:yyMMdd}-{++number:00000}";
        Deeds.Add(new SampleDeed(at, by, "page", async context =>
        {
            await SampleCompany.InsertAsync(
                context, "orders", id, ("number", label), ("customer", customer.Id), ("deal", deal), ("orderedOn", on), ("amount", new Money(price * quantity, "CNY")), ("cost", new Money(cost * quantity, "CNY")),
                ("status", done ? "completed" : "confirmed"), ("promisedOn", on.AddDays(14)), ("deliveredOn", done ? on.AddDays(random.Between(5, 19)) : null), ("owner", userId(by)));
            await SampleCompany.InsertAsync(context, "order-lines", line, ("order", id), ("product", product), ("description", name), ("quantity", (decimal)quantity), ("unitPrice", new Money(price, "CNY")), ("unitCost", new Money(cost, "CNY")));
        }));
    }
}
