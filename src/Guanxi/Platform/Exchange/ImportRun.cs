using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Guanxi.Database;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>One run over a file: the check of every row, then the writing or the counting.</summary>
internal sealed class ImportRun(Workspace workspace, ImportPlan plan, SourceFile source, Guid batch)
{
    private readonly RowPreparation preparation = new(plan, workspace);
    private readonly HashSet<UInt128> titles = [];
    private bool readsNull;
    private long total;

    public required int RowsAChunk { get; init; }

    public Func<long, Task>? ChunkCommitted { get; init; }

    public IProgress<ImportProgress>? Progress { get; init; }

    public ImportCounts Counts { get; } = new();

    /// <summary>Rows that look like records there are; found by a dry run.</summary>
    public IReadOnlyList<ImportAlike> Alike { get; private set; } = [];

    /// <summary>Reads the file to its end by the rules of the fields, so that one that is damaged or foreign has changed nothing.</summary>
    /// <exception cref="RefusedException">The file is damaged.</exception>
    public async Task CheckAsync(CancellationToken cancel)
    {
        readsNull = WritesNull(source.Rows(cancel).Take(200));
        var parser = new RowParser(plan, readsNull);
        await foreach (var (count, found) in RowPipeline.RunAsync(source.Rows(cancel), RowsAChunk, part => ValueTask.FromResult((part.Count, Titles(part, parser))), cancel))
        {
            total += count;
            titles.UnionWith(found);
        }
    }

    /// <summary>Reads every row and keeps nothing of it but what links within the file may ask for.</summary>
    private List<UInt128> Titles(IReadOnlyList<ImportRow> rows, RowParser parser)
    {
        var found = new List<UInt128>();
        foreach (var line in rows)
        {
            var row = parser.Parse(line);
            if (plan is { LinksToItself: true, Title: { } title } && row.Values.Find(item => item.Field == title.Field).Value is string text)
            {
                found.Add(Digest(text));
            }
        }

        return found;
    }

    /// <summary>Says what the import would do, without writing.</summary>
    public async Task CountAsync(RejectLog rejects, CancellationToken cancel)
    {
        var writer = new ChunkWriter(plan, preparation, dryRun: true);
        Alike = writer.Likenesses.Found;
        await foreach (var rows in ChunksAsync(cancel))
        {
            await using var session = await workspace.Database.ReadAsync(cancel);
            await AddAsync(await writer.WriteAsync(new SaveContext(session, plan.Actor, workspace.Clock, new HashSet<string>()), rows, InFile, cancel), rows, rejects);
        }
    }

    /// <summary>Writes the rows, a chunk a transaction.</summary>
    public async Task WriteAsync(RejectLog rejects, Stopwatch watch, CancellationToken cancel)
    {
        var writer = new ChunkWriter(plan, preparation, dryRun: false);
        await foreach (var rows in ChunksAsync(cancel))
        {
            StillAllowed();
            await workspace.WriteAsync(
                plan.Actor,
                async context =>
                {
                    await AddAsync(await writer.WriteAsync(context, rows, InFile, cancel), rows, rejects);
                    await ImportBatches.BeatAsync(context.Session, batch, Counts, watch.Elapsed.TotalSeconds, context.Now, cancel);
                },
                cancel: cancel);
            if (ChunkCommitted is { } told)
            {
                await told(Counts.Read);
            }
        }

        foreach (var part in writer.Waiting.Chunk(RowsAChunk))
        {
            await workspace.WriteAsync(plan.Actor, context => LinkAsync(context, part, rejects, cancel), cancel: cancel);
        }
    }

    private IAsyncEnumerable<ParsedRow[]> ChunksAsync(CancellationToken cancel)
    {
        var parser = new RowParser(plan, readsNull);
        return RowPipeline.RunAsync(
            source.Rows(cancel),
            RowsAChunk,
            async part =>
            {
                var rows = Array.ConvertAll([.. part], parser.Parse);
                await preparation.PrepareAheadAsync(rows);
                return rows;
            },
            cancel);
    }

    private async ValueTask AddAsync(ImportCounts counts, ParsedRow[] rows, RejectLog rejects)
    {
        Counts.Read += counts.Read;
        Counts.Created += counts.Created;
        Counts.Alike += counts.Alike;
        Counts.Updated += counts.Updated;
        Counts.Skipped += counts.Skipped;
        Counts.Rejected += counts.Rejected;
        if (counts.Rejected > 0)
        {
            foreach (var row in rows.Where(row => row.Error is not null))
            {
                await rejects.AddAsync(row.Number, row.Error!, row.Cells);
            }
        }

        Progress?.Report(new ImportProgress(Counts.Read, total));
    }

    /// <summary>Makes the links to records of the same file, now that all of them are there.</summary>
    private async Task LinkAsync(SaveContext context, WaitingLinks[] waiting, RejectLog rejects, CancellationToken cancel)
    {
        var rows = Array.ConvertAll(waiting, item => new ParsedRow(new ImportRow(item.Row, [])) { Links = item.Links });
        await new LinkLookup(plan, context.Now).ResolveAsync(context.Session, rows, null, cancel);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = rows[i];
            if (row.Error is null && await RecordStore.FindAsync(context.Session, plan.Type, waiting[i].Id, cancel) is { } record)
            {
                foreach (var (field, value) in row.Values)
                {
                    record[field] = value;
                }

                try
                {
                    await context.UpdateAsync(record, cancel: cancel);
                }
                catch (RefusedException refused)
                {
                    row.Fail(refused.Refusal, plan.Type, plan.Actor.Language);
                }
            }

            if (row.Error is { } why)
            {
                await rejects.AddAsync(row.Number, ImportRefusals.LinkLeftOut(new Label(why, why)).In(plan.Actor.Language), []);
            }
        }
    }

    /// <summary>A right that was taken away while a long import runs ends it.</summary>
    private void StillAllowed()
    {
        var actor = plan.Actor;
        if (actor.IsSystem || workspace.Directory == actor.Directory)
        {
            return;
        }

        if (workspace.Directory.Person(actor.Id) is not { Active: true } person || !workspace.ActorFor(person, "import").On(plan.Type).Import)
        {
            throw new RefusedException(ImportRefusals.MayNotImport(plan.Type));
        }
    }

    private bool InFile(string title) => titles.Contains(Digest(title));

    private static UInt128 Digest(string text) => MemoryMarshal.Read<UInt128>(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));

    /// <summary>A dump of a database says NULL for nothing; one that says so in two columns means it.</summary>
    private static bool WritesNull(IEnumerable<ImportRow> rows) =>
        rows.SelectMany(row => row.Cells.Select((cell, column) => (cell, column))).Where(item => item.cell is "NULL" or "\\N").Select(item => item.column).Distinct().Take(2).Count() == 2;
}
