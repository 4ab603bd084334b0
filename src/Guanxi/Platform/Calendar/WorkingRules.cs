using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Calendar;

/// <summary>What a company says once about its working week; single days that are otherwise are records of their own (<see cref="WorkingDay"/>).</summary>
/// <param name="Hours">Stretches of a working day, such as 09:00-12:00,13:30-18:00.</param>
/// <param name="Days">Days of the week that are worked; Monday is 1, Sunday 7.</param>
/// <param name="RespondWithin">Working minutes in which a new lead should hear from somebody, unless its rule says otherwise.</param>
public sealed record WorkingRules(string Hours, IReadOnlyList<int> Days, int RespondWithin)
{
    private const int LongestHours = 200;
    private const int MostMinutes = 10_000;

    public static WorkingRules Usual { get; } = new(WorkingCalendar.UsualHours, [1, 2, 3, 4, 5], 60);

    public static async ValueTask<WorkingRules> ReadAsync(DatabaseSession session, CancellationToken cancel = default) =>
        Parse(await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {WorkingCalendar.Setting}"), cancel));

    /// <summary>Reads what is kept. Earlier versions kept the hours alone, or one stretch as from and to.</summary>
    public static WorkingRules Parse(string? kept)
    {
        if (string.IsNullOrWhiteSpace(kept))
        {
            return Usual;
        }

        if (!kept.StartsWith('{'))
        {
            return WorkingCalendar.ParseHours(kept) is null ? Usual : Usual with { Hours = kept };
        }

        using var document = JsonDocument.Parse(kept);
        return Usual.With(document.RootElement);
    }

    /// <summary>These rules with what the JSON says instead: hours, days, respondWithin; from and to move the ends of the day.</summary>
    /// <exception cref="RefusedException">A day, an hour or a number cannot be.</exception>
    public WorkingRules With(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }

        var rules = this;
        if (json.TryGetProperty("hours", out var hours))
        {
            rules = rules with { Hours = hours.ValueKind == JsonValueKind.String ? Checked(hours.GetString()!, "hours") : throw NoHours("hours") };
        }

        foreach (var (name, first) in new[] { ("from", true), ("to", false) })
        {
            if (json.TryGetProperty(name, out var end))
            {
                rules = rules with { Hours = Moved(rules.Hours, end.ValueKind == JsonValueKind.String ? end.GetString()! : "", first, name) };
            }
        }

        if (json.TryGetProperty("days", out var days))
        {
            var chosen = days.ValueKind == JsonValueKind.Array ? days.EnumerateArray().Select(day => day.ValueKind == JsonValueKind.Number && day.TryGetInt32(out var number) ? number : 0).Distinct().Order().ToList() : [];
            rules = chosen.Count > 0 && chosen.TrueForAll(day => day is >= 1 and <= 7) ? rules with { Days = chosen }
                : throw new RefusedException(Refusal.Invalid("days", ("工作日应为 1（周一）到 7（周日），至少一天", "Working days are 1 (Monday) to 7 (Sunday), at least one")));
        }

        if (json.TryGetProperty("respondWithin", out var within))
        {
            rules = rules with { RespondWithin = within.ValueKind == JsonValueKind.Number && within.TryGetInt32(out var minutes) && minutes is > 0 and <= MostMinutes ? minutes : throw new RefusedException(Refusal.Invalid("respondWithin", ("响应时限应为 1 到 10000 个工作分钟", "A time to respond is 1 to 10,000 working minutes"))) };
        }

        return rules;
    }

    /// <summary>Keeps them, with what they were in the ledger.</summary>
    public async Task KeepAsync(SaveContext context, CancellationToken cancel = default)
    {
        var before = await ReadAsync(context.Session, cancel);
        await Settings.PutAsync(context.Session, WorkingCalendar.Setting, Write(), cancel);
        context.Note("working-hours", null, null, $"{{\"workingHours\":[{before.Write()},{Write()}]}}");
    }

    public string Write() => JsonSerializer.Serialize(new { hours = Hours, days = Days, respondWithin = RespondWithin });

    /// <exception cref="RefusedException">These are no hours, or some that overlap.</exception>
    public static string Checked(string text, string field) => text.Length <= LongestHours && WorkingCalendar.ParseHours(text) is { Count: > 0 } ? text : throw NoHours(field);

    private static string Moved(string hours, string end, bool first, string field)
    {
        if (!TimeOnly.TryParseExact(end, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            throw new RefusedException(Refusal.Invalid(field, ("时间应写成 09:00", "A time is written 09:00")));
        }

        var known = WorkingCalendar.ParseHours(hours)!;
        var kept = first ? known.SkipWhile(stretch => stretch.To <= time).ToList() : [.. known.TakeWhile(stretch => stretch.From < time)];
        if (kept.Count == 0)
        {
            throw new RefusedException(Refusal.Invalid(field, ("下班时间应晚于上班时间", "Work ends after it begins")));
        }

        kept[first ? 0 : ^1] = first ? (time, kept[0].To) : (kept[^1].From, time);
        return string.Join(',', kept.Select(stretch => string.Create(CultureInfo.InvariantCulture, $"{stretch.From:HH:mm}-{stretch.To:HH:mm}")));
    }

    private static RefusedException NoHours(string field) => new(Refusal.Invalid(field, ("工作时段应写成 09:00-12:00,13:30-18:00，先后有序、互不重叠", "Hours are written 09:00-12:00,13:30-18:00, in order and without overlap")));
}
