using Guanxi.Science.Matching.Fields;

namespace Guanxi.Science.Matching.Linkage;

/// <summary>How often the levels of each field occur among all pairs: equality counted exactly, the others on random pairs.</summary>
internal sealed class RandomAgreement
{
    private const int LargestSample = 100_000;

    /// <summary>Pairs in which both values are there, by field.</summary>
    public required double[] Present { get; init; }

    /// <summary>Expected number of pairs by field and level.</summary>
    public required double[][] Counts { get; init; }

    /// <summary>Mean frequency of a value, weighted by itself: what term-frequency adjustment compares a value with.</summary>
    public required double[] MeanFrequency { get; init; }

    /// <param name="candidates">Patterns of the candidates: there are at least as many pairs of a level as candidates show.</param>
    public static RandomAgreement Of(RecordTable table, PairSpace space, PairComparer comparer, ulong[] candidates, int seed)
    {
        var patterns = Sample(table, space, comparer, seed);
        var fields = table.Columns.Count;
        var present = new double[fields];
        var counts = new double[fields][];
        var mean = new double[fields];
        for (var field = 0; field < fields; field++)
        {
            var column = table.Columns[field];
            var (both, equal) = Exact(column, space);
            var levels = column.Comparator.Levels.Count;
            var sampled = new double[levels];
            var seen = new double[levels];
            foreach (var pattern in candidates)
            {
                if (PairComparer.Level(pattern, field) is var level and not FieldComparator.Missing)
                {
                    seen[level]++;
                }
            }

            foreach (var pattern in patterns)
            {
                if (PairComparer.Level(pattern, field) is var level and not FieldComparator.Missing)
                {
                    sampled[level]++;
                }
            }

            var unequal = Math.Max(0.5, sampled.Sum() - sampled[0]);
            counts[field] = [.. sampled.Select((count, level) => level == 0 ? equal : Math.Max(seen[level], count / unequal * (both - equal)))];
            present[field] = both;
            mean[field] = both > 0 ? equal / both : 0;
        }

        return new RandomAgreement { Present = present, Counts = counts, MeanFrequency = mean };
    }

    private static ulong[] Sample(RecordTable table, PairSpace space, PairComparer comparer, int seed)
    {
        var left = space.LeftCount ?? table.Count;
        if (space.Pairs <= LargestSample)
        {
            var all = new ulong[(int)space.Pairs];
            var at = 0;
            for (var i = 0; i < left; i++)
            {
                for (var j = space.IsLink ? left : i + 1; j < table.Count; j++)
                {
                    all[at++] = ((ulong)(uint)i << 32) | (uint)j;
                }
            }

            return comparer.Patterns(all);
        }

        var random = new Random(seed);
        var pairs = new ulong[LargestSample];
        for (var k = 0; k < pairs.Length;)
        {
            var i = random.Next(left);
            var j = space.IsLink ? random.Next(left, table.Count) : random.Next(table.Count);
            if (i != j)
            {
                pairs[k++] = ((ulong)(uint)Math.Min(i, j) << 32) | (uint)Math.Max(i, j);
            }
        }

        return comparer.Patterns(pairs);
    }

    private static (double Both, double Equal) Exact(FieldColumn column, PairSpace space)
    {
        var left = new int[column.Pool.Count];
        var right = new int[column.Pool.Count];
        var (leftTotal, rightTotal) = (0.0, 0.0);
        for (var record = 0; record < space.Count; record++)
        {
            if (column[record] is var id and >= 0)
            {
                if (record < (space.LeftCount ?? space.Count))
                {
                    left[id]++;
                    leftTotal++;
                }
                else
                {
                    right[id]++;
                    rightTotal++;
                }
            }
        }

        var equal = 0.0;
        for (var id = 0; id < left.Length; id++)
        {
            equal += space.IsLink ? (double)left[id] * right[id] : left[id] * (left[id] - 1.0) / 2;
        }

        return (space.IsLink ? leftTotal * rightTotal : leftTotal * (leftTotal - 1) / 2, equal);
    }
}
