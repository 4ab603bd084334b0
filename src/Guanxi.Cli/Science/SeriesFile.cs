using System.Globalization;
using System.Text.RegularExpressions;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;

namespace Guanxi.Cli.Science;

/// <summary>A series read from a file.</summary>
/// <param name="Name">Its name; null when the file holds one series only.</param>
/// <param name="Values">Values in order of time.</param>
/// <param name="Season">Periods in a year or week as the dates show, 1 when they show none.</param>
/// <param name="Label">Name of the period so many steps after the last one, from 1.</param>
/// <param name="Note">What was assumed in reading; null when nothing was.</param>
internal sealed record SeriesData(string? Name, double[] Values, int Season, Func<int, string> Label, string? Note = null);

/// <summary>Which columns and what period to read.</summary>
internal sealed record SeriesColumns(string? Value, string? Date, string? Series, string? Period);

/// <summary>Series that add up: of every node the sum of those below it.</summary>
/// <param name="Nodes">The whole first.</param>
/// <param name="Parents">The node above each, -1 for the whole.</param>
internal sealed record SeriesTree(IReadOnlyList<SeriesData> Nodes, int[] Parents);

/// <summary>Reads series: values with or without dates, one or several in a file.</summary>
internal static partial class SeriesFile
{
    private static readonly string[] ValueNames = ["value", "values", "sales", "amount", "revenue", "quantity", "y", "total", "passengers", "demand", "销售额", "金额", "数值", "数量"];
    private const int MostNodes = 1000;

    private static readonly string[] YearNames = ["year", "yr", "年", "年份"];
    private static readonly string[] PartNames = ["month", "mon", "quarter", "qtr", "月", "月份", "季度"];
    private static readonly string[] SeasonNames = ["freq", "frequency", "season", "seasonality"];
    private static readonly string[] DateNames = ["month", "date", "period", "ds", "time", "week", "quarter", "year", "day", "orderdate", "日期", "月份", "时间", "季度", "年份"];

    /// <exception cref="UnsuitableDataException">No such column, a cell that is no number, or dates with gaps.</exception>
    public static IReadOnlyList<SeriesData> Read(FileInfo file, SeriesColumns columns)
    {
        var table = DataTable.Read(file);
        var series = columns.Series is null ? -1 : Columns.Wanted(table, columns.Series);
        var date = columns.Date is not null ? Columns.Wanted(table, columns.Date) : DateOf(table);
        var (year, part) = columns.Date is null ? YearAndPart(table) : (-1, -1);
        var value = columns.Value is null ? FindValue(table, [date, series, year, part]) : Columns.Wanted(table, columns.Value);
        var numbers = Columns.Numbers(table, value);
        var season = Columns.Find(table, SeasonNames, value);
        var groups = series < 0 ? [(Name: (string?)null, Rows: table.Rows)] : table.Rows.GroupBy(row => row[series]).Select(group => (Name: (string?)group.Key, Rows: group.ToList())).ToList();
        return [.. groups.Select(group => Seasonal(One(table, group.Name, group.Rows, value, numbers, part >= 0 ? row => $"{row[year]}-{row[part]}" : date >= 0 ? row => row[date] : null, columns.Period), group.Rows, season))];
    }

    /// <summary>Sums of the values by period for the whole, for each value of the first column, for each value of the second below it, and so on.</summary>
    /// <exception cref="UnsuitableDataException">No such column, no dates, or more nodes than can be reconciled.</exception>
    public static SeriesTree ReadTree(FileInfo file, SeriesColumns columns, string levels)
    {
        var table = DataTable.Read(file);
        int[] steps = [.. levels.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => Columns.Wanted(table, name))];
        var date = columns.Date is not null ? Columns.Wanted(table, columns.Date) : DateOf(table);
        if (date < 0 || steps.Length == 0)
        {
            throw new UnsuitableDataException("A tree needs a column of dates and the columns of its levels; name them with --date and --tree region,team,person.");
        }

