using System.Diagnostics;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Brings a file of records in: checked to its end before the first row is written, then in chunks that let other writers through, and as a whole or not at all.</summary>
public sealed class ImportFile(Workspace workspace)
{
    private const int SampleRows = 50;
    private const int SampleShown = 20;
    private const int RowsAChunk = 2000;

    /// <summary>Test seam: told after every chunk that was committed.</summary>
    internal Func<long, Task>? ChunkCommitted { get; init; }

    /// <summary>What the file looks like, and which column seems to be which field.</summary>
    /// <exception cref="RefusedException">The file cannot be read, or the actor may not import this type.</exception>
    public ImportInspection Inspect(Actor actor, string path, string fileName, ImportOptions options)
    {
        var type = ImportPlan.TypeFor(actor, options.Type);
        var source = SourceFile.Open(path, fileName, options.Encoding, options.Delimiter);
        var sample = Sample(source);
        return new ImportInspection(source.Columns, ImportMapping.Guess(actor, type, source.Columns, sample, options.KeepCreated), source.Encoding, source.Delimiter?.ToString(), [.. sample.Take(SampleShown)]);
    }

    private static List<IReadOnlyList<string?>> Sample(SourceFile source) => [.. source.Rows().Take(SampleRows).Select(row => row.Cells)];

    /// <summary>Imports, or with a dry run says what an import would do.</summary>
    /// <param name="rejectsPath">Where all rejected rows go as CSV; a temporary file when null.</param>
    /// <exception cref="RefusedException">The file is damaged or foreign, or the actor may not do this: nothing was imported.</exception>
    public async Task<ImportResult> RunAsync(Actor actor, string path, string fileName, ImportOptions options, string? rejectsPath = null, IProgress<ImportProgress>? progress = null, CancellationToken cancel = default)
    {
        var watch = Stopwatch.StartNew();
        var batch = Guid.CreateVersion7(workspace.Now);
        var importer = new Actor(actor.Person, actor.Directory, actor.Schema, "import", actor.Language, options.DryRun ? null : batch);
        var source = SourceFile.Open(path, fileName, options.Encoding, options.Delimiter);
        var sample = Sample(source);
        var plan = ImportPlan.Make(importer, options, source.Columns, sample);
        var run = new ImportRun(workspace, plan, source, batch) { ChunkCommitted = ChunkCommitted, RowsAChunk = RowsAChunk, Progress = progress };
        await run.CheckAsync(cancel);

        var temporary = rejectsPath is null;
        rejectsPath ??= Path.Combine(TemporaryFolder(workspace), batch.ToString("N") + ".rejects.csv");
        try
        {
            await using var rejects = await RejectLog.OpenAsync(rejectsPath, source.Columns, importer.Language);
            if (options.DryRun)
            {
                await run.CountAsync(rejects, cancel);
                await rejects.CompleteAsync(cancel);
                return Result(null, "dry-run");
            }

            await workspace.WriteAsync(importer, context => ImportBatches.StartAsync(context, batch, options, fileName), cancel: cancel);
            try
            {
                await run.WriteAsync(rejects, watch, cancel);
                var state = run.Counts is { Created: 0, Updated: 0, Skipped: 0, Rejected: > 0 } ? "failed" : "done";
                var text = await rejects.CompleteAsync(cancel);
                await workspace.WriteAsync(
                    importer,
                    async context =>
                    {
                        await ImportBatches.FinishAsync(context, batch, state, run.Counts, watch.Elapsed.TotalSeconds, text);
                        context.Note("import", plan.Type.Name, batch, $$"""{"file":{{System.Text.Json.JsonSerializer.Serialize(fileName)}},"created":{{run.Counts.Created}},"updated":{{run.Counts.Updated}},"rejected":{{run.Counts.Rejected}}}""");
                        context.Announce(new LiveEvent(plan.Type.Name, batch, 0, "import", importer.Id));
                    },
                    cancel: CancellationToken.None);
                return Result(batch, state);
            }
            catch (Exception error)
            {
                await RollBackAsync(importer, batch, run.Counts, error);
                throw;
            }
            finally
            {
                ImportBatches.Leave(batch);
            }

            ImportResult Result(Guid? id, string state) => new(id, state, run.Counts, watch.Elapsed.TotalSeconds, rejects.First, plan.Mapping, source.Columns, [.. sample.Take(SampleShown)]) { Alike = run.Alike };
        }
        finally
        {
            if (temporary)
            {
                File.Delete(rejectsPath);
            }
        }
    }

    /// <summary>Where uploads and spools lie while they are worked on.</summary>
    public static string TemporaryFolder(Workspace workspace) => System.IO.Directory.CreateDirectory(Path.Combine(workspace.Folder, "imports")).FullName;

    private async Task RollBackAsync(Actor importer, Guid batch, ImportCounts counts, Exception error)
    {
        await new UndoImport(workspace).RollBackAsync(batch, CancellationToken.None);
        await workspace.WriteAsync(importer, context => ImportBatches.FinishAsync(context, batch, "failed", new ImportCounts { Read = counts.Read }, 0, null, error.Message), cancel: CancellationToken.None);
    }
}
