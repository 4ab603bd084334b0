using Guanxi.Science.Common;

namespace Guanxi.Science.Segments;

/// <summary>Recency, frequency and monetary value of one customer.</summary>
/// <param name="Customer">The customer's key.</param>
/// <param name="Recency">Days from the last order to the as-of date.</param>
/// <param name="Frequency">Distinct orders.</param>
/// <param name="Monetary">Sum of all amounts.</param>
public sealed record RfmValues(string Customer, int Recency, int Frequency, decimal Monetary);

/// <summary>A customer's values with scores from 1 (worst) to the number of classes (best).</summary>
public sealed record RfmScore(RfmValues Values, int R, int F, int M)
{
    /// <summary>The cell, such as 555.</summary>
    public string Cell => R > 9 || F > 9 || M > 9 ? $"{R}-{F}-{M}" : $"{R}{F}{M}";
}

/// <summary>RFM scores: Hughes (1994), Strategic Database Marketing.</summary>
public static class Rfm
{
    /// <summary>Values of every customer with an order on or before <paramref name="asOf"/>, by customer key.</summary>
    /// <exception cref="UnsuitableDataException">No order lies on or before the date.</exception>
    public static IReadOnlyList<RfmValues> Measure(IEnumerable<CustomerOrder> orders, DateOnly asOf)
    {
        ArgumentNullException.ThrowIfNull(orders);
        var customers = new Dictionary<string, (DateOnly Last, HashSet<string> Orders, decimal Sum)>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            if (order.Date > asOf)
            {
                continue;
            }

            if (!customers.TryGetValue(order.Customer, out var seen))
            {
                seen = (order.Date, new HashSet<string>(StringComparer.Ordinal), 0);
            }

            seen.Orders.Add(order.Order ?? order.Date.DayNumber.ToString(System.Globalization.CultureInfo.InvariantCulture));
            customers[order.Customer] = (order.Date > seen.Last ? order.Date : seen.Last, seen.Orders, seen.Sum + order.Amount);
        }

        if (customers.Count == 0)
        {
            throw new UnsuitableDataException($"No order lies on or before {asOf:yyyy-MM-dd}.");
        }

        return customers.OrderBy(pair => pair.Key, CustomerKeyComparer.For(customers.Keys))
            .Select(pair => new RfmValues(pair.Key, asOf.DayNumber - pair.Value.Last.DayNumber, pair.Value.Orders.Count, pair.Value.Sum))
            .ToArray();
    }

    /// <summary>
    /// Quantile scores: score = ⌈classes · rank / n⌉, rank by value from worst to best, ties in ascending customer key. The most recent
    /// and the highest get the highest score, and every score has as many customers as any other, up to one.
    /// </summary>
    /// <param name="customers">Values from <see cref="Measure"/>.</param>
    /// <param name="classes">Scores per dimension; 5 for quintiles.</param>
    public static IReadOnlyList<RfmScore> Score(IReadOnlyList<RfmValues> customers, int classes = 5)
    {
        ArgumentNullException.ThrowIfNull(customers);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        var keys = CustomerKeyComparer.For(customers.Select(customer => customer.Customer));
        int[] Scores(Func<RfmValues, decimal> goodness)
        {
            var order = Enumerable.Range(0, customers.Count).OrderBy(i => goodness(customers[i])).ThenBy(i => customers[i].Customer, keys).ToArray();
            var scores = new int[customers.Count];
            for (var rank = 1; rank <= order.Length; rank++)
            {
                scores[order[rank - 1]] = (int)((((long)classes * rank) + order.Length - 1) / order.Length);
            }

            return scores;
        }

        int[] r = Scores(c => -c.Recency), f = Scores(c => c.Frequency), m = Scores(c => c.Monetary);
        return customers.Select((customer, i) => new RfmScore(customer, r[i], f[i], m[i])).ToArray();
    }

    /// <summary>Scores by own limits: 1 + the number of limits reached. Limits of recency fall (fewer days are better), the others rise.</summary>
    /// <param name="customers">Values from <see cref="Measure"/>.</param>
    /// <param name="recencyLimits">Most days for score 2, 3, …, falling, such as 365, 180, 90, 30.</param>
    /// <param name="frequencyLimits">Fewest orders for score 2, 3, …, rising.</param>
    /// <param name="monetaryLimits">Least money for score 2, 3, …, rising.</param>
    public static IReadOnlyList<RfmScore> Score(IReadOnlyList<RfmValues> customers, IReadOnlyList<int> recencyLimits, IReadOnlyList<int> frequencyLimits, IReadOnlyList<decimal> monetaryLimits)
    {
        ArgumentNullException.ThrowIfNull(customers);
        ArgumentNullException.ThrowIfNull(recencyLimits);
        ArgumentNullException.ThrowIfNull(frequencyLimits);
        ArgumentNullException.ThrowIfNull(monetaryLimits);
        return customers.Select(customer => new RfmScore(
            customer,
            1 + recencyLimits.Count(limit => customer.Recency <= limit),
            1 + frequencyLimits.Count(limit => customer.Frequency >= limit),
            1 + monetaryLimits.Count(limit => customer.Monetary >= limit))).ToArray();
    }
}
