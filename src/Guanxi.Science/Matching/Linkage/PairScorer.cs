using Guanxi.Science.Matching.Fields;

namespace Guanxi.Science.Matching.Linkage;

/// <summary>Weighs a pair by a learnt model, with the frequency of the common values.</summary>
internal sealed class PairScorer(RecordTable table, LinkageModel model, bool weighsFrequency = true)
{
    private const double LargestAdjustment = 6;
    private const double NothingInCommon = -60;

    /// <summary>Sum of the weights and the prior, in bits.</summary>
    public double Bits(int first, int second, ulong pattern)
    {
        var bits = model.PriorBits;
        var compared = false;
        for (var field = 0; field < table.Columns.Count; field++)
        {
            var level = PairComparer.Level(pattern, field);
            compared |= level != FieldComparator.Missing;
            bits += Bits(field, first, second, level);
        }

        return compared ? bits : NothingInCommon;
    }

    public bool IsRelated(ulong pattern)
    {
        for (var field = 0; field < table.Columns.Count; field++)
        {
            if (PairComparer.Level(pattern, field) == table.Columns[field].Comparator.RelatedLevel)
            {
                return true;
            }
        }

        return false;
    }

    public IReadOnlyList<MatchReason> Explain(int first, int second, ulong pattern)
    {
        var reasons = new List<MatchReason>(table.Columns.Count);
        for (var field = 0; field < table.Columns.Count; field++)
        {
            var level = PairComparer.Level(pattern, field);
            var column = table.Columns[field];
            var frequency = level == 0 && weighsFrequency ? column.Pool.CountOf(column[first]) / (double)table.Count : (double?)null;
            reasons.Add(new MatchReason(table.Fields[field], level == FieldComparator.Missing ? "missing" : column.Comparator.Levels[level].Name, Bits(field, first, second, level), frequency));
        }

        return reasons;
    }

    private double Bits(int field, int first, int second, int level)
    {
        var weight = model.Weight(field, level);
        if (level == FieldComparator.Missing)
        {
            return 0;
        }

        var column = table.Columns[field];
        if (level == 0)
        {
            return Math.Max(0, weight + (weighsFrequency ? Adjustment(column, field, column[first]) : 0));
        }

        if (column.Comparator.IsOrdered && level < column.Comparator.Levels.Count - 1)
        {
            // Between the neighbouring levels the weight runs straight, so that of two like texts the liker is preferred.
            var position = column.Comparator.PositionInLevel(column.Pool, column[first], column[second]) - 0.5;
            var neighbour = model.Weight(field, position > 0 ? Math.Max(1, level - 1) : level + 1);
            weight += Math.Abs(position) * (neighbour - weight);
        }

        return weight;
    }

    // Winkler (1989): agreement on a rare value says more than on a common one; log2 of the mean frequency over that of the value.
    private double Adjustment(FieldColumn column, int field, int value)
    {
        var mean = model.MeanFrequency[field];
        return mean <= 0 ? 0 : Math.Clamp(Math.Log2(mean / (column.Pool.CountOf(value) / (double)table.Count)), -LargestAdjustment * 3, LargestAdjustment);
    }
}
