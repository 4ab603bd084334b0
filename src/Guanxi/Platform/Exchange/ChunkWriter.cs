using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Brings one chunk of rows into the database inside a transaction; with a dry run it only counts. Rejected rows keep their reason.</summary>
internal sealed partial class ChunkWriter(ImportPlan plan, RowPreparation preparation, ImportLikenesses likenesses, bool dryRun)
{
    /// <summary>Keys of records that a dry run would have made, and the ids they would have.</summary>
    private readonly Dictionary<UInt128, Guid> made = [];
    private readonly BesideWriter? beside = plan.Beside is { } child ? new BesideWriter(plan, child, dryRun) : null;

    /// <summary>How many new records each owner gets; counted in a dry run.</summary>
    public Dictionary<Guid, long> Owners { get; } = [];

    /// <summary>Records of the chunk whose links point further down in the file.</summary>
    public List<WaitingLinks> Waiting { get; } = [];

    private sealed class Chunk(SaveContext context, KeyLookup lookup, Dictionary<object, KeyMatch> matches, Dictionary<Guid, KeyMatch> chosen)
    {
        public SaveContext Context => context;

        public KeyLookup Lookup => lookup;

        public Dictionary<object, KeyMatch> Matches => matches;

        public Dictionary<Guid, KeyMatch> Chosen => chosen;

        public ImportCounts Counts { get; } = new();

        public List<PreparedInsert> Inserts { get; } = [];

        /// <summary>Keys of records that wait to be written.</summary>
        public Dictionary<object, Guid> Keys { get; } = [];
    }

    /// <param name="context">The unit of work; for a dry run one that is never finished.</param>
    /// <param name="rows">The rows, in the order of the file.</param>
    /// <param name="later">Whether the file itself has a title; null when links within the file are not asked for.</param>
    public async Task<ImportCounts> WriteAsync(SaveContext context, IReadOnlyList<ParsedRow> rows, Func<string, bool>? later, CancellationToken cancel)
    {
        if (plan.Linked.Count > 0)
        {
            await new LinkLookup(plan, context.Now).ResolveAsync(context.Session, rows, later, cancel);
        }

        var lookup = new KeyLookup(plan, context.Now);
        var matches = plan.Key is null ? [] : await lookup.FindAsync(context.Session, rows.Where(row => row.Error is null && row.Key is not null).Select(row => row.Key!), cancel);
        var chunk = new Chunk(context, lookup, matches, await lookup.ChosenAsync(context.Session, [.. rows.Select(Chosen).OfType<Guid>().Distinct()], cancel));
        chunk.Counts.Read = rows.Count;
        foreach (var row in rows)
        {
            if (row.Error is null && !row.IsEmpty)
            {
                await TakeAsync(chunk, row, cancel);
            }
        }

        if (!dryRun)
        {
            await context.InsertManyAsync(plan.Type, chunk.Inserts, cancel);
        }

        if (beside is not null)
        {
            await beside.WriteAsync(context, [.. rows.Where(row => row is { Error: null, LeftOut: false, Beside.IsEmpty: false })], chunk.Counts, cancel);
        }

        foreach (var row in rows)
        {
            chunk.Counts.Rejected += row.Error is null ? 0 : 1;
            chunk.Counts.Skipped += row.Error is null && row.IsEmpty ? 1 : 0;
        }

        return chunk.Counts;
    }

    private string? Decision(ParsedRow row) => plan.Options.Decisions?.GetValueOrDefault(row.Number);

    private Guid? Chosen(ParsedRow row) => Guid.TryParse(Decision(row), out var id) ? id : null;

