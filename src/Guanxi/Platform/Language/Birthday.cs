namespace Guanxi.Platform.Language;

/// <summary>
/// A birthday of the solar or the lunar calendar, with or without a year: "1990-05-12", "--05-12", "lunar:1990-08-15", "lunar:1990-L06-15" (leap month), "lunar:--08-15".
/// The year of a lunar birthday is the lunar year.
/// </summary>
public readonly record struct Birthday
{
    Birthday(int? year, int month, int day, bool isLunar, bool isLeapMonth)
    {
        Year = year;
        Month = month;
        Day = day;
        IsLunar = isLunar;
        IsLeapMonth = isLeapMonth;
    }

    public int? Year { get; }

    public int Month { get; }

    public int Day { get; }

    public bool IsLunar { get; }

    public bool IsLeapMonth { get; }

    /// <summary>A solar birthday; null when there is no such day.</summary>
    public static Birthday? Solar(int? year, int month, int day)
    {
        bool exists = month is >= 1 and <= 12 && day >= 1 && year is null or (>= 1800 and <= 9999) && day <= DateTime.DaysInMonth(year ?? 2000, Math.Clamp(month, 1, 12));
        return exists ? new Birthday(year, month, day, isLunar: false, isLeapMonth: false) : null;
    }

    /// <summary>A lunar birthday; null when the year (1901 to 2100) has no such month or day, and without a year when no year has.</summary>
    public static Birthday? Lunar(int? year, int month, int day, bool isLeapMonth = false)
    {
        bool exists = month is >= 1 and <= 12 && day is >= 1 and <= 30 && (year is null || LunarDates.Exists(year.Value, month, day, isLeapMonth));
        return exists ? new Birthday(year, month, day, isLunar: true, isLeapMonth) : null;
    }

    /// <summary>Reads the forms above and those that people write: 1990/5/12, 19900512, 1990年5月12日, 5-12, 农历八月十五, 农历1990年闰六月十五.</summary>
    public static Birthday? Parse(string? text) => BirthdayText.Parse(text);

    /// <summary>The next day on which it is celebrated, from a day on and that day included, in the solar calendar.</summary>
    /// <remarks>
    /// 29 February is celebrated on the 28th in other years; the 30th of a lunar month on its last day where it has 29;
    /// a leap month in the month of the same number where the year has no such leap month. Null beyond the lunar calendar's range (2100).
    /// </remarks>
    public DateOnly? Next(DateOnly from)
    {
        for (int year = from.Year - 1; year <= from.Year + 1; year++)
        {
            if (In(year) is { } day && day >= from)
            {
                return day;
            }
        }

        return null;
    }

    /// <summary>Completed years on a day, by the birthday's own calendar; null without a year or before birth.</summary>
    public int? Age(DateOnly on)
    {
        if (Year is null || In(Year.Value) is not { } born || born > on)
        {
            return null;
        }

        // A lunar year ends in January or February of the next solar one.
        int year = on.Year;
        while (year > Year.Value && !(In(year) is { } day && day <= on))
        {
            year--;
        }

        return year - Year.Value;
    }

    /// <summary>The solar day on which the birthday of a year (a lunar year if it is lunar) is celebrated; null outside the calendar's range.</summary>
    public DateOnly? In(int year)
    {
        if (IsLunar)
        {
            return LunarDates.ToSolar(year, Month, Day, IsLeapMonth);
        }

        return year is >= 1 and <= 9999 ? new DateOnly(year, Month, Math.Min(Day, DateTime.DaysInMonth(year, Month))) : null;
    }

    public override string ToString() =>
        (IsLunar ? "lunar:" : "") + (Year is { } year ? $"{year:0000}" : "-") + $"-{(IsLeapMonth ? "L" : "")}{Month:00}-{Day:00}";
}
