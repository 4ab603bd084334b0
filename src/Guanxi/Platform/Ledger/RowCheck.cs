using System.Data.Common;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// Compares every row of a noun with what its ledger entries say it is: each stored field, custom ones too, version, times, authors, and whether it lies in the recycle bin.
/// Formulas are not stored and so cannot be altered; what a noun derives from other rows is derived again.
/// </summary>
internal sealed class RowCheck(DatabaseSession session, LedgerFindings findings, DateTimeOffset now)
{
    private const int RowsAtOnce = 512;

    private static readonly List<Field> Nothing = [];
    private readonly Dictionary<string, UInt128> sums = new(StringComparer.Ordinal);

    public long Rows { get; private set; }

    public async Task RunAsync(Schema schema, CancellationToken cancel)
    {
        foreach (var type in schema.Types)
        {
            await RunAsync(type, cancel);
        }
    }

    /// <summary>A row as it is, with what a record does not hold.</summary>
    private sealed record Found(Record Record, DateTimeOffset? Deleted);

    private async Task RunAsync(RecordType type, CancellationToken cancel)
    {
        var sum = UInt128.Zero;
        var derived = type.Derived.Where(rule => rule.Alone).Select(rule => rule.Field).ToHashSet(StringComparer.Ordinal);
        for (var after = long.MinValue; ;)
        {
            var (rows, last, damaged) = await ReadAsync(type, after, cancel);
            foreach (var id in rows.Select(row => row.Record.Id).Concat(damaged))
            {
                sum = unchecked(sum + System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(id.ToByteArray(bigEndian: true)));
            }

            Rows += rows.Count + damaged.Count;
            await CompareAsync(type, rows, derived, cancel);
            if (last is not { } next)
            {
                break;
            }

            after = next;
        }

        sums[type.Name] = sum;
        foreach (var (field, wrongWhen, _) in type.Derived)
        {
            var wrong = await session.ListAsync(new Sql().Append($"SELECT t.id FROM {type.Table} t WHERE {wrongWhen} LIMIT {LedgerFindings.Most}"), row => row.Id(0), cancel);
            foreach (var id in wrong)
            {
                Changed(type, id, type[field], null);
            }
        }
    }

