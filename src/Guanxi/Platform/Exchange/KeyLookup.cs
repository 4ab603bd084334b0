using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>What a key stands for: how many records the actor sees that have it, and the one to change when it is one that he may change.</summary>
/// <param name="Id">The record meant; null where it is still to be written.</param>
internal sealed record KeyMatch(long Count, bool MayEdit, Record? Record, Guid? Id);

/// <summary>Finds the records that the keys of a chunk stand for.</summary>
internal sealed class KeyLookup(ImportPlan plan, DateTimeOffset now)
{
    /// <summary>Matches by key; keys nobody has are missing. Records are loaded only when rows may change them or belong to them.</summary>
    public async Task<Dictionary<object, KeyMatch>> FindAsync(DatabaseSession session, IEnumerable<object> keys, CancellationToken cancel)
    {
        var type = plan.Type;
        var column = $"t.{plan.Key!.Field.Column}";
        var wanted = keys.Distinct().ToList();
        var matches = new Dictionary<object, KeyMatch>();
        if (wanted.Count == 0)
        {
            return matches;
        }

        var isId = plan.Key.Field.Kind == FieldKind.Id;
        var found = await session.ListAsync(
            new Sql().Append($"SELECT {column}, MIN(t.seq), COUNT(*) FROM {type.Table} t WHERE t.deleted_at IS NULL AND {column} IN ").List(Padding.Pad(wanted)).Append(" AND ").Append(Visible()).Append($" GROUP BY {column}"),
            row => (Key: isId ? row.Id(0) : (object)row.Text(0), Sequence: row.Integer(1), Count: row.Integer(2)),
            cancel);
        var loaded = (plan.Updates || plan.Beside is not null) && found.Count > 0 ? await LoadAsync(session, new Sql().Append("t.seq IN ").List(Padding.Pad(found.ConvertAll(item => item.Sequence))), cancel) : [];
        var records = loaded.DistinctBy(item => item.Record.Sequence).ToDictionary(item => item.Record.Sequence);
        foreach (var item in found)
        {
            matches[item.Key] = records.TryGetValue(item.Sequence, out var one) ? new KeyMatch(item.Count, one.MayEdit, one.Record, one.Record.Id) : new KeyMatch(item.Count, false, null, null);
        }

        return matches;
    }

    /// <summary>The records that somebody said rows are, as far as the actor sees them.</summary>
    public async Task<Dictionary<Guid, KeyMatch>> ChosenAsync(DatabaseSession session, List<Guid> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var loaded = await LoadAsync(session, new Sql().Append("t.id IN ").List(Padding.Pad(ids)).Append(" AND t.deleted_at IS NULL AND ").Append(AccessDoor.For(plan.Actor, plan.Type, Verb.Read, now).Condition("t")), cancel);
        return loaded.DistinctBy(item => item.Record.Id).ToDictionary(item => item.Record.Id, item => new KeyMatch(1, item.MayEdit, item.Record, item.Record.Id));
    }

    /// <summary>What the actor sees, and, where rows share a record, what this import has made, be it for somebody else.</summary>
    private Sql Visible()
    {
        var door = AccessDoor.For(plan.Actor, plan.Type, Verb.Read, now).Condition("t");
        return plan.Beside is null || plan.Actor.Batch is not { } batch
            ? door
            : new Sql().Append("((").Append(door).Append(") OR EXISTS (SELECT 1 FROM ledger l WHERE l.record_id = t.id AND l.action = 'create' AND l.batch_id = ").Value(batch).Append("))");
    }

    private async Task<List<(Record Record, bool MayEdit)>> LoadAsync(DatabaseSession session, Sql which, CancellationToken cancel)
    {
        var type = plan.Type;
        var records = new List<(Record, bool)>();
        var sql = new Sql().Append($"SELECT {RecordSql.Columns(type, "t")}, CASE WHEN ").Append(AccessDoor.For(plan.Actor, type, Verb.Edit, now).Condition("t")).Append($" THEN 1 ELSE 0 END FROM {type.Table} t WHERE ").Append(which);
        await using var reader = await session.ReadAsync(sql, cancel);
        while (await reader.ReadAsync(cancel))
        {
            var record = RecordSql.Read(type, reader, session.Dialect);
            records.Add((record, Convert.ToInt64(reader.GetValue(reader.FieldCount - 1)) == 1));
        }

        return records;
    }
}
