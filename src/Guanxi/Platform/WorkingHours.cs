using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform;

/// <summary>When the company works: its days of the week from one hour to another, but for holidays and with the days that are worked instead.</summary>
/// <param name="Days">Monday is 1, Sunday 7.</param>
/// <param name="Holidays">Days off although they are working days.</param>
/// <param name="Workdays">Days worked although they are none, as China's government shifts them each year.</param>
/// <param name="RespondWithin">Working minutes in which a new lead should hear from somebody, unless its rule says otherwise.</param>
public sealed record WorkingHours(IReadOnlyList<int> Days, TimeOnly From, TimeOnly To, IReadOnlySet<DateOnly> Holidays, IReadOnlySet<DateOnly> Workdays, TimeZoneInfo Zone, int RespondWithin = 60)
{
    private const string Name = "working-hours";
    private const int LongestSearch = 3660;

    public static WorkingHours Usual { get; } = new([1, 2, 3, 4, 5], new TimeOnly(9, 0), new TimeOnly(18, 0), new HashSet<DateOnly>(), new HashSet<DateOnly>(), TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

    public static async Task<WorkingHours> ReadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var text = await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {Name}"), cancel);
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById((await Settings.ReadAsync(session, cancel)).TimeZone, out var found) ? found : Usual.Zone;
        return text is null ? Usual with { Zone = zone } : (Usual with { Zone = zone }).With(JsonDocument.Parse(text).RootElement);
    }

    /// <summary>Keeps them, with what they were in the ledger.</summary>
    public async Task KeepAsync(SaveContext context, WorkingHours before, CancellationToken cancel = default)
    {
        await Settings.PutAsync(context.Session, Name, ToJson(), cancel);
        context.Note("working-hours", null, null, $"{{\"workingHours\":[{before.ToJson()},{ToJson()}]}}");
    }

    /// <summary>These hours with what the JSON says instead.</summary>
    /// <exception cref="RefusedException">A day, an hour or a number cannot be.</exception>
    public WorkingHours With(JsonElement json)
    {
        var hours = this with { Days = json.TryGetProperty("days", out var days) ? DaysOf(days) : Days, From = Time(json, "from", From), To = Time(json, "to", To), Holidays = Dates(json, "holidays", Holidays), Workdays = Dates(json, "workdays", Workdays) };
        if (hours.From >= hours.To)
        {
            throw new RefusedException(Refusal.Invalid("to", ("下班时间应晚于上班时间", "Work ends after it begins")));
        }

        if (json.TryGetProperty("respondWithin", out var within))
        {
            hours = hours with { RespondWithin = within.ValueKind == JsonValueKind.Number && within.TryGetInt32(out var minutes) && minutes is > 0 and <= 10_000 ? minutes : throw new RefusedException(Refusal.Invalid("respondWithin", ("响应时限应为 1 到 10000 个工作分钟", "A time to respond is 1 to 10,000 working minutes"))) };
        }

        return hours;
    }

    public string ToJson() => JsonSerializer.Serialize(new
    {
        days = Days, from = From.ToString("HH:mm", CultureInfo.InvariantCulture), to = To.ToString("HH:mm", CultureInfo.InvariantCulture),
        holidays = Holidays.Order().Select(Text), workdays = Workdays.Order().Select(Text), respondWithin = RespondWithin,
    });

    public bool IsWorkday(DateOnly day) => Workdays.Contains(day) || (!Holidays.Contains(day) && Days.Contains(day.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)day.DayOfWeek));

    public bool IsOpen(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Zone).DateTime;
        return IsWorkday(DateOnly.FromDateTime(local)) && TimeOnly.FromDateTime(local) is var time && time >= From && time < To;
    }

    /// <summary>The moment when so many minutes have been worked since <paramref name="from"/>; far in the future when nobody ever works.</summary>
    public DateTimeOffset Add(DateTimeOffset from, double minutes)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, Zone).DateTime);
        for (var searched = 0; searched < LongestSearch; searched++, day = day.AddDays(1))
        {
            var (begin, end) = Span(day);
            var start = from > begin ? from : begin;
            if (start >= end)
            {
                continue;
            }

            if ((end - start).TotalMinutes >= minutes)
            {
                return start.AddMinutes(minutes);
            }

            minutes -= (end - start).TotalMinutes;
        }

        return from.AddDays(LongestSearch);
    }

    /// <summary>Minutes worked between two moments; 0 when the second is not the later.</summary>
    public double Between(DateTimeOffset from, DateTimeOffset to)
    {
        var minutes = 0.0;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, Zone).DateTime);
        for (var searched = 0; searched < LongestSearch && from < to; searched++, day = day.AddDays(1))
        {
            var (begin, end) = Span(day);
            if (begin >= to)
            {
                break;
            }

            var (start, stop) = (from > begin ? from : begin, to < end ? to : end);
            minutes += stop > start ? (stop - start).TotalMinutes : 0;
        }

        return minutes;
    }

    private (DateTimeOffset Begin, DateTimeOffset End) Span(DateOnly day) => IsWorkday(day) ? (At(day, From), At(day, To)) : (At(day, TimeOnly.MinValue), At(day, TimeOnly.MinValue));

    private DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static List<int> DaysOf(JsonElement json)
    {
        var days = json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().Select(day => day.ValueKind == JsonValueKind.Number && day.TryGetInt32(out var number) ? number : 0).Distinct().Order().ToList() : [0];
        return days.Count > 0 && days.TrueForAll(day => day is >= 1 and <= 7) ? days : throw new RefusedException(Refusal.Invalid("days", ("工作日应为 1（周一）到 7（周日），至少一天", "Working days are 1 (Monday) to 7 (Sunday), at least one")));
    }

    private static TimeOnly Time(JsonElement json, string name, TimeOnly otherwise) => !json.TryGetProperty(name, out var value) ? otherwise
        : value.ValueKind == JsonValueKind.String && TimeOnly.TryParseExact(value.GetString(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
        : throw new RefusedException(Refusal.Invalid(name, ("时间应写成 09:00", "A time is written 09:00")));

    private static IReadOnlySet<DateOnly> Dates(JsonElement json, string name, IReadOnlySet<DateOnly> otherwise) => !json.TryGetProperty(name, out var value) ? otherwise
        : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= 1000
            ? value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String && DateOnly.TryParseExact(item.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : throw NoDate(name)).ToHashSet()
            : throw NoDate(name);

    private static RefusedException NoDate(string name) => new(Refusal.Invalid(name, ("日期应写成 2026-10-01，最多 1000 个", "Dates are written 2026-10-01, at most 1,000")));
}
