using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Privacy;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>What is kept for how long, who may not come back, and which requests of people were answered when and by whom.</summary>
public static class PrivacyAdministrationApi
{
    private const int MostShown = 200;

    public static void MapPrivacyAdministration(this RouteGroupBuilder api)
    {
        api.MapGet("/privacy", OverviewAsync);
        api.MapPost("/privacy/retention", PutAsync).AnsweredOnce();
        api.MapDelete("/privacy/retention/{id:guid}", RemoveAsync);
        api.MapPost("/privacy/retention:try", TryAsync);
        api.MapPost("/privacy/blocked", (HttpContext http) => BlockAsync(http, blocked: true)).NeedsStepUp().AnsweredOnce();
        api.MapPost("/privacy/blocked:remove", (HttpContext http) => BlockAsync(http, blocked: false)).NeedsStepUp().AnsweredOnce();
        api.MapPost("/privacy/blocked:check", CheckBlockedAsync);
    }

    private sealed record Request(Guid? Id, string Act, string? Type, Guid Record, DateTimeOffset At, Guid? Who, string? Reason, string? Counts);

    /// <summary>Rules, block-list and the requests that were answered: erasures, copies, blocks; newest first.</summary>
    private static async Task OverviewAsync(HttpContext http)
    {
        MustManage(http.Actor());
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var rules = await Retention.ListAsync(session, http.RequestAborted);
        var erasures = await session.ListAsync(
            Sql.Of($"SELECT id, record_type, record_id, at, actor_id, reason, counts FROM erasure ORDER BY at DESC, id DESC LIMIT {MostShown}"),
            row => new Request(row.Id(0), row.Text(1) is "blocked" or "unblocked" ? row.Text(1) : "erase", row.Text(1), row.Id(2), row.Instant(3), row.OptionalId(4), row.OptionalText(5), row.OptionalText(6)), http.RequestAborted);
        var copies = await session.ListAsync(
            Sql.Of($"SELECT record_type, record_id, at, actor_id FROM ledger WHERE action = 'export-person' ORDER BY seq DESC LIMIT {MostShown}"),
            row => new Request(null, "copy", row.OptionalText(0), row.Id(1), row.Instant(2), row.OptionalId(3), null, null), http.RequestAborted);
        var titles = await TitlesAsync(session, actor, workspace.Schema, copies, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("blocked", workspace.Directory.Blocked.Count);
            writer.WriteStartArray("retention");
            foreach (var rule in rules)
            {
                WriteRule(writer, rule);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("requests");
            foreach (var request in erasures.Concat(copies).OrderByDescending(request => request.At).Take(MostShown))
            {
                writer.WriteStartObject();
                writer.WriteString("act", request.Act);
                writer.WriteString("recordType", request.Type);
                writer.WriteString("at", RecordJson.Instant(request.At.ToUnixTimeMilliseconds()));
                writer.WriteString("by", workspace.Directory.Person(request.Who)?.Name);
                writer.WriteString("reason", request.Reason);
                if (titles.TryGetValue(request.Record, out var title))
                {
                    writer.WriteString("recordId", request.Record);
                    writer.WriteString("title", title);
                }

                if (request.Counts is { } counts && JsonSerializer.Deserialize<ErasureCounts?>(counts) is { } known)
                {
                    writer.WriteStartObject("counts");
                    WriteCounts(writer, known);
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Names of those who were given a copy, where the reader may see them.</summary>
    private static async Task<Dictionary<Guid, string>> TitlesAsync(DatabaseSession session, Actor actor, Schema schema, List<Request> copies, DateTimeOffset now, CancellationToken cancel)
    {
        var titles = new Dictionary<Guid, string>();
        foreach (var group in copies.GroupBy(copy => copy.Type, StringComparer.Ordinal))
        {
            if (group.Key is { } name && schema.Find(name) is { } type && actor.On(type).Read != Reach.None)
            {
                var sql = new Sql().Append($"SELECT t.id, t.{type[type.TitleField].Column} FROM {type.Table} t WHERE t.id IN ").List(group.Select(copy => copy.Record).Distinct())
                    .Append(" AND t.deleted_at IS NULL AND ").Append(AccessDoor.For(actor, type, Verb.Read, now).Condition(session.Dialect.IsSqlite ? "+t" : "t"));
                foreach (var (id, title) in await session.ListAsync(sql, row => (row.Id(0), row.Text(1)), cancel))
                {
                    titles[id] = title;
                }
            }
        }

        return titles;
    }

    private static async Task BlockAsync(HttpContext http, bool blocked)
    {
        var body = await http.BodyAsync();
        await BlockList.SetAsync(http.Workspace(), http.Actor(), body.Needed("value"), blocked, body.Word("reason"), http.RequestAborted);
        await http.JsonAsync(writer => writer.WriteNumber("blocked", http.Workspace().Directory.Blocked.Count));
    }

    private static async Task CheckBlockedAsync(HttpContext http)
    {
        MustManage(http.Actor());
        var value = (await http.BodyAsync()).Needed("value");
        await http.JsonAsync(writer => writer.WriteBoolean("blocked", http.Workspace().Directory.Blocked.Has(value)));
    }

    private static async Task PutAsync(HttpContext http)
    {
        MustManage(http.Actor());
        var rule = await Retention.PutAsync(http.Workspace(), http.Actor(), Rule(await http.BodyAsync()), http.RequestAborted);
        await http.JsonAsync(writer => WriteRuleFields(writer, rule));
    }

    private static async Task RemoveAsync(HttpContext http, Guid id)
    {
        await Retention.RemoveAsync(http.Workspace(), http.Actor(), id, http.RequestAborted);
        await http.NoContent();
    }

    private static async Task TryAsync(HttpContext http)
    {
        MustManage(http.Actor());
        var rule = Rule(await http.BodyAsync());
        var due = await Retention.DueAsync(http.Workspace(), http.Actor(), rule, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("count", due.Count);
            writer.WriteStartArray("some");
            foreach (var (id, title, when) in due.Some)
            {
                writer.WriteStartObject();
                writer.WriteString("id", id);
                writer.WriteString("title", title);
                writer.WriteString("when", when);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static RetentionRule Rule(JsonElement body) => new(
        Guid.TryParse(body.Word("id"), out var id) ? id : Guid.Empty, body.Word("name") ?? "", body.Word("recordType") ?? "", body.Word("filter"), body.Word("field") ?? "",
        body.TryGetProperty("days", out var days) && days.ValueKind == JsonValueKind.Number && days.TryGetInt32(out var number) ? number : 0, body.Word("act") ?? "", body.Flag("active", true), null, null);

    private static void WriteRule(Utf8JsonWriter writer, RetentionRule rule)
    {
        writer.WriteStartObject();
        WriteRuleFields(writer, rule);
        writer.WriteEndObject();
    }

    private static void WriteRuleFields(Utf8JsonWriter writer, RetentionRule rule)
    {
        writer.WriteString("id", rule.Id);
        writer.WriteString("name", rule.Name);
        writer.WriteString("recordType", rule.RecordType);
        writer.WriteString("filter", rule.Filter);
        writer.WriteString("field", rule.Field);
        writer.WriteNumber("days", rule.Days);
        writer.WriteString("act", rule.Act);
        writer.WriteBoolean("active", rule.Active);
        if (rule is { LastRunAt: { } at, LastCount: { } count })
        {
            writer.WriteString("lastRunAt", RecordJson.Instant(at.ToUnixTimeMilliseconds()));
            writer.WriteNumber("lastCount", count);
        }
    }

    /// <summary>What an erasure took, or would take.</summary>
    internal static void WriteCounts(Utf8JsonWriter writer, ErasureCounts counts)
    {
        Write(writer, "removed", counts.Removed);
        Write(writer, "scrubbed", counts.Scrubbed);
        writer.WriteNumber("mentions", counts.Mentions);
        writer.WriteNumber("ledgerEntries", counts.LedgerEntries);
        writer.WriteNumber("files", counts.Files);
        writer.WriteNumber("notifications", counts.Notifications);
        writer.WriteNumber("rejectedRows", counts.RejectedRows);
    }

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, int> counts)
    {
        writer.WriteStartObject(name);
        foreach (var (type, count) in counts)
        {
            writer.WriteNumber(type, count);
        }

        writer.WriteEndObject();
    }

    private static void MustManage(Actor actor)
    {
        if (!actor.Has(Functions.ManagePrivacy))
        {
            throw new RefusedException(Refusal.Forbidden(("查看个人数据处理需要相应权限", "Seeing what was done with personal data needs the right to do so")));
        }
    }
}
