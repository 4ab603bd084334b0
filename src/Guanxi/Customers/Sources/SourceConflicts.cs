using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Sources;

/// <summary>Where a system says something else than what stands in the record, for those who see both; and what somebody decides about it.</summary>
public static class SourceConflicts
{
    public sealed record Conflict(Record Customer, Field Field, string System, object Said, DateTimeOffset At);

    /// <summary>A page; the last place looked at, when more may follow. What stands in the record by now is no conflict any more.</summary>
    public static async Task<(IReadOnlyList<Conflict> Items, (Guid Customer, string Field, string System)? Next)> ListAsync(DatabaseSession session, Actor actor, RecordType type, (Guid Customer, string Field, string System)? after, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        var readable = type.Fields.Where(field => actor.Reads(type, field)).Select(field => field.Name);
        var sql = new Sql().Append("SELECT v.record_id, v.field, v.system, v.value, v.at FROM source_value v JOIN ").Append(type.Table).Append(" t ON t.id = v.record_id WHERE v.state = 'differs' AND t.deleted_at IS NULL AND v.field IN ").List(readable)
            .Append(" AND ").Append(AccessDoor.For(actor, type, Verb.Read, now).Condition("t"));
        if (after is { } place)
        {
            sql.Append(" AND (v.record_id, v.field, v.system) > (").Value(place.Customer).Append(", ").Value(place.Field).Append(", ").Value(place.System).Append(")");
        }

        var rows = await session.ListAsync(sql.Append(" ORDER BY v.record_id, v.field, v.system LIMIT ").Value(limit), row => (Id: row.Id(0), Field: row.Text(1), System: row.Text(2), Value: row.Text(3), At: row.Instant(4)), cancel);
        var found = new List<Conflict>();
        foreach (var group in rows.GroupBy(row => row.Id))
        {
            var customer = await RecordStore.LoadAsync(session, actor, type, group.Key, Verb.Read, now, cancel: cancel);
            found.AddRange(group.Where(row => type.Find(row.Field) is not null).Select(row => new Conflict(customer, type[row.Field], row.System, FieldStorage.FromJson(type[row.Field], row.Value)!, row.At)).Where(conflict => conflict.Said is not null && !Record.ValueEquals(conflict.Said, customer[conflict.Field])));
        }

        return (found, rows.Count == limit ? (rows[^1].Id, rows[^1].Field, rows[^1].System) : null);
    }

    /// <summary>Takes what the system says, or keeps what stands there; either is remembered.</summary>
    public static async Task<Record> ResolveAsync(SaveContext context, RecordType type, Guid id, string name, string system, bool take, CancellationToken cancel = default)
    {
        var actor = context.Actor;
        var customer = await RecordStore.LoadAsync(context.Session, actor, type, id, Verb.Edit, context.Now, cancel: cancel);
        var field = type.Find(name) is { Internal: false } known && actor.On(type, known) != FieldRight.Hidden ? known : throw new RefusedException(Refusal.Invalid("field", RecordRefusals.UnknownField(name, null)));
        if (actor.On(type, field) < FieldRight.Edit)
        {
            throw new RefusedException(Refusal.Invalid("field", RecordRefusals.NoRightOnField));
        }

        var said = await context.Session.FirstAsync(Sql.Of($"SELECT value FROM source_value WHERE record_id = {id} AND field = {name} AND system = {system} AND state = 'differs'"), row => row.Text(0), cancel) ?? throw new RefusedException(Refusal.NotFound);
        if (take)
        {
            customer[field] = FieldStorage.FromJson(field, said);
            await context.UpdateAsync(customer, "sync", cancel);
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE source_value SET state = 'differs' WHERE record_id = {id} AND field = {name} AND state = 'applied'"), cancel);
        }

        await context.Session.ExecuteAsync(Sql.Of($"UPDATE source_value SET state = {(take ? "applied" : "kept")} WHERE record_id = {id} AND field = {name} AND system = {system}"), cancel);
        if (!take)
        {
            context.Note("keep", type.Name, id, System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["@kept"] = [system, name] }));
        }

        return customer;
    }
}
