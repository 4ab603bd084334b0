using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Is it there already? The check on entry, and the thresholds and rules of matching.</summary>
public static class MatchesApi
{
    public static void MapMatches(this RouteGroupBuilder api, IEnumerable<RecordType> types)
    {
        foreach (var type in types.Where(type => type.Matching.Count > 0).Select(type => type.Name))
        {
            api.MapPost($"/{type}:matches", (HttpContext http) => FindAsync(http, type)).WithName($"{type}.matches");
        }

        api.MapGet("/matching", SettingsAsync);
        api.MapPatch("/matching", ChangeSettingsAsync);
    }

    private static async Task FindAsync(HttpContext http, string name)
    {
        var (actor, type, workspace, body) = (http.Actor(), http.Type(name), http.Workspace(), await http.BodyAsync());
        if (actor.On(type) is { Read: Reach.None, Create: false })
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }

        var entry = Entry(actor, type, body.TryGetProperty("values", out var values) ? values : body);
        List<Likeness> told;
        await using (var session = await workspace.Database.ReadAsync(http.RequestAborted))
        {
            var settings = await MatchSettings.ReadAsync(session, http.RequestAborted);
            told = [.. MatchGuard.Told(await MatchFinder.FindAsync(session, actor, entry, workspace.Now, settings, cancel: http.RequestAborted))];
        }

        await LogAsync(http, type, told);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var item in told)
            {
                Write(writer, actor, item);
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>What is typed so far as a record; what cannot be read yet is left out, and so is what the actor may not read, or asking would tell it.</summary>
    private static Record Entry(Actor actor, RecordType type, JsonElement values)
    {
        var record = type.Create(type);
        foreach (var property in values.ValueKind == JsonValueKind.Object ? values.EnumerateObject().ToArray() : [])
        {
            if (property.Name == "id")
            {
                record.Id = property.Value.ValueKind == JsonValueKind.String && Guid.TryParse(property.Value.GetString(), out var id) ? id : Guid.Empty;
            }
            else if (type.Find(property.Name) is { Writable: true, Custom: false } field && actor.Reads(type, field) && FieldInput.Parse(field, property.Value, out var error) is { } value && error is null)
            {
                actor.Reading.Ask(type, field);
                record[field] = value;
            }
        }

        return record;
    }

    /// <summary>Asking about what one may not see is counted, and written down once a minute for a person and a record.</summary>
    internal static async Task LogAsync(HttpContext http, RecordType type, List<Likeness> told)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        if (told.Where(item => !item.IsVisible).Select(item => item.Record.Id).ToList() is not { Count: > 0 } hidden)
        {
            return;
        }

        await Throttle.TakeAsync(workspace.Database, workspace.Now, [new Budget($"likeness {actor.Id}", 40, TimeSpan.FromSeconds(30))], http.RequestAborted);
        await Throttle.OnceAsync(workspace.Database, workspace.Now, $"likeness {actor.Id} {hidden[0]}", () => workspace.WriteAsync(
            actor,
            context =>
            {
                context.Note("likeness", type.Name, hidden[0]);
                return Task.CompletedTask;
            },
            cancel: http.RequestAborted), http.RequestAborted);
    }

    internal static void Write(Utf8JsonWriter writer, Actor actor, Likeness item, Guid? parent = null)
    {
        writer.WriteStartObject();
        writer.WriteString("band", item.BandName);
        writer.WriteBoolean("visible", item.IsVisible);
        writer.WriteString("state", MatchGuard.StateOf(actor, item.Record));
        writer.WriteString("sentence", MatchGuard.Words(actor, item).In(actor.Language));
        if (item.Record.OwnerId is { } owner)
        {
            writer.WriteStartObject("owner");
            writer.WriteString("id", owner);
            writer.WriteString("name", actor.Directory.Person(owner)?.Name ?? "");
            writer.WriteEndObject();
        }

        if (item.IsVisible)
        {
            writer.WriteString("id", item.Record.Id);
            writer.WriteString("type", item.Record.Type.Name);
            if (parent is { } of)
            {
                writer.WriteString("customer", of);
            }

            writer.WriteString("title", item.Record.Title);
            writer.WriteNumber("probability", Math.Round(item.Probability, 4));
            WriteReasons(writer, actor, item.Record.Type, item.Reasons);
        }

        writer.WriteEndObject();
    }

    /// <summary>What agreed and what not, in words; fields the actor may not read are left out.</summary>
    public static void WriteReasons(Utf8JsonWriter writer, Actor actor, RecordType type, IEnumerable<LikenessReason> reasons)
    {
        writer.WriteStartArray("reasons");
        foreach (var reason in reasons)
        {
            if (type.Find(reason.Field) is not { } field || actor.On(type, field) < FieldRight.Read)
            {
                continue;
            }

            actor.Reading.Ask(type, field);
            writer.WriteStartObject();
            writer.WriteString("field", field.Name);
            writer.WriteString("label", field.Label.In(actor.Language));
            writer.WriteString("level", reason.Level);
            writer.WriteString("text", MatchWords.Level(reason.Level).In(actor.Language));
            writer.WriteNumber("bits", reason.Bits);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static async Task SettingsAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, await MatchSettings.ReadAsync(session, http.RequestAborted));
    }

    private static async Task ChangeSettingsAsync(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageSettings);
        var body = await http.BodyAsync();
        await WriteAsync(http, await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                var before = await MatchSettings.ReadAsync(context.Session, http.RequestAborted);
                var after = before.With(body);
                await Guanxi.Platform.Settings.PutAsync(context.Session, "matching", after.ToJson(), http.RequestAborted);
                context.Note("matching-rules", null, null, $"{{\"matching\":[{before.ToJson()},{after.ToJson()}]}}");
                return after;
            },
            cancel: http.RequestAborted));
    }

    private static Task WriteAsync(HttpContext http, MatchSettings settings) => http.JsonAsync(writer =>
    {
        writer.WriteNumber("match", settings.Match);
        writer.WriteNumber("review", settings.Review);
        writer.WriteStartObject("rules");
        foreach (var (name, rule) in settings.Rules)
        {
            writer.WriteString(name, MatchSettings.Name(rule));
        }

        writer.WriteEndObject();
    });
}