    private async Task<(List<Found> Rows, long? Last, List<Guid> Damaged)> ReadAsync(RecordType type, long after, CancellationToken cancel)
    {
        var (rows, damaged) = (new List<Found>(RowsAtOnce), new List<Guid>());
        long? last = null;
        var count = 0;
        await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")}, t.deleted_at FROM {type.Table} t WHERE t.seq > ").Value(after).Append($" ORDER BY t.seq LIMIT {RowsAtOnce}"), cancel);
        while (await reader.ReadAsync(cancel))
        {
            count++;
            last = reader.GetInt64(0);
            try
            {
                var record = RecordSql.Read(type, reader, session.Dialect);
                var at = reader.FieldCount - 1;
                rows.Add(new Found(record, reader.IsDBNull(at) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(at))));
                if (RawCheck.Wrong(type, reader, record) is { } field)
                {
                    Changed(type, record.Id, field, null);
                }
            }
            catch (Exception error) when (error is FormatException or JsonException or ArgumentException or InvalidCastException or OverflowException or InvalidOperationException or KeyNotFoundException)
            {
                var id = reader.GetValue(2) is Guid uuid ? uuid : reader.GetValue(2) is byte[] { Length: 16 } bytes ? new Guid(bytes, bigEndian: true) : Guid.Empty;
                damaged.Add(id);
                findings.Add("row", new Label($"{type.SingularLabel.ZhHans} {id} 这一行无法读取，被绕过系统改动", $"the row {type.Name}/{id} holds what the program never writes: it was changed behind its back"), type: type.Name, record: id);
            }
        }

        return (rows, count == RowsAtOnce ? last : null, damaged);
    }

    private async Task CompareAsync(RecordType type, List<Found> rows, HashSet<string> derived, CancellationToken cancel)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var accounts = rows.GroupBy(row => row.Record.Id).ToDictionary(group => group.Key, _ => new RowAccount(type));
        await using (var reader = await session.ReadAsync(
            new Sql().Append("SELECT record_id, seq, at, actor_id, action, changes, salt FROM ledger WHERE record_type = ").Value(type.Name).Append(" AND record_id IN ").List(Padded(rows)).Append(" ORDER BY record_id, seq"), cancel))
        {
            var row = new Row(reader, session.Dialect);
            while (await reader.ReadAsync(cancel))
            {
                try
                {
                    accounts[row.Id(0)].Take(row.Integer(1), row.Instant(2), row.OptionalId(3), row.Text(4), row.OptionalText(5), erased: row.IsNull(6));
                }
                catch (Exception error) when (error is JsonException or ArgumentException or FormatException or InvalidOperationException or InvalidCastException or KeyNotFoundException)
                {
                    // The walk has named the entry already: its values were changed.
                }
            }
        }

        var fields = type.Fields.Where(field => !field.IsComputed && field.Ordinal > 0 && !derived.Contains(field.Name)).ToArray();
        foreach (var row in rows)
        {
            var account = accounts[row.Record.Id];
            foreach (var field in Differing(type, row, account, fields))
            {
                if (!await row.Record.AccountsForAsync(session, field, account[field], now))
                {
                    Changed(type, row.Record.Id, field, account.Last);
                }
            }
        }
    }

    /// <summary>Always as many values, so that one statement serves.</summary>
    private static IEnumerable<Guid> Padded(List<Found> rows) => Enumerable.Range(0, RowsAtOnce).Select(at => rows[Math.Min(at, rows.Count - 1)].Record.Id);

    private List<Field> Differing(RecordType type, Found row, RowAccount account, Field[] fields)
    {
        var record = row.Record;
        if (!account.Made || account.Removed)
        {
            findings.Add("row-unknown", account.Removed
                ? new Label($"{type.SingularLabel.ZhHans} {record.Id} 已彻底删除，却又出现在库中", $"the row {type.Name}/{record.Id} was removed for good and is there again")
                : new Label($"账本中没有 {type.SingularLabel.ZhHans} {record.Id}：这一行是绕过系统插入的", $"the ledger does not know the row {type.Name}/{record.Id}: it was inserted behind the program's back"), type: type.Name, record: record.Id);
            return Nothing;
        }

        if (row.Deleted != account.Deleted && !account.Erased)
        {
            findings.Add("row", new Label($"{type.SingularLabel.ZhHans} {record.Id} 在回收站中的状态与账本第 {account.Last} 条不符", $"whether the row {type.Name}/{record.Id} is deleted, and since when, is not what entry {account.Last} says"), account.Last, type.Name, record.Id);
        }

        List<Field>? differing = null;
        foreach (var field in fields)
        {
            if (!Same(field, account[field], record[field]) && !account.Unknown(field) && !(account.Erased && field.Name == "version"))
            {
                (differing ??= []).Add(field);
            }
        }

        return differing ?? Nothing;
    }

    private void Changed(RecordType type, Guid id, Field field, long? entry) => findings.Add(
        "row",
        entry is null
            ? new Label($"{type.SingularLabel.ZhHans} {id} 的“{field.Label.ZhHans}”被绕过系统改动", $"“{field.Label.En}” of the row {type.Name}/{id} was changed behind the program's back")
            : new Label($"{type.SingularLabel.ZhHans} {id} 的“{field.Label.ZhHans}”被绕过系统改动：与账本（至第 {entry} 条）所记不同", $"“{field.Label.En}” of the row {type.Name}/{id} was changed behind the program's back: it is not what the ledger says up to entry {entry}"),
        entry,
        type.Name,
        id,
        field.Name);

    /// <summary>Equal as values; a list without items is the same as none, and JSON is compared by what it means, for a database may write it anew.</summary>
    private static bool Same(Field field, object? recorded, object? now) => (recorded, now) switch
    {
        (decimal a, decimal b) => (double)a == (double)b,
        (ContactPoint[] { Length: 0 }, null) or (null, ContactPoint[] { Length: 0 }) => true,
        (string a, string b) when field.Kind is FieldKind.Json or FieldKind.Address => a == b || JsonElement.DeepEquals(JsonDocument.Parse(a).RootElement, JsonDocument.Parse(b).RootElement),
        _ => Record.ValueEquals(recorded, now),
    };

    /// <summary>Names the rows that are missing, where the sum of those that the ledger says live tells that there are any.</summary>
    public async Task NameMissingAsync(Schema schema, IReadOnlyDictionary<string, UInt128> lives, CancellationToken cancel)
    {
        foreach (var type in schema.Types.Where(type => lives.GetValueOrDefault(type.Name) != sums[type.Name]))
        {
            await NameMissingAsync(type, cancel);
        }
    }

    private async Task NameMissingAsync(RecordType type, CancellationToken cancel)
    {
        var missing = await session.ListAsync(
            new Sql().Append("SELECT l.seq, l.record_id FROM ledger l WHERE l.action = 'create' AND l.record_type = ").Value(type.Name)
                .Append($" AND NOT EXISTS (SELECT 1 FROM {type.Table} t WHERE t.id = l.record_id) AND NOT EXISTS (SELECT 1 FROM ledger r WHERE r.record_id = l.record_id AND r.action IN ('remove', '{LedgerAcceptance.ActionForMissing}')) ORDER BY l.seq LIMIT {LedgerFindings.Most}"),
            row => (Sequence: row.Integer(0), Id: row.OptionalId(1) ?? Guid.Empty),
            cancel);
        foreach (var (sequence, id) in missing)
        {
            findings.Add("row-missing", new Label($"{type.SingularLabel.ZhHans} {id}（账本第 {sequence} 条）被绕过系统删除", $"the row {type.Name}/{id}, made by entry {sequence}, was deleted behind the program's back"), sequence, type.Name, id);
        }
    }
}
