using System.Globalization;

namespace Guanxi.Rollout.Samples;

/// <summary>The hours in which people at the sample company work: Beijing time, weekdays, without the two long holidays.</summary>
internal static class SampleCalendar
{
    public static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    private static readonly ChineseLunisolarCalendar Lunar = new();

    public static bool IsWorkday(DateOnly day) =>
        day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !(day.Month == 10 && day.Day <= 7) && !IsSpringFestival(day);

    /// <summary>From New Year's Eve to the sixth day of the first month.</summary>
    private static bool IsSpringFestival(DateOnly day)
    {
        var firstDay = DateOnly.FromDateTime(Lunar.ToDateTime(day.Year, 1, 1, 0, 0, 0, 0));
        return day >= firstDay.AddDays(-1) && day < firstDay.AddDays(6);
    }

    public static DateOnly WorkdayFrom(DateOnly day)
    {
        while (!IsWorkday(day))
        {
            day = day.AddDays(1);
        }

        return day;
    }

    /// <summary>A moment of the working day, seldom at noon.</summary>
    public static DateTimeOffset During(SampleRandom random, DateOnly day, int fromHour = 8, int toHour = 18)
    {
        int hour;
        do
        {
            hour = random.Between(fromHour, toHour - 1);
        }
        while (hour == 12 && random.Chance(0.8));
        var minute = fromHour == 8 && hour == 8 ? random.Between(30, 59) : random.Between(0, 59);
        return new DateTimeOffset(day.ToDateTime(new TimeOnly(hour, minute, random.Between(0, 59))), Beijing).ToUniversalTime();
    }

    /// <summary>A round time at which people make appointments.</summary>
    public static DateTimeOffset Appointment(SampleRandom random, DateOnly day) =>
        new DateTimeOffset(day.ToDateTime(new TimeOnly(random.Weighted((9, 3), (10, 4), (11, 2), (14, 4), (15, 4), (16, 3)), random.Chance(0.6) ? 0 : 30)), Beijing).ToUniversalTime();

    /// <summary>The next working day at a full hour.</summary>
    public static DateTimeOffset WorkdayAt(DateTimeOffset from, int hour) =>
        new DateTimeOffset(WorkdayFrom(DayOf(from)).ToDateTime(new TimeOnly(hour, 0)), Beijing).ToUniversalTime();

    /// <summary>About so many days ago, and before now whatever holidays lie between.</summary>
    public static DateTimeOffset WorkdayAgo(DateTimeOffset today, int days, int hour) => WorkdayAt(today.AddDays(-days), hour) is var at && at < today ? at : today.AddHours(-hour);

    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(Beijing).DateTime);
}
