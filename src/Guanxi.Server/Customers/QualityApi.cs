using System.Text.Json;
using Guanxi.Customers.Quality;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Customers;

/// <summary>How good the data are, what is to be mended, what somebody has confirmed, and the rules behind it.</summary>
public static class QualityApi
{
    public static void MapQuality(this RouteGroupBuilder api)
    {
        api.MapGet("/quality", ReadAsync);
        api.MapGet("/quality/work", WorkAsync);
        api.MapGet("/quality/rules", RulesAsync);
        api.MapPatch("/quality/rules", ChangeRulesAsync);
        api.MapPost("/quality:run", RunAsync).AnsweredOnce();
        foreach (var noun in QualityRules.Nouns)
        {
            api.MapGet($"/{noun}/{{id:guid}}/quality", (HttpContext http, Guid id) => OfRecordAsync(http, noun, id)).WithName($"{noun}.quality");
            api.MapPost($"/{noun}/{{id:guid}}:confirm", (HttpContext http, Guid id) => ConfirmAsync(http, noun, id)).WithName($"{noun}.confirm").AnsweredOnce();
        }
    }

    private static RecordType Noun(HttpContext http)
    {
        var name = http.Request.Query["type"].ToString() is { Length: > 0 } given ? given : "customers";
        var type = QualityRules.Nouns.Contains(name, StringComparer.Ordinal) ? http.Type(name) : throw new RefusedException(Refusal.Invalid("type", new Label($"可用：{string.Join("、", QualityRules.Nouns)}", $"Use {string.Join(" or ", QualityRules.Nouns)}")));
        return http.Actor().On(type).Read != Reach.None ? type : throw new RefusedException(Refusal.Forbidden(new Label($"你的角色不能查看{type.Label.ZhHans}", $"Your role may not read {type.Label.En}")));
    }

