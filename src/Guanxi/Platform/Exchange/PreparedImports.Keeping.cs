using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>What becomes of imports that nobody works on.</summary>
public sealed partial class PreparedImports
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>Imports and checks whose process is gone, taken over by this one; each is then to be worked on.</summary>
    public async Task<IReadOnlyList<Guid>> TakeOverAsync(CancellationToken cancel = default)
    {
        IReadOnlyList<ImportBatch> abandoned;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            abandoned = await ImportBatches.AbandonedAsync(session, workspace.Now, cancel);
        }

        var taken = new List<Guid>();
        foreach (var batch in abandoned.Where(CanGoOn))
        {
            if (await workspace.Database.WriteAsync(session => ImportBatches.TakeOverAsync(session, batch, workspace.Now, cancel), cancel))
            {
                taken.Add(batch.Id);
            }
        }

        return taken;
    }

    /// <summary>Whether an import whose process is gone can go on, since its file is there.</summary>
    internal bool CanGoOn(ImportBatch batch) => batch.State is "running" or "checking" && batch.KeptFile is { } kept && File.Exists(PathOf(kept));

    /// <summary>Removes what was prepared and then left lying for a day, and files that belong to nothing.</summary>
    public async Task SweepAsync(CancellationToken cancel = default)
    {
        IReadOnlyList<ImportBatch> forgotten;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            forgotten = await ImportBatches.ForgottenAsync(session, workspace.Now - KeptFor, cancel);
        }

        await RemoveAsync(forgotten, cancel);
    }

    /// <summary>Asked before a person is erased: the file of an import that is under way or paused may speak of him and is still needed.</summary>
    /// <exception cref="RefusedException">There is such an import.</exception>
    internal async Task DemandNoneHeldAsync(CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        var held = await session.ListAsync(Sql.Of($"SELECT file_name FROM import_batch WHERE kept_file IS NOT NULL AND state IN ('running', 'checking', 'paused', 'undoing') ORDER BY id LIMIT 3"), row => row.OptionalText(0) ?? "", cancel);
        if (held.Count > 0)
        {
            throw new RefusedException(ImportRefusals.Held(held));
        }
    }

    /// <summary>Removes what was prepared and not begun, whoever prepared it: the files may speak of somebody who has just been erased.</summary>
    internal async Task ForgetAsync(CancellationToken cancel)
    {
        IReadOnlyList<ImportBatch> prepared;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            prepared = await ImportBatches.ForgottenAsync(session, DateTimeOffset.MaxValue, cancel);
        }

        await RemoveAsync(prepared, cancel);
    }

    private async Task RemoveAsync(IReadOnlyList<ImportBatch> batches, CancellationToken cancel)
    {
        foreach (var batch in batches)
        {
            await workspace.Database.WriteAsync(async session => { await ImportBatches.RemoveAsync(session, batch.Id, cancel); return true; }, cancel);
            File.Delete(PathOf(batch.KeptFile ?? "nothing"));
        }
    }
}
