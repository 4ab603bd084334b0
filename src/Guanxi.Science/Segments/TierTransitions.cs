namespace Guanxi.Science.Segments;

/// <summary>A customer who changed tier.</summary>
public sealed record TierMove(string Customer, string From, string To);

/// <summary>How customers moved between tiers from one date to another.</summary>
/// <param name="From">Tiers at the first date, best first, with <see cref="Absent"/> for customers who were not there yet.</param>
/// <param name="To">Tiers at the second date, likewise for those who have left.</param>
/// <param name="Counts">Customers by (from, to).</param>
/// <param name="Rates">Counts over their row's sum; a row without customers is all zero.</param>
/// <param name="Moves">Everyone who changed tier, ordered by customer key.</param>
public sealed record TierTransitions(IReadOnlyList<string> From, IReadOnlyList<string> To, int[][] Counts, double[][] Rates, IReadOnlyList<TierMove> Moves)
{
    /// <summary>The tier of a customer who is missing at one of the dates.</summary>
    public const string Absent = "";

    /// <summary>Compares two assignments of customers to tiers.</summary>
    /// <param name="before">Tier of each customer at the first date.</param>
    /// <param name="after">Tier of each customer at the second date.</param>
    /// <param name="tiers">All tiers, best first.</param>
    public static TierTransitions Between(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, IReadOnlyList<string> tiers)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(tiers);
        string[] all = [.. tiers, Absent];
        var index = all.Select((tier, i) => (tier, i)).ToDictionary(pair => pair.tier, pair => pair.i, StringComparer.Ordinal);
        var counts = all.Select(_ => new int[all.Length]).ToArray();
        var moves = new List<TierMove>();
        string[] customers = [.. before.Keys.Union(after.Keys, StringComparer.Ordinal)];
        Array.Sort(customers, CustomerKeyComparer.For(customers));
        foreach (var customer in customers)
        {
            var from = before.GetValueOrDefault(customer, Absent);
            var to = after.GetValueOrDefault(customer, Absent);
            counts[index[from]][index[to]]++;
            if (from != to)
            {
                moves.Add(new TierMove(customer, from, to));
            }
        }

        var rates = counts.Select(row =>
        {
            var sum = row.Sum();
            return row.Select(count => sum == 0 ? 0.0 : (double)count / sum).ToArray();
        }).ToArray();
        return new TierTransitions(all, all, counts, rates, moves);
    }
}
