using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Records side by side, made one, and made several again.</summary>
public static class MergesApi
{
    public static void MapMerges(this RouteGroupBuilder api, IEnumerable<RecordType> types)
    {
        foreach (var type in types.Where(type => type.Matching.Count > 0).Select(type => type.Name))
        {
            api.MapGet($"/{type}:compare", (HttpContext http) => CompareAsync(http, type)).WithName($"{type}.compare");
            api.MapPost($"/{type}:merge", (HttpContext http) => MergeAsync(http, type)).WithName($"{type}.merge").AnsweredOnce();
        }

        api.MapGet("/merges", ListAsync);
        api.MapPost("/merges/{id:guid}:undo", UndoAsync).AnsweredOnce();
    }

    /// <summary>From two to five records in full, what belongs to each, and which would stay.</summary>
    private static async Task CompareAsync(HttpContext http, string name)
    {
        var (actor, workspace, type) = (http.Actor(), http.Workspace(), DuplicatesApi.Type(http, name));
        var ids = http.Request.Query["ids"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => Guid.TryParse(text, out var id) ? id : throw new RefusedException(Refusal.Invalid("ids", ("编号应为 UUID", "An id is a UUID")))).Distinct().ToList();
        if (ids.Count is < 2 or > MatchCases.LargestCase)
        {
            throw new RefusedException(MergeRefusals.HowMany);
        }

        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var records = await StewardQueue.VisibleAsync(session, actor, type, ids, workspace.Now, http.RequestAborted);
        if (records.Count != ids.Count)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var titles = await RecordStore.TitlesAsync(session, actor, records, workspace.Now, http.RequestAborted);
        var children = new Dictionary<Guid, IReadOnlyList<(RecordType Type, long Count)>>();
        var editable = new Dictionary<Guid, bool>();
        foreach (var record in records)
        {
            children[record.Id] = await MergeMoves.CountAsync(session, workspace.Schema, type, record.Id, http.RequestAborted);
            editable[record.Id] = await RecordStore.ExistsAsync(session, actor, type, record.Id, Verb.Edit, workspace.Now, cancel: http.RequestAborted);
        }

        var survivor = Survivor(records, children);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("survivor", survivor.Id);
            writer.WriteStartArray("records");
            foreach (var record in records)
            {
                writer.WriteStartObject();
                writer.WritePropertyName("record");
                RecordJson.WriteRecord(writer, actor, record, titles, workspace.Now);
                writer.WriteBoolean("mayEdit", editable[record.Id]);
                WriteCounts(writer, actor, "belongs", children[record.Id]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject("choices");
            foreach (var (field, from) in Choices(actor, records, survivor))
            {
                writer.WriteString(field.Name, from);
            }

            writer.WriteEndObject();
        });
    }

    /// <summary>The one with most belonging to it stays; of equals the one that says most, then the older.</summary>
    private static Record Survivor(IReadOnlyList<Record> records, Dictionary<Guid, IReadOnlyList<(RecordType Type, long Count)>> children) => records
        .OrderByDescending(record => children[record.Id].Sum(item => item.Count))
        .ThenByDescending(record => record.Type.Fields.Count(field => !field.System && !Survivorship.IsEmpty(record[field])))
        .ThenBy(record => record.CreatedAt).ThenBy(record => record.Sequence).First();

    /// <summary>Whose value each field would take, "both" for lists and notes that are put together.</summary>
    private static IEnumerable<(Field Field, string From)> Choices(Actor actor, IReadOnlyList<Record> records, Record survivor)
    {
        foreach (var field in survivor.Type.Shown.Where(field => Survivorship.Chooses(field, survivor.Type) && actor.On(survivor.Type, field) >= FieldRight.Read))
        {
            var stays = survivor;
            var both = false;
            foreach (var other in records.Where(record => record != survivor))
            {
                var value = Survivorship.Value(field, stays, other);
                both |= !Record.ValueEquals(value, stays[field]) && !Record.ValueEquals(value, other[field]);
                stays = Record.ValueEquals(value, stays[field]) ? stays : Record.ValueEquals(value, other[field]) ? other : stays;
            }

            if (records.Any(record => !Survivorship.IsEmpty(record[field])))
            {
                yield return (field, both ? "both" : stays.Id.ToString());
            }
        }
    }

