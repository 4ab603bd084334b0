using System.Globalization;
using System.Text.RegularExpressions;

namespace Guanxi.Insight.Files;

/// <summary>Dates and moments as people and programs write them. The order of day and month is settled once for a whole column.</summary>
internal sealed partial class DateText
{
    private static readonly string[] Named =
    [
        "d MMM yyyy", "d-MMM-yyyy", "d-MMM-yy", "d MMM yy", "MMM d, yyyy", "d MMMM yyyy", "MMMM d, yyyy", "ddd MMM d yyyy", "ddd, d MMM yyyy", "d/MMM/yyyy", "d.MMM.yyyy",
    ];

    private readonly bool dayFirst;

    private DateText(bool dayFirst, bool isOpen) => (this.dayFirst, IsOpen) = (dayFirst, isOpen);

    /// <summary>Whether nothing in the column tells days from months, so that 3/4 was taken for the fourth of March.</summary>
    public bool IsOpen { get; }

    /// <summary>Settles how a column writes its dates: 13/2 and 2/13 betray the order, a point says that the day comes first; without such a sign the month comes first.</summary>
    public static DateText For(IEnumerable<string> column)
    {
        var open = false;
        foreach (var cell in column)
        {
            var match = Numeric().Match(cell);
            if (!match.Success)
            {
                continue;
            }

            int first = Number(match, "first"), second = Number(match, "second");
            if (first > 12 || match.Groups["mark"].Value == ".")
            {
                return new DateText(true, false);
            }

            if (second > 12)
            {
                return new DateText(false, false);
            }

            open |= first != second;
        }

        return new DateText(false, open);
    }

    /// <summary>Whether a single cell is a date in some order.</summary>
    public static bool Looks(string cell) => new DateText(false, false).TryRead(cell, out _) || new DateText(true, false).TryRead(cell, out _);

    /// <summary>The day; the time of day and the zone are not looked at, for the day as written is the day meant.</summary>
    public bool TryRead(string cell, out DateOnly date) => TryRead(cell, out date, out _);

    /// <summary>The moment. A time without a zone is taken as UTC, so that durations do not depend on the machine; a day alone is its beginning.</summary>
    public bool TryReadMoment(string cell, out DateTimeOffset moment)
    {
        moment = default;
        if (!TryRead(cell, out var day, out var rest))
        {
            return false;
        }

        var match = Clock().Match(rest);
        if (!match.Success)
        {
            return rest.Trim().Length == 0 && Make(day, TimeSpan.Zero, TimeSpan.Zero, out moment);
        }

        int hour = Number(match, "hour"), minute = Number(match, "minute"), second = match.Groups["second"].Success ? Number(match, "second") : 0;
        var half = match.Groups["half"].Value;
        hour = half.Length == 0 ? hour : (hour % 12) + (half is "pm" or "PM" or "Pm" or "下午" ? 12 : 0);
        var fraction = match.Groups["fraction"] is { Success: true } part ? double.Parse("0." + part.Value, CultureInfo.InvariantCulture) : 0;
        var zone = TimeSpan.Zero;
        if (match.Groups["sign"].Success)
        {
            zone = TimeSpan.FromMinutes((Number(match, "zone") * 60) + (match.Groups["zoneMinute"].Success ? Number(match, "zoneMinute") : 0));
            zone = match.Groups["sign"].Value == "+" ? zone : -zone;
        }

        return hour < 25 && minute < 60 && second < 61 && zone.Duration() <= TimeSpan.FromHours(14)
            && Make(day, new TimeSpan(hour, minute, second) + TimeSpan.FromSeconds(fraction), zone, out moment);
    }

    private static bool Make(DateOnly day, TimeSpan time, TimeSpan zone, out DateTimeOffset moment)
    {
        moment = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue).Add(time), zone);
        return true;
    }

    private bool TryRead(string cell, out DateOnly date, out string rest)
    {
        date = default;
        rest = "";
        var match = YearFirst().Match(cell);
        if (!match.Success)
        {
            match = Numeric().Match(cell);
        }

        if (match.Success)
        {
            rest = match.Groups["rest"].Value;
            var (day, month) = match.Groups["first"].Success ? dayFirst ? ("first", "second") : ("second", "first") : ("day", "month");
            return TryMake(match.Groups["year"].Value, Number(match, month), Number(match, day), out date);
        }

        match = Compact().Match(cell);
        if (match.Success)
        {
            rest = $" {match.Groups["hour"].Value}:{match.Groups["minute"].Value}:{(match.Groups["second"].Success ? match.Groups["second"].Value : "00")}";
            return TryMake(match.Groups["year"].Value, Number(match, "month"), Number(match, "day"), out date);
        }

        var clock = Clock().Match(cell);
        rest = clock.Success ? cell[clock.Index..] : "";
        return DateOnly.TryParseExact(clock.Success ? cell[..clock.Index] : cell, Named, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out date);
    }

    private static bool TryMake(string year, int m, int d, out DateOnly date)
    {
        var y = int.Parse(year, CultureInfo.InvariantCulture);
        // Two digits mean the hundred years up to 2068, as POSIX has it.
        y += year.Length > 2 ? 0 : y < 69 ? 2000 : 1900;
        var valid = y is >= 1900 and <= 2200 && m is >= 1 and <= 12 && d >= 1 && d <= DateTime.DaysInMonth(y, m);
        date = valid ? new DateOnly(y, m, d) : default;
        return valid;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?<year>\d{4})(-|/|\.|年|)(?<month>\d{1,2})(-|/|\.|月|)(?<day>\d{1,2})日?(?<rest>$|[T\s:].*$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex YearFirst();

    [GeneratedRegex(@"^\s*(?<first>\d{1,2})(?<mark>[-/.])(?<second>\d{1,2})[-/.](?<year>\d{4}|\d{2})(?<rest>$|[T\s:,].*$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numeric();

    [GeneratedRegex(@"^\s*(?<year>(19|20)\d{2})(?<month>\d{2})(?<day>\d{2})(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Compact();

    [GeneratedRegex(@"[T\s:,]\s*(?<half>上午|下午)?(?<hour>\d{1,2})[:.时時点點](?<minute>\d{2})分?([:.]?(?<second>\d{2})秒?([.,](?<fraction>\d+))?)?\s*(?<half>[AaPp][Mm])?\s*(Z|z|UTC|GMT|(?<sign>[+-])(?<zone>\d{2}):?(?<zoneMinute>\d{2})?)?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Clock();
}
