using System.Diagnostics;
using Guanxi.Database;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>One run over a file after its first reading: the writing or the counting, a chunk of rows after the other.</summary>
internal sealed class ImportRun(Workspace workspace, ImportPlan plan, SourceFile source, FileReading reading, RejectLog rejects)
{
    private readonly RowPreparation preparation = new(plan, workspace);
    private long kept;

    public required int RowsAChunk { get; init; }

    /// <summary>The batch that remembers rows; null for a dry run that nobody comes back to.</summary>
    public Guid? Batch { get; init; }

    public Func<long, Task>? ChunkCommitted { get; init; }

    /// <summary>Told how many rows are done.</summary>
    public Func<long, ValueTask>? Progress { get; init; }

    /// <summary>What is done so far; an import that goes on begins with what was done before.</summary>
    public ImportCounts Counts { get; init; } = new();

    /// <summary>Rows that look like records there are; found by a dry run.</summary>
    public IReadOnlyList<ImportAlike> Alike { get; private set; } = [];

    public IReadOnlyDictionary<Guid, long> Owners { get; private set; } = new Dictionary<Guid, long>();

    /// <summary>Says what the import would do, without writing.</summary>
    public async Task CountAsync(ImportLikenesses likenesses, CancellationToken cancel)
    {
        var writer = new ChunkWriter(plan, preparation, likenesses, dryRun: true);
        (Alike, Owners) = (likenesses.Found, writer.Owners);
        await foreach (var rows in ChunksAsync(0, cancel))
        {
            ImportCounts counts;
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                counts = await writer.WriteAsync(new SaveContext(session, plan.Actor, workspace.Clock, new HashSet<string>()), rows, reading.HasTitle, cancel);
            }

            Counts.Add(counts);
            var rejected = await RejectedAsync(counts, rows);
            if (Batch is { } batch && likenesses.TakeNew() is var alike && rejected.Count + alike.Count > 0)
            {
                await workspace.Database.WriteAsync(
                    async session =>
                    {
                        await KeepAsync(session, batch, rejected, cancel);
                        await ImportRows.AddAsync(session, batch, ImportRows.Alike, alike, item => item.Row, cancel);
                        return true;
                    },
                    cancel);
            }

            if (Progress is not null)
            {
                await Progress(Counts.Read);
            }
        }
    }

    /// <summary>Writes the rows that are not in yet, a chunk a transaction; answers false when somebody asked for a pause on the way.</summary>
    public async Task<bool> WriteAsync(Guid batch, Stopwatch watch, double before, CancellationToken cancel)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            kept = await ImportRows.CountAsync(session, batch, ImportRows.Reject, cancel);
        }

        var writer = new ChunkWriter(plan, preparation, new ImportLikenesses(plan, dryRun: false), dryRun: false);
        await foreach (var rows in ChunksAsync(Counts.Read, cancel))
        {
            StillAllowed();
            var goesOn = await workspace.WriteAsync(
                plan.Actor,
                async context =>
                {
                    var counts = await writer.WriteAsync(context, rows, reading.HasTitle, cancel);
                    await KeepAsync(context.Session, batch, await RejectedAsync(counts, rows), cancel);
                    await ImportRows.AddAsync(context.Session, batch, ImportRows.Link, writer.Waiting, item => item.Row, cancel);
                    writer.Waiting.Clear();
                    Counts.Add(counts);
                    return await ImportBatches.BeatAsync(context.Session, batch, Counts, reading.Rows, before + watch.Elapsed.TotalSeconds, context.Now, cancel);
                },
                cancel: cancel);
            if (ChunkCommitted is { } told)
            {
                await told(Counts.Read);
            }

            if (Progress is not null)
            {
                await Progress(Counts.Read);
            }

            if (!goesOn)
            {
                return false;
            }
        }

        while (plan.LinksToItself && await workspace.WriteAsync(plan.Actor, context => LinkAsync(context, batch, cancel), cancel: cancel))
        {
            // A page of waiting links a transaction.
        }

        return true;
    }

    private IAsyncEnumerable<ParsedRow[]> ChunksAsync(long done, CancellationToken cancel)
    {
        var parser = new RowParser(plan, reading.ReadsNull);
        return RowPipeline.RunAsync(
            After(source.Rows(cancel), done),
            RowsAChunk,
            async part =>
            {
                var rows = Array.ConvertAll([.. part], parser.Parse);
                await preparation.PrepareAheadAsync(rows);
                return rows;
            },
            cancel);
    }

    private static IEnumerable<ImportRow> After(IEnumerable<ImportRow> rows, long done)
    {
        foreach (var row in rows)
        {
            if (done-- <= 0)
            {
                yield return row;
            }
        }
    }

    private async ValueTask<List<ImportReject>> RejectedAsync(ImportCounts counts, ParsedRow[] rows)
    {
        var rejected = new List<ImportReject>();
        if (counts.Rejected > 0)
        {
            foreach (var row in rows.Where(row => row.Error is not null))
            {
                var reject = new ImportReject(row.Number, row.Error!, row.Cells) { Marks = [.. row.Marks.Select(mark => new ImportMark(mark.Column, mark.Reason))] };
                rejected.Add(reject);
                await rejects.AddAsync(reject);
            }
        }

        return rejected;
    }

    private async ValueTask KeepAsync(DatabaseSession session, Guid batch, List<ImportReject> rejected, CancellationToken cancel)
    {
        var room = (int)Math.Clamp(ImportRows.Most - kept, 0, rejected.Count);
        kept += room;
        await ImportRows.AddAsync(session, batch, ImportRows.Reject, rejected[..room], item => item.Row, cancel);
    }

    /// <summary>Makes links to records of the same file, now that all of them are there; answers whether there were any.</summary>
    private async Task<bool> LinkAsync(SaveContext context, Guid batch, CancellationToken cancel)
    {
        var waiting = await ImportRows.ReadAsync<WaitingLinks>(context.Session, batch, ImportRows.Link, -1, RowsAChunk, cancel);
        if (waiting.Count == 0)
        {
            return false;
        }

        var rows = waiting.ConvertAll(item => new ParsedRow(new ImportRow(item.Number, [.. item.Item.Cells])) { Links = [.. item.Item.Links.Select(link => new PendingLink(plan.Linked.First(column => column.Header == link.Column), link.Text))] });
        await new LinkLookup(plan, context.Now).ResolveAsync(context.Session, rows, null, cancel);
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (row.Error is null && await RecordStore.FindAsync(context.Session, plan.Type, waiting[i].Item.Record, cancel) is { } record)
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
                    row.Fail(refused.Refusal, plan);
                }
            }

            if (row.Error is { } why)
            {
                var reject = new ImportReject(row.Number, ImportRefusals.LinkLeftOut(new Label(why, why)).In(plan.Actor.Language), row.Cells) { Marks = [.. row.Marks.Select(mark => new ImportMark(mark.Column, mark.Reason))] };
                await rejects.AddAsync(reject);
                await ImportRows.RejectAsync(context.Session, batch, reject, cancel);
            }
        }

        await ImportRows.ForgetAsync(context.Session, batch, ImportRows.Link, waiting[^1].Number, cancel);
        return true;
    }

    /// <summary>A right that was taken away while a long import runs ends it.</summary>
    private void StillAllowed()
    {
        var actor = plan.Actor;
        if (actor.IsSystem || workspace.Directory == actor.Directory)
        {
            return;
        }

        if (workspace.Directory.Person(actor.Id) is not { Active: true } person || workspace.ActorFor(person, "import") is not { } now || !now.On(plan.Type).Import || (plan.Beside is { } beside && !now.On(beside.Type).Import))
        {
            throw new RefusedException(ImportRefusals.MayNotImport(plan.Type));
        }
    }
}
