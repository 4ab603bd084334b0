using System.Diagnostics;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Brings a file of records in: checked to its end before the first row is written, then in chunks that let other writers through, and as a whole or not at all.</summary>
public sealed class ImportFile(Workspace workspace)
{
    private const int SampleRows = 50;
    private const int SampleShown = 20;
    internal const int RowsAChunk = 2000;

    /// <summary>Rows of a check, each of which is compared with the base: few enough that its progress moves every few seconds.</summary>
    internal const int RowsComparedAChunk = 250;

    /// <summary>Test seam: told after every chunk that was committed.</summary>
    internal Func<long, Task>? ChunkCommitted { get; init; }

    /// <summary>A file that was opened and understood, and read to its end.</summary>
    internal sealed record Opened(ImportPlan Plan, SourceFile Source, FileReading Reading, IReadOnlyList<IReadOnlyList<string?>> Sample);

    /// <summary>The noun that the actor may import in one sheet with this one; null when there is none.</summary>
    public static RecordType? Beside(Actor actor, RecordType type) => ImportPlan.BesideOf(actor, type);

    /// <summary>What the file looks like, and which column seems to be which field.</summary>
    /// <exception cref="RefusedException">The file cannot be read, or the actor may not import this type.</exception>
    public ImportInspection Inspect(Actor actor, string path, string fileName, ImportOptions options)
    {
        var type = ImportPlan.TypeFor(actor, options.Type);
        var source = SourceFile.Open(path, fileName, options);
        var sample = Sample(source);
        return new ImportInspection(source.Columns, ImportMapping.Guess(actor, type, source.Columns, sample, options.KeepCreated, options.Together), source.Encoding, source.Delimiter?.ToString(), [.. sample.Take(SampleShown)])
        {
            Source = ContactExports.SourceOf(source.Columns, source.Kind),
            Sheet = source.Sheet,
            Sheets = source.Sheets,
            HeaderRow = source.HeaderRow,
        };
    }

    private static List<IReadOnlyList<string?>> Sample(SourceFile source) => [.. source.Rows().Take(SampleRows).Select(row => row.Cells)];

    /// <summary>Imports, or with a dry run says what an import would do.</summary>
    /// <param name="rejectsPath">Where all rejected rows go as CSV; nowhere when null.</param>
    /// <exception cref="RefusedException">The file is damaged or foreign, or the actor may not do this: nothing was imported.</exception>
    public async Task<ImportResult> RunAsync(Actor actor, string path, string fileName, ImportOptions options, string? rejectsPath = null, IProgress<ImportProgress>? progress = null, CancellationToken cancel = default)
    {
        var watch = Stopwatch.StartNew();
        var batch = Guid.CreateVersion7(workspace.Now);
        var importer = Importer(actor, options.DryRun ? null : batch);
        var opened = await OpenAsync(importer, path, fileName, options, null, cancel);
        await using var rejects = await RejectLog.OpenAsync(rejectsPath, opened.Source.Columns, importer.Language);
        var run = Run(opened, rejects, options.DryRun ? null : batch, new ImportCounts(), rows =>
        {
            progress?.Report(new ImportProgress(rows, opened.Reading.Rows));
            return ValueTask.CompletedTask;
        });
        if (options.DryRun)
        {
            await run.CountAsync(new ImportLikenesses(opened.Plan, dryRun: true), cancel);
            return Result(null, "dry-run") with { Findings = await FindingsAsync(opened, run, cancel) };
        }

        await workspace.WriteAsync(importer, context => ImportBatches.StartAsync(context, batch, options, fileName, opened.Source.Columns), cancel: cancel);
        try
        {
            await run.WriteAsync(batch, watch, 0, cancel);
            return Result(batch, await EndAsync(importer, batch, fileName, options, run, watch.Elapsed.TotalSeconds));
        }
        catch (Exception error)
        {
            await RollBackAsync(importer, batch, options, run.Counts, error);
            throw;
        }
        finally
        {
            ImportBatches.Leave(batch);
        }

        ImportResult Result(Guid? id, string state) => new(id, state, run.Counts, watch.Elapsed.TotalSeconds, rejects.First, opened.Plan.Mapping, opened.Source.Columns, [.. opened.Sample.Take(SampleShown)]) { Alike = [.. run.Alike.Take(50)] };
    }

    /// <summary>The actor as whoever imports, and with what a token narrows him to.</summary>
    internal static Actor Importer(Actor actor, Guid? batch) => new(actor.Person, actor.Directory, actor.Schema, "import", actor.Language, batch) { Scope = actor.Scope };