    private static void WriteCounts(Utf8JsonWriter writer, Actor actor, string name, IReadOnlyList<(RecordType Type, long Count)> counts)
    {
        writer.WriteStartArray(name);
        foreach (var (type, count) in counts.Where(item => actor.On(item.Type).Read != Reach.None))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type.Name);
            writer.WriteString("label", type.Label.In(actor.Language));
            writer.WriteNumber("count", count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static async Task MergeAsync(HttpContext http, string name)
    {
        var (actor, workspace, type, body) = (http.Actor(), http.Workspace(), http.Type(name), await http.BodyAsync());
        var survivor = body.Id("survivor") ?? throw new RefusedException(Refusal.Invalid("survivor", RecordChecks.Required));
        var records = DuplicatesApi.Ids(body, "records") ?? throw new RefusedException(Refusal.Invalid("records", RecordChecks.Required));
        var trial = body.TryGetProperty("dryRun", out var dry) && dry.ValueKind == JsonValueKind.True;
        var outcome = await MergeRecords.RunAsync(workspace, actor, type, new MergeRequest(survivor, [.. records.Where(id => id != survivor)], Choices(body)), http.Confirmed(), trial, http.RequestAborted);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var titles = await RecordStore.TitlesAsync(session, actor, [outcome.Survivor], workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("dryRun", trial);
            writer.WritePropertyName("record");
            RecordJson.WriteRecord(writer, actor, outcome.Survivor, titles, workspace.Now);
            writer.WriteStartArray("merges");
            foreach (var id in outcome.Merges)
            {
                writer.WriteStringValue(id);
            }

            writer.WriteEndArray();
            WriteCounts(writer, actor, "moved", outcome.Moved);
        });
    }

    private static Dictionary<string, Guid> Choices(JsonElement body)
    {
        var choices = new Dictionary<string, Guid>(StringComparer.Ordinal);
        if (body.TryGetProperty("choices", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var choice in given.EnumerateObject().Where(choice => choice.Value.ValueKind != JsonValueKind.String || choice.Value.GetString() != "both"))
            {
                choices[choice.Name] = choice.Value.ValueKind == JsonValueKind.String && Guid.TryParse(choice.Value.GetString(), out var id) ? id
                    : throw new RefusedException(Refusal.Invalid(choice.Name, ("应为记录编号", "This should be an id")));
            }
        }

        return choices;
    }

    private static async Task ListAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        var type = DuplicatesApi.Type(http, query["type"]);
        var limit = RecordsApi.Limit(http, 30);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var merges = await RecordMerges.ListAsync(session, type, Id(query["record"]), Id(query["cursor"]), limit, http.RequestAborted);
        var seen = merges.Count == 0 ? [] : (await StewardQueue.VisibleAsync(session, actor, type, [.. merges.Select(merge => merge.Survivor).Distinct()], workspace.Now, http.RequestAborted)).ToDictionary(record => record.Id);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var merge in merges.Where(merge => seen.ContainsKey(merge.Survivor)))
            {
                writer.WriteStartObject();
                writer.WriteString("id", merge.Id);
                writer.WriteString("survivor", merge.Survivor);
                writer.WriteString("title", seen[merge.Survivor].Title);
                writer.WriteString("loser", merge.Loser);
                writer.WriteString("at", RecordJson.Instant(merge.At.ToUnixTimeMilliseconds()));
                DuplicatesApi.WritePerson(writer, actor, "by", merge.By);
                writer.WriteString("undoneAt", merge.UndoneAt is { } undone ? RecordJson.Instant(undone.ToUnixTimeMilliseconds()) : null);
                DuplicatesApi.WritePerson(writer, actor, "undoneBy", merge.UndoneBy);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next", merges.Count == limit ? merges[^1].Id.ToString() : null);
        });
    }

    private static Guid? Id(string? text) => string.IsNullOrEmpty(text) ? null : Guid.TryParse(text, out var id) ? id : throw new RefusedException(Refusal.Invalid("cursor", ("编号应为 UUID", "An id is a UUID")));

    private static async Task UndoAsync(HttpContext http, Guid id)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.OptionalBodyAsync());
        var trial = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("dryRun", out var dry) && dry.ValueKind == JsonValueKind.True;
        var outcome = await UndoMerge.RunAsync(workspace, actor, id, trial, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("dryRun", trial);
            writer.WriteString("survivor", outcome.Survivor.Id);
            writer.WriteString("survivorTitle", outcome.Survivor.Title);
            writer.WriteString("loser", outcome.Loser.Id);
            writer.WriteString("loserTitle", outcome.Loser.Title);
            WriteCounts(writer, actor, "moved", outcome.Moved);
            WriteCounts(writer, actor, "keptRecords", outcome.KeptRecords);
            writer.WriteStartArray("keptFields");
            foreach (var field in outcome.KeptFields.Distinct().Where(field => actor.On(outcome.Survivor.Type, field) != FieldRight.Hidden))
            {
                writer.WriteStartObject();
                writer.WriteString("field", field.Name);
                writer.WriteString("label", field.Label.In(actor.Language));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
