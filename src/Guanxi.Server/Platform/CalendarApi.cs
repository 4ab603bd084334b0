using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>When the company works: its week, and a year's holidays entered from the notice, from what is known, or by hand as records (working-days).</summary>
public static class CalendarApi
{
    public static void MapCalendar(this RouteGroupBuilder api)
    {
        api.MapGet("/working-hours", HoursAsync);
        api.MapPut("/working-hours", ChangeHoursAsync);
        api.MapPost("/working-days:enter", EnterAsync).AnsweredOnce();
    }

    private static async Task HoursAsync(HttpContext http)
    {
        _ = http.Actor();
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var rules = await WorkingRules.ReadAsync(session, http.RequestAborted);
        var entered = (await session.ListAsync(
            Sql.Of($"SELECT SUBSTR(day, 1, 4), COUNT(*), SUM(works) FROM working_day WHERE deleted_at IS NULL GROUP BY SUBSTR(day, 1, 4)"), row => (Year: row.Text(0), Days: row.Integer(1), Worked: Convert.ToInt64(row.Any(2), CultureInfo.InvariantCulture)), http.RequestAborted)).ToDictionary(item => item.Year, item => (item.Days, item.Worked), StringComparer.Ordinal);
        var today = http.Actor().Today(workspace.Now);
        await http.JsonAsync(writer =>
        {
            WriteRules(writer, rules);
            writer.WriteStartArray("years");
            foreach (var year in Enumerable.Range(today.Year - 1, 3))
            {
                var (days, worked) = entered.GetValueOrDefault(year.ToString(CultureInfo.InvariantCulture));
                writer.WriteStartObject();
                writer.WriteNumber("year", year);
                writer.WriteString("known", Word(EnterDays.Known(year).Source));
                writer.WriteNumber("entered", days);
                writer.WriteNumber("worked", worked);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task ChangeHoursAsync(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageSettings);
        var body = await http.BodyAsync();
        if (body.ValueKind == JsonValueKind.Object && new[] { "holidays", "workdays" }.FirstOrDefault(name => body.TryGetProperty(name, out _)) is { } member)
        {
            throw new RefusedException(Refusal.Invalid(member, ("单独的日子请写在“节假日与调休”（/working-days）里", "Single days are records of their own: /working-days")));
        }

        await http.Workspace().WriteAsync(actor, async context => await (await WorkingRules.ReadAsync(context.Session, http.RequestAborted)).With(body).KeepAsync(context, http.RequestAborted), cancel: http.RequestAborted);
        await HoursAsync(http);
    }

    /// <summary>Of a text the days it names; without one what is known of the year. With <c>try</c> it only says what would change.</summary>
    private static async Task EnterAsync(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageSettings);
        var body = await http.BodyAsync();
        var year = body.TryGetProperty("year", out var given) ? given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var number) ? number : 0 : actor.Today(http.Workspace().Now).Year;
        var (source, days) = body.Word("text") is { } text && !string.IsNullOrWhiteSpace(text) ? (DaySource.Notice, HolidayNotice.Read(text, year)) : EnterDays.Known(year);
        var entered = await http.Workspace().WriteAsync(actor, context => EnterDays.RunAsync(context, days, body.Flag("try", otherwise: false), http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("source", Word(source));
            writer.WriteStartArray("items");
            foreach (var day in entered)
            {
                writer.WriteStartObject();
                writer.WriteString("day", day.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                writer.WriteString("name", day.Name);
                writer.WriteBoolean("works", day.Works);
                writer.WriteString("change", day.Change);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteRules(Utf8JsonWriter writer, WorkingRules rules)
    {
        var stretches = WorkingCalendar.ParseHours(rules.Hours)!;
        writer.WriteString("hours", rules.Hours);
        writer.WriteString("from", stretches[0].From.ToString("HH:mm", CultureInfo.InvariantCulture));
        writer.WriteString("to", stretches[^1].To.ToString("HH:mm", CultureInfo.InvariantCulture));
        writer.WriteStartArray("days");
        foreach (var day in rules.Days)
        {
            writer.WriteNumberValue(day);
        }

        writer.WriteEndArray();
        writer.WriteNumber("respondWithin", rules.RespondWithin);
    }

    private static string Word(DaySource source) => JsonNamingPolicy.CamelCase.ConvertName(source.ToString());
}
