using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Privacy;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>The rights of the people in the records: a copy of everything, to be forgotten, and no longer kept than needed.</summary>
public static class PrivacyApi
{
    private const int MostShown = 200;

    public static void MapPrivacy(this RouteGroupBuilder api, IEnumerable<RecordType> types)
    {
        foreach (var type in types.Where(type => type.IsPerson is not null).Select(type => type.Name))
        {
            api.MapGet($"/{type}/{{id:guid}}/personal-data", (HttpContext http, Guid id) => CopyAsync(http, type, id)).WithName($"{type}.personal-data").NeedsStepUp();
            api.MapPost($"/{type}/{{id:guid}}:erase", (HttpContext http, Guid id) => EraseAsync(http, type, id)).WithName($"{type}.erase").NeedsStepUp().AnsweredOnce();
        }

        api.MapGet("/privacy", OverviewAsync);
        api.MapPost("/privacy/retention", PutAsync).AnsweredOnce();
        api.MapDelete("/privacy/retention/{id:guid}", RemoveAsync);
        api.MapPost("/privacy/retention:try", TryAsync);
    }

    private static async Task CopyAsync(HttpContext http, string type, Guid id)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await PersonalData.WriteAsync(http.Workspace(), http.Actor(), http.Type(type), id, file, http.RequestAborted);
        file.Position = 0;
        http.Response.ContentType = "application/zip";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"personal-data-{id}.zip\"";
        http.Response.Headers.CacheControl = "no-store";
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static async Task EraseAsync(HttpContext http, string type, Guid id)
    {
        var actor = http.Actor();
        var body = await http.BodyAsync();
        var trial = Flag(body, "dryRun", false);
        var counts = await Erasure.RunAsync(http.Workspace(), actor, http.Type(type), id, Text(body, "reason"), Flag(body, "block", true), trial, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("dryRun", trial);
            Write(writer, "removed", counts.Removed);
            Write(writer, "scrubbed", counts.Scrubbed);
            writer.WriteNumber("mentions", counts.Mentions);
            writer.WriteNumber("ledgerEntries", counts.LedgerEntries);
            writer.WriteNumber("files", counts.Files);
            writer.WriteNumber("notifications", counts.Notifications);
            writer.WriteNumber("rejectedRows", counts.RejectedRows);
        });
    }

    private static async Task OverviewAsync(HttpContext http)
    {
        MustManage(http.Actor());
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var rules = await Retention.ListAsync(session, http.RequestAborted);
        var erasures = await session.ListAsync(
            Sql.Of($"SELECT id, record_type, at, actor_id, reason, counts FROM erasure ORDER BY at DESC LIMIT {MostShown}"),
            row => (Id: row.Id(0), Type: row.Text(1), At: row.Instant(2), Who: row.OptionalId(3), Reason: row.OptionalText(4), Counts: row.OptionalText(5)), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("blocked", workspace.Directory.Blocked.Count);
            writer.WriteStartArray("retention");
            foreach (var rule in rules)
            {
                WriteRule(writer, rule);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("erasures");
            foreach (var erasure in erasures)
            {
                writer.WriteStartObject();
                writer.WriteString("id", erasure.Id);
                writer.WriteString("recordType", erasure.Type);
                writer.WriteString("at", RecordJson.Instant(erasure.At.ToUnixTimeMilliseconds()));
                writer.WriteString("by", workspace.Directory.Person(erasure.Who)?.Name);
                writer.WriteString("reason", erasure.Reason);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
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
        if (http.Workspace().Schema.Find(rule.RecordType) is null)
        {
            throw new RefusedException(Refusal.Invalid("recordType", ("没有这种记录", "There is no such record type")));
        }

        var due = await Retention.DueAsync(http.Workspace(), http.Actor(), rule, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("count", due.Count);
            writer.WriteStartArray("some");
            foreach (var (id, title) in due.Some)
            {
                writer.WriteStartObject();
                writer.WriteString("id", id);
                writer.WriteString("title", title);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static RetentionRule Rule(JsonElement body) => new(
        Guid.TryParse(Text(body, "id"), out var id) ? id : Guid.Empty, Text(body, "name") ?? "", Text(body, "recordType") ?? "", Text(body, "filter"), Text(body, "field") ?? "",
        body.TryGetProperty("days", out var days) && days.ValueKind == JsonValueKind.Number && days.TryGetInt32(out var number) ? number : 0, Text(body, "act") ?? "", Flag(body, "active", true), null, null);

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

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, int> counts)
    {
        writer.WriteStartObject(name);
        foreach (var (type, count) in counts)
        {
            writer.WriteNumber(type, count);
        }

        writer.WriteEndObject();
    }

    private static string? Text(JsonElement body, string name) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement body, string name, bool otherwise) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;

    private static void MustManage(Actor actor)
    {
        if (!actor.Has(Functions.ManagePrivacy))
        {
            throw new RefusedException(Refusal.Forbidden(("查看个人数据处理需要相应权限", "Seeing what was done with personal data needs the right to do so")));
        }
    }
}