        var value = columns.Value is null ? FindValue(table, [date, .. steps]) : Columns.Wanted(table, columns.Value);
        var (numbers, text) = (Columns.Numbers(table, value), DateText.For(table.Rows.Select(row => row[date])));
        var rows = table.Rows.Where(row => !Columns.IsMissing(row[value]) && !Columns.IsMissing(row[date])).Select(row => (Cells: row,
            Day: Day(text, row[date]) ?? throw new UnsuitableDataException($"{row[date]} is no date, so the rows cannot be summed up."),
            Value: numbers.TryRead(row[value], out var number) ? number : throw new UnsuitableDataException($"{table.Header[value]} holds {row[value]}, which is no number; name another column with --value."))).ToList();
        if (rows.Count == 0)
        {
            throw new UnsuitableDataException("No row has both a date and a value.");
        }

        var period = columns.Period ?? SeriesPeriods.Unit([.. rows.Select(row => row.Day).Distinct()])
            ?? throw new UnsuitableDataException("The dates are not evenly spaced; sum them up with --period day, week, month, quarter or year.");
        var names = new List<string> { "total" };
        var parents = new List<int> { -1 };
        var sums = new List<Dictionary<int, double>> { new() };
        var places = new Dictionary<(int Parent, string Name), int>();
        foreach (var row in rows)
        {
            var (node, index) = (0, SeriesPeriods.Index(row.Day, period));
            sums[0][index] = sums[0].GetValueOrDefault(index) + row.Value;
            foreach (var step in steps)
            {
                if (!places.TryGetValue((node, row.Cells[step]), out var below))
                {
                    places[(node, row.Cells[step])] = below = names.Count;
                    names.Add(node == 0 ? row.Cells[step] : $"{names[node]} / {row.Cells[step]}");
                    parents.Add(node);
                    sums.Add([]);
                }

                node = below;
                sums[node][index] = sums[node].GetValueOrDefault(index) + row.Value;
            }
        }

        if (names.Count > MostNodes)
        {
            throw new UnsuitableDataException($"The tree has {names.Count} nodes; at most {MostNodes} can be made to agree. Leave out the lowest level.");
        }

