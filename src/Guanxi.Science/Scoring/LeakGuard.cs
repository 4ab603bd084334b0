using System.Text.RegularExpressions;

namespace Guanxi.Science.Scoring;

/// <summary>How one column alone relates to the outcome.</summary>
/// <param name="Column">Name of the column.</param>
/// <param name="Auc">Area under the ROC curve of the column alone, out of fold.</param>
/// <param name="MissingAuc">The same of nothing but whether the column is filled.</param>
/// <param name="DecidedShare">Share of records in values whose records (nearly) all have the same outcome, beyond what chance makes.</param>
/// <param name="NamedLate">Whether the name says the value comes late (last, reason, quality, profile, closed …).</param>
/// <param name="Suspicion">Why the column is probably known only after the outcome; null when it is not suspected.</param>
public sealed record ColumnStrength(string Column, double Auc, double MissingAuc, double DecidedShare, bool NamedLate, string? Suspicion);

/// <summary>
/// Flags columns that are probably filled only after the outcome is known (Kaufman, Rosset and Perlich 2012, Leakage in Data Mining,
/// ACM TKDD 6(4)): one column nearly decides the outcome, values belong to one outcome only, or being filled at all gives it away.
/// A name that says "afterwards" lowers the bar.
/// </summary>
public static partial class LeakGuard
{
    private const int Folds = 5;

    /// <summary>Measures every column against the outcome.</summary>
    /// <param name="table">The columns offered to a model.</param>
    /// <param name="outcomes">One per row.</param>
    /// <param name="seed">Seed of the folds.</param>
    public static IReadOnlyList<ColumnStrength> Check(FeatureTable table, IReadOnlyList<bool> outcomes, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(outcomes);
        var folds = StratifiedFolds.Assign(outcomes, Folds, seed);
        var rate = outcomes.Average(outcome => outcome ? 1.0 : 0);
        var foreign = ForeignScores(table);
        return table.Columns.Select(column =>
        {
            var values = Groups(column);
            var missing = Enumerable.Range(0, column.Count).Select(row => column.IsMissing(row) ? 1 : 0).ToArray();
            var (auc, decided) = Strength(values, outcomes, folds, rate);
            var missingAuc = missing.Distinct().Count() < 2 ? 0.5 : Strength(missing, outcomes, folds, rate).Auc;
            var late = Late().IsMatch(ColumnChoice.Words(column.Name));
            return new ColumnStrength(column.Name, auc, missingAuc, decided, late, Suspect(column.Name, auc, missingAuc, decided, late) ?? (foreign.TryGetValue(column.Name, out var others)
                ? $"{column.Name} is a score of another program, filled together with {others} in a part of the records only, and may rest on what happened later."
                : null));
        }).ToArray();
    }

    /// <summary>
    /// Columns called a score or an index that are filled in the very same part of the records as others called so: another program scored these, at a moment of its own. Each alone may
    /// look harmless. A single credit score, or one that all records have, is none of these.
    /// </summary>
    private static Dictionary<string, string> ForeignScores(FeatureTable table) =>
        table.Columns.Where(column => Scored().IsMatch(ColumnChoice.Words(column.Name)))
            .Select(column => (column.Name, Missing: Enumerable.Range(0, column.Count).Where(column.IsMissing).ToArray()))
            .Where(column => column.Missing.Length >= 0.1 * table.Rows && column.Missing.Length < table.Rows)
            .GroupBy(column => column.Missing, RowsComparer.Instance)
            .Where(block => block.Skip(1).Any())
            .SelectMany(block => block.Select(column => (column.Name, Others: string.Join(", ", block.Where(other => other.Name != column.Name).Select(other => other.Name)))))
            .ToDictionary(column => column.Name, column => column.Others, StringComparer.Ordinal);

