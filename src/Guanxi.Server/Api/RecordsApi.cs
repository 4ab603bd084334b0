using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>The verbs every noun has, drawn from its description.</summary>
public static class RecordsApi
{
    public static void MapRecords(this RouteGroupBuilder api, IEnumerable<string> types)
    {
        foreach (var type in types)
        {
            api.MapGet($"/{type}", (HttpContext http) => ListAsync(http, type)).WithName($"{type}.list");
            api.MapPost($"/{type}", (HttpContext http) => CreateAsync(http, type)).WithName($"{type}.create");
            api.MapGet($"/{type}/{{id:guid}}", (HttpContext http, Guid id) => GetAsync(http, type, id)).WithName($"{type}.get");
            api.MapPatch($"/{type}/{{id:guid}}", (HttpContext http, Guid id) => ChangeAsync(http, type, id)).WithName($"{type}.change");
            api.MapDelete($"/{type}/{{id:guid}}", (HttpContext http, Guid id) => DeleteAsync(http, type, id)).WithName($"{type}.delete");
            api.MapPost($"/{type}/{{id:guid}}/restore", (HttpContext http, Guid id) => RestoreAsync(http, type, id)).WithName($"{type}.restore").AnsweredOnce();
            api.MapPost($"/{type}:batch", (HttpContext http) => BatchAsync(http, type)).WithName($"{type}.batch").AnsweredOnce();
            api.MapPost($"/{type}:edit", (HttpContext http) => EditManyAsync(http, type, delete: false)).WithName($"{type}.edit-many").AnsweredOnce();
            api.MapPost($"/{type}:delete", (HttpContext http) => EditManyAsync(http, type, delete: true)).WithName($"{type}.delete-many").AnsweredOnce();
            api.MapGet($"/{type}:aggregate", (HttpContext http) => AggregateAsync(http, type)).WithName($"{type}.aggregate");
            api.MapGet($"/{type}/{{id:guid}}/history", (HttpContext http, Guid id) => HistoryAsync(http, type, id)).WithName($"{type}.history");
            api.MapPost($"/{type}/{{id:guid}}/history/{{seq:long}}:restore", (HttpContext http, Guid id, long seq) => RestoreValueAsync(http, type, id, seq)).WithName($"{type}.restore-value").AnsweredOnce();
            api.MapGet($"/{type}/{{id:guid}}/timeline", (HttpContext http, Guid id) => TimelineAsync(http, type, id)).WithName($"{type}.timeline");
        }
    }

    private static async Task ListAsync(HttpContext http, string name)
    {
        var query = http.ListQuery(http.Type(name));
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(buffer => ListReader.WriteAsync(buffer, session, http.Actor(), query, workspace.Now, http.RequestAborted));
    }

    private static async Task AggregateAsync(HttpContext http, string name)
    {
        var query = http.ListQuery(http.Type(name));
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(buffer => Aggregate.WriteAsync(buffer, session, http.Actor(), query, http.Request.Query["group"], http.Request.Query["measure"], workspace.Now, http.RequestAborted));
    }

