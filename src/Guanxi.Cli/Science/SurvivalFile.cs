using System.Globalization;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Cli.Science;

/// <summary>Records that were watched until an event or until watching ended.</summary>
/// <param name="Times">One per record that can be used.</param>
/// <param name="Groups">The same by group; one without a name where none was asked for.</param>
/// <param name="Covariates">What a Cox regression is to explain the times with; null when none is wanted.</param>
internal sealed record SurvivalData(IReadOnlyList<SurvivalTime> Times, IReadOnlyList<(string? Name, IReadOnlyList<SurvivalTime> Times)> Groups, FeatureTable? Covariates, IReadOnlyList<Finding> Findings);

internal static class SurvivalFile
{
    private const int MostGroups = 20;

    /// <exception cref="UnsuitableDataException">No such column, no usable row, or no value that says the event happened.</exception>
    public static SurvivalData Read(DataTable table, string duration, string happened, string? positive, string? by, string? covariates)
    {
        var (time, outcome, group) = (Columns.Wanted(table, duration), Columns.Wanted(table, happened), by is null ? -1 : Columns.Wanted(table, by));
        var findings = new List<Finding>();
        var isEvent = Event(table, outcome, positive, findings);
        var numbers = Columns.Numbers(table, time);
        var used = new List<int>();
        var times = new List<SurvivalTime>();
        for (var row = 0; row < table.Rows.Count; row++)
        {
            var cells = table.Rows[row];
            if (numbers.TryRead(cells[time], out var watched) && watched > 0 && !Columns.IsMissing(cells[outcome]) && (group < 0 || !Columns.IsMissing(cells[group])))
            {
                used.Add(row);
                times.Add(new SurvivalTime(watched, isEvent(cells[outcome])));
            }
        }

        if (used.Count == 0)
        {
            throw new UnsuitableDataException($"No row has a {table.Header[time]} above zero and a {table.Header[outcome]}.");
        }

        if (used.Count < table.Rows.Count)
        {
            findings.Add(new Finding("rows-left-out", FindingWeight.Warning, $"{table.Rows.Count - used.Count} of {table.Rows.Count} rows lack a time above zero, whether the event happened{(group < 0 ? "" : ", or a group")}, and were left out."));
        }

        var groups = group < 0 ? [(null, times)] : used.Select((row, i) => (Name: table.Rows[row][group], Time: times[i])).GroupBy(item => item.Name, item => item.Time, StringComparer.Ordinal)
            .Select(one => ((string?)one.Key, (IReadOnlyList<SurvivalTime>)[.. one])).OrderBy(one => one.Item1, NameComparer(table, group)).ToList();
        if (groups.Count > MostGroups)
        {
            throw new UnsuitableDataException($"{table.Header[group]} has {groups.Count} values, too many for a curve each; sum them up, or put the column into --covariates.");
        }

        return new SurvivalData(times, groups, Chosen(table, covariates, [time, outcome], used), findings);
    }

    private static Func<string, bool> Event(DataTable table, int outcome, string? positive, List<Finding> findings)
    {
        var values = table.Rows.Select(row => row[outcome]).Where(cell => !Columns.IsMissing(cell)).Distinct(StringComparer.OrdinalIgnoreCase).Take(50).Order(StringComparer.Ordinal).ToList();
        if (positive is not null)
        {
            return values.Contains(positive.Trim(), StringComparer.OrdinalIgnoreCase) ? cell => string.Equals(cell, positive.Trim(), StringComparison.OrdinalIgnoreCase)
                : throw new UnsuitableDataException($"{table.Header[outcome]} is never {positive}; it has {string.Join(", ", values.Take(5))}.");
        }

        if (values is ["1", "2"])
        {
            findings.Add(new Finding("event-coded", FindingWeight.Note, $"{table.Header[outcome]} is 1 or 2; as in R's data 2 counts as the event. Say --positive 1 if it is the other way round."));
            return cell => cell == "2";
        }

        return values.Count <= 2 && values.Exists(value => TargetColumn.IsAffirmative(value)) ? TargetColumn.IsAffirmative
            // Nobody has the event, or its column says so in words of its own.
            : values is ["0"] ? _ => false
            : throw new UnsuitableDataException($"{table.Header[outcome]} has {string.Join(", ", values.Take(5))}{(values.Count > 5 ? " …" : "")}; say with --positive which value means that the event happened.");
    }

    private static FeatureTable? Chosen(DataTable table, string? covariates, int[] taken, List<int> used)
    {
        if (covariates is null)
        {
            return null;
        }

        var columns = covariates.Trim().Equals("all", StringComparison.OrdinalIgnoreCase)
            ? Enumerable.Range(0, table.Header.Length).Except(taken)
            : covariates.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => Columns.Wanted(table, name));
        return new FeatureTable([.. columns.Distinct().Select(column => FeatureFile.Read(table, column, used))]);
    }

    private static IComparer<string?> NameComparer(DataTable table, int group) => Columns.Numbers(table, group) is var numbers && table.Rows.TrueForAll(row => Columns.IsMissing(row[group]) || numbers.TryRead(row[group], out _))
        ? Comparer<string?>.Create((a, b) => (numbers.TryRead(a!, out var left) ? left : 0).CompareTo(numbers.TryRead(b!, out var right) ? right : 0))
        : StringComparer.Create(CultureInfo.InvariantCulture, ignoreCase: false);
}
