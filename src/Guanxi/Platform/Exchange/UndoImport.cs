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

        if (batch.State != "done")
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
        var taking = new TakingBack(type, batch.Id, workspace.Schema, actor.Language);
        if (endState == "undone")
        {
            await workspace.WriteAsync(undoer, context => ImportBatches.MarkUndoAsync(context, batch, "undoing", null), cancel: cancel);
        }

        try
        {
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                await taking.KeepWhatIsLinkedAsync(session, cancel);
            }

            // From the newest entry to the oldest: what was made last is taken back first.
            for (var before = long.MaxValue; before > 0;)
            {
                before = await workspace.WriteAsync(undoer, context => taking.TakeBackAsync(context, before, EntriesAChunk, cancel), cancel: cancel);
            }

            var undone = new ImportUndone(taking.Deleted, taking.Restored, taking.Kept);
            await workspace.WriteAsync(
                undoer,
                async context =>
                {
                    await ImportBatches.MarkUndoAsync(context, batch, endState, undone);
                    context.Note("undo-import", type.Name, batch.Id, JsonSerializer.Serialize(new { deleted = undone.Deleted, restored = undone.Restored, kept = undone.Kept.Count }));
                    context.Announce(new LiveEvent(type.Name, batch.Id, 0, "import", actor.Id));
                },
                cancel: CancellationToken.None);
            return undone;
        }
        finally
        {
            ImportBatches.Leave(batch.Id);
        }
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

        foreach (var batch in abandoned)
        {
            await new UndoImport(workspace).RollBackAsync(batch.Id, cancel);
        }

        return abandoned.Count;
    }
}