    private static async Task CreateAsync(HttpContext http, string name)
    {
        var (actor, type, body) = (http.Actor(), http.Type(name), await http.BodyAsync());
        var key = http.Key();
        var record = await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                var hash = key is null ? "" : Idempotency.HashOf(http.Request.Path, body.GetRawText());
                if (key is not null && await Idempotency.FoundAsync(context, key, hash, http.RequestAborted) is { } before)
                {
                    return await RecordStore.LoadAsync(context.Session, actor, type, before, Verb.Read, context.Now, cancel: http.RequestAborted);
                }

                var made = name == "activities"
                    ? await Guanxi.Customers.Activities.LogActivity.RunAsync(context, body, http.RequestAborted)
                    : await RecordUseCases.CreateAsync(context, type, body, http.RequestAborted);
                if (key is not null)
                {
                    await Idempotency.KeepAsync(context, key, made.Id, http.RequestAborted);
                }

                return made;
            },
            http.Confirmed(),
            http.RequestAborted);
        http.Response.Headers.Location = $"/api/v1/{name}/{record.Id}";
        await http.RecordAsync(record, 201);
    }

    private static async Task GetAsync(HttpContext http, string name, Guid id)
    {
        var (actor, type, workspace) = (http.Actor(), http.Type(name), http.Workspace());
        Record record;
        await using (var session = await workspace.Database.ReadAsync(http.RequestAborted))
        {
            record = await RecordStore.LoadAsync(session, actor, type, id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        }

        if (http.Request.Headers.IfNoneMatch == $"\"{record.Version}\"")
        {
            http.Response.StatusCode = 304;
            return;
        }

        await http.RecordAsync(record);
    }

    private static async Task ChangeAsync(HttpContext http, string name, Guid id) =>
        await http.RecordAsync(await RecordUseCases.ChangeAsync(http.Workspace(), http.Actor(), http.Type(name), id, await http.BodyAsync(), http.IfMatch(), http.Confirmed(), http.RequestAborted));

    private static async Task DeleteAsync(HttpContext http, string name, Guid id)
    {
        await RecordUseCases.DeleteAsync(http.Workspace(), http.Actor(), http.Type(name), id, http.IfMatch(), http.RequestAborted);
        await http.NoContent();
    }

    private static async Task RestoreAsync(HttpContext http, string name, Guid id) =>
        await http.RecordAsync(await RecordUseCases.RestoreAsync(http.Workspace(), http.Actor(), http.Type(name), id, http.RequestAborted));

    private static async Task BatchAsync(HttpContext http, string name)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var done = await RecordUseCases.BatchAsync(workspace, actor, http.Type(name), await http.BodyAsync(), http.Confirmed(), http.RequestAborted);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var titles = await RecordStore.TitlesAsync(session, actor, done.OfType<Record>(), workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("results");
            foreach (var record in done)
            {
                if (record is null)
                {
                    writer.WriteNullValue();
                }
                else
                {
                    RecordJson.WriteRecord(writer, actor, record, titles);
                }
            }

            writer.WriteEndArray();
        });
    }

    private static async Task EditManyAsync(HttpContext http, string name, bool delete)
    {
        var outcome = await RecordUseCases.EditManyAsync(http.Workspace(), http.Actor(), http.Type(name), await http.BodyAsync(), delete, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("matched", outcome.Matched);
            writer.WriteNumber("changed", outcome.Changed);
            writer.WriteStartArray("skipped");
            foreach (var (id, reason) in outcome.Skipped)
            {
                writer.WriteStartObject();
                writer.WriteString("id", id);
                writer.WriteString("reason", reason.In(http.Language()));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task HistoryAsync(HttpContext http, string name, Guid id)
    {
        var (actor, type, workspace) = (http.Actor(), http.Type(name), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        long? before = long.TryParse(http.Request.Query["cursor"], out var cursor) ? cursor : null;
        await http.JsonAsync(buffer => RecordHistory.WriteAsync(buffer, session, actor, type, id, before, Limit(http, 50), workspace.Now, http.RequestAborted));
    }

    private static async Task RestoreValueAsync(HttpContext http, string name, Guid id, long sequence)
    {
        var body = await http.BodyAsync();
        var fields = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("fields", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToList()
            : [];
        await http.RecordAsync(await RecordHistory.RestoreAsync(http.Workspace(), http.Actor(), http.Type(name), id, sequence, fields, http.RequestAborted));
    }

    private static async Task TimelineAsync(HttpContext http, string name, Guid id)
    {
        var (actor, type, workspace) = (http.Actor(), http.Type(name), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(buffer => Timeline.WriteAsync(buffer, session, actor, type, id, http.Request.Query["cursor"], Limit(http, 30), workspace.Now, http.RequestAborted));
    }

    public static int Limit(HttpContext http, int usual) =>
        http.Request.Query["limit"].ToString() is { Length: > 0 } given
            ? int.TryParse(given, out var limit) && limit is >= 1 and <= ListQuery.LargestPage ? limit : throw new RefusedException(Refusal.Invalid("limit", ("limit 应为 1 到 500", "limit is 1 to 500")))
            : usual;
}
