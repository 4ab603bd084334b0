namespace Guanxi.Science.Matching.Linkage;

/// <summary>Gives each record of two files at most one partner: the heaviest pair first, then the heaviest of the records left.</summary>
internal static class OneToOne
{
    /// <summary>Marks the pairs of the assignment.</summary>
    /// <param name="pairs">Packed pairs, left record number in the upper half.</param>
    /// <param name="bits">Weight of each pair; only pairs above the bound take part.</param>
    public static bool[] Assign(ulong[] pairs, double[] bits, double leastBits, int records)
    {
        var order = Enumerable.Range(0, pairs.Length).Where(i => bits[i] > leastBits).ToArray();
        Array.Sort(order, (a, b) => bits[b].CompareTo(bits[a]) is var byBits and not 0 ? byBits : pairs[a].CompareTo(pairs[b]));
        var taken = new bool[records];
        var chosen = new bool[pairs.Length];
        foreach (var i in order)
        {
            var (left, right) = ((int)(pairs[i] >> 32), (int)(uint)pairs[i]);
            if (!taken[left] && !taken[right])
            {
                taken[left] = taken[right] = chosen[i] = true;
            }
        }

        return chosen;
    }
}
