using Guanxi.Science.Common;

namespace Guanxi.Science.Segments;

/// <summary>Recency, frequency and monetary value of one customer.</summary>
/// <param name="Customer">The customer's key.</param>
/// <param name="Recency">Days from the last purchase to the as-of date.</param>
/// <param name="Frequency">Distinct orders that are no returns.</param>
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
    /// <summary>
    /// Values of every customer with a purchase on or before <paramref name="asOf"/>, by customer key. An order whose amounts sum below zero is a return: it lowers the money and is
    /// no purchase.
    /// </summary>
    /// <exception cref="UnsuitableDataException">No purchase lies on or before the date.</exception>
    public static IReadOnlyList<RfmValues> Measure(IEnumerable<CustomerOrder> orders, DateOnly asOf) => Measure(orders, asOf, out _, out _);

    /// <param name="orders">Order lines.</param>
    /// <param name="asOf">The last day that counts.</param>
    /// <param name="returns">Orders that are returns.</param>
    /// <param name="returners">Customers with returns only, who are left out.</param>
    /// <exception cref="UnsuitableDataException">No purchase lies on or before the date.</exception>
    public static IReadOnlyList<RfmValues> Measure(IEnumerable<CustomerOrder> orders, DateOnly asOf, out int returns, out int returners)
    {
        ArgumentNullException.ThrowIfNull(orders);
        var customers = new Dictionary<string, Dictionary<string, (DateOnly Last, decimal Sum)>>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            if (order.Date > asOf)
            {
                continue;
            }

            if (!customers.TryGetValue(order.Customer, out var seen))
            {
                customers[order.Customer] = seen = new Dictionary<string, (DateOnly, decimal)>(1, StringComparer.Ordinal);
            }

            var key = order.Order ?? order.Date.DayNumber.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var (last, sum) = seen.GetValueOrDefault(key, (order.Date, 0));
            seen[key] = (order.Date > last ? order.Date : last, sum + order.Amount);
        }

        if (customers.Count == 0)
        {
            throw new UnsuitableDataException($"No order lies on or before {asOf:yyyy-MM-dd}.");
        }

        returns = customers.Values.Sum(own => own.Values.Count(order => order.Sum < 0));
        var buyers = customers.Where(pair => pair.Value.Values.Any(order => order.Sum >= 0)).ToList();
        returners = customers.Count - buyers.Count;
        if (buyers.Count == 0)
        {
            throw new UnsuitableDataException("Every amount is negative, so the log has returns only and no purchase; turn the sign round if these are purchases.");
        }

        return buyers.OrderBy(pair => pair.Key, CustomerKeyComparer.For(buyers.Select(pair => pair.Key)))
            .Select(pair =>
            {
                var bought = pair.Value.Values.Where(order => order.Sum >= 0).ToList();
                return new RfmValues(pair.Key, asOf.DayNumber - bought.Max(order => order.Last).DayNumber, bought.Count, pair.Value.Values.Sum(order => order.Sum));
            })
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
