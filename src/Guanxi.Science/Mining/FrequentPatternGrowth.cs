using Guanxi.Science.Common;

namespace Guanxi.Science.Mining;

/// <summary>Frequent itemsets by pattern growth without candidate generation (Han, Pei and Yin 2000, SIGMOD, algorithm FP-growth).</summary>
public static class FrequentPatternGrowth
{
    private const int MostItemsets = 4_000_000;

    /// <summary>All itemsets held by at least the given number of baskets.</summary>
    /// <param name="leastCount">Smallest number of baskets, 1 or more.</param>
    /// <param name="longest">Largest number of items in a set.</param>
    /// <exception cref="UnsuitableDataException">There are more sets than memory should hold; a higher support is needed.</exception>
    public static IReadOnlyList<FrequentItemset> Mine(BasketData data, int leastCount, int longest = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leastCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        var counts = new int[data.Items.Count];
        foreach (var basket in data.Baskets)
        {
            foreach (var item in basket)
            {
                counts[item]++;
            }
        }

        var tree = new FrequentPatternTree();
        foreach (var basket in data.Baskets)
        {
            tree.Add(Ordered(basket.Where(item => counts[item] >= leastCount), counts), 1);
        }

        var found = new List<FrequentItemset>();
        Grow(tree, [], leastCount, longest, found);
        return found;
    }

    private static void Grow(FrequentPatternTree tree, List<int> suffix, int leastCount, int longest, List<FrequentItemset> found)
    {
        foreach (var (item, count) in tree.Totals)
        {
            if (count < leastCount)
            {
                continue;
            }

            var items = new List<int>(suffix) { item };
            int[] sorted = [.. items];
            Array.Sort(sorted);
            found.Add(new FrequentItemset(sorted, count));
            if (found.Count > MostItemsets)
            {
                throw new UnsuitableDataException($"More than {MostItemsets} sets of items are that frequent; ask for a higher support or shorter rules.");
            }

            if (items.Count < longest)
            {
                Grow(Conditional(tree, item, leastCount), items, leastCount, longest, found);
            }
        }
    }

    private static FrequentPatternTree Conditional(FrequentPatternTree tree, int item, int leastCount)
    {
        var paths = tree.PathsTo(item).ToList();
        var counts = new Dictionary<int, int>();
        foreach (var (path, count) in paths)
        {
            foreach (var other in path)
            {
                counts[other] = counts.GetValueOrDefault(other) + count;
            }
        }

        var conditional = new FrequentPatternTree();
        foreach (var (path, count) in paths)
        {
            conditional.Add(path.Where(other => counts[other] >= leastCount), count);
        }

        return conditional;
    }

    private static IEnumerable<int> Ordered(IEnumerable<int> items, int[] counts) => items.OrderByDescending(item => counts[item]).ThenBy(item => item);
}
