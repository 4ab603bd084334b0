using System.Globalization;
using System.Text.RegularExpressions;

namespace Guanxi.Insight.Files;

/// <summary>Dates as people write them. The order of day and month is settled once for a whole column.</summary>
internal sealed partial class DateText
{
    private readonly bool dayFirst;

    private DateText(bool dayFirst) => this.dayFirst = dayFirst;

    /// <summary>Settles how a column writes its dates: 13/2 and 2/13 betray the order; without such a date the month comes first.</summary>
    public static DateText For(IEnumerable<string> column)
    {
        var leading = false;
        foreach (var cell in column)
        {
            var match = Numeric().Match(cell);
            if (!match.Success)
            {
                continue;
            }

            if (int.Parse(match.Groups["first"].Value, CultureInfo.InvariantCulture) > 12 || match.Groups["mark"].Value == ".")
            {
                leading = true;
                break;
            }

            if (int.Parse(match.Groups["second"].Value, CultureInfo.InvariantCulture) > 12)
            {
                break;
            }
        }

        return new DateText(leading);
    }

    /// <summary>Whether a single cell is a date in some order.</summary>
    public static bool Looks(string cell) => new DateText(false).TryRead(cell, out _) || new DateText(true).TryRead(cell, out _);

    public bool TryRead(string cell, out DateOnly date)
    {
        date = default;
        var year = YearFirst().Match(cell);
        if (year.Success)
        {
            return TryMake(year.Groups["year"].Value, year.Groups["month"].Value, year.Groups["day"].Value, out date);
        }

        var numeric = Numeric().Match(cell);
        if (numeric.Success)
        {
            var (day, month) = dayFirst ? ("first", "second") : ("second", "first");
            return TryMake(numeric.Groups["year"].Value, numeric.Groups[month].Value, numeric.Groups[day].Value, out date);
        }

        string[] named = ["d MMM yyyy", "d-MMM-yyyy", "d-MMM-yy", "MMM d, yyyy", "d MMMM yyyy", "MMMM d, yyyy"];
        return DateOnly.TryParseExact(cell, named, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out date);
    }

    private static bool TryMake(string year, string month, string day, out DateOnly date)
    {
        int y = int.Parse(year, CultureInfo.InvariantCulture), m = int.Parse(month, CultureInfo.InvariantCulture), d = int.Parse(day, CultureInfo.InvariantCulture);
        y += y < 100 ? 2000 : 0;
        var valid = y is >= 1900 and <= 2200 && m is >= 1 and <= 12 && d >= 1 && d <= DateTime.DaysInMonth(y, m);
        date = valid ? new DateOnly(y, m, d) : default;
        return valid;
    }

    // The time of day and the zone, if any, follow; the day as written is the day meant.
    [GeneratedRegex(@"^\s*(?<year>\d{4})(-|/|\.|年|)(?<month>\d{1,2})(-|/|\.|月|)(?<day>\d{1,2})日?($|[T\s].*$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex YearFirst();

    [GeneratedRegex(@"^\s*(?<first>\d{1,2})(?<mark>[-/.])(?<second>\d{1,2})[-/.](?<year>\d{4}|\d{2})($|[T\s].*$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numeric();
}