    private async Task TakeAsync(Chunk chunk, ParsedRow row, CancellationToken cancel)
    {
        if (Decision(row) == "skip")
        {
            row.LeftOut = true;
            chunk.Counts.Skipped++;
            return;
        }

        if (!row.HasMain)
        {
            return;
        }

        if (Chosen(row) is { } id && !dryRun)
        {
            await ChangeChosenAsync(chunk, row, id, cancel);
            return;
        }

        var match = row.Key is null ? null : chunk.Matches.GetValueOrDefault(row.Key);
        if (match is null && row.Key is not null)
        {
            match = await InFileAsync(chunk, row.Key, cancel);
        }

        if (match is not null)
        {
            await ChangeAsync(chunk, row, match, plan.Updates, cancel);
        }
        else
        {
            await CreateAsync(chunk, row, cancel);
        }
    }

    /// <summary>A record that an earlier row made, or would have made. For a change it must be written first.</summary>
    private async Task<KeyMatch?> InFileAsync(Chunk chunk, object key, CancellationToken cancel)
    {
        if (dryRun)
        {
            return made.TryGetValue(Digests.Of(key), out var would) ? new KeyMatch(1, true, null, would) : null;
        }

        if (!chunk.Keys.TryGetValue(key, out var waiting))
        {
            return null;
        }

        if (!plan.Updates)
        {
            return new KeyMatch(1, true, null, waiting);
        }

        await chunk.Context.InsertManyAsync(plan.Type, chunk.Inserts, cancel);
        chunk.Inserts.Clear();
        foreach (var (found, match) in await chunk.Lookup.FindAsync(chunk.Context.Session, [.. chunk.Keys.Keys], cancel))
        {
            chunk.Matches[found] = match;
        }

        chunk.Keys.Clear();
        return chunk.Matches.GetValueOrDefault(key);
    }

    private async Task CreateAsync(Chunk chunk, ParsedRow row, CancellationToken cancel)
    {
        var (context, language) = (chunk.Context, plan.Actor.Language);
        if (!plan.Creates || (plan.Key?.Task == ColumnTask.Id && row.Key is not null))
        {
            row.Fail(row.Key is null ? ImportRefusals.KeyEmpty : ImportRefusals.NoRecordWithKey(row.Key.ToString()!), plan.Key, language);
            return;
        }

        if (row.Prepared is null && row.NotAsNew is null)
        {
            await preparation.PrepareAsync(row, context);
        }

        if (Chosen(row) is null && row.NotAsNew is { } refusal)
        {
            row.Fail(refusal, plan);
        }

        var (what, record) = row.Prepared is { } asked && row.Error is null ? await likenesses.AskAsync(context, row, asked.Record, chunk.Counts, cancel) : (NewRow.Reject, null);
        if ((Chosen(row) ?? (what == NewRow.Update ? record : null)) is { } same)
        {
            await ChangeChosenAsync(chunk, row, same, cancel);
        }
        else if (what == NewRow.Skip)
        {
            row.LeftOut = true;
            chunk.Counts.Skipped++;
        }
        else if (what == NewRow.Create)
        {
            Insert(chunk, row, row.Prepared!);
        }
    }

    private void Insert(Chunk chunk, ParsedRow row, PreparedInsert prepared)
    {
        chunk.Counts.Created++;
        row.Root = prepared.Record.Id;
        if (dryRun)
        {
            var owner = prepared.Record.OwnerId ?? Guid.Empty;
            Owners[owner] = Owners.GetValueOrDefault(owner) + 1;
            if (row.Key is not null)
            {
                made.TryAdd(Digests.Of(row.Key), prepared.Record.Id);
            }

            return;
        }

        chunk.Inserts.Add(prepared);
        Wait(row, prepared.Record.Id);
        if (row.Key is not null)
        {
            chunk.Keys.TryAdd(row.Key, prepared.Record.Id);
        }
    }

    private void Wait(ParsedRow row, Guid record)
    {
        if (row.LaterLinks is not null && !dryRun)
        {
            Waiting.Add(new WaitingLinks(record, [.. row.LaterLinks.Select(link => new KeptLink(link.Column.Header, link.Text))], row.Cells) { Row = row.Number });
        }
    }
}