    private static async Task ReadAsync(HttpContext http)
    {
        var (actor, workspace, type, cancel) = (http.Actor(), http.Workspace(), Noun(http), http.RequestAborted);
        await using var session = await workspace.Database.ReadAsync(cancel);
        var owners = await QualityFigures.TalliesAsync(session, actor, type, "owner", workspace.Now, cancel: cancel);
        var sources = actor.On(type, type.Find("source") ?? type["id"]) >= FieldRight.Read ? await QualityFigures.TalliesAsync(session, actor, type, "source", workspace.Now, cancel: cancel) : [];
        var days = await QualityFigures.TalliesAsync(session, actor, type, "day", workspace.Now, cancel: cancel);
        var fields = await QualityFigures.FieldsAsync(session, actor, type, workspace.Now, cancel);
        var teams = owners.GroupBy(owner => Guid.TryParse(owner.Key, out var id) ? actor.Directory.Person(id)?.TeamId : null).Select(group => QualityFigures.Add(group.Key?.ToString() ?? "", group)).ToList();
        var state = await session.FirstAsync(Sql.Of($"SELECT state, done, total, finished_at FROM quality_state WHERE noun = {(type.Name == "customers" ? 1L : 2L)}"), row => (State: row.Text(0), Done: row.Integer(1), Total: row.Integer(2), At: row.OptionalInteger(3)), cancel);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("type", type.Name);
            writer.WriteStartObject("run");
            writer.WriteString("state", state.State);
            writer.WriteNumber("done", state.Done);
            writer.WriteNumber("total", state.Total);
            writer.WriteString("finishedAt", state.At is { } at ? RecordJson.Instant(at) : null);
            writer.WriteEndObject();
            writer.WritePropertyName("all");
            Write(writer, QualityFigures.Add("", owners), null);
            WriteMany(writer, "owners", owners, key => Guid.TryParse(key, out var id) ? actor.Directory.Person(id)?.Name : null);
            WriteMany(writer, "teams", teams, key => Guid.TryParse(key, out var id) ? actor.Directory.Team(id)?.Name : null);
            WriteMany(writer, "sources", sources, key => key);
            WriteMany(writer, "days", days, key => key);
            writer.WriteStartArray("fields");
            foreach (var (field, kind, count) in fields)
            {
                writer.WriteStartObject();
                writer.WriteString("field", field.Name);
                RecordTypesApi.WriteLabel(writer, "labels", field.Label);
                writer.WriteString("kind", kind);
                writer.WriteNumber("count", count);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteMany(Utf8JsonWriter writer, string name, IEnumerable<QualityFigures.Tally> tallies, Func<string, string?> nameOf)
    {
        writer.WriteStartArray(name);
        foreach (var tally in tallies)
        {
            Write(writer, tally, nameOf(tally.Key));
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, QualityFigures.Tally tally, string? name)
    {
        writer.WriteStartObject();
        writer.WriteString("key", tally.Key);
        writer.WriteString("name", name);
        writer.WriteNumber("records", tally.Records);
        if (tally.Mean is { } mean)
        {
            writer.WriteNumber("score", mean);
        }
        else
        {
            writer.WriteNull("score");
        }

        foreach (var (kind, count) in tally.Wrong)
        {
            writer.WriteNumber(kind, count);
        }

        writer.WriteEndObject();
    }

    private static async Task WorkAsync(HttpContext http)
    {
        var (actor, workspace, type, query) = (http.Actor(), http.Workspace(), Noun(http), http.Request.Query);
        var limit = RecordsApi.Limit(http, 50);
        var kind = query["kind"].ToString() is { Length: > 0 } wanted ? QualityChecks.Kinds.Contains(wanted, StringComparer.Ordinal) ? wanted : throw new RefusedException(Refusal.Invalid("kind", new Label($"可用：{string.Join("、", QualityChecks.Kinds)}", $"Use one of {string.Join(", ", QualityChecks.Kinds)}"))) : null;
        var field = query["field"].ToString() is { Length: > 0 } name ? type.Find(name) is { } known && actor.Reads(type, known) ? name : throw new RefusedException(Refusal.Invalid("field", RecordRefusals.UnknownField(name, null))) : null;
        var owner = query["owner"].ToString() is { Length: > 0 } text ? Guid.TryParse(text, out var id) ? id : throw new RefusedException(Refusal.Invalid("owner", RecordRefusals.UnknownReference)) : (Guid?)null;
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var work = await QualityFigures.WorkAsync(session, actor, type, kind, field, owner, Cursor(query["cursor"]), limit, workspace.Now, http.RequestAborted);
        var editable = await EditableAsync(session, actor, type, work, workspace.Now, http.RequestAborted);
        var titles = await RecordStore.TitlesAsync(session, actor, work.Select(item => item.Record).Distinct(), workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var item in work)
            {
                var about = type[item.Issue.Field];
                writer.WriteStartObject();
                writer.WriteString("id", item.Record.Id);
                writer.WriteString("title", item.Record.Title);
                writer.WriteNumber("version", item.Record.Version);
                WriteIssue(writer, actor, item.Issue, item.Since);
                writer.WritePropertyName("value");
                if (about.Audited && item.Record[about] is not null)
                {
                    actor.Reading.Note(type, about, item.Record.Id);
                }

                RecordJson.WriteValue(writer, actor, about, item.Record[about], masked: false, titles);
                writer.WriteBoolean("mayEdit", editable.Contains(item.Record.Id) && actor.On(type, about) == FieldRight.Edit);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next", work.Count > 0 && work.Count >= limit ? $"{work[^1].Issue.Kind}~{work[^1].Issue.Field}~{work[^1].Record.Sequence}" : null);
        });
    }

    private static async Task<HashSet<Guid>> EditableAsync(DatabaseSession session, Actor actor, RecordType type, IReadOnlyList<QualityFigures.Work> work, DateTimeOffset now, CancellationToken cancel) => work.Count == 0
        ? []
        : [.. await session.ListAsync(new Sql().Append($"SELECT t.id FROM {type.Table} t WHERE t.id IN ").List(work.Select(item => item.Record.Id).Distinct()).Append(" AND ").Append(AccessDoor.For(actor, type, Verb.Edit, now).Condition("t")), row => row.Id(0), cancel)];

    private static void WriteIssue(Utf8JsonWriter writer, Actor actor, QualityIssue issue, DateTimeOffset since)
    {
        writer.WriteString("field", issue.Field);
        writer.WriteString("kind", issue.Kind);
        writer.WriteString("text", QualityWords.Of(issue.Rule).In(actor.Language));
        writer.WriteString("since", RecordJson.Instant(since.ToUnixTimeMilliseconds()));
    }

    private static (string, string, long)? Cursor(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split('~');
        return parts.Length == 3 && long.TryParse(parts[2], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var record) ? (parts[0], parts[1], record)
            : throw new RefusedException(Refusal.Invalid("cursor", ("翻页标记无效", "The cursor is broken")));
    }

    private static async Task OfRecordAsync(HttpContext http, string noun, Guid id)
    {
        var (actor, workspace, type) = (http.Actor(), http.Workspace(), http.Type(noun));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var record = await RecordStore.LoadAsync(session, actor, type, id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var (issues, confirmed) = await QualityFigures.OfAsync(session, actor, record, http.RequestAborted);
        var rules = await QualityRules.ReadAsync(session, workspace.Schema, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            if (record["quality"] is long score)
            {
                writer.WriteNumber("score", score);
            }
            else
            {
                writer.WriteNull("score");
            }

            writer.WriteStartArray("issues");
            foreach (var (issue, since) in issues)
            {
                writer.WriteStartObject();
                WriteIssue(writer, actor, issue, since);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject("confirmed");
            foreach (var field in type.Fields.Where(field => rules.DaysOf(field, noun) > 0 && record[field] is not null && actor.Reads(type, field)))
            {
                writer.WriteString(field.Name, RecordJson.Instant((confirmed.TryGetValue(field.Name, out var last) ? last.At : record.CreatedAt).ToUnixTimeMilliseconds()));
            }

            writer.WriteEndObject();
        });
    }

    private static async Task ConfirmAsync(HttpContext http, string noun, Guid id)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var fields = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("fields", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= 50 && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? list.EnumerateArray().Select(item => item.GetString()!).Distinct(StringComparer.Ordinal).ToList()
            : throw new RefusedException(Refusal.Invalid("fields", ("请给出 1 到 50 个字段名", "Give 1 to 50 names of fields")));
        var type = http.Type(noun);
        await http.Workspace().WriteAsync(actor, context => QualityKeeper.ConfirmAsync(context, type, id, fields, http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static async Task RunAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        actor.Demand(Functions.ManageSettings);
        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var began = false;
                foreach (var noun in QualityRules.Nouns)
                {
                    began |= await QualityKeeper.BeginAsync(context, http.Type(noun), http.RequestAborted);
                }

                if (!began)
                {
                    throw new RefusedException(Refusal.Breaks("quality-running", ("正在检查，请等待完成", "The base is being gone over; wait until it is done")));
                }

                context.Note("quality.run");
            },
            cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static async Task RulesAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, await QualityRules.ReadAsync(session, http.Workspace().Schema, http.RequestAborted));
    }

    private static async Task ChangeRulesAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        actor.Demand(Functions.ManageSettings);
        await WriteAsync(http, await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                var before = await QualityRules.ReadAsync(context.Session, context.Schema, http.RequestAborted);
                var after = before.With(body, context.Schema);
                await Settings.PutAsync(context.Session, QualityRules.Setting, after.ToJson(), http.RequestAborted);
                context.Note("quality.rules", null, null, $"{{\"quality\":[{before.ToJson()},{after.ToJson()}]}}");

                // By other rules every verdict may be another.
                foreach (var noun in QualityRules.Nouns)
                {
                    await QualityKeeper.BeginAsync(context, context.Schema[noun], http.RequestAborted);
                }

                return after;
            },
            cancel: http.RequestAborted));
    }

    private static Task WriteAsync(HttpContext http, QualityRules rules) => http.JsonAsync(writer =>
    {
        writer.WritePropertyName("weights");
        JsonSerializer.Serialize(writer, rules.Weights);
        writer.WritePropertyName("days");
        JsonSerializer.Serialize(writer, rules.Days);
        writer.WriteString("every", rules.Every);
    });
}
