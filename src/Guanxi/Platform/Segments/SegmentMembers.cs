using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>Puts customers into a static list and takes them out: chosen ones, those a filter finds, or those whose keys somebody pasted. Only customers that the actor may see.</summary>
public static class SegmentMembers
{
    private const int MostListed = 10_000;
    private const int MostPasted = 5_000;

    /// <param name="Changed">How many came in, or went out.</param>
    /// <param name="Known">How many were there, or were not there, already.</param>
    /// <param name="Unknown">Pasted keys that name no customer the actor sees, or more than one.</param>
    public sealed record Outcome(int Changed, int Known, IReadOnlyList<string> Unknown);

    public static async Task<Outcome> ChangeAsync(SaveContext context, Guid id, JsonElement body, bool add, CancellationToken cancel = default)
    {
        var actor = context.Actor;
        var type = context.Schema[Segment.Noun];
        actor.Demand(Functions.ManageSegments);
        var segment = (Segment)await RecordStore.LoadAsync(context.Session, actor, context.Schema["segments"], id, Verb.Read, context.Now, cancel: cancel);
        if (segment.IsLive)
        {
            throw new RefusedException(Refusal.Breaks("segment-live", ("动态细分由条件决定谁在里面；要逐个挑选，请建静态名单", "The conditions decide who is in a live segment; to choose one by one make a static list")));
        }

        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new RefusedException(Refusal.Malformed(("请给出 ids、filter，或 field 与 values", "Give ids, a filter, or field and values")));
        }

        var unknown = new List<string>();
        var rows = body.TryGetProperty("values", out var values) ? await PastedAsync(context, type, body, values, unknown, cancel) : await FoundAsync(context, type, body, cancel);
        var members = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT members FROM segment WHERE id = {id}"), cancel);
        var changed = 0;
        foreach (var chunk in rows.Chunk(5_000))
        {
            await SegmentSet.WorkAsync(context.Session, [.. chunk.Select(row => row.Sequence)], cancel);
            changed += await context.Session.ExecuteAsync(
                add ? Sql.Of($"INSERT INTO segment_member (members, member, since) SELECT {members}, w.member, {context.Now} FROM segment_work w WHERE NOT EXISTS (SELECT 1 FROM segment_member m WHERE m.members = {members} AND m.member = w.member)")
                    : Sql.Of($"DELETE FROM segment_member WHERE members = {members} AND member IN (SELECT w.member FROM segment_work w)"), cancel);
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM segment_work"), cancel);
        }

        if (changed > 0)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE segment SET size = (SELECT COUNT(*) FROM segment_member m WHERE m.members = {members}) WHERE id = {id}"), cancel);
            Note(context, id, body, [.. rows.Select(row => row.Id)], add);
            context.DirectoryChanged = true;
        }

        return new Outcome(changed, rows.Count - changed, unknown);
    }

    /// <summary>The ledger names each customer, or of a great many the filter that found them.</summary>
    private static void Note(SaveContext context, Guid id, JsonElement body, Guid[] ids, bool add)
    {
        object what = ids.Length <= MostListed ? ids : new { filter = body.TryGetProperty("filter", out var filter) ? filter.GetString() : null, count = ids.Length };
        context.Note(add ? "segment.add" : "segment.remove", "segments", id, JsonSerializer.Serialize(new Dictionary<string, object?[]>(StringComparer.Ordinal) { ["@members"] = add ? [null, what] : [what, null] }));
        context.Announce(new Live.LiveEvent("segments", id, 0, "members", context.Actor.Id));
    }

    private static async Task<List<(Guid Id, long Sequence)>> FoundAsync(SaveContext context, RecordType type, JsonElement body, CancellationToken cancel)
    {
        var sql = new Sql().Append($"SELECT t.id, t.seq FROM {type.Table} t WHERE ");
        if (body.TryGetProperty("ids", out var ids))
        {
            if (ids.ValueKind != JsonValueKind.Array || ids.GetArrayLength() > MostListed)
            {
                throw new RefusedException(Refusal.Invalid("ids", ("应为编号列表，一次最多 10000 个", "This is a list of at most 10,000 ids")));
            }

            var wanted = ids.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String && Guid.TryParse(item.GetString(), out var id) ? id : throw new RefusedException(Refusal.Invalid("ids", ("编号应为 UUID", "An id is a UUID")))).Distinct();
            sql.Append("t.deleted_at IS NULL AND t.id IN ").List(wanted).Append(" AND ").Append(AccessDoor.For(context.Actor, type, Verb.Read, context.Now).Condition("t"));
        }
        else
        {
            var filter = body.TryGetProperty("filter", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
            if (string.IsNullOrWhiteSpace(filter))
            {
                throw new RefusedException(Refusal.Malformed(("请给出 ids、filter，或 field 与 values", "Give ids, a filter, or field and values")));
            }

            var query = new ListSql(context.Actor, ListQuery.Parse(context.Actor, type, filter), context.Session.Dialect, context.Now);
            sql.Append(query.Conditions()).Append(" AND ").Append(query.Door().Condition("t"));
        }

        return await context.Session.ListAsync(sql, row => (row.Id(0), row.Integer(1)), cancel);
    }

    /// <summary>Customers by a key: each pasted value has to name exactly one that the actor sees, by a field he reads.</summary>
    private static async Task<List<(Guid Id, long Sequence)>> PastedAsync(SaveContext context, RecordType type, JsonElement body, JsonElement values, List<string> unknown, CancellationToken cancel)
    {
        var actor = context.Actor;
        var name = body.TryGetProperty("field", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : "name";
        if (!type.Keys.Contains(name) || type.Find(name) is not { } field || !actor.Reads(type, field))
        {
            throw new RefusedException(Refusal.Invalid("field", new Label($"可用的字段：{string.Join("、", type.Keys)}", $"Use one of: {string.Join(", ", type.Keys)}")));
        }

        if (values.ValueKind != JsonValueKind.Array || values.GetArrayLength() > MostPasted)
        {
            throw new RefusedException(Refusal.Invalid("values", new Label($"应为列表，一次最多 {MostPasted} 个", $"This is a list of at most {MostPasted}")));
        }

        var found = new List<(Guid, long)>();
        foreach (var text in values.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : value.GetRawText()).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal))
        {
            if (FieldInput.ParseText(field, text, out _) is not { } key)
            {
                unknown.Add(text);
                continue;
            }

            actor.Reading.Ask(type, field);
            var rows = await context.Session.ListAsync(
                new Sql().Append($"SELECT t.id, t.seq FROM {type.Table} t WHERE t.deleted_at IS NULL AND t.{field.Column} = ").Value(key).Append(" AND ").Append(AccessDoor.For(actor, type, Verb.Read, context.Now).Condition((context.Session.Dialect.IsSqlite ? "+" : "") + "t")).Append(" LIMIT 2"),
                row => (row.Id(0), row.Integer(1)), cancel);
            if (rows.Count == 1)
            {
                found.Add(rows[0]);
            }
            else
            {
                unknown.Add(text);
            }
        }

        return [.. found.Distinct()];
    }
}
