using System.Globalization;
using Guanxi.Science.Common;

namespace Guanxi.Science.Mining;

/// <summary>A column a tree may ask about.</summary>
/// <param name="Name">Name in the rules.</param>
/// <param name="Numbers">Values when the column is numeric; NaN is missing and goes to the larger side.</param>
/// <param name="Categories">Values when the column is categorical.</param>
public sealed record TreeColumn(string Name, double[]? Numbers, string[]? Categories)
{
    /// <summary>Number of rows.</summary>
    public int Count => Numbers?.Length ?? Categories!.Length;
}

/// <summary>What ends in a leaf of the tree.</summary>
/// <param name="Conditions">Conditions in words, all of which hold, in the order of the questions.</param>
/// <param name="Class">The most frequent class there.</param>
/// <param name="Count">Rows in the leaf.</param>
/// <param name="Share">Share of the class among them.</param>
/// <param name="Lift">That share over the share of the class in all rows.</param>
public sealed record TreeRule(IReadOnlyList<string> Conditions, string Class, int Count, double Share, double Lift)
{
    /// <summary>The same without what a later condition says more narrowly: one bound a side of a column, one list of a column's values.</summary>
    public IReadOnlyList<string> Bounds { get; internal init; } = Conditions;
}

/// <summary>Limits of growth.</summary>
/// <param name="Depth">Most questions on a way.</param>
/// <param name="LeafSize">Fewest rows in a leaf.</param>
/// <param name="LeastGain">Least decrease of Gini impurity of the whole, the complexity parameter.</param>
public sealed record TreeLimits(int Depth = 4, int LeafSize = 20, double LeastGain = 0.002);

/// <summary>Classification tree (Breiman, Friedman, Olshen and Stone 1984, CART) with binary questions chosen by the decrease of Gini impurity.</summary>
public sealed class DecisionTree
{
    private const int MostCategories = 40;

    private readonly IReadOnlyList<TreeColumn> _columns;
    private readonly int[] _target;
    private readonly string[] _classes;
    private readonly TreeLimits _limits;
    private readonly List<TreeRule> _rules = [];

