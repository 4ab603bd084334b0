using Guanxi.Database;

namespace Guanxi.Insight.Value;

/// <summary>
/// What the customers of the sample paid before the last year and in it, and on their first day. The histories keep sums only; the orders of the sample say when they came.
/// </summary>
internal static class SampleMoney
{
    private const int CustomersAtOnce = 500;

    /// <param name="First">Money of the first day with a purchase.</param>
    /// <param name="Later">Money of all other such days.</param>
    /// <param name="LaterPurchases">How many those are.</param>
    internal sealed record Taken(double First, double Later, int LaterPurchases, Part Before, Part After);

    /// <summary>One side of the day a year ago.</summary>
    /// <param name="Purchases">Days with a purchase.</param>
    /// <param name="Income">Money, returns taken off.</param>
    /// <param name="Repeats">Money of purchases that were not the customer's first.</param>
    internal readonly record struct Part(int Purchases, double Income, double Repeats, double Margin);

    /// <summary>By place.</summary>
    public static async Task<IReadOnlyDictionary<int, Taken>> ReadAsync(DatabaseSession session, OrderHistories histories, double usualMargin, CancellationToken cancel = default)
    {
        var taken = new Dictionary<int, Taken>();
        foreach (var some in histories.SampledDays.Where(sample => sample.Days.Count > 0).Select(sample => sample.Place).Chunk(CustomersAtOnce))
        {
            var places = some.ToDictionary(place => histories.Ids[place]);
            var orders = await session.ListAsync(
                Sql.Of($"SELECT customer_id, ordered_on, kind, home_amount, home_cost FROM sales_order WHERE deleted_at IS NULL AND status NOT IN ('draft', 'cancelled') AND ordered_on <= {histories.AsOf} AND customer_id IN ").List(places.Keys),
                row =>
                {
                    var sign = row.Text(2) == "return" ? -1 : 1;
                    var amount = sign * row.Integer(3) / 10_000.0;
                    return (Customer: row.Id(0), Day: DateOnly.ParseExact(row.Text(1), "yyyy-MM-dd").DayNumber, Amount: amount, Margin: row.OptionalInteger(4) is { } cost ? amount - (sign * cost / 10_000.0) : amount * usualMargin);
                },
                cancel);
            foreach (var customer in orders.GroupBy(order => order.Customer))
            {
                taken[places[customer.Key]] = Of(customer.Select(order => (order.Day, order.Amount, order.Margin)), histories.AsOf.DayNumber - OrderHistories.DaysInYear);
            }
        }

        return taken;
    }

    /// <param name="then">The last day of what was before.</param>
    internal static Taken Of(IEnumerable<(int Day, double Amount, double Margin)> orders, int then)
    {
        double first = 0, later = 0;
        var count = 0;
        Part before = default, after = default;
        foreach (var day in orders.GroupBy(order => order.Day).OrderBy(day => day.Key))
        {
            var (amount, margin) = (day.Sum(order => order.Amount), day.Sum(order => order.Margin));
            // A day on which more came back than was bought is no purchase.
            var bought = amount >= 0;
            var isFirst = bought && count == 0;
            (first, later) = (isFirst ? amount : first, bought && !isFirst ? later + amount : later);
            count += bought ? 1 : 0;
            var part = day.Key <= then ? before : after;
            part = new Part(part.Purchases + (bought ? 1 : 0), part.Income + amount, part.Repeats + (bought && !isFirst ? amount : 0), part.Margin + margin);
            (before, after) = day.Key <= then ? (part, after) : (before, part);
        }

        return new Taken(first, later, Math.Max(0, count - 1), before, after);
    }
}
