using System.Globalization;

namespace Guanxi.Platform.Lists;

/// <summary>Finds conditions that contradict themselves: above ten and below five, or two values at once. It proves only what it says; a condition it passes may still never hold.</summary>
public static class NeverHolds
{
    /// <summary>What is true of every record that is asked.</summary>
    /// <param name="Always">Comparisons that always hold.</param>
    /// <param name="Bounds">Between which numbers a value lies, where there is one.</param>
    internal sealed record Facts(IReadOnlyList<FilterNode.Compare> Always, IReadOnlyDictionary<string, (decimal Low, decimal High)> Bounds);

    private static readonly Facts None = new([], new Dictionary<string, (decimal Low, decimal High)>(StringComparer.Ordinal));

    public static bool Is(FilterNode node) => Is(node, None);

    internal static bool Is(FilterNode node, Facts facts) => node switch
    {
        FilterNode.And and => and.Items.Any(item => Is(item, facts)) || Contradicts([.. Flat(and)], facts),
        FilterNode.Or or => or.Items.All(item => Is(item, facts)),
        FilterNode.Not not => Otherwise(not.Item) is { } same && Is(same, facts),
        FilterNode.Compare compare => Contradicts([compare], facts),
        _ => false,
    };

    /// <summary>The contrary in words without a not; null where an empty value would make the two differ.</summary>
    private static FilterNode? Otherwise(FilterNode node) => node switch
    {
        FilterNode.Not not => not.Item,
        FilterNode.And all when all.Items.Select(Otherwise).ToList() is var items && items.TrueForAll(item => item is not null) => new FilterNode.Or([.. items!]),
        FilterNode.Or any when any.Items.Select(Otherwise).ToList() is var items && items.TrueForAll(item => item is not null) => new FilterNode.And([.. items!]),
        FilterNode.Compare { Operator: "=" } compare => compare with { Operator = "!=" },
        FilterNode.Compare { Operator: "!=" } compare => compare with { Operator = "=" },
        _ => null,
    };

    private static IEnumerable<FilterNode.Compare> Flat(FilterNode.And and) => and.Items.SelectMany(item => item switch
    {
        FilterNode.And inner => Flat(inner),
        FilterNode.Compare compare => [compare],
        FilterNode.Not not when Otherwise(not.Item) is { } same => Flat(new FilterNode.And([same])),
        _ => [],
    });

    private static bool Contradicts(IReadOnlyList<FilterNode.Compare> all, Facts facts) => all.GroupBy(item => item.Path, StringComparer.Ordinal).Any(group =>
        Empty([.. group, .. facts.Always.Where(fact => fact.Path == group.Key)]) || OutOfRange([.. group], facts.Bounds.TryGetValue(group.Key, out var bounds) ? bounds : (decimal.MinValue, decimal.MaxValue)));

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

    private static bool OutOfRange(IReadOnlyList<FilterNode.Compare> same, (decimal Low, decimal High) bounds)
    {
        var (low, high, openLow, openHigh) = (bounds.Low, bounds.High, false, false);
        foreach (var item in same)
        {
            if (item.Values.Count != 1 || Number(item.Values[0]) is not { } number)
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

    /// <summary>A number, or a day as the number of days since the calendar's first.</summary>
    private static decimal? Number(FilterValue value) =>
        decimal.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : DateOnly.TryParseExact(value.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.DayNumber
        : null;
}