    private DecisionTree(IReadOnlyList<TreeColumn> columns, string[] target, TreeLimits limits)
    {
        _classes = [.. target.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        _columns = columns;
        _target = [.. target.Select(value => Array.BinarySearch(_classes, value, StringComparer.Ordinal))];
        _limits = limits;
        Grow([.. Enumerable.Range(0, target.Length)], [], 0);
    }

    /// <summary>The leaves as rules, largest first.</summary>
    public IReadOnlyList<TreeRule> Rules => [.. _rules.OrderByDescending(rule => rule.Count).ThenBy(rule => string.Join(';', rule.Conditions), StringComparer.Ordinal)];

    /// <summary>Share of the rows the tree classifies rightly; on the rows it has grown on.</summary>
    public double Accuracy => _rules.Sum(rule => rule.Share * rule.Count) / _target.Length;

    /// <summary>Grows a tree.</summary>
    /// <exception cref="UnsuitableDataException">No rows, or a target of one class.</exception>
    public static DecisionTree Fit(IReadOnlyList<TreeColumn> columns, string[] target, TreeLimits? limits = null)
    {
        if (target.Length == 0 || columns.Count == 0)
        {
            throw new UnsuitableDataException("A tree needs rows and at least one column.");
        }

        return target.Distinct(StringComparer.Ordinal).Skip(1).Any() ? new DecisionTree(columns, target, limits ?? new TreeLimits())
            : throw new UnsuitableDataException($"All rows are {target[0]}; there is nothing to tell apart.");
    }

    private void Grow(int[] rows, List<Condition> conditions, int depth)
    {
        var split = depth < _limits.Depth && rows.Length >= 2 * _limits.LeafSize ? Best(rows) : null;
        if (split is null)
        {
            var counts = Count(rows);
            var best = Array.IndexOf(counts, counts.Max());
            var share = counts[best] / (double)rows.Length;
            _rules.Add(new TreeRule([.. conditions.Select(condition => condition.Text)], _classes[best], rows.Length, share, share / (_target.Count(value => value == best) / (double)_target.Length))
            {
                Bounds = [.. conditions.Where((condition, i) => !conditions.Skip(i + 1).Any(later => later.Side == condition.Side)).Select(condition => condition.Text)],
            });
            return;
        }

        Grow([.. rows.Where(split.Holds)], [.. conditions, split.Yes], depth + 1);
        Grow([.. rows.Where(row => !split.Holds(row))], [.. conditions, split.No], depth + 1);
    }

    private Question? Best(int[] rows)
    {
        Question? best = null;
        foreach (var column in _columns)
        {
            var found = column.Numbers is not null ? BestNumber(column, rows) : BestCategories(column, rows);
            best = found is not null && found.Gain > (best?.Gain ?? _limits.LeastGain) ? found : best;
        }

        return best;
    }

    private Question? BestNumber(TreeColumn column, int[] rows)
    {
        var known = rows.Where(row => !double.IsNaN(column.Numbers![row])).ToArray();
        Array.Sort(known.Select(row => column.Numbers![row]).ToArray(), known);
        var right = Count(known);
        var left = new int[_classes.Length];
        var whole = Impurity(right);
        Question? best = null;
        for (var i = 0; i + 1 < known.Length; i++)
        {
            left[_target[known[i]]]++;
            right[_target[known[i]]]--;
            var (value, next) = (column.Numbers![known[i]], column.Numbers[known[i + 1]]);
            if (value < next && i + 1 >= _limits.LeafSize && known.Length - i - 1 >= _limits.LeafSize)
            {
                var gain = (whole - Impurity(left) - Impurity(right)) / _target.Length;
                if (gain > (best?.Gain ?? 0))
                {
                    var cut = value + ((next - value) / 2);
                    var missingLow = 2 * (i + 1) >= known.Length;
                    var text = cut.ToString("G6", CultureInfo.InvariantCulture);
                    best = new Question(row => double.IsNaN(column.Numbers[row]) ? missingLow : column.Numbers[row] <= cut, new Condition($"{column.Name} ≤", $"{column.Name} ≤ {text}"), new Condition($"{column.Name} >", $"{column.Name} > {text}"), gain);
                }
            }
        }

        return best;
    }

    // Categories ordered by the share of the commonest class: for two classes the best subset is a prefix (Breiman et al. 1984, theorem 4.5).
    private Question? BestCategories(TreeColumn column, int[] rows)
    {
        var groups = rows.GroupBy(row => column.Categories![row], StringComparer.Ordinal).ToDictionary(group => group.Key, group => Count([.. group]), StringComparer.Ordinal);
        if (groups.Count is < 2 or > MostCategories)
        {
            return null;
        }

        var right = Count(rows);
        var whole = Impurity(right);
        var common = Array.IndexOf(right, right.Max());
        var left = new int[_classes.Length];
        Question? best = null;
        var order = groups.OrderBy(group => group.Value[common] / (double)group.Value.Sum()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).ToList();
        for (var i = 0; i + 1 < order.Count; i++)
        {
            for (var c = 0; c < left.Length; c++)
            {
                left[c] += groups[order[i]][c];
                right[c] -= groups[order[i]][c];
            }

            var gain = (whole - Impurity(left) - Impurity(right)) / _target.Length;
            if (gain > (best?.Gain ?? 0) && left.Sum() >= _limits.LeafSize && right.Sum() >= _limits.LeafSize)
            {
                var inside = order.Take(i + 1).ToHashSet(StringComparer.Ordinal);
                Condition In(IEnumerable<string> values) => new($"{column.Name} in", $"{column.Name} in {{{string.Join(", ", values)}}}");
                best = new Question(row => inside.Contains(column.Categories![row]), In(order.Take(i + 1)), In(order.Skip(i + 1)), gain);
            }
        }

        return best;
    }

    private int[] Count(int[] rows)
    {
        var counts = new int[_classes.Length];
        foreach (var row in rows)
        {
            counts[_target[row]]++;
        }

        return counts;
    }

    // Gini impurity times the number of rows.
    private static double Impurity(int[] counts)
    {
        double total = counts.Sum();
        return total == 0 ? 0 : total - counts.Sum(count => count * (double)count / total);
    }

    /// <param name="Side">What a later condition narrows.</param>
    /// <param name="Text">The condition in words.</param>
    private sealed record Condition(string Side, string Text);

    private sealed record Question(Func<int, bool> Holds, Condition Yes, Condition No, double Gain);
}
