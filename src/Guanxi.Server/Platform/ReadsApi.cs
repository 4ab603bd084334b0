using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Privacy;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>For the auditor: who read audited fields in clear, who took lists and copies out, and of which fields that is written down.</summary>
public static class ReadsApi
{
    private const int MostRecordsShown = 20;

    public static void MapReads(this RouteGroupBuilder api)
    {
        api.MapGet("/reads", ListAsync);
        api.MapGet("/reads/fields", FieldsAsync);
        api.MapPut("/reads/fields", SetFieldsAsync).NeedsStepUp();
    }

    private sealed record Entry(long Sequence, DateTimeOffset At, Guid? Actor, string Surface, string Action, string? Type, Guid? Record, string? Changes);

    private static async Task ListAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        actor.Demand(Functions.ReadLedger);
        var limit = RecordsApi.Limit(http, 50);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var entries = await session.ListAsync(
            Question(http, session.Dialect).Append(" ORDER BY seq DESC LIMIT ").Value(limit + 1),
            row => new Entry(row.Integer(0), row.Instant(1), row.OptionalId(2), row.Text(3), row.Text(4), row.OptionalText(5), row.OptionalId(6), row.OptionalText(7)), http.RequestAborted);
        var items = entries.Take(limit).Select(entry => (Entry: entry, Said: entry.Changes is null ? default : JsonDocument.Parse(entry.Changes).RootElement)).ToList();
        var titles = await TitlesAsync(session, workspace, actor, items.SelectMany(item => Records(item.Entry, item.Said).Take(MostRecordsShown).Select(id => (item.Entry.Type, id))), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var (entry, said) in items)
            {
                writer.WriteStartObject();
                Write(writer, workspace, actor, entry, said, titles);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next", entries.Count > limit ? entries[limit - 1].Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        });
    }

    private static Sql Question(HttpContext http, Dialect dialect)
    {
        var words = http.Request.Query;
        var statement = new Sql().Append("SELECT seq, at, actor_id, surface, action, record_type, record_id, changes FROM ledger WHERE action IN ('read', 'export', 'export-person') AND seq < ").Value(long.TryParse(words["cursor"], out var cursor) ? cursor : long.MaxValue);
        if (Guid.TryParse(words["actor"], out var reader))
        {
            statement.Append(" AND actor_id = ").Value(reader);
        }

        if (words["kind"].ToString() is { Length: > 0 } kind)
        {
            statement.Append(" AND action = ").Value(kind);
        }

        if (words["type"].ToString() is { Length: > 0 } type)
        {
            statement.Append(" AND record_type = ").Value(type);
        }

        if (words["field"].ToString() is { Length: > 0 } field)
        {
            // A name and nothing else: the lines hold what was asked for in exports, which is not for everybody who audits.
            statement.Append(" AND ").Append(field.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') ? dialect.Contains("changes", $"\"{field}\"") : Sql.Of($"1 = 0"));
        }

        if (Guid.TryParse(words["record"], out var record))
        {
            statement.Append(" AND (record_id = ").Value(record).Append(" OR batch_id IN (SELECT batch_id FROM read_record WHERE record_id = ").Value(record).Append("))");
        }

        foreach (var (name, comparison) in new[] { ("from", ">="), ("until", "<") })
        {
            if (words[name].ToString() is { Length: > 0 } text)
            {
                statement.Append($" AND at {comparison} ").Value(DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at) ? at : throw new RefusedException(Refusal.Invalid(name, ("时间应写作 2026-11-22T08:00:00Z", "A time is written 2026-11-22T08:00:00Z"))));
            }
        }

        return statement;
    }

