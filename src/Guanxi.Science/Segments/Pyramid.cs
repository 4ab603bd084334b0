using Guanxi.Science.Common;

namespace Guanxi.Science.Segments;

/// <summary>One tier of the pyramid.</summary>
/// <param name="Name">Name of the tier.</param>
/// <param name="Customers">Customers in it, best first.</param>
/// <param name="CustomerShare">Their share of all customers.</param>
/// <param name="Value">Sum of their values.</param>
/// <param name="ValueShare">Share of the total value; null when the total is not positive.</param>
/// <param name="LowestValue">Value of its last customer; null for an empty tier.</param>
public sealed record PyramidTier(string Name, IReadOnlyList<string> Customers, double CustomerShare, decimal Value, double? ValueShare, decimal? LowestValue);

/// <summary>
/// The customer pyramid: the best 1 %, the next 4 %, the next 15 % and the remaining 80 % by value (Curry and Curry 2000,
/// The Customer Marketing Method), or any other shares or limits.
/// </summary>
public static class Pyramid
{
    /// <summary>The usual upper ends: 1 %, 5 %, 20 %.</summary>
    public static readonly IReadOnlyList<(string Name, decimal UpTo)> UsualShares = [("top", 0.01m), ("large", 0.05m), ("medium", 0.20m), ("small", 1m)];

    /// <summary>
    /// Tiers by cumulative shares of customers. Up to share p belong ⌈p·n⌉ customers, ordered by value from high to low, ties in
    /// ascending key; with decimal shares the boundary is exact.
    /// </summary>
    /// <param name="values">Value of each customer.</param>
    /// <param name="shares">Tier names with the rising upper end of each, the last 1; <see cref="UsualShares"/> when null.</param>
    public static IReadOnlyList<PyramidTier> ByShare(IReadOnlyDictionary<string, decimal> values, IReadOnlyList<(string Name, decimal UpTo)>? shares = null)
    {
        shares ??= UsualShares;
        var ranked = Rank(values);
        if (shares[^1].UpTo != 1 || shares.Zip(shares.Skip(1)).Any(pair => pair.First.UpTo >= pair.Second.UpTo) || shares[0].UpTo <= 0)
        {
            throw new ArgumentException("The upper ends of the tiers must rise from above 0 to 1.", nameof(shares));
        }

        var from = 0;
        return shares.Select(share =>
        {
            var to = (int)Math.Ceiling(share.UpTo * ranked.Length);
            var tier = Tier(share.Name, ranked, from, to);
            from = to;
            return tier;
        }).ToArray();
    }

    /// <summary>Tiers by limits of value: a customer belongs to the first tier whose lower limit the value reaches.</summary>
    /// <param name="values">Value of each customer.</param>
    /// <param name="limits">Tier names with falling lower limits; the last tier takes all that remain whatever its limit.</param>
    public static IReadOnlyList<PyramidTier> ByValue(IReadOnlyDictionary<string, decimal> values, IReadOnlyList<(string Name, decimal From)> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var ranked = Rank(values);
        var from = 0;
        return limits.Select((limit, i) =>
        {
            var to = i == limits.Count - 1 ? ranked.Length : from;
            while (to < ranked.Length && ranked[to].Value >= limit.From)
            {
                to++;
            }

            var tier = Tier(limit.Name, ranked, from, to);
            from = to;
            return tier;
        }).ToArray();
    }

    private static KeyValuePair<string, decimal>[] Rank(IReadOnlyDictionary<string, decimal> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0)
        {
            throw new UnsuitableDataException("There is no customer to place in a pyramid.");
        }

        return [.. values.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, CustomerKeyComparer.For(values.Keys))];
    }

    private static PyramidTier Tier(string name, KeyValuePair<string, decimal>[] ranked, int from, int to)
    {
        var members = ranked[from..to];
        decimal value = members.Sum(member => member.Value), total = ranked.Sum(member => member.Value);
        return new PyramidTier(
            name,
            members.Select(member => member.Key).ToArray(),
            (double)members.Length / ranked.Length,
            value,
            total > 0 ? (double)(value / total) : null,
            members.Length == 0 ? null : members[^1].Value);
    }
}
