using System.Globalization;
using Guanxi.Platform.Records;
using Guanxi.Science.Mining;

namespace Guanxi.Insight.Laboratory;

/// <summary>
/// Lets a tree ask whether a number is known at all. A tree sends missing numbers along with the larger ones, and a mean in their place makes a band of values that nobody has;
/// here they lie far below every number that is known, and the conditions say so in words.
/// </summary>
internal sealed class TreeConditions
{
    private readonly Dictionary<string, double> least = new(StringComparer.Ordinal);

    private TreeConditions(IReadOnlyList<TreeColumn> columns) => Columns = columns;

    /// <summary>The columns as the tree sees them.</summary>
    public IReadOnlyList<TreeColumn> Columns { get; private set; }

    public static TreeConditions Of(IReadOnlyList<TreeColumn> columns)
    {
        var conditions = new TreeConditions(columns);
        conditions.Columns = [.. columns.Select(column =>
        {
            if (column.Numbers?.Where(double.IsFinite).ToList() is not { Count: > 0 } known || known.Count == column.Count)
            {
                return column;
            }

            var (low, high) = (known.Min(), known.Max());
            conditions.least[column.Name] = low;
            var below = low - (4 * Math.Max(1, Math.Max(Math.Abs(low), high - low)));
            return column with { Numbers = [.. column.Numbers.Select(number => double.IsFinite(number) ? number : below)] };
        })];
        return conditions;
    }

    /// <summary>The conditions of a rule in the reader's words.</summary>
    public IReadOnlyList<string> Said(IReadOnlyList<string> conditions, string language)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        return [.. conditions.Select(condition =>
        {
            if (Cut(condition) is not var (name, sign, cut))
            {
                return Listed(condition, language);
            }

            var isKnown = known.Contains(name);
            if (sign == '>')
            {
                known.Add(name);
                return cut < least[name] ? new Label($"{name} 已知", $"{name} known").In(language) : condition;
            }

            return cut < least[name] ? new Label($"{name} 缺失", $"{name} missing").In(language)
                : isKnown ? condition
                : new Label($"{name} 缺失或 {condition[(name.Length + 1)..]}", $"{name} missing or {condition[(name.Length + 1)..]}").In(language);
        })];
    }

    /// <summary>One of several values, as the reader's language lists them.</summary>
    private string Listed(string condition, string language)
    {
        foreach (var name in Columns.Where(column => column.Numbers is null).Select(column => column.Name))
        {
            if (condition.StartsWith($"{name} in {{", StringComparison.Ordinal) && condition.EndsWith('}'))
            {
                var values = condition[(name.Length + 5)..^1];
                return new Label($"{name}为{values.Replace(", ", "、", StringComparison.Ordinal)}", $"{name} is {(values.Contains(", ", StringComparison.Ordinal) ? "one of " : "")}{values}").In(language);
            }
        }

        return condition;
    }

    private (string Name, char Sign, double Cut)? Cut(string condition)
    {
        foreach (var name in least.Keys)
        {
            foreach (var sign in "≤>")
            {
                if (condition.StartsWith($"{name} {sign} ", StringComparison.Ordinal) && double.TryParse(condition[(name.Length + 3)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var cut))
                {
                    return (name, sign, cut);
                }
            }
        }

        return null;
    }
}
