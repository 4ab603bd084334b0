using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Platform.Exchange;

/// <summary>A line of the ledger that an undo takes back.</summary>
internal sealed record TakenEntry(long Sequence, string Type, bool Creates, Guid Record, string? Changes);

/// <summary>One undo at work on one noun: reads the batch's ledger entries backwards and takes each change back, but for records that others have touched or refer to.</summary>
internal sealed class TakingBack(RecordType type, Guid batch, Schema schema, string language)
{
    private readonly Dictionary<Guid, string> kept = [];
    private readonly HashSet<Guid> restored = [];
    private readonly List<(RecordType Type, Field Field)> references =
        [.. schema.Types.SelectMany(other => other.Fields.Where(field => field is { Kind: FieldKind.Reference, Custom: false, IsComputed: false } && field.Reference == type.Name).Select(field => (other, field)))];

    private IEnumerable<Field> LinksToItself => references.Where(item => item.Type.Name == type.Name).Select(item => item.Field);

    public long Deleted { get; private set; }

    public long Restored => restored.Count;

    public IReadOnlyList<KeptRecord> Kept => [.. kept.Select(item => new KeptRecord(item.Key, item.Value) { Type = type.Name })];

    /// <summary>
    /// A new record that stays keeps the records of the batch above it. These chains are followed before the first record is removed; only records with links among themselves are looked at.
    /// </summary>
    public async Task KeepWhatIsLinkedAsync(DatabaseSession session, CancellationToken cancel)
    {
        var above = new Dictionary<Guid, List<Guid>>();
        foreach (var field in LinksToItself)
        {
            var pairs = await session.ListAsync(
                new Sql().Append($"SELECT r.id, r.{field.Column} FROM {type.Table} r WHERE r.{field.Column} IS NOT NULL AND EXISTS (SELECT 1 FROM ledger c WHERE c.record_id = r.{field.Column} AND c.action = 'create' AND c.batch_id = ").Value(batch).Append(")"),
                row => (Child: row.Id(0), Parent: row.Id(1)),
                cancel);
            foreach (var (child, parent) in pairs)
            {
                if (!above.TryAdd(child, [parent]))
                {
                    above[child].Add(parent);
                }
            }
        }

        var staying = new Queue<Guid>();
        foreach (var children in above.Keys.Chunk(500))
        {
            var histories = await HistoriesAsync(session, [.. children], cancel);
            KeepTouched(histories);
            var created = children.Where(id => histories.GetValueOrDefault(id)?.CreatedHere == true).ToList();
            await KeepReferredToAsync(session, created, cancel);

            // A record that was changed here only, its link too, gets its old one back and keeps nobody.
            var restored = children.Where(id => histories.GetValueOrDefault(id) is { CreatedHere: false, TouchedAfter: false });
            foreach (var id in children.Except(created).Except(restored).Concat(created.Where(kept.ContainsKey)))
            {
                staying.Enqueue(id);
            }
        }

        var seen = new HashSet<Guid>(staying);
        while (staying.TryDequeue(out var id))
        {
            foreach (var parent in above.GetValueOrDefault(id) ?? [])
            {
                kept.TryAdd(parent, ImportRefusals.ReferredTo.In(language));
                if (seen.Add(parent))
                {
                    staying.Enqueue(parent);
                }
            }
        }
    }

    /// <summary>Takes back entries that follow each other, given from the newest to the oldest.</summary>
    public async Task TakeBackAsync(SaveContext context, IReadOnlyList<TakenEntry> entries, CancellationToken cancel)
    {
        var ids = entries.Select(entry => entry.Record).Distinct().ToList();
        var records = await LoadAsync(context.Session, ids, cancel);
        var histories = await HistoriesAsync(context.Session, ids, cancel);
        KeepTouched(histories);
        await NameTheDeletedAsync(context.Session, ids, cancel);
        foreach (var entry in entries)
        {
            if (!entry.Creates && !kept.ContainsKey(entry.Record) && histories[entry.Record].CreatedHere is false && records.TryGetValue(entry.Record, out var record))
            {
                await RestoreAsync(context, record, entry, cancel);
            }
        }

        var created = entries.Where(entry => entry.Creates && records.ContainsKey(entry.Record) && !kept.ContainsKey(entry.Record)).Select(entry => entry.Record).ToList();
        await KeepReferredToAsync(context.Session, created, cancel);
        created.RemoveAll(kept.ContainsKey);
        await RemoveAsync(context, created.ConvertAll(id => records[id]), cancel);
    }

    /// <summary>What the ledger says of a record since the batch first touched it: whether the batch made it, and whether somebody changed it after.</summary>
    private sealed record History(bool CreatedHere, bool TouchedAfter);

    private async Task<Dictionary<Guid, History>> HistoriesAsync(DatabaseSession session, List<Guid> ids, CancellationToken cancel)
    {
        var lines = await session.ListAsync(
            new Sql().Append("SELECT record_id, action, batch_id FROM ledger WHERE record_id IN ").List(Padding.Pad([.. ids])).Append(" ORDER BY record_id, seq"),
            row => (Record: row.Id(0), Action: row.Text(1), Batch: row.OptionalId(2)),
            cancel);
        var histories = new Dictionary<Guid, History>();
        foreach (var (record, action, by) in lines)
        {
            if (histories.TryGetValue(record, out var known))
            {
                histories[record] = by == batch ? known : known with { TouchedAfter = true };
            }
            else if (by == batch)
            {
                histories[record] = new History(action == "create", false);
            }
        }

        return histories;
    }

