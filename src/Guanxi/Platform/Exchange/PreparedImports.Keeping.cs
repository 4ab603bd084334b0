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

    private async Task RemoveAsync(IReadOnlyList<ImportBatch> batches, CancellationToken cancel)
    {
        foreach (var batch in batches)
        {
            await workspace.Database.WriteAsync(async session => { await ImportBatches.RemoveAsync(session, batch.Id, cancel); return true; }, cancel);
            File.Delete(PathOf(batch.KeptFile ?? "nothing"));
        }
    }
}