    /// <summary>Opens a file, makes the plan, and reads it to its end.</summary>
    internal async Task<Opened> OpenAsync(Actor importer, string path, string fileName, ImportOptions options, Action<long>? progress, CancellationToken cancel)
    {
        var (plan, source, sample) = await PlanAsync(importer, path, fileName, options, cancel);
        var reading = new FileReading(plan, source);
        await reading.RunAsync(RowsAChunk, progress, cancel);
        return new Opened(plan, source, reading, sample);
    }

    /// <summary>The plan, before the file is read: what is wrong with the options is said here.</summary>
    internal async Task<(ImportPlan Plan, SourceFile Source, IReadOnlyList<IReadOnlyList<string?>> Sample)> PlanAsync(Actor importer, string path, string fileName, ImportOptions options, CancellationToken cancel)
    {
        var source = SourceFile.Open(path, fileName, options);
        var sample = Sample(source);
        var plan = ImportPlan.Make(importer, options, source.Columns, sample);
        if (!string.IsNullOrWhiteSpace(options.Pool))
        {
            var target = plan.Type.ImportTarget ?? throw new RefusedException(Refusal.Invalid("pool", ImportRefusals.NoPlaceForPool(plan.Type)));
            await using var session = await workspace.Database.ReadAsync(cancel);
            plan.Pool = await target.FindAsync(new SaveContext(session, importer, workspace.Clock, new HashSet<string>()), options.Pool);
        }

        return (plan, source, sample);
    }

    internal ImportRun Run(Opened opened, RejectLog rejects, Guid? batch, ImportCounts counts, Func<long, ValueTask> progress, int rowsAChunk = RowsAChunk) =>
        new(workspace, opened.Plan, opened.Source, opened.Reading, rejects) { ChunkCommitted = ChunkCommitted, RowsAChunk = rowsAChunk, Batch = batch, Counts = counts, Progress = progress };

    /// <summary>What a dry run found besides the counts.</summary>
    internal async Task<ImportFindings> FindingsAsync(Opened opened, ImportRun run, CancellationToken cancel) => new()
    {
        Unknown = [.. opened.Reading.Unknown.Take(500)],
        DayFirst = opened.Reading.DayFirst,
        OpenDates = opened.Reading.OpenDates,
        Remarks = [.. opened.Source.Remarks.Take(100).Select(remark => new ImportRemark(remark.Number, new Label(remark.Text.ZhHans, remark.Text.En).In(opened.Plan.Actor.Language)))],
        Owners = await ImportShares.OfAsync(workspace, opened.Plan, run.Owners, cancel),
    };

    /// <summary>The end of an import that went through; answers its state, which is failed when no row could be taken.</summary>
    internal async Task<string> EndAsync(Actor importer, Guid batch, string? fileName, ImportOptions options, ImportRun run, double seconds)
    {
        var counts = run.Counts;
        var state = counts is { Created: 0, Updated: 0, Skipped: 0, BesideCreated: 0, BesideUpdated: 0, Rejected: > 0 } ? "failed" : "done";
        await workspace.WriteAsync(
            importer,
            async context =>
            {
                await ImportBatches.FinishAsync(context, batch, state, options, counts, seconds);
                context.Note("import", options.Type, batch, $$"""{"file":{{JsonSerializer.Serialize(fileName)}},"created":{{counts.Created}},"updated":{{counts.Updated}},"rejected":{{counts.Rejected}}}""");
                context.Announce(new LiveEvent(options.Type, batch, 0, "import", importer.Id));
                await ImportShares.TellAsync(context, batch, context.Schema[options.Type]);
            },
            cancel: CancellationToken.None);
        return state;
    }

    /// <summary>Where uploads lie while they are worked on.</summary>
    public static string TemporaryFolder(Workspace workspace) => System.IO.Directory.CreateDirectory(Path.Combine(workspace.Folder, "imports")).FullName;

    internal async Task RollBackAsync(Actor importer, Guid batch, ImportOptions options, ImportCounts counts, Exception error)
    {
        await new UndoImport(workspace).RollBackAsync(batch, CancellationToken.None);
        var why = error is RefusedException refused ? (refused.Refusal.Detail ?? refused.Refusal.Title).In(importer.Language) : error.Message;
        await workspace.WriteAsync(
            importer,
            async context =>
            {
                await ImportRows.ForgetAsync(context.Session, batch, CancellationToken.None);
                await ImportBatches.FinishAsync(context, batch, "failed", options, new ImportCounts { Read = counts.Read }, 0, why);
            },
            cancel: CancellationToken.None);
    }
}