    private void KeepTouched(Dictionary<Guid, History> histories)
    {
        foreach (var (id, history) in histories)
        {
            if (history.TouchedAfter)
            {
                kept.TryAdd(id, ImportRefusals.EditedSince.In(language));
            }
        }
    }

    private async Task NameTheDeletedAsync(DatabaseSession session, List<Guid> ids, CancellationToken cancel)
    {
        if (ids.FindAll(kept.ContainsKey) is { Count: > 0 } staying)
        {
            foreach (var id in await session.ListAsync(new Sql().Append($"SELECT t.id FROM {type.Table} t WHERE t.deleted_at IS NOT NULL AND t.id IN ").List(Padding.Pad(staying)), row => row.Id(0), cancel))
            {
                kept[id] = ImportRefusals.DeletedSince.In(language);
            }
        }
    }

    private async Task<Dictionary<Guid, Record>> LoadAsync(DatabaseSession session, List<Guid> ids, CancellationToken cancel)
    {
        var records = new Dictionary<Guid, Record>();
        await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM {type.Table} t WHERE t.id IN ").List(Padding.Pad([.. ids])), cancel);
        while (await reader.ReadAsync(cancel))
        {
            var record = RecordSql.Read(type, reader, session.Dialect);
            records[record.Id] = record;
        }

        return records;
    }

    private async Task KeepReferredToAsync(DatabaseSession session, List<Guid> created, CancellationToken cancel)
    {
        if (created.Count == 0)
        {
            return;
        }

        foreach (var (other, field) in references)
        {
            var sql = new Sql().Append($"SELECT DISTINCT r.{field.Column}, r.id FROM {other.Table} r WHERE r.{field.Column} IN ").List(Padding.Pad([.. created]));
            if (other.Name != type.Name)
            {
                Keep((await session.ListAsync(sql, row => row.Id(0), cancel)).Distinct());
                continue;
            }

            // Records of this batch go too, unless they stay; those have kept what is above them already. Those that only this batch changed get their old links back.
            sql.Append($" AND NOT EXISTS (SELECT 1 FROM ledger c WHERE c.record_id = r.id AND c.action = 'create' AND c.batch_id = ").Value(batch).Append(")");
            var pairs = await session.ListAsync(sql, row => (To: row.Id(0), From: row.Id(1)), cancel);
            var histories = pairs.Count == 0 ? [] : await HistoriesAsync(session, [.. pairs.Select(pair => pair.From).Distinct()], cancel);
            Keep(pairs.Where(pair => histories.GetValueOrDefault(pair.From) is not { TouchedAfter: false }).Select(pair => pair.To));
        }

        Keep(await session.ListAsync(Sql.Of($"SELECT DISTINCT record_id FROM attachment WHERE record_type = {type.Name} AND record_id IN ").List(Padding.Pad([.. created])), row => row.Id(0), cancel));

        void Keep(IEnumerable<Guid> found)
        {
            foreach (var id in found)
            {
                kept.TryAdd(id, ImportRefusals.ReferredTo.In(language));
            }
        }
    }

    /// <summary>Old values back, field by field. Entries come newest first, so a record that the file changed twice ends where it began.</summary>
    private async Task RestoreAsync(SaveContext context, Record record, TakenEntry entry, CancellationToken cancel)
    {
        using var changes = JsonDocument.Parse(entry.Changes ?? "{}");
        foreach (var change in changes.RootElement.EnumerateObject())
        {
            if (type.Find(change.Name) is { System: false } field)
            {
                record[field] = FieldStorage.FromJson(field, change.Value[0]);
            }
        }

        if (await context.RestoreAsync(record, "undo", cancel))
        {
            restored.Add(record.Id);
        }
    }

    private async Task RemoveAsync(SaveContext context, List<Record> records, CancellationToken cancel)
    {
        if (records.Count == 0)
        {
            return;
        }

        var session = context.Session;
        Sql Ids() => new Sql().List(Padding.Pad(records.ConvertAll(record => record.Id)));
        foreach (var field in LinksToItself)
        {
            await session.ExecuteAsync(new Sql().Append($"UPDATE {type.Table} SET {field.Column} = NULL WHERE {field.Column} IN ").Append(Ids()), cancel);
        }

        foreach (var beside in new[] { "follow", "notification", "access_grant" })
        {
            await session.ExecuteAsync(new Sql().Append($"DELETE FROM {beside} WHERE record_type = ").Value(type.Name).Append(" AND record_id IN ").Append(Ids()), cancel);
        }

        await RowsBeneath.RemoveAsync(context, type, records.ConvertAll(record => record.Id), cancel);
        await session.ExecuteAsync(new Sql().Append($"DELETE FROM {type.Table} WHERE id IN ").Append(Ids()), cancel);
        foreach (var record in records)
        {
            await SearchIndex.RemovedAsync(session, record, cancel);
            context.Note("remove", type.Name, record.Id);
            await record.RemovedAsync(context);
            Deleted++;
        }
    }
}
