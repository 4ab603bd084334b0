using System.Globalization;
using System.Text.RegularExpressions;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Dates as old files hold them. Whether 05/06/2024 is in May or June no single cell tells; a column does, as soon as one of its days is beyond the twelfth.</summary>
internal static partial class ImportDates
{
    // Days since 30 December 1899, from 1954 to 2119: a date that lost its format on the way through a spreadsheet.
    private const int FirstSerial = 20_000;
    private const int LastSerial = 80_000;
    private static readonly DateTime Epoch = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>What a text says of its column's order: true for the day first, false for the month first, null for nothing.</summary>
    public static bool? Order(string text) => Slashed().Match(text) is { Success: true } match && Number(match, "first") is var first && Number(match, "second") is var second
        ? (first, second) switch { ( > 12 and <= 31, <= 12) => true, ( <= 12, > 12 and <= 31) => false, _ => null }
        : null;

    /// <summary>Whether the text reads both ways.</summary>
    public static bool IsOpen(string text) => Slashed().Match(text) is { Success: true } match && Number(match, "first") is <= 12 and var first && Number(match, "second") is <= 12 and var second && first != second;

    /// <summary>The text in a form that the fields read: year, month, day.</summary>
    public static string Normal(string text, bool dayFirst)
    {
        text = text.Trim();
        if (text.Length == 5 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var serial) && serial is >= FirstSerial and <= LastSerial)
        {
            return Epoch.AddDays(serial).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        if (text.Contains('午', StringComparison.Ordinal) && Halved().Match(text) is { Success: true } halved)
        {
            var hour = Number(halved, "hour");
            hour = halved.Groups["half"].Value == "下午" && hour < 12 ? hour + 12 : halved.Groups["half"].Value == "上午" && hour == 12 ? 0 : hour;
            text = $"{halved.Groups["date"].Value.Trim()} {hour.ToString("00", CultureInfo.InvariantCulture)}{halved.Groups["rest"].Value}";
        }

        if (Slashed().Match(text) is { Success: true } match)
        {
            var (first, second) = (Number(match, "first"), Number(match, "second"));
            var (month, day) = dayFirst ? (second, first) : (first, second);
            var year = match.Groups["year"].Value;
            year = year.Length == 2 ? (int.Parse(year, CultureInfo.InvariantCulture) < 50 ? "20" : "19") + year : year;
            return string.Create(CultureInfo.InvariantCulture, $"{year}-{month:00}-{day:00}{match.Groups["rest"].Value}");
        }

        return Named().Match(text) is { Success: true } named && DateTime.TryParseExact(named.Value, ["d-MMM-yy", "d-MMM-yyyy", "d MMM yy", "MMMM d, yyyy", "MMMM d yyyy", "d MMMM yyyy", "MMM d yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var date)
            ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : text;
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<first>\d{1,2})[/\-](?<second>\d{1,2})[/\-](?<year>\d{4}|\d{2})(?<rest>$|[ T].*$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Slashed();

    [GeneratedRegex(@"^(?<date>.{6,20}?)\s*(?<half>上午|下午|中午)\s*(?<hour>\d{1,2})(?<rest>:\d{2}(:\d{2})?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Halved();

    [GeneratedRegex(@"^(\d{1,2}[ \-][A-Za-z]{3,9}[ \-]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Named();
}
