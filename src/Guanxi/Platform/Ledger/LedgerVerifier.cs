using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// Makes the whole ledger anew from what the database holds, and names what is not as it was written: an entry changed, removed, inserted or moved, the end cut off, the head or the tree altered,
/// a row that is not what its entries say, and, by checkpoints that are kept elsewhere, a history that was written again or an old copy put in place.
/// </summary>
public static class LedgerVerifier
{
    /// <param name="From">First entry to check; what lies before is believed, and rows are not compared.</param>
    /// <param name="Schema">The nouns whose rows are compared with their entries; null for the entries alone.</param>
    /// <param name="Keys">The keys that checkpoints may be signed with; without them only the roots are compared.</param>
    /// <param name="Outside">Checkpoints that were kept outside.</param>
    public sealed record Options(DateTimeOffset Now, long From = 1, Schema? Schema = null, LedgerKeys? Keys = null, IReadOnlyList<Checkpoint.Read>? Outside = null);

    /// <summary>Checks entries on one core and rows on another.</summary>
    public static async Task<LedgerReport> RunAsync(GuanxiDatabase database, Options options, CancellationToken cancel = default)
    {
        await using var session = await database.ReadAsync(cancel);
        await using var other = await database.ReadAsync(cancel);
        for (var tries = 0; tries < 20; tries++)
        {
            await using var one = await session.SnapshotAsync(cancel);
            await using var two = await other.SnapshotAsync(cancel);

            // Both have to see the same moment; else somebody wrote between the two beginnings.
            if (await HeadAsync(session, cancel) is var head && head.Sequence == (await HeadAsync(other, cancel)).Sequence)
            {
                return await RunAsync(session, other, options, cancel);
            }
        }

        return await RunAsync(session, options, cancel);
    }

    /// <summary>Checks one moment of the database; writers go on meanwhile.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no entry at which to begin.</exception>
    public static async Task<LedgerReport> RunAsync(DatabaseSession session, Options options, CancellationToken cancel = default)
    {
        await using var snapshot = await session.SnapshotAsync(cancel);
        return await RunAsync(session, null, options, cancel);
    }

    private static async Task<(long Sequence, byte[] Hash, byte[] Frontier)> HeadAsync(DatabaseSession session, CancellationToken cancel) => await session.FirstAsync(
        Sql.Of($"SELECT seq, hash, frontier FROM ledger_head WHERE one = 1"), row => (Sequence: row.Integer(0), Hash: row.IsNull(1) ? [] : row.Bytes(1), Frontier: row.IsNull(2) ? [] : row.Bytes(2)), cancel);

    private static async Task<LedgerReport> RunAsync(DatabaseSession session, DatabaseSession? beside, Options options, CancellationToken cancel)
    {
        var (findings, rowFindings) = (new LedgerFindings(), new LedgerFindings());
        var head = await HeadAsync(session, cancel);
        if (head.Hash is null)
        {
            findings.Add("head", ("账本的末端记录不见了", "the head of the ledger is missing"), 0);
            head = (0, [], []);
        }

        var withRows = options is { Schema: not null, From: 1 };
        var check = new RowCheck(beside ?? session, rowFindings, options.Now);
        var comparing = withRows && beside is not null ? Task.Run(() => check.RunAsync(options.Schema!, cancel), cancel) : Task.CompletedTask;
        LedgerWalk walk;
        var checkpoints = new CheckpointCheck(findings, options.Keys, await LedgerBook.IdAsync(session, cancel));
        try
        {
            await checkpoints.CollectAsync(session, options.Outside ?? [], options.From, cancel);
            walk = await LedgerWalk.BeginAsync(session, options.From, checkpoints, findings, cancel);
            await walk.RunAsync(session, cancel);
        }
        finally
        {
            await comparing;
        }

        walk.Finish(head.Sequence, head.Hash, head.Frontier);
        checkpoints.Finish(walk.Last);
        if (withRows)
        {
            if (beside is null)
            {
                await check.RunAsync(options.Schema!, cancel);
            }

            await check.NameMissingAsync(options.Schema!, walk.Lives, cancel);
        }

        findings.Add(rowFindings);
        return new LedgerReport(options.From, walk.Count, check.Rows, checkpoints.Held, findings.All, findings.More, Convert.ToHexStringLower(head.Hash), Convert.ToBase64String(walk.Root));
    }
}
