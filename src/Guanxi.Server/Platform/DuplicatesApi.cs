using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>The steward's queue: cases of likely duplicates, what was decided about them, and the scan that finds them.</summary>
public static class DuplicatesApi
{
    private static readonly string[] Bands = ["match", "review", "related"];

    public static void MapDuplicates(this RouteGroupBuilder api)
    {
        api.MapGet("/duplicates", ListAsync);
        api.MapPost("/duplicates/{id:guid}:different", (HttpContext http, Guid id) => DecideAsync(http, id, "different")).AnsweredOnce();
        api.MapPost("/duplicates/{id:guid}:related", (HttpContext http, Guid id) => DecideAsync(http, id, "related")).AnsweredOnce();
        api.MapPost("/duplicates/{id:guid}:assign", AssignAsync).AnsweredOnce();
        api.MapGet("/duplicates/scan", ScanStateAsync);
        api.MapPost("/duplicates:scan", ScanAsync);
    }

    internal static RecordType Type(HttpContext http, string? name)
    {
        http.Actor().Demand(Functions.MergeRecords);
        return http.Workspace().Schema.Find(string.IsNullOrEmpty(name) ? "customers" : name) is { Matching.Count: > 0 } type ? type : throw new RefusedException(MergeRefusals.NotMergeable);
    }

    private static async Task ListAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        var type = Type(http, query["type"]);
        var band = query["band"].ToString() is { Length: > 0 } given ? Bands.Contains(given, StringComparer.Ordinal) ? given : throw new RefusedException(Refusal.Invalid("band", ("band 应为 match、review 或 related", "band is match, review or related"))) : null;
        var limit = RecordsApi.Limit(http, 20);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var cases = await StewardQueue.ListAsync(session, actor, type, new StewardFilter(band, query["mine"] == "true" ? actor.Id : null, Cursor(query["cursor"]), limit), workspace.Now, http.RequestAborted);
        var count = query["count"] == "true" ? await StewardQueue.CountAsync(session, actor, type, band, workspace.Now, cancel: http.RequestAborted) : (long?)null;
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var item in cases)
            {
                Write(writer, actor, type, item);
            }

            writer.WriteEndArray();
            writer.WriteString("next", cases.Count == limit ? string.Create(CultureInfo.InvariantCulture, $"{cases[^1].Probability:R}_{cases[^1].Id}") : null);
            if (count is { } number)
            {
                writer.WriteNumber("count", number);
            }
        });
    }

    private static (double, Guid)? Cursor(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split('_');
        return parts.Length == 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var probability) && Guid.TryParse(parts[1], out var id) ? (probability, id)
            : throw new RefusedException(Refusal.Invalid("cursor", ("翻页标记无效", "The cursor is broken")));
    }

    private static void Write(Utf8JsonWriter writer, Actor actor, RecordType type, StewardCase item)
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id);
        writer.WriteNumber("probability", Math.Round(item.Probability, 4));
        writer.WriteString("band", item.Band);
        writer.WriteString("foundAt", RecordJson.Instant(item.FoundAt.ToUnixTimeMilliseconds()));
        WritePerson(writer, actor, "assignedTo", item.AssignedTo);
        writer.WriteStartArray("records");
        foreach (var record in item.Records)
        {
            writer.WriteStartObject();
            writer.WriteString("id", record.Id);
            writer.WriteString("title", record.Title);
            WritePerson(writer, actor, "owner", record.OwnerId);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("pairs");
        foreach (var pair in item.Pairs)
        {
            writer.WriteStartObject();
            writer.WriteString("left", pair.Left);
            writer.WriteString("right", pair.Right);
            writer.WriteNumber("probability", Math.Round(pair.Probability, 4));
            writer.WriteString("band", pair.Band);
            MatchesApi.WriteReasons(writer, actor, type, pair.Reasons);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal static void WritePerson(Utf8JsonWriter writer, Actor actor, string name, Guid? id)
    {
        if (id is not { } known)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartObject(name);
        writer.WriteString("id", known);
        writer.WriteString("name", actor.Directory.Person(known)?.Name ?? "");
        writer.WriteEndObject();
    }

    private static async Task DecideAsync(HttpContext http, Guid id, string state)
    {
        var ids = Ids(await http.OptionalBodyAsync(), "records");
        var decided = await http.Workspace().WriteAsync(http.Actor(), context => StewardQueue.DecideAsync(context, id, ids, state, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => writer.WriteNumber("pairs", decided));
    }

    internal static List<Guid>? Ids(JsonElement body, string name)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= 100
            ? [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String && Guid.TryParse(item.GetString(), out var id) ? id : throw new RefusedException(Refusal.Invalid(name, ("编号应为 UUID", "An id is a UUID"))))]
            : throw new RefusedException(Refusal.Invalid(name, ("应为编号列表", "This should be a list of ids")));
    }

    private static async Task AssignAsync(HttpContext http, Guid id)
    {
        var user = (await http.BodyAsync()).Id("user");
        await http.Workspace().WriteAsync(http.Actor(), context => StewardQueue.AssignAsync(context, id, user, http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static async Task ScanStateAsync(HttpContext http)
    {
        var type = Type(http, http.Request.Query["type"]);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, Told(http.Actor(), type, await MatchScan.StateAsync(session, type, http.RequestAborted)));
    }

    private static async Task ScanAsync(HttpContext http)
    {
        var type = Type(http, (await http.OptionalBodyAsync()).Word("type"));
        var scans = http.RequestServices.GetRequiredService<Operations.MatchKeeping>();
        await scans.StartAsync(http.Actor(), type, http.RequestAborted);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, Told(http.Actor(), type, await MatchScan.StateAsync(session, type, http.RequestAborted)), 202);
    }

    /// <summary>How many records there are in all is not for those who see some of them: they are told how far it is, in percent.</summary>
    private static ScanState Told(Actor actor, RecordType type, ScanState state) => actor.On(type).Read == Reach.All ? state
        : state with { Total = state.Total > 0 ? 100 : 0, Done = state.Total > 0 ? state.Done * 100 / state.Total : 0, Found = 0 };

    private static Task WriteAsync(HttpContext http, ScanState state, int status = 200) => http.JsonAsync(
        writer =>
        {
            writer.WriteString("state", state.State);
            writer.WriteString("stage", state.Stage);
            writer.WriteNumber("done", state.Done);
            writer.WriteNumber("total", state.Total);
            writer.WriteNumber("found", state.Found);
            writer.WriteString("startedAt", state.StartedAt is { } started ? RecordJson.Instant(started.ToUnixTimeMilliseconds()) : null);
            writer.WriteString("finishedAt", state.FinishedAt is { } finished ? RecordJson.Instant(finished.ToUnixTimeMilliseconds()) : null);
            writer.WriteString("problem", state.Problem);
        },
        status);
}
