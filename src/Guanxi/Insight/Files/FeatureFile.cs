using System.Globalization;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Files;

/// <summary>Columns of a file as a score looks at them: dates are days on a line, the others numbers or choices.</summary>
internal static class FeatureFile
{
    /// <summary>Reads one column.</summary>
    /// <param name="table">The file.</param>
    /// <param name="column">Which column of it.</param>
    /// <param name="rows">Which rows, in this order.</param>
    public static FeatureColumn Read(DataTable table, int column, IReadOnlyList<int> rows)
    {
        string[] cells = [.. rows.Select(row => table.Rows[row][column])];
        var feature = FeatureText.Read(table.Header[column], cells, table.CommaElsewhere);
        return feature is ChoiceColumn && Days(cells) is { } days ? new NumberColumn(feature.Name, days, text: Written) : feature;
    }

    private static double[]? Days(string[] cells)
    {
        var text = DateText.For(cells);
        var days = Array.ConvertAll(cells, cell => FeatureText.IsMissing(cell) ? double.NaN : text.TryRead(cell, out var day) ? day.DayNumber : double.PositiveInfinity);
        return days.Any(double.IsFinite) && !days.Any(double.IsInfinity) ? days : null;
    }

    private static string Written(double day) => DateOnly.FromDayNumber((int)day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
