using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Files;

/// <summary>The outcome column of a table.</summary>
internal sealed record TargetColumn(int Column, string Positive, int[] Rows, bool[] Outcomes, IReadOnlyList<Finding> Findings)
{
    private static readonly string[] Affirmative = ["1", "yes", "true", "y", "t", "1.0", "是", "有", "真", "流失", "已流失", "成交", "已成交"];

    /// <summary>Whether a cell says by itself that the outcome happened.</summary>
    public static bool IsAffirmative(string cell) => Affirmative.Contains(cell.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <exception cref="UnsuitableDataException">No such column, or not two values.</exception>
    public static TargetColumn Find(DataTable table, string name, string? positive)
    {
        var column = Columns.Named(table, name);
        if (column < 0)
        {
            throw new UnsuitableDataException(table.HasHeader ? $"There is no column {name}; the file has {string.Join(", ", table.Header)}."
                : $"The file has no header, so its columns are called {table.Header[0]} to {table.Header[^1]}; there is no {name}.");
        }

        int[] rows = [.. Enumerable.Range(0, table.Rows.Count).Where(row => !FeatureText.IsMissing(table.Rows[row][column]))];
        var values = rows.GroupBy(row => table.Rows[row][column], StringComparer.OrdinalIgnoreCase).OrderBy(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToArray();
        if (values.Length < 2)
        {
            throw new UnsuitableDataException(values.Length == 0
                ? $"{table.Header[column]} is empty in every row."
                : $"{table.Header[column]} is {values[0].Key} in all {rows.Length} rows, so there is nothing to tell apart.");
        }

        if (values.Length > 2 && positive is null)
        {
            throw new UnsuitableDataException($"{table.Header[column]} has {values.Length} values ({string.Join(", ", values.Take(5).Select(group => group.Key))} …), but a yes/no outcome has two; say with --positive which one counts.");
        }

        var chosen = positive is null
            ? values.FirstOrDefault(group => IsAffirmative(group.Key))?.Key ?? values[0].Key
            : values.FirstOrDefault(group => string.Equals(group.Key, positive, StringComparison.OrdinalIgnoreCase))?.Key
                ?? throw new UnsuitableDataException($"{table.Header[column]} is never {positive}; it has {string.Join(", ", values.Take(5).Select(group => group.Key))}.");
        var findings = new List<Finding>();
        if (table.Rows.Count - rows.Length is var missing and > 0)
        {
            findings.Add(new Finding("outcome-missing", FindingWeight.Warning, $"{missing} rows without an outcome were left out."));
        }

        if (table.Repeated(rows) is var twice and > 0)
        {
            findings.Add(new Finding("records-twice", FindingWeight.Note, $"{twice} records are the same as another in every column, the outcome included; copies on both sides of a fold flatter the score, so take them out first if they are one record written twice."));
        }

        return new TargetColumn(column, chosen, rows, Array.ConvertAll(rows, row => string.Equals(table.Rows[row][column], chosen, StringComparison.OrdinalIgnoreCase)), findings);
    }
}
