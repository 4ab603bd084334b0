using System.Diagnostics;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>
/// Imports in steps: a file is kept, looked at and checked as often as need be, then run in the background, paused and gone on with. Every step stands in the database, so that a server
/// that was killed goes on where it was.
/// </summary>
public sealed partial class PreparedImports(Workspace workspace)
{
    private const int MostKept = 10;
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>Test seam: told after every chunk that was committed.</summary>
    internal Func<long, Task>? ChunkCommitted { get; init; }

    private ImportFile Files => new(workspace) { ChunkCommitted = ChunkCommitted };

    /// <summary>Takes a file in and says what it looks like; the file at <paramref name="path"/> is moved.</summary>
    /// <exception cref="RefusedException">The file cannot be read, or the actor may not import this type: nothing is kept.</exception>
    public async Task<(Guid Id, ImportInspection Seen)> KeepAsync(Actor actor, string path, string fileName, ImportOptions options, CancellationToken cancel = default)
    {
        var seen = Files.Inspect(actor, path, fileName, options);
        var id = Guid.CreateVersion7(workspace.Now);
        var kept = id.ToString("N") + ".kept";
        File.Move(path, PathOf(kept));
        List<ImportBatch> old;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            old = [.. (await ImportBatches.ForgottenAsync(session, DateTimeOffset.MaxValue, cancel)).Where(batch => batch.UserId == actor.Id).OrderByDescending(batch => batch.Id).Skip(MostKept - 1)];
        }

