using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Guanxi.Platform.Language;

static partial class BirthdayText
{
    const string Numerals = "〇一二三四五六七八九十";

    public static Birthday? Parse(string? text)
    {
        string typed = (text ?? "").ReplaceLoneSurrogates().Normalize(NormalizationForm.FormKC).Trim();
        bool lunar = false;
        foreach (string mark in new[] { "lunar:", "农历", "農曆", "阴历", "陰曆", "旧历", "舊曆" })
        {
            if (typed.StartsWith(mark, StringComparison.OrdinalIgnoreCase))
            {
                (typed, lunar) = (typed[mark.Length..].Trim(), true);
                break;
            }
        }

        Match match = Numeric().Match(typed);
        match = match.Success ? match : Compact().Match(typed);
        if (match.Success)
        {
            return Make(lunar, match.Groups["year"].Value, Number(match.Groups["month"].Value), Number(match.Groups["day"].Value), match.Groups["leap"].Success);
        }

        match = Words().Match(typed);
        return match.Success
            ? Make(lunar, match.Groups["year"].Value, MonthOf(match.Groups["month"].Value), DayOf(match.Groups["day"].Value), match.Groups["leap"].Success)
            : null;
    }

    static Birthday? Make(bool lunar, string year, int month, int day, bool leap)
    {
        int? parsedYear = year.Length == 4 ? Number(year) : null;
        return lunar ? Birthday.Lunar(parsedYear, month, day, leap) : leap ? null : Birthday.Solar(parsedYear, month, day);
    }

    static int MonthOf(string word) => word switch
    {
        "正" => 1,
        "冬" => 11,
        "腊" or "臘" => 12,
        _ => Number(word),
    };

    static int DayOf(string word) => Number(word.TrimStart('初').Replace("廿", "二十").Replace("卅", "三十"));

    // Digits, or Chinese numerals up to 99.
    static int Number(string word)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        int ten = word.IndexOf('十');
        if (ten < 0)
        {
            return word.Length == 1 ? Numerals.IndexOf(word[0]) : 0;
        }

        int tens = ten == 0 ? 1 : Numerals.IndexOf(word[0]);
        return (tens * 10) + (ten + 1 < word.Length ? Numerals.IndexOf(word[^1]) : 0);
    }

    [GeneratedRegex(@"^(?:(?<year>\d{4})[-/.]|--)?(?<leap>[Ll])?(?<month>\d{1,2})[-/.](?<day>\d{1,2})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Numeric();

    [GeneratedRegex(@"^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?:[ T]00?:00(?::00)?)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Compact();

    [GeneratedRegex(@"^(?:(?<year>\d{4})\s*年)?\s*(?<leap>[闰閏])?(?<month>\d{1,2}|[一二三四五六七八九十]{1,2}|正|冬|腊|臘)\s*月\s*(?<day>\d{1,2}|初?[一二三四五六七八九十廿卅]{1,3})\s*[日号號]?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Words();
}
