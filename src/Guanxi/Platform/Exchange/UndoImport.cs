using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>
/// Takes an import back from what the ledger says of it. New records are removed for good and not put into the recycle bin: the company is to be as it was, and a bin, a search or a key that still
/// knows a hundred thousand mistaken records would not be; the ledger keeps every value. Changed records get their old values. What a person has changed since stays, and is listed.
/// </summary>
public sealed class UndoImport(Workspace workspace)
{
    private const int EntriesAChunk = 500;

    /// <exception cref="RefusedException">There is no such import, it is not the actor's, or it cannot be undone now.</exception>
    public async Task<ImportUndone> RunAsync(Actor actor, Guid id, CancellationToken cancel = default)
    {
        ImportBatch batch;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            batch = await ImportBatches.FindAsync(session, id, cancel) ?? throw new RefusedException(Refusal.NotFound);
        }

        if (!actor.IsSystem && batch.UserId != actor.Id && !actor.Has(Functions.ManageImports))
        {
            throw new RefusedException(ImportRefusals.NotYours);
        }

        if (workspace.Schema.Find(batch.Type) is { } type && !actor.On(type).Import)
        {
            throw new RefusedException(ImportRefusals.MayNotImport(type));
        }

        if (batch.State is not ("done" or "paused"))
        {
            throw new RefusedException(ImportRefusals.NotUndoable(batch.State));
        }

        return await UndoAsync(actor, batch, "undone", cancel);
    }

    /// <summary>Ends what a process left behind: a half import or a half undo.</summary>
    internal async Task RollBackAsync(Guid id, CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        if (await ImportBatches.FindAsync(session, id, cancel) is { } batch)
        {
            await UndoAsync(workspace.System(), batch, batch.State == "undoing" ? "undone" : "failed", cancel);
        }
    }

    private async Task<ImportUndone> UndoAsync(Actor actor, ImportBatch batch, string endState, CancellationToken cancel)
    {
        var undoer = new Actor(actor.Person, actor.Directory, actor.Schema, "import", actor.Language, batch.Id);
        var type = workspace.Schema[batch.Type];
        var own = new[] { type.Name, type.ImportsWith }.OfType<string>().ToList();
        var taking = own.Concat(await FollowedAsync(batch, own, cancel)).ToDictionary(name => name, name => new TakingBack(workspace.Schema[name], batch.Id, workspace.Schema, actor.Language), StringComparer.Ordinal);
        var mine = own.ConvertAll(name => taking[name]);
        if (endState == "undone")
        {
            await workspace.WriteAsync(undoer, context => BeginAsync(context, batch), cancel: cancel);
        }

        try
        {
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                foreach (var one in taking.Values)
                {
                    await one.KeepWhatIsLinkedAsync(session, cancel);
                }
            }

            // From the newest entry to the oldest: what was made last is taken back first.
            for (var (before, done) = (long.MaxValue, 0L); before > 0;)
            {
                (before, var count) = await workspace.WriteAsync(undoer, context => ChunkAsync(context, batch, own, taking, before, done, cancel), cancel: cancel);
                done += count;
            }

            var undone = new ImportUndone(mine.Sum(one => one.Deleted), mine.Sum(one => one.Restored), [.. mine.SelectMany(one => one.Kept)]);
            await workspace.WriteAsync(
                undoer,
                async context =>
                {
                    await ImportBatches.MarkUndoAsync(context, batch, endState, undone);
                    context.Note("undo-import", type.Name, batch.Id, JsonSerializer.Serialize(new { deleted = undone.Deleted, restored = undone.Restored, kept = undone.Kept.Count }));
                    context.Announce(new LiveEvent(type.Name, batch.Id, 0, "import", actor.Id));
                },
                cancel: CancellationToken.None);
            if (batch.KeptFile is { } kept)
            {
                File.Delete(Path.Combine(ImportFile.TemporaryFolder(workspace), kept));
            }

            return undone;
        }
        finally
        {
            ImportBatches.Leave(batch.Id);
        }
    }

    /// <summary>Two who undo at once, or one who goes on while another undoes: only one of them has the batch.</summary>
    private static async Task BeginAsync(SaveContext context, ImportBatch batch)
    {
        if (batch.State != "undoing" && !await ImportBatches.TakeAsync(context.Session, batch.Id, [batch.State], "undoing", "undoing", null, context.Now, CancellationToken.None))
        {
            throw new RefusedException(ImportRefusals.NotNow(batch.State));
        }

        await ImportBatches.MarkUndoAsync(context, batch, "undoing", null);
    }

    /// <summary>Other nouns of which the program made records because of the imported ones: the steps of a deal, what a receipt settled. They go with them, unless somebody has touched them since.</summary>
    private async ValueTask<List<string>> FollowedAsync(ImportBatch batch, List<string> own, CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        var made = await session.ListAsync(Sql.Of($"SELECT DISTINCT record_type FROM ledger WHERE batch_id = {batch.Id} AND action = 'create' AND record_type IS NOT NULL"), row => row.Text(0), cancel);
        return made.FindAll(name => !own.Contains(name, StringComparer.Ordinal) && workspace.Schema.Find(name) is { HasOwner: true });
    }

    /// <summary>Takes back the newest entries before <paramref name="before"/>; answers where the next call goes on, 0 at the end, and how many there were.</summary>
    private static async Task<(long Next, long Count)> ChunkAsync(SaveContext context, ImportBatch batch, List<string> own, Dictionary<string, TakingBack> taking, long before, long done, CancellationToken cancel)
    {
        var entries = await context.Session.ListAsync(
            Sql.Of($"SELECT seq, record_type, action, record_id, changes FROM ledger WHERE batch_id = {batch.Id} AND seq < {before} AND (action = 'create' OR (action = 'update' AND record_type IN ").List(own).Append(")) AND record_type IN ").List(taking.Keys).Append(Sql.Of($" ORDER BY seq DESC LIMIT {EntriesAChunk}")),
            row => new TakenEntry(row.Integer(0), row.Text(1), row.Text(2) == "create", row.Id(3), row.OptionalText(4)),
            cancel);
        for (var from = 0; from < entries.Count;)
        {
            var to = from + 1;
            while (to < entries.Count && entries[to].Type == entries[from].Type)
            {
                to++;
            }

            await taking[entries[from].Type].TakeBackAsync(context, entries[from..to], cancel);
            from = to;
        }

        await ImportBatches.ProgressAsync(context.Session, batch.Id, "undoing", done + entries.Count, batch.Counts.Created + batch.Counts.Updated + batch.Counts.BesideCreated + batch.Counts.BesideUpdated, context.Now, cancel);
        return (entries.Count == 0 ? 0 : entries[^1].Sequence, entries.Count);
    }
}

/// <summary>Ends at a start what a killed process left half done.</summary>
public static class ImportRecovery
{
    /// <summary>Rolls back imports and finishes undos that no living process works on; answers how many there were.</summary>
    public static async Task<int> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        IReadOnlyList<ImportBatch> abandoned;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            abandoned = await ImportBatches.AbandonedAsync(session, workspace.Now, cancel);
        }

        var prepared = new PreparedImports(workspace);
        var count = 0;
        foreach (var batch in abandoned.Where(batch => !prepared.CanGoOn(batch)))
        {
            count++;
            if (batch.State == "checking")
            {
                await workspace.Database.WriteAsync(async session => { await ImportBatches.SettleAsync(session, batch.Id, "draft", new ImportCounts(), 0, null, null, cancel); return true; }, cancel);
            }
            else
            {
                await new UndoImport(workspace).RollBackAsync(batch.Id, cancel);
            }
        }

        return count;
    }
}