        await workspace.WriteAsync(actor, context => ImportBatches.DraftAsync(context, id, options with { TokenScope = actor.Scope?.Stored }, fileName, seen.Columns, kept), cancel: cancel);
        await RemoveAsync(old, cancel);
        return (id, seen);
    }

    /// <summary>Looks at a kept file again, by other options.</summary>
    public async Task<ImportInspection> InspectAsync(Actor actor, Guid id, ImportOptions options, CancellationToken cancel = default)
    {
        var batch = await OwnAsync(actor, id, cancel);
        var path = FileOf(batch);
        return await Task.Run(() => Files.Inspect(actor, path, batch.FileName ?? "", options), cancel);
    }

    /// <summary>Begins a dry run; what is wrong with the options is said at once.</summary>
    public Task BeginCheckAsync(Actor actor, Guid id, ImportOptions options, CancellationToken cancel = default) => BeginAsync(actor, id, options with { DryRun = true }, "checking", cancel);

    /// <summary>Begins the import itself.</summary>
    public Task BeginRunAsync(Actor actor, Guid id, ImportOptions options, CancellationToken cancel = default) => BeginAsync(actor, id, options with { DryRun = false }, "running", cancel);

    private async Task BeginAsync(Actor actor, Guid id, ImportOptions options, string state, CancellationToken cancel)
    {
        var batch = await OwnAsync(actor, id, cancel);
        if (!batch.IsPrepared)
        {
            throw new RefusedException(ImportRefusals.NotNow(batch.State));
        }

        var path = FileOf(batch);
        var (_, source, _) = await Task.Run(() => Files.PlanAsync(ImportFile.Importer(actor, null), path, batch.FileName ?? "", options, cancel), cancel);
        await workspace.WriteAsync(
            actor,
            async context =>
            {
                if (!await ImportBatches.TakeAsync(context.Session, id, ["draft", "checked"], state, "reading", (options with { TokenScope = actor.Scope?.Stored }, source.Columns), context.Now, cancel))
                {
                    throw new RefusedException(ImportRefusals.NotNow(batch.State));
                }

                await ImportRows.ForgetAsync(context.Session, id, cancel);
            },
            cancel: cancel);
    }

    /// <summary>Asks the process that imports to stop after the rows in hand; of a check, that what was compared until now be enough.</summary>
    public async Task PauseAsync(Actor actor, Guid id, CancellationToken cancel = default)
    {
        var batch = await OwnAsync(actor, id, cancel);
        if (batch.KeptFile is null || !await workspace.Database.WriteAsync(session => ImportBatches.WishAsync(session, id, "pause", cancel), cancel))
        {
            throw new RefusedException(ImportRefusals.NotNow(batch.State));
        }
    }

    /// <summary>Goes on with an import that was paused; the rest is for <see cref="WorkAsync"/>.</summary>
    public async Task ContinueAsync(Actor actor, Guid id, CancellationToken cancel = default)
    {
        var batch = await OwnAsync(actor, id, cancel);
        FileOf(batch);
        if (!await workspace.Database.WriteAsync(session => ImportBatches.TakeAsync(session, id, ["paused"], "running", "reading", null, workspace.Now, cancel), cancel))
        {
            throw new RefusedException(ImportRefusals.NotNow(batch.State));
        }
    }

    /// <summary>Does what was begun, a check or an import, to its end or to a pause. When <paramref name="cancel"/> ends it, somebody else can take it over.</summary>
    public async Task WorkAsync(Guid id, CancellationToken cancel = default)
    {
        ImportBatch? batch = null;
        try
        {
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                batch = await ImportBatches.FindAsync(session, id, cancel);
            }

            if (batch?.State == "checking")
            {
                await CheckAsync(batch, cancel);
            }
            else if (batch?.State == "running")
            {
                await ImportAsync(batch, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops: the next start goes on from the last chunk.
        }
        finally
        {
            ImportBatches.Leave(id);
        }
    }

    private async Task CheckAsync(ImportBatch batch, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var (last, enough) = (workspace.Clock.GetTimestamp(), false);
        try
        {
            var opened = await Files.OpenAsync(ImportFile.Importer(ActorOf(batch), null), FileOf(batch), batch.FileName ?? "", batch.Options, null, cancel);
            await using var rejects = await RejectLog.OpenAsync(null, opened.Source.Columns, opened.Plan.Actor.Language);
            var run = Files.Run(opened, rejects, batch.Id, new ImportCounts(), TellAsync, ImportFile.RowsComparedAChunk);
            await TellAsync(0);
            // To the last row, however long it takes: whoever has seen enough says so, and goes on with what was compared until then.
            var likenesses = new ImportLikenesses(opened.Plan, dryRun: true) { MostCompared = long.MaxValue, Enough = () => enough };
            await run.CountAsync(likenesses, cancel);
            var findings = await Files.FindingsAsync(opened, run, cancel);
            await workspace.WriteAsync(
                opened.Plan.Actor,
                async context =>
                {
                    await ImportBatches.SettleAsync(context.Session, batch.Id, "checked", run.Counts, watch.Elapsed.TotalSeconds, findings, null, cancel);
                    if (likenesses.Found.Count(item => item.Record is null) is > 0 and var hidden)
                    {
                        // Asking about what one may not see is written down, here as on entry.
                        context.Note("likeness", batch.Type, null, $$"""{"import":"{{batch.Id}}","hidden":{{hidden}}}""");
                    }
                },
                cancel: cancel);

            async ValueTask TellAsync(long rows)
            {
                if (rows == 0 || workspace.Clock.GetElapsedTime(last) > Often)
                {
                    last = workspace.Clock.GetTimestamp();
                    await workspace.Database.WriteAsync(async session => { enough = await ImportBatches.ProgressAsync(session, batch.Id, "comparing", rows, opened.Reading.Rows, workspace.Now, cancel); return true; }, cancel);
                }
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            var why = error is RefusedException refused ? (refused.Refusal.Detail ?? refused.Refusal.Title).In(LanguageOf(batch)) : error.Message;
            await workspace.Database.WriteAsync(async session => { await ImportBatches.SettleAsync(session, batch.Id, "draft", new ImportCounts(), 0, null, why, CancellationToken.None); return true; }, CancellationToken.None);
            if (error is not RefusedException)
            {
                throw;
            }
        }
    }

    private async Task ImportAsync(ImportBatch batch, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var importer = ImportFile.Importer(workspace.System(), batch.Id);
        try
        {
            importer = ImportFile.Importer(ActorOf(batch), batch.Id);
            var opened = await Files.OpenAsync(importer, FileOf(batch), batch.FileName ?? "", batch.Options, null, cancel);
            await using var rejects = await RejectLog.OpenAsync(null, opened.Source.Columns, importer.Language);
            var run = Files.Run(opened, rejects, batch.Id, batch.Counts, _ => ValueTask.CompletedTask);
            if (await run.WriteAsync(batch.Id, watch, batch.Seconds, cancel))
            {
                await Files.EndAsync(importer, batch.Id, batch.FileName, batch.Options, run, batch.Seconds + watch.Elapsed.TotalSeconds);
                File.Delete(PathOf(batch.KeptFile!));
            }
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            await Files.RollBackAsync(importer, batch.Id, batch.Options, batch.Counts, error);
            File.Delete(PathOf(batch.KeptFile!));
            if (error is not RefusedException)
            {
                throw;
            }
        }
    }

    private async Task<ImportBatch> OwnAsync(Actor actor, Guid id, CancellationToken cancel)
    {
        await using var session = await workspace.Database.ReadAsync(cancel);
        return await ImportBatches.FindAsync(session, id, cancel) is { } batch && batch.UserId == (actor.IsSystem ? null : actor.Id) ? batch : throw new RefusedException(Refusal.NotFound);
    }

    private Actor ActorOf(ImportBatch batch)
    {
        if (batch.UserId is not { } user)
        {
            return workspace.System();
        }

        var person = workspace.Directory.Person(user) is { Active: true } active ? active : throw new RefusedException(ImportRefusals.MayNotImport(workspace.Schema[batch.Type]));
        return workspace.ActorFor(person, "import", scope: batch.Options.TokenScope is { } scope ? TokenScope.FromStored(scope) : null);
    }

    private string LanguageOf(ImportBatch batch) => workspace.Directory.Person(batch.UserId)?.Language ?? "zh-Hans";

    private string FileOf(ImportBatch batch) => batch.KeptFile is { } kept && File.Exists(PathOf(kept)) ? PathOf(kept) : throw new RefusedException(ImportRefusals.FileGone);

    private string PathOf(string kept) => Path.Combine(ImportFile.TemporaryFolder(workspace), kept);
}
