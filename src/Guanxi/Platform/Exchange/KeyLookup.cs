using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>What a key stands for: how many records the actor sees that have it, and the one to change when it is one that he may change.</summary>
internal sealed record KeyMatch(long Count, bool MayEdit, Record? Record);

/// <summary>Finds the records that the keys of a chunk stand for.</summary>
internal sealed class KeyLookup(ImportPlan plan, DateTimeOffset now)
{
    /// <summary>Matches by key; keys nobody has are missing. Records are loaded only when rows may change them.</summary>
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
        var door = AccessDoor.For(plan.Actor, type, Verb.Read, now);
        var found = await session.ListAsync(
            new Sql().Append($"SELECT {column}, MIN(t.seq), COUNT(*) FROM {type.Table} t WHERE t.deleted_at IS NULL AND {column} IN ").List(Padding.Pad(wanted)).Append(" AND ").Append(door.Condition("t")).Append($" GROUP BY {column}"),
            row => (Key: isId ? row.Id(0) : (object)row.Text(0), Sequence: row.Integer(1), Count: row.Integer(2)),
            cancel);
        var records = plan.Updates && found.Count > 0 ? await LoadAsync(session, found.ConvertAll(item => item.Sequence), cancel) : [];
        foreach (var item in found)
        {
            matches[item.Key] = records.TryGetValue(item.Sequence, out var loaded) ? new KeyMatch(item.Count, loaded.MayEdit, loaded.Record) : new KeyMatch(item.Count, false, null);
        }

        return matches;
    }

    private async Task<Dictionary<long, (Record Record, bool MayEdit)>> LoadAsync(DatabaseSession session, List<long> rows, CancellationToken cancel)
    {
        var type = plan.Type;
        var records = new Dictionary<long, (Record, bool)>();
        var sql = new Sql().Append($"SELECT {RecordSql.Columns(type, "t")}, CASE WHEN ").Append(AccessDoor.For(plan.Actor, type, Verb.Edit, now).Condition("t"))
            .Append($" THEN 1 ELSE 0 END FROM {type.Table} t WHERE t.seq IN ").List(Padding.Pad(rows));
        await using var reader = await session.ReadAsync(sql, cancel);
        while (await reader.ReadAsync(cancel))
        {
            var record = RecordSql.Read(type, reader, session.Dialect);
            records[record.Sequence] = (record, Convert.ToInt64(reader.GetValue(reader.FieldCount - 1)) == 1);
        }

        return records;
    }
}
