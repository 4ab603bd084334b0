using Guanxi.Platform.Language;

namespace Guanxi.Platform.Calendar;

/// <summary>
/// The thirteen days a year that the law itself gives in mainland China (Regulation on Public Holidays, State Council, as revised on 10 November 2024, article 2), known for every year to come.
/// How weekends are moved around them is announced each autumn for the next year (<see cref="ChineseHolidays"/>, <see cref="HolidayNotice"/>).
/// </summary>
public static class StatutoryHolidays
{
    /// <summary>The first year of the regulation as it stands.</summary>
    public const int First = 2025;

    /// <summary>The last year the rule for Qingming and the lunar calendar reach.</summary>
    public const int Last = 2099;

    /// <summary>The days of a year in their order; none outside the years the regulation and the calendar reach.</summary>
    public static IReadOnlyList<(DateOnly Day, string Name)> Of(int year)
    {
        if (year is < First or > Last)
        {
            return [];
        }

        var newYear = Lunar(year, 1, 1);
        return
        [
            (new DateOnly(year, 1, 1), "元旦"),
            (newYear.AddDays(-1), "春节（除夕）"),
            (newYear, "春节"),
            (newYear.AddDays(1), "春节"),
            (newYear.AddDays(2), "春节"),
            (Qingming(year), "清明节"),
            (new DateOnly(year, 5, 1), "劳动节"),
            (new DateOnly(year, 5, 2), "劳动节"),
            .. new[] { (Lunar(year, 5, 5), "端午节"), (Lunar(year, 8, 15), "中秋节"), (new DateOnly(year, 10, 1), "国庆节"), (new DateOnly(year, 10, 2), "国庆节"), (new DateOnly(year, 10, 3), "国庆节") }
                .GroupBy(day => day.Item1, (day, names) => (day, string.Join("、", names.Select(name => name.Item2).Distinct()))).OrderBy(day => day.day),
        ];
    }

    private static DateOnly Lunar(int year, int month, int day) => LunarDates.ToSolar(year, month, day, leap: false)!.Value;

    /// <summary>The day the sun's longitude reaches 15° (Beijing time), by the rule of thumb of the Purple Mountain Observatory's tables for this century: ⌊0.2422·y + 4.81⌋ − ⌊y / 4⌋ of April.</summary>
    private static DateOnly Qingming(int year) => new(year, 4, (int)Math.Floor((0.2422 * (year % 100)) + 4.81) - (year % 100 / 4));
}
