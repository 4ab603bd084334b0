using System.Globalization;
using System.Text.Json;
using Guanxi.Customers.Pools;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Customers;

/// <summary>What lies in the pools; claiming, releasing, protecting; what would go back.</summary>
public static class PoolsApi
{
    public static void MapPools(this RouteGroupBuilder api)
    {
        api.MapGet("/pool", ListAsync);
        api.MapPost("/pool/{id:guid}:look", LookAsync);
        api.MapPost("/customers/{id:guid}:claim", ClaimAsync).AnsweredOnce();
        api.MapPost("/customers/{id:guid}:release", ReleaseAsync).AnsweredOnce();
        api.MapPost("/customers/{id:guid}:protect", ProtectAsync).AnsweredOnce();
        api.MapGet("/customers/{id:guid}/pool-history", HistoryAsync);
        api.MapPost("/pools:try", TryAsync);
    }

    private static async Task ListAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        var limit = RecordsApi.Limit(http, 50);
        var only = query["pool"].ToString() is { Length: > 0 } text ? Guid.TryParse(text, out var id) ? id : throw new RefusedException(Refusal.Invalid("pool", RecordRefusals.UnknownReference)) : (Guid?)null;
        var values = PoolLists.Filters.Where(field => query[field].ToString().Length > 0).ToDictionary(field => field, field => query[field].ToString(), StringComparer.Ordinal);
        var asked = new PoolQuery(only, query["q"], values, Cursor(query["cursor"]), limit);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, Guanxi.Platform.Lists.ListReader.Json);
            writer.WriteStartObject();
            await PoolLists.WriteAsync(writer, session, actor, asked, workspace.Now, http.RequestAborted);
            writer.WriteEndObject();
        });
    }

    private static async Task LookAsync(HttpContext http, Guid id)
    {
        var sheet = await http.Workspace().WriteAsync(http.Actor(), context => PoolSheet.LookAsync(context, id, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => sheet.Write(writer, http.Actor()));
    }

    private static (long, Guid)? Cursor(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split('_');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && Guid.TryParse(parts[1], out var id) ? (at, id)
            : throw new RefusedException(Refusal.Invalid("cursor", ("翻页标记无效", "The cursor is broken")));
    }

    private static async Task ClaimAsync(HttpContext http, Guid id) =>
        await http.RecordAsync(await http.Workspace().WriteAsync(http.Actor(), context => PoolCustomers.ClaimAsync(context, id, http.RequestAborted), http.Confirmed(), http.RequestAborted));

    private static async Task ReleaseAsync(HttpContext http, Guid id)
    {
        var body = await http.OptionalBodyAsync();
        var pool = body.Id("pool");
        await http.Workspace().WriteAsync(http.Actor(), context => PoolCustomers.ReleaseAsync(context, id, pool, body.Word("reason")?.Trim(), http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static async Task ProtectAsync(HttpContext http, Guid id)
    {
        var body = await http.OptionalBodyAsync();
        DateTimeOffset? until = null;
        if (body.Word("until") is { } text)
        {
            until = DateText.TryInstant(text, out var at) ? at : throw new RefusedException(Refusal.Invalid("until", ("请给出日期", "Give a day")));
        }

        await http.RecordAsync(await http.Workspace().WriteAsync(http.Actor(), context => PoolCustomers.ProtectAsync(context, id, until, http.RequestAborted), cancel: http.RequestAborted));
    }

    private static async Task HistoryAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        if (!await RecordStore.ExistsAsync(session, actor, http.Type("customers"), id, Verb.Read, workspace.Now, cancel: http.RequestAborted))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, Guanxi.Platform.Lists.ListReader.Json);
            writer.WriteStartObject();
            await PoolLists.WriteHistoryAsync(writer, session, actor, id, http.RequestAborted);
            writer.WriteEndObject();
        });
    }

    /// <summary>What would go back today; with the values of a pool, as if they were saved.</summary>
    private static async Task TryAsync(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManagePools);
        var body = await http.OptionalBodyAsync();
        var (count, some, sentence) = await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                Pool? changed = null;
                if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("values", out var values))
                {
                    var type = context.Schema["pools"];
                    changed = body.Id("id") is { } id ? (Pool)await RecordStore.LoadAsync(context.Session, actor, type, id, Verb.Read, context.Now, cancel: http.RequestAborted) : new Pool(type);
                    await RecordStore.FillAsync(context.Session, actor, changed, values, context.Now, http.RequestAborted);
                    await changed.PrepareAsync(context);
                }

                var (due, first) = await PoolReturns.TryAsync(context, changed, http.RequestAborted);
                return (due, first, changed is null ? null : string.Concat(new[] { PoolSentence.Of(changed), PoolSentence.ReadingOn(changed, actor.Directory) }.OfType<Label>().Select(label => label.In(actor.Language) + (actor.Language == "en" ? " " : ""))).TrimEnd());
            },
            cancel: http.RequestAborted);
        // Looking after the pools is no right to see everybody's customers: how many, and the names of those one sees.
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var seen = await RecordStore.VisibleAsync(session, actor, http.Type("customers"), [.. some.Select(item => item.Id)], http.Workspace().Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("count", count);
            writer.WriteString("rules", sentence);
            writer.WriteStartArray("some");
            foreach (var (id, name, owner) in some.Where(item => seen.Contains(item.Id)))
            {
                writer.WriteStartObject();
                writer.WriteString("id", id);
                writer.WriteString("name", name);
                writer.WriteString("owner", actor.Directory.Person(owner)?.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
