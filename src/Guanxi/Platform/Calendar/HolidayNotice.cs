using System.Globalization;
using System.Text.RegularExpressions;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Calendar;

/// <summary>
/// Reads the State Council's notice of a year's holidays as it is published (“一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。1月4日（周一）上班。”),
/// or plain lines (“2027-01-01 元旦”, “2027-01-01至2027-01-03 元旦”, “2027-01-04 上班”).
/// </summary>
public static partial class HolidayNotice
{
    private const int LongestText = 20_000;
    private const int MostDays = 200;
    private const int LongestSpan = 15;

    /// <param name="year">The year of days that say none, unless the text names one.</param>
    /// <exception cref="RefusedException">There is no day in it, one does not exist, or a stretch is longer than any holiday.</exception>
    public static IReadOnlyList<(DateOnly Day, string Name, bool Works)> Read(string text, int year)
    {
        if (text.Length > LongestText)
        {
            throw Wrong(new Label($"文字太长，最多 {LongestText} 字", $"The text is too long: at most {LongestText} characters"));
        }

        var plain = Aside().Replace(text.Normalize(System.Text.NormalizationForm.FormKC), "");
        year = Title().Match(plain) is { Success: true } title ? int.Parse(title.Groups["year"].Value, CultureInfo.InvariantCulture) : year;
        var (found, name) = (new SortedDictionary<DateOnly, (string Name, bool Works)>(), "");
        foreach (var sentence in plain.Split(['。', ';', '\n', '\r', '.'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var said = sentence;
            if (Named().Match(said) is { Success: true } named)
            {
                (name, said) = (named.Groups["name"].Value.Trim(), said[named.Length..]);
            }

            foreach (var part in said.Split([',', '，'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                Take(part, name, year, found);
            }
        }

        return found.Count is 0 or > MostDays
            ? throw Wrong(("没有读到日期：请粘贴放假通知全文，或每行写一天，例如 2027-01-01 元旦、2027-01-04 上班", "No day was found: paste the whole notice, or write a day a line, such as 2027-01-01 元旦 or 2027-01-04 上班"))
            : [.. found.Select(item => (item.Key, item.Value.Name, item.Value.Works))];
    }

    private static void Take(string part, string name, int year, SortedDictionary<DateOnly, (string Name, bool Works)> found)
    {
        var iso = Iso().Matches(part);
        var matches = iso.Count > 0 ? iso : Chinese().Matches(part);
        if (matches.Count == 0)
        {
            return;
        }

        var works = part.Contains('班') || part.Contains("work", StringComparison.OrdinalIgnoreCase);
        if (iso.Count == 0 && !works && !part.Contains('休') && !part.Contains("放假", StringComparison.Ordinal))
        {
            // A date in passing, such as the day of the notice itself.
            return;
        }

        var own = iso.Count > 0 ? Dates().Replace(part, "").Trim(' ', '\t', '-', '~', '至', '到', '休', '班', '上') : name;
        var label = (own.Length > 0 ? own : name.Length > 0 ? name : works ? "" : "放假") is var chosen && works ? chosen + "调休上班" : chosen;
        label = label.Length > 60 ? label[..60] : label;
        var month = 0;
        foreach (Match match in matches)
        {
            var first = Day(match, "", year, ref month);
            var last = match.Groups["untilDay"].Success ? Day(match, "until", first.Year, ref month) : first;
            if (last < first || last.DayNumber - first.DayNumber >= LongestSpan)
            {
                throw Wrong(new Label($"“{match.Value}”不像一个假期：结束不应早于开始，也不应长过 {LongestSpan} 天", $"“{match.Value}” is no holiday: it ends after it begins and within {LongestSpan} days"));
            }

            for (var day = first; day <= last; day = day.AddDays(1))
            {
                found[day] = (label, works);
            }
        }
    }

    private static DateOnly Day(Match match, string end, int year, ref int month)
    {
        int Number(string part, int otherwise) => match.Groups[end.Length == 0 ? part : end + char.ToUpperInvariant(part[0]) + part[1..]] is { Success: true } found ? int.Parse(found.Value, CultureInfo.InvariantCulture) : otherwise;
        month = Number("month", month);
        var (of, day) = (Number("year", year), Number("day", 0));
        return of is >= 2000 and <= 2100 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(of, month) ? new DateOnly(of, month, day)
            : throw Wrong(new Label($"没有“{match.Value}”这一天", $"There is no day “{match.Value}”"));
    }

    private static RefusedException Wrong(Label error) => new(Refusal.Invalid("text", error));

    [GeneratedRegex(@"\([^)]{0,40}\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Aside();

    [GeneratedRegex(@"(?<year>20\d\d)年(?:部分)?(?:节假日|節假日|放假)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Title();

    [GeneratedRegex(@"^(?:[一二三四五六七八九十]{1,3}、|\d{1,2}、)?\s*(?<name>[^:\d]{2,20}):", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?:(?<year>20\d\d)年)?(?:(?<month>\d{1,2})月)?(?<day>\d{1,2})日(?:\s*[至到~\-—]\s*(?:(?<untilYear>20\d\d)年)?(?:(?<untilMonth>\d{1,2})月)?(?<untilDay>\d{1,2})日)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Chinese();

    [GeneratedRegex(@"(?<year>20\d\d)[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})(?:\s*[至到~—]\s*(?<untilYear>20\d\d)[-/](?<untilMonth>\d{1,2})[-/](?<untilDay>\d{1,2}))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Iso();

    [GeneratedRegex(@"20\d\d[-/]\d{1,2}[-/]\d{1,2}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Dates();
}
