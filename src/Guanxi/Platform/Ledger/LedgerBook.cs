using System.Security.Cryptography;
using Guanxi.Database;

namespace Guanxi.Platform.Ledger;

/// <summary>The chained ledger in the database: appended in the transaction of the change, checked by anyone.</summary>
public static class LedgerBook
{
    private static readonly byte[] Genesis = new byte[32];

    /// <summary>Adds the entries at the end of the chain. On PostgreSQL the head row is locked last, just before the commit, so writers wait for each other only that long. Returns the last entry's number; 0 when there was none.</summary>
    public static async Task<long> AppendAsync(DatabaseSession session, IReadOnlyList<LedgerEntry> entries, CancellationToken cancel = default)
    {
        if (entries.Count == 0)
        {
            return 0;
        }

        var lockRow = new SqlName(session.Dialect.IsSqlite ? "" : " FOR UPDATE");
        var head = await session.FirstAsync(Sql.Of($"SELECT seq, hash FROM ledger_head WHERE one = 1{lockRow}"), row => (Sequence: row.Integer(0), Hash: row.Bytes(1)), cancel);
        if (head.Hash is null)
        {
            throw new InvalidOperationException("The ledger has no head: this database was not made by Guanxi.");
        }

        var (sequence, hash) = head;
        var salts = RandomNumberGenerator.GetBytes(16 * entries.Count);
        var chained = new LedgerEntry[entries.Count];
        for (var i = 0; i < chained.Length; i++)
        {
            var entry = entries[i].Salt is null ? entries[i].Sealed(salts.AsSpan(16 * i, 16).ToArray()) : entries[i];
            entry = entry with { Sequence = ++sequence };
            hash = entry.Chain(hash);
            chained[i] = entry with { Hash = hash };
        }

        await InsertAsync(session, chained, cancel);
        await session.ExecuteAsync(Sql.Of($"UPDATE ledger_head SET seq = {sequence}, hash = {hash} WHERE one = 1"), cancel);
        return sequence;
    }

    private static async Task InsertAsync(DatabaseSession session, LedgerEntry[] entries, CancellationToken cancel)
    {
        if (entries.Length >= BulkInsert.WorthFrom)
        {
            await BulkInsert.RunAsync(session, "ledger", Columns, (i, values) => Fill(entries[i], values), entries.Length, cancel: cancel);
            return;
        }

        foreach (var entry in entries)
        {
            await session.ExecuteAsync(
                Sql.Of($"INSERT INTO ledger (seq, at, actor_id, surface, action, record_type, record_id, batch_id, changes, salt, content_hash, hash) VALUES ({entry.Sequence}, {entry.At}, {entry.ActorId}, {entry.Surface}, {entry.Action}, {entry.RecordType}, {entry.RecordId}, {entry.BatchId}, {entry.Changes}, {entry.Salt}, {entry.ContentHash}, {entry.Hash})"),
                cancel);
        }
    }

    private static readonly string[] Columns = ["seq", "at", "actor_id", "surface", "action", "record_type", "record_id", "batch_id", "changes", "salt", "content_hash", "hash"];

    private static void Fill(LedgerEntry entry, object?[] values)
    {
        (values[0], values[1], values[2], values[3]) = (entry.Sequence, entry.At, entry.ActorId, entry.Surface);
        (values[4], values[5], values[6], values[7]) = (entry.Action, entry.RecordType, entry.RecordId, entry.BatchId);
        (values[8], values[9], values[10], values[11]) = (entry.Changes, entry.Salt, entry.ContentHash, entry.Hash);
    }

    /// <summary>Writes the empty chain's head into a new database.</summary>
    public static async Task StartAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.ExecuteAsync(Sql.Of($"INSERT INTO ledger_head (one, seq, hash) VALUES (1, 0, {Genesis}) ON CONFLICT (one) DO NOTHING"), cancel);

    /// <summary>What a check found: how many entries hold, and the first that does not with the reason.</summary>
    public sealed record Verdict(long Entries, bool Whole, long? BadSequence, string? Reason, string HeadHash);

    /// <summary>Walks the chain from <paramref name="from"/> (1 for all of it) and names the first entry that was changed, removed or inserted behind the program's back.</summary>
    public static async Task<Verdict> VerifyAsync(DatabaseSession session, long from = 1, CancellationToken cancel = default)
    {
        var head = await session.FirstAsync(Sql.Of($"SELECT seq, hash FROM ledger_head WHERE one = 1"), row => (Sequence: row.Integer(0), Hash: row.Bytes(1)), cancel);
        if (head.Hash is null)
        {
            return new Verdict(0, false, 0, "the head of the ledger is missing", "");
        }

        var previous = Genesis;
        if (from > 1)
        {
            previous = await session.FirstAsync(Sql.Of($"SELECT hash FROM ledger WHERE seq = {from - 1}"), row => row.Bytes(0), cancel)
                ?? throw new ArgumentOutOfRangeException(nameof(from), from, "There is no entry before this one.");
        }

        long count = 0;
        var expected = from;
        await using var reader = await session.ReadAsync(
            Sql.Of($"SELECT seq, at, actor_id, surface, action, record_type, record_id, batch_id, changes, salt, content_hash, hash FROM ledger WHERE seq >= {from} ORDER BY seq"), cancel);
        var row = new Row(reader, session.Dialect);
        while (await reader.ReadAsync(cancel))
        {
            var entry = new LedgerEntry(row.Instant(1), row.OptionalId(2), row.Text(3), row.Text(4), row.OptionalText(5), row.OptionalId(6), row.OptionalId(7), row.OptionalText(8))
            {
                Sequence = row.Integer(0),
                Salt = row.IsNull(9) ? null : row.Bytes(9),
                ContentHash = row.Bytes(10),
                Hash = row.Bytes(11),
            };
            if (entry.Sequence != expected)
            {
                return Bad(count, expected, entry.Sequence > expected ? $"entry {expected} is missing (the next one there is {entry.Sequence})" : $"entry {entry.Sequence} stands where {expected} belongs", head.Hash);
            }

            if (entry.Salt is { } salt ? !LedgerEntry.HashContent(salt, entry.Changes).AsSpan().SequenceEqual(entry.ContentHash) : entry.Changes is not null)
            {
                return Bad(count, entry.Sequence, $"the values of entry {entry.Sequence} were changed", head.Hash);
            }

            if (!entry.Chain(previous).AsSpan().SequenceEqual(entry.Hash))
            {
                return Bad(count, entry.Sequence, $"entry {entry.Sequence} was changed or inserted", head.Hash);
            }

            previous = entry.Hash;
            expected++;
            count++;
        }

        if (expected - 1 != head.Sequence)
        {
            return Bad(count, expected, expected - 1 < head.Sequence ? $"entries {expected} to {head.Sequence} are missing at the end" : $"entry {head.Sequence + 1} was inserted at the end", head.Hash);
        }

        return previous.AsSpan().SequenceEqual(head.Hash)
            ? new Verdict(count, true, null, null, Convert.ToHexStringLower(head.Hash))
            : Bad(count, head.Sequence, "the head does not fit the last entry", head.Hash);
    }

    private static Verdict Bad(long count, long sequence, string reason, byte[] head) => new(count, false, sequence, reason, Convert.ToHexStringLower(head));
}
