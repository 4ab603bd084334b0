using System.Security.Cryptography;
using Guanxi.Platform.Ledger;

namespace Guanxi.Bench.Operations;

/// <summary>An entry of the ledger chained by hand, for the floors of what writes.</summary>
internal static class FloorLedger
{
    public static void Add(FloorConnection floor, DateTimeOffset now, Guid actor, string action, string type, Guid record, string changes)
    {
        var sequence = 0L;
        var (head, frontier) = (Array.Empty<byte>(), new MerkleFrontier());
        using (var reader = floor.Read(floor.IsSqlite ? "SELECT seq, hash, frontier FROM ledger_head WHERE one = 1" : "SELECT seq, hash, frontier FROM ledger_head WHERE one = 1 FOR UPDATE"))
        {
            reader.Read();
            (sequence, head, frontier) = (reader.GetInt64(0) + 1, (byte[])reader.GetValue(1), MerkleFrontier.FromBytes((byte[])reader.GetValue(2)));
        }

        var salt = RandomNumberGenerator.GetBytes(16);
        var entry = new LedgerEntry(now, actor, "api", action, type, record, null, changes) { Sequence = sequence, Salt = salt, ContentHash = LedgerEntry.HashContent(salt, changes) };
        var (hash, leaf) = entry.Hashes(head);
        frontier.Append(leaf, (level, position, node) =>
        {
            if (level % LedgerTree.LevelsPerBlock == 0)
            {
                floor.Execute("INSERT INTO ledger_node (level, position, hash) VALUES ($1, $2, $3)", (long)level, position, node);
            }
        });
        floor.Execute(
            "INSERT INTO ledger (seq, at, actor_id, surface, action, record_type, record_id, changes, salt, content_hash, hash) VALUES ($1, $2, $3, 'api', $4, $5, $6, $7, $8, $9, $10)",
            sequence, now.ToUnixTimeMilliseconds(), actor, action, type, record, changes, salt, entry.ContentHash, hash);
        floor.Execute("UPDATE ledger_head SET seq = $1, hash = $2, frontier = $3 WHERE one = 1", sequence, hash, frontier.ToBytes());
    }
}
