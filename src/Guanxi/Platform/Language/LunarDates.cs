using System.Globalization;

namespace Guanxi.Platform.Language;

/// <summary>The lunar calendar by month numbers as people say them, from 19 February 1901 to 28 January 2101.</summary>
static class LunarDates
{
    static readonly ChineseLunisolarCalendar Calendar = new();

    public static bool Exists(int year, int month, int day, bool leap)
    {
        if (!InRange(year) || (leap && Calendar.GetLeapMonth(year) != month + 1))
        {
            return false;
        }

        return day <= Calendar.GetDaysInMonth(year, IndexOf(year, month, leap));
    }

    /// <summary>The solar day, moved into the month where it is shorter and into the ordinary month where the year lacks the leap month.</summary>
    public static DateOnly? ToSolar(int year, int month, int day, bool leap)
    {
        if (!InRange(year))
        {
            return null;
        }

        int index = IndexOf(year, month, leap);
        return DateOnly.FromDateTime(Calendar.ToDateTime(year, index, Math.Min(day, Calendar.GetDaysInMonth(year, index)), 0, 0, 0, 0));
    }

    // The calendar counts months through: in a year whose 6th month is repeated the leap month has index 7, and GetLeapMonth says 7.
    static int IndexOf(int year, int month, bool leap)
    {
        int leapIndex = Calendar.GetLeapMonth(year);
        bool shifted = leapIndex > 0 && (month >= leapIndex || (leap && leapIndex == month + 1));
        return shifted ? month + 1 : month;
    }

    static bool InRange(int year) => year is >= 1901 and <= 2100;
}
