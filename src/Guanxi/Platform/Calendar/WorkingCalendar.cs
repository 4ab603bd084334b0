using System.Collections.Frozen;
using System.Globalization;
using Guanxi.Database;

namespace Guanxi.Platform.Calendar;

/// <summary>
/// When a company works: the same hours on each working day of the week, but for the days that a decree or the company makes otherwise.
/// Every clock that counts in working hours asks here.
/// </summary>
public sealed class WorkingCalendar
{
    /// <summary>The setting that holds the hours.</summary>
    public const string Setting = "working-hours";

    public const string UsualHours = "09:00-12:00,13:30-18:00";
    private const int FarthestDays = 3660;
    private readonly FrozenSet<DayOfWeek> week;
    private readonly FrozenDictionary<DateOnly, bool> days;

    /// <param name="hours">Stretches of a working day in order, none overlapping the next.</param>
    /// <param name="days">Days that are otherwise than the week says, and whether they are worked.</param>
    /// <param name="week">Days of the week that are worked, Monday 1 to Sunday 7; Monday to Friday when it is not said.</param>
    public WorkingCalendar(TimeZoneInfo zone, IReadOnlyList<(TimeOnly From, TimeOnly To)> hours, IEnumerable<KeyValuePair<DateOnly, bool>> days, IReadOnlyList<int>? week = null)
    {
        (Zone, Hours, this.days, this.week) = (zone, hours, days.ToFrozenDictionary(), (week ?? WorkingRules.Usual.Days).Select(day => (DayOfWeek)(day % 7)).ToFrozenSet());
        PerDay = hours.Aggregate(TimeSpan.Zero, (sum, stretch) => sum + (stretch.To - stretch.From));
    }

    public TimeZoneInfo Zone { get; }

    public IReadOnlyList<(TimeOnly From, TimeOnly To)> Hours { get; }

    /// <summary>Working minutes in which a new lead should hear from somebody.</summary>
    public int RespondWithin { get; private init; } = WorkingRules.Usual.RespondWithin;

    /// <summary>The working time of a working day.</summary>
    public TimeSpan PerDay { get; }

    public static async Task<WorkingCalendar> ReadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var settings = (await session.ListAsync(Sql.Of($"SELECT name, value FROM setting WHERE name IN ('working-hours', 'time-zone')"), row => (Name: row.Text(0), Value: row.OptionalText(1)), cancel)).ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal);
        var days = await session.ListAsync(
            Sql.Of($"SELECT day, works FROM working_day WHERE deleted_at IS NULL"),
            row => KeyValuePair.Create(DateOnly.ParseExact(row.Text(0), "yyyy-MM-dd", CultureInfo.InvariantCulture), row.Integer(1) != 0),
            cancel);
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(settings.GetValueOrDefault("time-zone") ?? "Asia/Shanghai", out var found) ? found : TimeZoneInfo.Utc;
        var rules = WorkingRules.Parse(settings.GetValueOrDefault(Setting));
        return new WorkingCalendar(zone, ParseHours(rules.Hours)!, days, rules.Days) { RespondWithin = rules.RespondWithin };
    }

    /// <summary>Reads "09:00-12:00,13:30-18:00"; null when it says no hours, or some that overlap.</summary>
    public static IReadOnlyList<(TimeOnly From, TimeOnly To)>? ParseHours(string text)
    {
        var hours = new List<(TimeOnly From, TimeOnly To)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('-', StringSplitOptions.TrimEntries) is not [var from, var to]
                || !TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var begins)
                || !TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var ends)
                || begins >= ends || (hours.Count > 0 && hours[^1].To > begins))
            {
                return null;
            }

            hours.Add((begins, ends));
        }

        return hours;
    }

    public bool IsWorkingDay(DateOnly day) => days.TryGetValue(day, out var works) ? works : week.Contains(day.DayOfWeek);

    /// <summary>Whether somebody works at that moment.</summary>
    public bool IsOpen(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone).DateTime;
        var time = TimeOnly.FromDateTime(local);
        return IsWorkingDay(DateOnly.FromDateTime(local)) && Hours.Any(stretch => time >= stretch.From && time < stretch.To);
    }

    /// <summary>The moment at which so much working time has passed.</summary>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan working)
    {
        var left = working;
        foreach (var (begins, ends) in Stretches(from, FarthestDays))
        {
            if (left <= ends - begins)
            {
                return begins + left;
            }

            left -= ends - begins;
        }

        // A company that never works waits by the clock.
        return from + working;
    }

    /// <summary>The working time between two moments; none when the second is the earlier.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var sum = TimeSpan.Zero;
        foreach (var (begins, ends) in Stretches(from, FarthestDays).TakeWhile(stretch => stretch.Begins < to))
        {
            sum += (ends < to ? ends : to) - begins;
        }

        return sum;
    }

    /// <summary>Stretches of work from a moment on, the first cut where it begins.</summary>
    private IEnumerable<(DateTimeOffset Begins, DateTimeOffset Ends)> Stretches(DateTimeOffset from, int most)
    {
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, Zone).DateTime);
        for (var i = 0; i < most; i++)
        {
            var day = first.AddDays(i);
            foreach (var (begins, ends) in IsWorkingDay(day) ? Hours : [])
            {
                var (begin, end) = (At(day, begins), At(day, ends));
                if (end > from)
                {
                    yield return (begin > from ? begin : from, end);
                }
            }
        }
    }

    private DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
