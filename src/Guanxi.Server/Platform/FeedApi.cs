using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>What changed: live to a page that is open, and as a feed to a program that comes back later.</summary>
public static class FeedApi
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(20);

    public static void MapFeeds(this RouteGroupBuilder api)
    {
        api.MapGet("/live", LiveAsync).CountsAsNoUse();
        api.MapGet("/changes", ChangesAsync);
    }

    private static async Task LiveAsync(HttpContext http)
    {
        var workspace = http.Workspace();
        var (person, scope) = (http.Actor().Id, http.Actor().Scope);
        var (key, events) = workspace.Live.Watch(person)
            ?? throw new RefusedException(new Refusal(429, "too-many-streams", ("打开的窗口太多，请关掉一些", "Too many windows are open; close some")) { RetryAfter = TimeSpan.FromMinutes(1) });
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-cache, no-transform";
        try
        {
            await http.Response.WriteAsync(": welcome\n\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            while (!http.RequestAborted.IsCancellationRequested)
            {
                using var beat = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
                beat.CancelAfter(Beat);
                try
                {
                    var what = await events.ReadAsync(beat.Token);
                    if (await TextAsync(workspace, person, scope, what, http.RequestAborted) is { } text)
                    {
                        await http.Response.WriteAsync(text, http.RequestAborted);
                    }
                }
                catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
                {
                    await http.Response.WriteAsync(": beat\n\n", http.RequestAborted);
                }

                await http.Response.Body.FlushAsync(http.RequestAborted);
                if (workspace.Directory.Person(person) is not { Active: true })
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed.
        }
        finally
        {
            workspace.Live.Leave(key);
        }
    }

    /// <summary>The event as this person may know it, with the rights as they are now; null when it is none of theirs.</summary>
    private static async Task<string?> TextAsync(Workspace workspace, Guid person, TokenScope? scope, LiveEvent what, CancellationToken cancel)
    {
        if (what.For is { } receiver)
        {
            return receiver == person ? $"event: notification\ndata: {{\"type\":\"{what.Type}\",\"id\":\"{what.Id}\"}}\n\n" : null;
        }

        if (workspace.Directory.Person(person) is not { Active: true } found || workspace.Schema.Find(what.Type) is not { } type)
        {
            return null;
        }

        var actor = workspace.ActorFor(found, "page", scope: scope);
        await using var session = await workspace.Database.ReadAsync(cancel);
        if (!await RecordStore.ExistsAsync(session, actor, type, what.Id, Verb.Read, workspace.Now, deleted: what.Action == "delete", cancel))
        {
            return null;
        }

        var by = workspace.Directory.Person(what.ActorId)?.Name ?? "";
        return $"event: change\ndata: {JsonSerializer.Serialize(new { type = what.Type, id = what.Id, version = what.Version, action = what.Action, actor = new { id = what.ActorId, name = by } })}\n\n";
    }

    /// <summary>The ledger's changes after a cursor, oldest first, each record checked with the caller's rights as they are now.</summary>
    private static async Task ChangesAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var since = http.Request.Query["since"].ToString() is { Length: > 0 } given ? long.TryParse(given, out var number) && number >= 0 ? number : throw new RefusedException(Refusal.Invalid("since", ("since 应为上次答复中的 next", "since is the next of the last answer"))) : 0L;
        var limit = RecordsApi.Limit(http, 200);
        var wanted = http.Request.Query["types"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var name in wanted)
        {
            if (workspace.Schema.Find(name) is null)
            {
                throw new RefusedException(Refusal.Invalid("types", RecordRefusals.UnknownField(name, Nearest.To(name, workspace.Schema.Types.Select(type => type.Name)))));
            }
        }

        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var statement = new Sql().Append("SELECT seq, at, action, record_type, record_id FROM ledger WHERE seq > ").Value(since).Append(" AND record_id IS NOT NULL");
        if (wanted.Length > 0)
        {
            statement.Append(" AND record_type IN ").List(wanted);
        }

        statement.Append(" ORDER BY seq LIMIT ").Value(limit);
        var entries = await session.ListAsync(statement, row => (Seq: row.Integer(0), At: row.Instant(1), Action: row.Text(2), Type: row.OptionalText(3), Id: row.Id(4)), http.RequestAborted);
        var visible = new HashSet<Guid>();
        foreach (var group in entries.GroupBy(entry => entry.Type))
        {
            if (group.Key is { } name && workspace.Schema.Find(name) is { } type && actor.On(type).Read != Reach.None)
            {
                var ids = group.Select(entry => entry.Id).Distinct().ToList();
                visible.UnionWith(await session.ListAsync(
                    new Sql().Append($"SELECT t.id FROM {type.Table} t WHERE t.id IN ").List(ids).Append(" AND ").Append(AccessDoor.For(actor, type, Verb.Read, workspace.Now).Condition(session.Dialect.IsSqlite ? "+t" : "t")), row => row.Id(0), http.RequestAborted));
            }
        }

        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var entry in entries.Where(entry => visible.Contains(entry.Id)))
            {
                writer.WriteStartObject();
                writer.WriteString("type", entry.Type);
                writer.WriteString("id", entry.Id);
                writer.WriteString("action", entry.Action);
                writer.WriteString("at", RecordJson.Instant(entry.At.ToUnixTimeMilliseconds()));
                writer.WriteNumber("seq", entry.Seq);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next", (entries.Count > 0 ? entries[^1].Seq : since).ToString(System.Globalization.CultureInfo.InvariantCulture));
            writer.WriteBoolean("more", entries.Count == limit);
        });
    }
}
