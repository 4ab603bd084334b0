using System.Data.Common;
using Guanxi.Database;

namespace Guanxi.Platform.Ledger;

/// <summary>How an entry stands in the table.</summary>
internal static class LedgerRows
{
    public const string Columns = "seq, at, actor_id, surface, action, record_type, record_id, batch_id, changes, salt, content_hash, hash";

    public static readonly string[] ColumnNames = Columns.Split(", ");

    public static LedgerEntry Read(Row row) => new(row.Instant(1), row.OptionalId(2), row.Text(3), row.Text(4), row.OptionalText(5), row.OptionalId(6), row.OptionalId(7), row.OptionalText(8))
    {
        Sequence = row.Integer(0),
        Salt = row.IsNull(9) ? null : row.Bytes(9),
        ContentHash = row.Bytes(10),
        Hash = row.Bytes(11),
    };

    /// <summary>The entry, or one that fits nothing when the row holds what no entry can.</summary>
    public static LedgerEntry TryRead(Row row)
    {
        try
        {
            return Read(row);
        }
        catch (Exception error) when (error is ArgumentException or InvalidCastException or FormatException or OverflowException)
        {
            return new LedgerEntry(DateTimeOffset.UnixEpoch, null, "", "", null, null, null, null) { Sequence = row.Integer(0) };
        }
    }

    public static void Fill(LedgerEntry entry, object?[] values)
    {
        (values[0], values[1], values[2], values[3]) = (entry.Sequence, entry.At, entry.ActorId, entry.Surface);
        (values[4], values[5], values[6], values[7]) = (entry.Action, entry.RecordType, entry.RecordId, entry.BatchId);
        (values[8], values[9], values[10], values[11]) = (entry.Changes, entry.Salt, entry.ContentHash, entry.Hash);
    }

    /// <summary>Entries from one number to another, both included, in their order.</summary>
    public static async IAsyncEnumerable<LedgerEntry> RangeAsync(DatabaseSession session, long from, long to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        var columns = new SqlName(Columns);
        await using DbDataReader reader = await session.ReadAsync(Sql.Of($"SELECT {columns} FROM ledger WHERE seq >= {from} AND seq <= {to} ORDER BY seq"), cancel);
        var row = new Row(reader, session.Dialect);
        while (await reader.ReadAsync(cancel))
        {
            yield return Read(row);
        }
    }
}
