using Guanxi.Database;

namespace Guanxi.Platform.Ledger;

/// <summary>Makes checkpoints and keeps them in the database; where else they go is <see cref="CheckpointDelivery"/>'s.</summary>
public static class Checkpoints
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    public const long EveryEntries = 1000;

    public sealed record Kept(long Size, DateTimeOffset At, byte[] Root, string Note);

    /// <summary>Signs the ledger as it is, when a minute or a thousand entries have gone by since the last checkpoint and something is new; answers it, or null.</summary>
    /// <param name="now">Whether to sign whatever is new without waiting.</param>
    public static async Task<Kept?> MakeAsync(Workspace workspace, LedgerKeys keys, bool now = false, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var (size, at) = await LastAsync(session, cancel);
            var head = await session.ScalarAsync<long>(Sql.Of($"SELECT seq FROM ledger_head WHERE one = 1"), cancel);
            if (head <= size || !(now || head - size >= EveryEntries || at.IsPast(Every, workspace.Now)))
            {
                return null;
            }
        }

        return await workspace.Database.WriteAsync(
            async session =>
            {
                var frontier = await new LedgerTree(session).FrontierAsync(cancel);
                var checkpoint = new Checkpoint(await LedgerBook.IdAsync(session, cancel), frontier.Size, frontier.Root(), workspace.Now);
                var note = checkpoint.Sign(keys);
                var made = await session.ExecuteAsync(Sql.Of($"INSERT INTO ledger_checkpoint (size, at, root, note) VALUES ({checkpoint.Size}, {checkpoint.At}, {checkpoint.Root}, {note}) ON CONFLICT (size) DO NOTHING"), cancel);
                return made == 1 ? new Kept(checkpoint.Size, checkpoint.At, checkpoint.Root, note) : null;
            },
            cancel);
    }

    /// <summary>After a week one an hour is kept in the database, after three months one a day: the last of each. What was sent outside stays there.</summary>
    public static async Task ThinAsync(Workspace workspace, CancellationToken cancel = default)
    {
        foreach (var (older, span) in new[] { (TimeSpan.FromDays(7), TimeSpan.FromHours(1)), (TimeSpan.FromDays(90), TimeSpan.FromDays(1)) })
        {
            var (before, length) = (workspace.Now - older, (long)span.TotalMilliseconds);
            await workspace.Database.WriteAsync(
                session => session.ExecuteAsync(Sql.Of($"DELETE FROM ledger_checkpoint WHERE at < {before} AND EXISTS (SELECT 1 FROM ledger_checkpoint later WHERE later.size > ledger_checkpoint.size AND later.at < {before} AND later.at / {length} = ledger_checkpoint.at / {length})"), cancel).AsTask(), cancel);
        }
    }

    private static async Task<(long Size, DateTimeOffset At)> LastAsync(DatabaseSession session, CancellationToken cancel) =>
        await session.FirstAsync(Sql.Of($"SELECT size, at FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"), row => (row.Integer(0), row.Instant(1)), cancel);

    /// <summary>Checkpoints up to a size, the newest first.</summary>
    public static async Task<List<Kept>> ListAsync(DatabaseSession session, long before = long.MaxValue, int limit = 50, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT size, at, root, note FROM ledger_checkpoint WHERE size < {before} ORDER BY size DESC LIMIT {limit}"), Read, cancel);

    /// <summary>The oldest checkpoints that are larger than a size.</summary>
    public static async Task<List<Kept>> AfterAsync(DatabaseSession session, long size, int limit, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT size, at, root, note FROM ledger_checkpoint WHERE size > {size} ORDER BY size LIMIT {limit}"), Read, cancel);

    private static Kept Read(Row row) => new(row.Integer(0), row.Instant(1), row.Bytes(2), row.Text(3));
}
