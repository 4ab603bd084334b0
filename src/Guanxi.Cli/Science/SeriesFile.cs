using System.Globalization;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;

namespace Guanxi.Cli.Science;

/// <summary>A series read from a file.</summary>
/// <param name="Name">Its name; null when the file holds one series only.</param>
/// <param name="Values">Values in order of time.</param>
/// <param name="Season">Periods in a year or week as the dates show, 1 when they show none.</param>
/// <param name="Label">Name of the period so many steps after the last one, from 1.</param>
internal sealed record SeriesData(string? Name, double[] Values, int Season, Func<int, string> Label);

/// <summary>Which columns and what period to read.</summary>
internal sealed record SeriesColumns(string? Value, string? Date, string? Series, string? Period);

/// <summary>Reads series: values with or without dates, one or several in a file.</summary>
internal static class SeriesFile
{
    private static readonly string[] ValueNames = ["value", "values", "sales", "amount", "revenue", "quantity", "y", "total", "passengers", "demand", "销售额", "金额", "数值", "数量"];
    private static readonly string[] DateNames = ["month", "date", "period", "ds", "time", "week", "quarter", "year", "day", "orderdate", "日期", "月份", "时间", "季度", "年份"];

    /// <exception cref="UnsuitableDataException">No such column, a cell that is no number, or dates with gaps.</exception>
    public static IReadOnlyList<SeriesData> Read(FileInfo file, SeriesColumns columns)
    {
        var table = DataTable.Read(file);
        var series = Optional(table, columns.Series);
        var date = columns.Date is null ? Columns.Find(table, DateNames) : Optional(table, columns.Date);
        var value = columns.Value is null ? FindValue(table, date) : Optional(table, columns.Value);
        var groups = series < 0 ? [(Name: (string?)null, Rows: table.Rows)] : table.Rows.GroupBy(row => row[series]).Select(group => (Name: (string?)group.Key, Rows: group.ToList())).ToList();
        return [.. groups.Select(group => One(table, group.Name, group.Rows, value, date, columns.Period))];
    }

    private static SeriesData One(DataTable table, string? name, List<string[]> rows, int value, int date, string? period)
    {
        if (period is not null && date >= 0)
        {
            // An open deal has no closing date and no value yet: it adds nothing to any period.
            rows = rows.FindAll(row => !Columns.IsMissing(row[date]) && !Columns.IsMissing(row[value]));
        }

        if (rows.Count == 0)
        {
            throw new UnsuitableDataException("No row has both a date and a value.");
        }

        var values = rows.Select(row => Columns.TryNumber(row[value], out var number) ? number
            : throw new UnsuitableDataException($"{table.Header[value]} holds {(row[value].Length == 0 ? "an empty cell" : row[value])}, which is no number.")).ToArray();
        if (date < 0)
        {
            return Unnamed(name, values);
        }

        var text = DateText.For(rows.Select(row => row[date]));
        var days = rows.Select(row => Day(text, row[date])).ToArray();
        if (days.Any(day => day is null))
        {
            return period is null ? Unnamed(name, values) : throw new UnsuitableDataException($"{table.Header[date]} holds something that is no date.");
        }

        return SeriesPeriods.Arrange(name, [.. days.Select(day => day!.Value)], values, period);
    }

    private static SeriesData Unnamed(string? name, double[] values) => new(name, values, 1, step => (values.Length + step).ToString(CultureInfo.InvariantCulture));

    // Months are written without a day: 1949-01, 1949年1月.
    private static DateOnly? Day(DateText text, string cell) =>
        DateOnly.TryParseExact(cell.Trim(), ["yyyy-M", "yyyy/M", "yyyy.M", "yyyy年M月", "MMM yyyy", "MMM-yy", "yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? month
        : text.TryRead(cell, out var day) ? day : null;

    private static int Optional(DataTable table, string? column) => column is null ? -1 : Columns.Named(table, column) is var at and >= 0 ? at
        : throw new UnsuitableDataException($"There is no column {column}; the columns are {string.Join(", ", table.Header)}.");

    private static int FindValue(DataTable table, int date)
    {
        var named = Columns.Find(table, ValueNames, date);
        if (named >= 0)
        {
            return named;
        }

        var numeric = Enumerable.Range(0, table.Header.Length).Where(column => column != date && table.Rows.All(row => Columns.TryNumber(row[column], out _))).ToList();
        return numeric.Count == 1 ? numeric[0] : throw new UnsuitableDataException($"Name the column of the values with --value; the columns are {string.Join(", ", table.Header)}.");
    }
}

/// <summary>Puts dated values in order, one a period.</summary>
internal static class SeriesPeriods
{
    public static SeriesData Arrange(string? name, DateOnly[] days, double[] values, string? period)
    {
        var unit = period ?? Unit(days);
        if (unit is null)
        {
            throw new UnsuitableDataException("The dates are not evenly spaced; sum them up with --period day, week, month, quarter or year.");
        }

        var sums = new SortedDictionary<int, double>();
        for (var i = 0; i < days.Length; i++)
        {
            var index = Index(days[i], unit);
            sums[index] = sums.GetValueOrDefault(index) + values[i];
        }

        var (first, last) = (sums.Keys.First(), sums.Keys.Last());
        if (last - first > 100_000)
        {
            throw new UnsuitableDataException("The dates span more periods than a forecast can use; look for a mistyped date.");
        }

        if (period is null && sums.Count != days.Length)
        {
            throw new UnsuitableDataException("Several rows have the same date; sum them up with --period, or name the series with --series.");
        }

        // A period without sales is a zero when sums were asked for, and a gap in the data when not.
        var all = Enumerable.Range(first, last - first + 1).Select(index => sums.TryGetValue(index, out var sum) ? sum : period is not null ? 0
            : throw new UnsuitableDataException($"There is no value for {Label(index, unit)}.")).ToArray();
        return new SeriesData(name, all, Season(unit), step => Label(last + step, unit));
    }

    private static string? Unit(DateOnly[] days)
    {
        var sorted = days.Order().ToArray();
        var steps = sorted.Zip(sorted.Skip(1), (a, b) => b.DayNumber - a.DayNumber).Order().ToArray();
        var typical = steps.Length == 0 ? 0 : steps[steps.Length / 2];
        return typical switch { 1 => "day", 7 => "week", >= 28 and <= 31 => "month", >= 89 and <= 92 => "quarter", 365 or 366 => "year", _ => null };
    }

    private static int Season(string unit) => unit switch { "day" => 7, "week" => 52, "month" => 12, "quarter" => 4, _ => 1 };

    private static int Index(DateOnly day, string unit) => unit switch
    {
        "day" => day.DayNumber,
        "week" => (day.DayNumber + 1) / 7,
        "month" => (day.Year * 12) + day.Month - 1,
        "quarter" => (day.Year * 4) + ((day.Month - 1) / 3),
        _ => day.Year,
    };

    private static string Label(int index, string unit) => unit switch
    {
        "day" => DateOnly.FromDayNumber(index).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "week" => DateOnly.FromDayNumber((index * 7) - 1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "month" => string.Create(CultureInfo.InvariantCulture, $"{index / 12:D4}-{(index % 12) + 1:D2}"),
        "quarter" => string.Create(CultureInfo.InvariantCulture, $"{index / 4:D4}-Q{(index % 4) + 1}"),
        _ => index.ToString(CultureInfo.InvariantCulture),
    };
}
