using System.Globalization;

namespace Guanxi.Science.Mining;

/// <summary>Association rules with one item on the right (Agrawal, Imieliński and Swami 1993; lift after Brin, Motwani, Ullman and Tsur 1997).</summary>
public static class AssociationRules
{
    /// <summary>Rules that reach support and confidence, strongest lift first, then confidence, support and names.</summary>
    /// <param name="support">Least share of the baskets that hold left and right, above 0 and at most 1.</param>
    /// <param name="confidence">Least share of the baskets with left that hold right, 0 to 1.</param>
    /// <param name="shortest">Least number of items in a rule, left and right together; 1 admits rules with nothing on the left.</param>
    /// <param name="longest">Largest number of items in a rule.</param>
    public static IReadOnlyList<AssociationRule> Mine(BasketData data, double support, double confidence, int shortest = 2, int longest = 10)
    {
        var leastCount = data.CountFor(support);
        var sets = FrequentPatternGrowth.Mine(data, leastCount, longest);
        var counts = sets.ToDictionary(set => Key(set.Items, -1), set => set.Count, StringComparer.Ordinal);
        counts[""] = data.Baskets.Count;
        double baskets = data.Baskets.Count;
        var rules = new List<AssociationRule>();
        foreach (var set in sets.Where(set => set.Items.Count >= Math.Max(1, shortest)))
        {
            foreach (var right in set.Items)
            {
                var leftCount = counts[Key(set.Items, right)];
                var share = set.Count / (double)leftCount;
                if (share >= confidence - 1e-12)
                {
                    var rightShare = counts[Key([right], -1)] / baskets;
                    rules.Add(new AssociationRule([.. set.Items.Where(item => item != right)], right, set.Count, set.Count / baskets, share, share / rightShare));
                }
            }
        }

        return [.. rules.OrderByDescending(rule => rule.Lift).ThenByDescending(rule => rule.Confidence).ThenByDescending(rule => rule.Support).ThenBy(rule => Key(rule.Left, -1), StringComparer.Ordinal).ThenBy(rule => rule.Right)];
    }

    private static string Key(IReadOnlyList<int> items, int without) =>
        string.Join(',', items.Where(item => item != without).Select(item => item.ToString(CultureInfo.InvariantCulture)));
}