    private sealed class RowsComparer : IEqualityComparer<int[]>
    {
        public static RowsComparer Instance { get; } = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] obj) => HashCode.Combine(obj.Length, obj[0], obj[^1]);
    }

    /// <summary>Columns that are not suspected, yet tell so much alone that a person should say when they are filled in: no statistic can.</summary>
    internal static string Doubtful(IEnumerable<ColumnStrength> strengths) =>
        string.Join(", ", strengths.Where(strength => strength.Suspicion is null && strength.Auc >= 0.7).OrderByDescending(strength => strength.Auc).Select(strength => FormattableString.Invariant($"{strength.Column} ({strength.Auc:0.00})")));

    private static string? Suspect(string column, double auc, double missingAuc, double decided, bool late)
    {
        if (auc >= 0.9)
        {
            return $"{column} alone nearly decides the outcome (AUC {auc:0.00}).";
        }

        if (missingAuc >= (late ? 0.6 : 0.75))
        {
            return $"Whether {column} is filled at all gives the outcome away (AUC {missingAuc:0.00}), as in a column that is filled in afterwards.";
        }

        if (decided >= (late ? 0.02 : 0.35) && auc >= (late ? 0.6 : 0.75))
        {
            return $"{decided:0%} of the records have values of {column} that belong to one outcome only.";
        }

        return late && auc >= 0.65 ? $"{column} says by its name that it is filled in late, and alone reaches AUC {auc:0.00}." : null;
    }

    private static (double Auc, double Decided) Strength(int[] groups, IReadOnlyList<bool> outcomes, int[] folds, double rate)
    {
        var size = groups.Max() + 1;
        var total = new int[size, Folds];
        var positive = new int[size, Folds];
        for (var i = 0; i < groups.Length; i++)
        {
            total[groups[i], folds[i]]++;
            positive[groups[i], folds[i]] += outcomes[i] ? 1 : 0;
        }

        double Sum(int[,] counts, int group, int without) => Enumerable.Range(0, Folds).Where(fold => fold != without).Sum(fold => counts[group, fold]);
        // Rates are shrunk towards the overall rate, so that values with a few records say little.
        var score = new double[size, Folds];
        for (var group = 0; group < size; group++)
        {
            for (var fold = 0; fold < Folds; fold++)
            {
                score[group, fold] = (Sum(positive, group, fold) + (10 * rate)) / (Sum(total, group, fold) + 10);
            }
        }

        var auc = BinaryMetrics.Area(groups.Select((group, i) => score[group, folds[i]]).ToArray(), outcomes);
        double decided = 0;
        for (var group = 0; group < size; group++)
        {
            double n = Sum(total, group, -1), k = Sum(positive, group, -1), chance = Math.Min(rate, 1 - rate);
            // Few enough of the other outcome, and so many records that chance cannot have made it.
            var other = Math.Min(k, n - k);
            var expected = n * (k > n - k ? 1 - rate : rate);
            if (other <= 0.03 * n && expected >= 10 && other < 0.3 * expected && chance > 0.03)
            {
                decided += n;
            }
        }

        return (auc, decided / groups.Length);
    }

    /// <summary>Values as groups: levels, or twentieths of numbers; the last group is missing.</summary>
    private static int[] Groups(FeatureColumn column)
    {
        if (column is ChoiceColumn choice)
        {
            return Array.ConvertAll(choice.Codes, code => code < 0 ? choice.Levels.Length : code);
        }

        var number = (NumberColumn)column;
        var sorted = number.Values.Where(value => !double.IsNaN(value)).Order().ToArray();
        var cuts = Enumerable.Range(1, 19).Where(_ => sorted.Length > 0).Select(i => sorted[i * (sorted.Length - 1) / 20]).Distinct().ToArray();
        return Array.ConvertAll(number.Values, value =>
        {
            if (double.IsNaN(value))
            {
                return cuts.Length + 1;
            }

            var at = Array.BinarySearch(cuts, value);
            return at >= 0 ? at : ~at;
        });
    }

    [GeneratedRegex(@"\b(score|index|rating|grade)\b|评分|得分|指数|指數|評分", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scored();

    [GeneratedRegex(@"\b(last|latest|final|outcome|result|reason|quality|profile|tags?|closed?|closing|cancel\w*|exit\w*|lost|won|resolution|converted|after|post)\b|最后|最近|结果|原因|质量|画像|关闭|取消|流失|成交|標籤|标签", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Late();
}
