using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>A stretch of time [From, Until) that a word such as today, thisMonth-1m or 2026-10-01 means in somebody's time zone.</summary>
public readonly record struct Period(DateTimeOffset From, DateTimeOffset Until)
{
    public static IReadOnlyList<string> Words { get; } =
    [
        "now", "today", "yesterday", "tomorrow", "thisWeek", "lastWeek", "nextWeek", "thisMonth", "lastMonth", "nextMonth", "thisQuarter", "lastQuarter", "nextQuarter", "thisYear", "lastYear", "nextYear",
    ];

    /// <summary>Null when the text is no time at all.</summary>
    public static Period? Parse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var split = text.IndexOfAny(['+', '-'], 1);
        var word = split > 0 && char.IsAsciiLetter(text[0]) ? text[..split] : text;
        if (Words.FirstOrDefault(known => string.Equals(known, word, StringComparison.OrdinalIgnoreCase)) is { } named)
        {
            return Shifted(Named(named, now, zone), text.AsSpan(word.Length), zone);
        }

        if (text.Length <= 10 && DateText.TryDate(text, out var date))
        {
            return Days(date, date.AddDays(1), zone);
        }

        return DateText.TryInstant(text, out var instant, zone) ? new Period(instant, instant) : null;
    }

    /// <summary>An exact moment rather than a stretch.</summary>
    public bool IsMoment => From == Until;

    public DateOnly FirstDay(TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(From, zone).DateTime);

    /// <summary>The day after the last one.</summary>
    public DateOnly DayAfter(TimeZoneInfo zone) => IsMoment ? FirstDay(zone).AddDays(1) : DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(Until, zone).DateTime);

    private static Period Named(string word, DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var month = new DateOnly(today.Year, today.Month, 1);
        var quarter = new DateOnly(today.Year, (((today.Month - 1) / 3) * 3) + 1, 1);
        var year = new DateOnly(today.Year, 1, 1);
        return word switch
        {
            "now" => new Period(now, now),
            "today" => Days(today, today.AddDays(1), zone),
            "yesterday" => Days(today.AddDays(-1), today, zone),
            "tomorrow" => Days(today.AddDays(1), today.AddDays(2), zone),
            "thisWeek" => Days(monday, monday.AddDays(7), zone),
            "lastWeek" => Days(monday.AddDays(-7), monday, zone),
            "nextWeek" => Days(monday.AddDays(7), monday.AddDays(14), zone),
            "thisMonth" => Days(month, month.AddMonths(1), zone),
            "lastMonth" => Days(month.AddMonths(-1), month, zone),
            "nextMonth" => Days(month.AddMonths(1), month.AddMonths(2), zone),
            "thisQuarter" => Days(quarter, quarter.AddMonths(3), zone),
            "lastQuarter" => Days(quarter.AddMonths(-3), quarter, zone),
            "nextQuarter" => Days(quarter.AddMonths(3), quarter.AddMonths(6), zone),
            "thisYear" => Days(year, year.AddYears(1), zone),
            "lastYear" => Days(year.AddYears(-1), year, zone),
            _ => Days(year.AddYears(1), year.AddYears(2), zone),
        };
    }

    /// <summary>±N of h, d, w, m, y; several may follow each other.</summary>
    private static Period? Shifted(Period period, ReadOnlySpan<char> shift, TimeZoneInfo zone)
    {
        while (shift.Length > 0)
        {
            var sign = shift[0] == '-' ? -1 : shift[0] == '+' ? 1 : 0;
            var end = 1;
            while (end < shift.Length && char.IsAsciiDigit(shift[end]))
            {
                end++;
            }

            if (sign == 0 || end == 1 || end > 6 || end >= shift.Length)
            {
                return null;
            }

            var number = sign * int.Parse(shift[1..end], provider: null);
            var unit = shift[end];
            shift = shift[(end + 1)..];
            if (Math.Abs(number) > 40_000 || unit is not ('h' or 'd' or 'w' or 'm' or 'y') || (unit is 'y' or 'm' && Math.Abs(number) > 2400))
            {
                return null;
            }

            period = new Period(Move(period.From, number, unit, zone), Move(period.Until, number, unit, zone));
        }

        return period;
    }

    private static DateTimeOffset Move(DateTimeOffset at, int number, char unit, TimeZoneInfo zone)
    {
        if (unit == 'h')
        {
            return at.AddHours(number);
        }

        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var moved = unit switch
        {
            'd' => local.AddDays(number),
            'w' => local.AddDays(7.0 * number),
            'm' => local.AddMonths(number),
            _ => local.AddYears(number),
        };
        return At(moved, zone);
    }

    private static Period Days(DateOnly from, DateOnly until, TimeZoneInfo zone) => new(At(from.ToDateTime(TimeOnly.MinValue), zone), At(until.ToDateTime(TimeOnly.MinValue), zone));

    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone) =>
        new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone.GetUtcOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified))).ToUniversalTime();
}
