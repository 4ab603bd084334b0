using System.Globalization;
using Guanxi.Platform.Lists;

namespace Guanxi.Sales.Processes;

/// <summary>Finds conditions that contradict themselves: above ten and below five, or two values at once. It proves only what it says; a condition it passes may still never hold.</summary>
public static class NeverHolds
{
    public static bool Is(FilterNode node) => node switch
    {
        FilterNode.And and => and.Items.Any(Is) || Contradicts([.. Flat(and)]),
        FilterNode.Or or => or.Items.All(Is),
        _ => false,
    };

    private static IEnumerable<FilterNode.Compare> Flat(FilterNode.And and) => and.Items.SelectMany(item => item switch
    {
        FilterNode.And inner => Flat(inner),
        FilterNode.Compare compare => [compare],
        _ => [],
    });

    private static bool Contradicts(IReadOnlyList<FilterNode.Compare> all) => all.GroupBy(item => item.Path, StringComparer.Ordinal).Any(group => Empty([.. group]) || OutOfRange([.. group]));

    /// <summary>Equal to two different values, to one that is excluded, or empty and filled in at once.</summary>
    private static bool Empty(IReadOnlyList<FilterNode.Compare> same)
    {
        static bool IsNothing(FilterValue value) => !value.Quoted && value.Text == "null";
        var filled = same.Any(item => item.Operator is "<" or "<=" or ">" or ">=" or ":" || (item.Operator == "!=" && item.Values.Any(IsNothing)));
        if (filled && same.Any(item => item.Operator is "=" or "in" && item.Values.All(IsNothing)))
        {
            return true;
        }

        HashSet<string>? left = null;
        foreach (var item in same.Where(item => item.Operator is "=" or "in"))
        {
            var values = item.Values.Select(value => value.Text).ToHashSet(StringComparer.Ordinal);
            left = left is null ? values : [.. left.Intersect(values, StringComparer.Ordinal)];
        }

        if (left is null)
        {
            return false;
        }

        left.ExceptWith(same.Where(item => item.Operator == "!=").SelectMany(item => item.Values).Select(value => value.Text));
        return left.Count == 0;
    }

    private static bool OutOfRange(IReadOnlyList<FilterNode.Compare> same)
    {
        var (low, high, openLow, openHigh) = (decimal.MinValue, decimal.MaxValue, false, false);
        foreach (var item in same)
        {
            if (item.Values.Count != 1 || !decimal.TryParse(item.Values[0].Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            {
                continue;
            }

            if (item.Operator is ">" or ">=" or "=" && (number > low || (number == low && item.Operator == ">")))
            {
                (low, openLow) = (number, item.Operator == ">");
            }

            if (item.Operator is "<" or "<=" or "=" && (number < high || (number == high && item.Operator == "<")))
            {
                (high, openHigh) = (number, item.Operator == "<");
            }
        }

        return low > high || (low == high && (openLow || openHigh));
    }
}