        var (first, last) = (sums[0].Keys.Min(), sums[0].Keys.Max());
        return last - first > SeriesPeriods.MostPeriods ? throw new UnsuitableDataException("The dates span more periods than a forecast can use; look for a mistyped date.")
            : new SeriesTree([.. names.Select((name, node) => new SeriesData(name, [.. Enumerable.Range(first, last - first + 1).Select(index => sums[node].GetValueOrDefault(index))], SeriesPeriods.Season(period), step => SeriesPeriods.Label(last + step, period)))], [.. parents]);
    }

    /// <summary>Where the dates show no season, a column may: 12 in every row of a series.</summary>
    private static SeriesData Seasonal(SeriesData data, List<string[]> rows, int season) =>
        data.Season == 1 && season >= 0 && rows.Select(row => row[season]).Distinct(StringComparer.Ordinal).ToList() is [var only] && int.TryParse(only, CultureInfo.InvariantCulture, out var periods) && periods is > 1 and < 400
            ? data with { Season = periods, Note = $"The season of {periods} periods is the file's own." } : data;

    private static SeriesData One(DataTable table, string? name, List<string[]> rows, int value, NumberText numbers, Func<string[], string>? date, string? period)
    {
        if (period is not null && date is not null)
        {
            // An open deal has no closing date and no value yet: it adds nothing to any period.
            rows = rows.FindAll(row => !Columns.IsMissing(date(row)) && !Columns.IsMissing(row[value]));
        }

        // What follows the last value is empty until it happens.
        while (rows.Count > 0 && Columns.IsMissing(rows[^1][value]))
        {
            rows = rows[..^1];
        }

        if (rows.Count == 0)
        {
            throw new UnsuitableDataException("No row has both a date and a value.");
        }

        var values = rows.Select((row, i) => numbers.TryRead(row[value], out var number) ? number
            : throw new UnsuitableDataException(Columns.IsMissing(row[value])
                ? $"{table.Header[value]} has no value in row {i + 1} of {rows.Count}{(name is null ? "" : $" of {name}")}; fill it in, or take sums with --period, where a period without a value counts as zero."
                : $"{table.Header[value]} holds {row[value]}, which is no number; name another column with --value.")).ToArray();
        if (date is null)
        {
            return Unnamed(name, values);
        }

        var text = DateText.For(rows.Select(date));
        var days = rows.Select(row => Day(text, date(row))).ToArray();
        if (days.Any(day => day is null))
        {
            return period is null ? Unnamed(name, values) with { Note = "The dates could not be read, so the rows were taken in their order; give the season with --season." }
                : throw new UnsuitableDataException($"{date(rows[Array.FindIndex(days, day => day is null)])} is no date, so the rows cannot be summed up by {period}.");
        }

        var arranged = SeriesPeriods.Arrange(name, [.. days.Select(day => day!.Value)], values, period);
        return text.IsOpen ? arranged with { Note = "The dates do not say whether the day or the month comes first; the month was taken to." } : arranged;
    }

    private static SeriesData Unnamed(string? name, double[] values) => new(name, values, 1, step => (values.Length + step).ToString(CultureInfo.InvariantCulture));

    // Of several columns that may be the date, the first that holds dates; a column called period or time may only count.
    private static int DateOf(DataTable table)
    {
        int[] named = [.. DateNames.Select(name => Columns.Find(table, [name])).Where(at => at >= 0)];
        var dated = Array.Find([.. named.Select(at => (int?)at)], at => table.Rows.Take(50).All(row => Day(DateText.For([]), row[at!.Value]) is not null || DateText.Looks(row[at.Value])));
        return dated ?? (named.Length > 0 ? named[0] : Array.FindIndex([.. Enumerable.Range(0, table.Header.Length)], at =>
            table.Rows.Take(50).All(row => !NumberText.Point.TryRead(row[at], out _) && (Day(DateText.For([]), row[at]) is not null || DateText.Looks(row[at])))));
    }

    /// <summary>Year and month, or year and quarter, in columns of their own.</summary>
    private static (int Year, int Part) YearAndPart(DataTable table)
    {
        var (year, part) = (Columns.Find(table, YearNames), Columns.Find(table, PartNames));
        return year >= 0 && part >= 0 && table.Rows.TrueForAll(row => Day(DateText.For([]), $"{row[year]}-{row[part]}") is not null) ? (year, part) : (-1, -1);
    }

    // Months and quarters are written without a day: 1949-01, 1949年1月, Jan 1949, 1949M01, 1949Q1, Q1 1949, 1949-W05.
    private static DateOnly? Day(DateText text, string cell)
    {
        var trimmed = cell.Trim();
        if (Quarter().Match(trimmed) is { Success: true } quarter)
        {
            return new DateOnly(int.Parse(quarter.Groups["year"].Value, CultureInfo.InvariantCulture), (3 * int.Parse(quarter.Groups["quarter"].Value, CultureInfo.InvariantCulture)) - 2, 1);
        }

        if (Week().Match(trimmed) is { Success: true } week && int.Parse(week.Groups["week"].Value, CultureInfo.InvariantCulture) is >= 1 and <= 53 and var number)
        {
            return DateOnly.FromDateTime(ISOWeek.ToDateTime(int.Parse(week.Groups["year"].Value, CultureInfo.InvariantCulture), number, DayOfWeek.Monday));
        }

        return DateOnly.TryParseExact(trimmed, ["yyyy-M", "yyyy/M", "yyyy.M", "yyyy'M'MM", "yyyy年M月", "MMM yyyy", "MMMM yyyy", "MMM-yyyy", "yyyy-MMM", "yyyy MMM", "yyyy-MMMM", "M/yyyy", "yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? month
            : ShortMonth(trimmed) ?? (text.TryRead(trimmed, out var day) ? day : null);
    }

    // Jan-49: the same hundred years as two digits elsewhere.
    private static DateOnly? ShortMonth(string cell) => cell.Length is 6 && DateOnly.TryParseExact($"{cell[..4]}{(string.CompareOrdinal(cell[4..], "69") < 0 ? "20" : "19")}{cell[4..]}", ["MMM-yyyy", "MMM yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) ? month : null;

    [GeneratedRegex(@"^((?<year>\d{4})[-\s/]*[Qq](?<quarter>[1-4])|[Qq](?<quarter>[1-4])[-\s/]*(?<year>\d{4})|(?<year>\d{4})年第?(?<quarter>[1-4])季度?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quarter();

    [GeneratedRegex(@"^(?<year>\d{4})-?W(?<week>\d{2})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Week();

    private static int FindValue(DataTable table, int[] taken)
    {
        var named = Columns.Find(table, ValueNames, taken);
        if (named >= 0)
        {
            return named;
        }

        var numeric = Enumerable.Range(0, table.Header.Length).Where(column => !taken.Contains(column) && Columns.Numbers(table, column) is var numbers && table.Rows.All(row => numbers.TryRead(row[column], out _))).ToList();
        return numeric.Count == 1 ? numeric[0] : throw new UnsuitableDataException($"Name the column of the values with --value; the columns are {string.Join(", ", table.Header)}.");
    }
}

/// <summary>Puts dated values in order, one a period.</summary>
internal static class SeriesPeriods
{
    public const int MostPeriods = 100_000;

    public static SeriesData Arrange(string? name, DateOnly[] days, double[] values, string? period)
    {
        var unit = period ?? Unit(days);
        if (unit is null && days.Length < 2)
        {
            throw new UnsuitableDataException($"{(name is null ? "The series" : $"The series {name}")} is too short: one value does not say what comes next.");
        }

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
        if (last - first > MostPeriods)
        {
            throw new UnsuitableDataException("The dates span more periods than a forecast can use; look for a mistyped date.");
        }

        if (period is null && sums.Count != days.Length)
        {
            throw new UnsuitableDataException("Several rows have the same date; sum them up with --period, or name the series with --series.");
        }

        // A period without sales is a zero when sums were asked for, and a gap in the data when not.
        var all = Enumerable.Range(first, last - first + 1).Select(index => sums.TryGetValue(index, out var sum) ? sum : period is not null ? 0
            : throw new UnsuitableDataException($"There is no value for {Label(index, unit)}; fill it in, or take sums with --period {unit}, where a period without a value counts as zero.")).ToArray();
        // Weeks that came with a day of their own keep it; sums are of weeks from Monday.
        var weekday = unit == "week" && period is null ? days[0].DayNumber % 7 : 0;
        return new SeriesData(name, all, Season(unit), step => weekday == 0 ? Label(last + step, unit) : Label(((last + step) * 7) + weekday, "day"));
    }

    public static string? Unit(DateOnly[] days)
    {
        var sorted = days.Order().ToArray();
        var steps = sorted.Zip(sorted.Skip(1), (a, b) => b.DayNumber - a.DayNumber).Order().ToArray();
        var typical = steps.Length == 0 ? 0 : steps[steps.Length / 2];
        return typical switch { 1 => "day", 7 => "week", >= 28 and <= 31 => "month", >= 89 and <= 92 => "quarter", 365 or 366 => "year", _ => null };
    }

    public static int Season(string unit) => unit switch { "day" => 7, "week" => 52, "month" => 12, "quarter" => 4, _ => 1 };

    public static int Index(DateOnly day, string unit) => unit switch
    {
        "day" => day.DayNumber,
        "week" => day.DayNumber / 7,
        "month" => (day.Year * 12) + day.Month - 1,
        "quarter" => (day.Year * 4) + ((day.Month - 1) / 3),
        _ => day.Year,
    };

    public static string Label(int index, string unit) => unit switch
    {
        "day" => DateOnly.FromDayNumber(index).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "week" => DateOnly.FromDayNumber(index * 7).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "month" => string.Create(CultureInfo.InvariantCulture, $"{index / 12:D4}-{(index % 12) + 1:D2}"),
        "quarter" => string.Create(CultureInfo.InvariantCulture, $"{index / 4:D4}-Q{(index % 4) + 1}"),
        _ => index.ToString(CultureInfo.InvariantCulture),
    };
}
