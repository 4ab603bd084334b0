namespace Guanxi.Insight.Value;

/// <summary>Ranks over columns of customers. Ties go by place, so that the same data always give the same answer.</summary>
internal static class Ranks
{
    /// <summary>Places from the lowest value to the highest.</summary>
    public static int[] Ascending(double[] values)
    {
        var keys = (double[])values.Clone();
        var places = new int[values.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        Array.Sort(keys, places);
        // The sort is not stable: equal keys are put back into the order of their places.
        for (var from = 0; from < keys.Length;)
        {
            var to = from + 1;
            while (to < keys.Length && keys[to] == keys[from])
            {
                to++;
            }

            if (to - from > 1)
            {
                Array.Sort(places, from, to - from);
            }

            from = to;
        }

        return places;
    }

    /// <summary>Percentile ranks 0…100: the share of the others that have less, half of the equal ones counted; 50 for all when all are equal.</summary>
    public static double[] Percentiles(double[] values)
    {
        var keys = (double[])values.Clone();
        var places = new int[values.Length];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = i;
        }

        Array.Sort(keys, places);
        var ranks = new double[values.Length];
        for (var from = 0; from < keys.Length;)
        {
            var to = from + 1;
            while (to < keys.Length && keys[to] == keys[from])
            {
                to++;
            }

            var rank = keys.Length == 1 ? 50 : (from + ((to - from - 1) / 2.0)) / (keys.Length - 1) * 100;
            for (var i = from; i < to; i++)
            {
                ranks[places[i]] = rank;
            }

            from = to;
        }

        return ranks;
    }

    /// <summary>Quintile scores 1…5, ⌈5 · rank / n⌉ from worst to best, ties by place: the rule of <see cref="Science.Segments.Rfm"/>.</summary>
    public static byte[] Quintiles(double[] goodness)
    {
        var scores = new byte[goodness.Length];
        var ascending = Ascending(goodness);
        for (var rank = 1; rank <= ascending.Length; rank++)
        {
            scores[ascending[rank - 1]] = (byte)(((5L * rank) + ascending.Length - 1) / ascending.Length);
        }

        return scores;
    }

    /// <summary>The smallest value that <paramref name="percent"/> of the values do not exceed; 0 when there are none.</summary>
    public static double Percentile(double[] values, double percent)
    {
        if (values.Length == 0)
        {
            return 0;
        }

        var sorted = (double[])values.Clone();
        Array.Sort(sorted);
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
