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

    /// <summary>Checks one moment of the database; writers go on meanwhile.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no entry at which to begin.</exception>
    public static async Task<LedgerReport> RunAsync(DatabaseSession session, Options options, CancellationToken cancel = default)
    {
        await using var snapshot = await session.SnapshotAsync(cancel);
        var findings = new LedgerFindings();
        var head = await session.FirstAsync(Sql.Of($"SELECT seq, hash, frontier FROM ledger_head WHERE one = 1"), row => (Sequence: row.Integer(0), Hash: row.IsNull(1) ? [] : row.Bytes(1), Frontier: row.IsNull(2) ? [] : row.Bytes(2)), cancel);
        if (head.Hash is null)
        {
            findings.Add("head", ("账本的末端记录不见了", "the head of the ledger is missing"), 0);
            head = (0, [], []);
        }

        var outside = options.Outside ?? [];
        var checkpoints = new CheckpointCheck(findings, options.Keys, await LedgerBook.IdAsync(session, cancel));
        await checkpoints.CollectAsync(session, outside, options.From, cancel);
        var walk = await LedgerWalk.BeginAsync(session, options.From, checkpoints, findings, cancel);
        await walk.RunAsync(session, cancel);
        walk.Finish(head.Sequence, head.Hash, head.Frontier);
        checkpoints.Finish(walk.Last);
        var rows = 0L;
        if (options is { Schema: { } schema, From: 1 })
        {
            var check = new RowCheck(session, findings, walk.Lives, options.Now);
            foreach (var type in schema.Types)
            {
                await check.RunAsync(type, cancel);
            }

            rows = check.Rows;
        }

        return new LedgerReport(options.From, walk.Count, rows, checkpoints.Held, findings.All, findings.More, Convert.ToHexStringLower(head.Hash), Convert.ToBase64String(walk.Root));
    }
}
