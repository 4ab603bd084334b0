using System.Security.Cryptography;
using Guanxi.Database;

namespace Guanxi.Platform.Ledger;

/// <summary>The chained ledger in the database: appended in the transaction of the change, with its Merkle tree. <see cref="LedgerVerifier"/> checks it.</summary>
public static class LedgerBook
{
    internal static readonly byte[] Genesis = new byte[32];

    /// <summary>Adds the entries at the end of the chain. On PostgreSQL the head row is locked last, just before the commit, so writers wait for each other only that long. Returns the last entry's number; 0 when there was none.</summary>
    public static async Task<long> AppendAsync(DatabaseSession session, IReadOnlyList<LedgerEntry> entries, CancellationToken cancel = default)
    {
        if (entries.Count == 0)
        {
            return 0;
        }

        var (sequence, hash, frontier) = await LockHeadAsync(session, cancel);
        var blocks = new List<(int Level, long Position, byte[] Hash)>();
        if (frontier.Size != sequence)
        {
            await CatchUpAsync(session, frontier, sequence, blocks, cancel);
        }

        var salts = RandomNumberGenerator.GetBytes(16 * entries.Count);
        var chained = new LedgerEntry[entries.Count];
        for (var i = 0; i < chained.Length; i++)
        {
            var entry = entries[i].Salt is null ? entries[i].Sealed(salts.AsSpan(16 * i, 16).ToArray()) : entries[i];
            entry = entry with { Sequence = ++sequence };
            (hash, var leaf) = entry.Hashes(hash);
            chained[i] = entry with { Hash = hash };
            frontier.Append(leaf, Keep(blocks));
        }

        await InsertAsync(session, chained, cancel);
        await KeepAsync(session, blocks, cancel);
        await session.ExecuteAsync(Sql.Of($"UPDATE ledger_head SET seq = {sequence}, hash = {hash}, frontier = {frontier.ToBytes()} WHERE one = 1"), cancel);
        return sequence;
    }

    private static async Task<(long Sequence, byte[] Hash, MerkleFrontier Frontier)> LockHeadAsync(DatabaseSession session, CancellationToken cancel)
    {
        var lockRow = new SqlName(session.Dialect.IsSqlite ? "" : " FOR UPDATE");
        var head = await session.FirstAsync(Sql.Of($"SELECT seq, hash, frontier FROM ledger_head WHERE one = 1{lockRow}"), row => (Sequence: row.Integer(0), Hash: row.Bytes(1), Frontier: row.IsNull(2) ? null : row.Bytes(2)), cancel);
        return head.Hash is null
            ? throw new InvalidOperationException("The ledger has no head: this database was not made by Guanxi.")
            : (head.Sequence, head.Hash, MerkleFrontier.FromBytes(head.Frontier));
    }

    private static Action<int, long, byte[]> Keep(List<(int Level, long Position, byte[] Hash)> blocks) => (level, position, node) =>
    {
        if (level % LedgerTree.LevelsPerBlock == 0)
        {
            blocks.Add((level, position, node));
        }
    };

    /// <summary>Takes entries into the tree that were written without it: by an older program, or past this one, which the next check then names.</summary>
    private static async Task CatchUpAsync(DatabaseSession session, MerkleFrontier frontier, long to, List<(int Level, long Position, byte[] Hash)> blocks, CancellationToken cancel)
    {
        if (frontier.Size > to)
        {
            throw new InvalidOperationException($"The ledger's head says {to} entries and its tree {frontier.Size}: the database was changed behind the program's back. Run: guanxi ledger verify");
        }

        await foreach (var entry in LedgerRows.RangeAsync(session, frontier.Size + 1, to, cancel))
        {
            frontier.Append(entry.Leaf(), Keep(blocks));
        }

        if (frontier.Size != to)
        {
            throw new InvalidOperationException($"Entries of the ledger are missing before {to}. Run: guanxi ledger verify");
        }
    }

    private static async Task InsertAsync(DatabaseSession session, LedgerEntry[] entries, CancellationToken cancel)
    {
        if (entries.Length >= BulkInsert.WorthFrom)
        {
            await BulkInsert.RunAsync(session, "ledger", LedgerRows.ColumnNames, (i, values) => LedgerRows.Fill(entries[i], values), entries.Length, cancel: cancel);
            return;
        }

        foreach (var entry in entries)
        {
            await session.ExecuteAsync(
                Sql.Of($"INSERT INTO ledger (seq, at, actor_id, surface, action, record_type, record_id, batch_id, changes, salt, content_hash, hash) VALUES ({entry.Sequence}, {entry.At}, {entry.ActorId}, {entry.Surface}, {entry.Action}, {entry.RecordType}, {entry.RecordId}, {entry.BatchId}, {entry.Changes}, {entry.Salt}, {entry.ContentHash}, {entry.Hash})"),
                cancel);
        }
    }

    private static async Task KeepAsync(DatabaseSession session, List<(int Level, long Position, byte[] Hash)> blocks, CancellationToken cancel)
    {
        foreach (var (level, position, hash) in blocks)
        {
            await session.ExecuteAsync(Sql.Of($"INSERT INTO ledger_node (level, position, hash) VALUES ({level}, {position}, {hash})"), cancel);
        }
    }

    /// <summary>Writes the empty chain's head into a new database, and makes the tree of a ledger that is older than trees; answers whether it was such a one.</summary>
    public static async Task<bool> StartAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        await session.ExecuteAsync(Sql.Of($"INSERT INTO ledger_head (one, seq, hash, frontier) VALUES (1, 0, {Genesis}, {new MerkleFrontier().ToBytes()}) ON CONFLICT (one) DO NOTHING"), cancel);
        await session.ExecuteAsync(Sql.Of($"INSERT INTO setting (name, value) VALUES ('ledger-id', {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}) ON CONFLICT (name) DO NOTHING"), cancel);
        if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM ledger_head WHERE frontier IS NULL"), cancel) == 0)
        {
            return false;
        }

        await GrowTreeAsync(session, cancel);
        return true;
    }

    /// <summary>Takes into the tree what is in the ledger and not yet there, as after loading entries in bulk.</summary>
    public static async Task GrowTreeAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var (sequence, _, frontier) = await LockHeadAsync(session, cancel);
        var blocks = new List<(int Level, long Position, byte[] Hash)>();
        await CatchUpAsync(session, frontier, sequence, blocks, cancel);
        await KeepAsync(session, blocks, cancel);
        await session.ExecuteAsync(Sql.Of($"UPDATE ledger_head SET frontier = {frontier.ToBytes()} WHERE one = 1"), cancel);
    }

    /// <summary>The random name of this ledger, which its checkpoints carry.</summary>
    public static async Task<string> IdAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = 'ledger-id'"), cancel) ?? "";
}