    private static void Write(Utf8JsonWriter writer, Workspace workspace, Actor actor, Entry entry, JsonElement said, Dictionary<Guid, string> titles)
    {
        writer.WriteNumber("seq", entry.Sequence);
        writer.WriteString("at", RecordJson.Instant(entry.At.ToUnixTimeMilliseconds()));
        if (actor.Directory.Person(entry.Actor) is { } person)
        {
            writer.WriteStartObject("actor");
            writer.WriteString("id", person.Id);
            writer.WriteString("name", person.Name);
            writer.WriteEndObject();
        }

        writer.WriteString("surface", entry.Surface);
        writer.WriteString("kind", entry.Action);
        writer.WriteString("type", entry.Type);
        writer.WriteString("way", said.Word("way") ?? (entry.Action == "export" ? said.Word("format") : null));
        writer.WriteString("from", said.Word("from"));
        writer.WriteStartArray("fields");
        foreach (var field in said.ValueKind == JsonValueKind.Object && said.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Array ? fields.EnumerateArray().Select(item => item.GetString()) : [])
        {
            writer.WriteStringValue(field);
        }

        writer.WriteEndArray();
        var records = Records(entry, said).ToList();
        if (said.ValueKind == JsonValueKind.Object && said.TryGetProperty("rows", out var rows))
        {
            writer.WriteNumber("count", rows.GetInt64());
            WriteFilter(writer, workspace, actor, entry, said);
        }
        else
        {
            writer.WriteNumber("count", records.Count);
        }

        writer.WriteStartArray("records");
        foreach (var id in records.Take(MostRecordsShown))
        {
            writer.WriteStartObject();
            if (titles.TryGetValue(id, out var title))
            {
                writer.WriteString("id", id);
                writer.WriteString("name", title);
            }
            else
            {
                writer.WriteBoolean("hidden", true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The filter of an export holds values: only those who may ask it themselves are shown it.</summary>
    private static void WriteFilter(Utf8JsonWriter writer, Workspace workspace, Actor actor, Entry entry, JsonElement said)
    {
        var (filter, words) = (said.Word("filter"), said.Word("words"));
        if (filter is null && words is null)
        {
            return;
        }

        var whole = actor.Role?.IsAdministrator == true;
        if (!whole && words is null && entry.Type is { } name && workspace.Schema.Find(name) is { } type)
        {
            try
            {
                var himself = workspace.ActorFor(actor.Person, actor.Surface, scope: actor.Scope);
                _ = new ListSql(himself, ListQuery.Parse(himself, type, filter), workspace.Database.Dialect, workspace.Now).Conditions();
                whole = true;
            }
            catch (RefusedException)
            {
                // He may not ask it; he is told that there was a filter.
            }
        }

        writer.WriteBoolean("filtered", true);
        if (whole)
        {
            writer.WriteString("filter", filter);
            writer.WriteString("words", words);
        }
    }

    private static IEnumerable<Guid> Records(Entry entry, JsonElement said) =>
        entry.Record is { } one ? [one]
        : said.ValueKind == JsonValueKind.Object && said.TryGetProperty("records", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(item => item.GetGuid())
        : [];

    private static async Task<Dictionary<Guid, string>> TitlesAsync(DatabaseSession session, Workspace workspace, Actor actor, IEnumerable<(string? Type, Guid Id)> wanted, CancellationToken cancel)
    {
        var titles = new Dictionary<Guid, string>();
        foreach (var group in wanted.GroupBy(item => item.Type, StringComparer.Ordinal))
        {
            if (group.Key is not { } name || workspace.Schema.Find(name) is not { } type || actor.On(type).Read == Reach.None)
            {
                continue;
            }

            foreach (var some in group.Select(item => item.Id).Distinct().Chunk(400))
            {
                var sql = new Sql().Append($"SELECT t.id, t.{type[type.TitleField].Column} FROM {type.Table} t WHERE t.id IN ").List(some)
                    .Append(" AND t.deleted_at IS NULL AND ").Append(AccessDoor.For(actor, type, Verb.Read, workspace.Now).Condition(session.Dialect.IsSqlite ? "+t" : "t"));
                foreach (var (id, title) in await session.ListAsync(sql, row => (row.Id(0), row.Text(1)), cancel))
                {
                    titles[id] = title;
                }
            }
        }

        return titles;
    }

    private static Task FieldsAsync(HttpContext http)
    {
        var actor = http.Actor();
        if (!actor.Has(Functions.ManagePrivacy))
        {
            actor.Demand(Functions.ReadLedger);
        }

        return WriteFieldsAsync(http);
    }

    private static Task WriteFieldsAsync(HttpContext http) => http.JsonAsync(writer =>
    {
        writer.WriteStartArray("items");
        foreach (var type in http.Workspace().Schema.Types.Where(type => type.HasOwner))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type.Name);
            writer.WriteStartArray("fields");
            foreach (var field in type.Shown.Where(field => !field.System && field.DerivedFrom.Count == 0))
            {
                writer.WriteStartObject();
                writer.WriteString("name", field.Name);
                RecordTypesApi.WriteLabel(writer, "labels", field.Label);
                writer.WriteBoolean("audited", field.Audited);
                writer.WriteBoolean("fixed", field.Custom);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static async Task SetFieldsAsync(HttpContext http)
    {
        var body = await http.BodyAsync();
        if (body.ValueKind != JsonValueKind.Object || body.EnumerateObject().Any(item => item.Value.ValueKind != JsonValueKind.Array || item.Value.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String)))
        {
            throw new RefusedException(Refusal.Malformed(("请求内容应为 {记录: [字段]}", "The body should be {record type: [fields]}")));
        }

        await AuditedFields.SetAsync(http.Workspace(), http.Actor(), body.EnumerateObject().ToDictionary(item => item.Name, item => (IReadOnlyList<string>)[.. item.Value.EnumerateArray().Select(name => name.GetString()!)], StringComparer.Ordinal), http.RequestAborted);
        await WriteFieldsAsync(http);
    }
}
