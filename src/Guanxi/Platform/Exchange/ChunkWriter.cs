using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>A record whose links point further down in the file.</summary>
internal sealed record WaitingLinks(Guid Id, long Row, List<PendingLink> Links);

/// <summary>Brings one chunk of rows into the database inside a transaction; with a dry run it only counts. Rejected rows keep their reason.</summary>
internal sealed class ChunkWriter(ImportPlan plan, RowPreparation preparation, bool dryRun)
{
    private readonly HashSet<object> seenInDryRun = [];

    public ImportLikenesses Likenesses { get; } = new(plan, dryRun);

    /// <summary>Records whose links point further down in the file.</summary>
    public List<WaitingLinks> Waiting { get; } = [];

    /// <param name="context">The unit of work; for a dry run one that is never finished.</param>
    /// <param name="rows">The rows, in the order of the file.</param>
    /// <param name="later">Whether the file itself has a title; null when links within the file are not asked for.</param>
    public async Task<ImportCounts> WriteAsync(SaveContext context, IReadOnlyList<ParsedRow> rows, Func<string, bool>? later, CancellationToken cancel)
    {
        var counts = new ImportCounts { Read = rows.Count };
        if (plan.Linked.Count > 0)
        {
            await new LinkLookup(plan, context.Now).ResolveAsync(context.Session, rows, later, cancel);
        }

        var lookup = new KeyLookup(plan, context.Now);
        var matches = plan.Key is null ? [] : await lookup.FindAsync(context.Session, rows.Where(row => row.Error is null && row.Key is not null).Select(row => row.Key!), cancel);
        var waiting = new List<PreparedInsert>();
        var waitingKeys = new HashSet<object>();
        foreach (var row in rows)
        {
            if (row.Error is not null || row.IsEmpty)
            {
                Count(counts, row);
                continue;
            }

            var match = row.Key is null ? null : matches.GetValueOrDefault(row.Key);
            if (match is null && row.Key is not null && (waitingKeys.Contains(row.Key) || seenInDryRun.Contains(row.Key)))
            {
                match = dryRun || !plan.Updates ? new KeyMatch(1, true, null) : await FlushAndFindAsync(context, lookup, row.Key, waiting, waitingKeys, matches, cancel);
            }

            if (match is not null)
            {
                await ChangeAsync(context, row, match, counts, cancel);
            }
            else if (await CreateAsync(context, row, waiting, counts, cancel))
            {
                counts.Created++;
                if (row.Key is not null)
                {
                    (dryRun ? seenInDryRun : waitingKeys).Add(row.Key);
                }
            }

            Count(counts, row);
        }

        if (!dryRun)
        {
            await context.InsertManyAsync(plan.Type, waiting, cancel);
        }

        return counts;
    }

    private static void Count(ImportCounts counts, ParsedRow row)
    {
        if (row.Error is not null)
        {
            counts.Rejected++;
        }
        else if (row.IsEmpty)
        {
            counts.Skipped++;
        }
    }

    /// <summary>Two rows of one chunk have the same key: the first must be written before the second can change it.</summary>
    private async Task<KeyMatch?> FlushAndFindAsync(SaveContext context, KeyLookup lookup, object key, List<PreparedInsert> waiting, HashSet<object> waitingKeys, Dictionary<object, KeyMatch> matches, CancellationToken cancel)
    {
        await context.InsertManyAsync(plan.Type, waiting, cancel);
        waiting.Clear();
        foreach (var (found, match) in await lookup.FindAsync(context.Session, [.. waitingKeys], cancel))
        {
            matches[found] = match;
        }

        waitingKeys.Clear();
        return matches.GetValueOrDefault(key);
    }

    private async Task<bool> CreateAsync(SaveContext context, ParsedRow row, List<PreparedInsert> waiting, ImportCounts counts, CancellationToken cancel)
    {
        var language = plan.Actor.Language;
        if (!plan.Creates || (plan.Key?.Task == ColumnTask.Id && row.Key is not null))
        {
            row.Fail(row.Key is null ? ImportRefusals.KeyEmpty : ImportRefusals.NoRecordWithKey(row.Key.ToString()!), plan.Key, language);
            return false;
        }

        if (row.Prepared is null && row.NotAsNew is null)
        {
            await preparation.PrepareAsync(row, context);
        }

        if (row.NotAsNew is { } refusal)
        {
            row.Fail(refusal, plan.Type, language);
        }

        if (row.Prepared is not { } prepared || await Likenesses.RefuseAsync(context, row, prepared.Record, counts, cancel))
        {
            return false;
        }

        waiting.Add(prepared);
        if (row.LaterLinks is not null)
        {
            Waiting.Add(new WaitingLinks(prepared.Record.Id, row.Number, row.LaterLinks));
        }

        return true;
    }

    private async Task ChangeAsync(SaveContext context, ParsedRow row, KeyMatch match, ImportCounts counts, CancellationToken cancel)
    {
        var language = plan.Actor.Language;
        if (!plan.Updates)
        {
            counts.Skipped++;
            return;
        }

        if (match.Count > 1)
        {
            row.Fail(ImportRefusals.AmbiguousKey(row.Key!.ToString()!, match.Count), plan.Key, language);
            return;
        }

        if (!match.MayEdit)
        {
            row.Fail(RecordRefusals.MayNotEdit, plan.Type, language);
            return;
        }

        if (match.Record is not { } record)
        {
            // A dry run meets a record that an earlier row would have made.
            counts.Updated++;
            return;
        }

        Apply(row, record);
        try
        {
            if (dryRun ? await WouldChangeAsync(record, context) : await context.UpdateAsync(record, cancel: cancel))
            {
                counts.Updated++;
                if (row.LaterLinks is not null)
                {
                    Waiting.Add(new WaitingLinks(record.Id, row.Number, row.LaterLinks));
                }
            }
            else
            {
                counts.Skipped++;
            }
        }
        catch (RefusedException refused)
        {
            record.Reset();
            row.Fail(refused.Refusal, plan.Type, language);
        }
    }

    private void Apply(ParsedRow row, Record record)
    {
        foreach (var (field, value) in row.Values)
        {
            if (!field.System)
            {
                record[field] = value;
            }
        }

        if (row.ToNoOne && plan.Type.Find("owner") is { Writable: true } owner)
        {
            record[owner] = null;
        }
    }

    private static async ValueTask<bool> WouldChangeAsync(Record record, SaveContext context)
    {
        await record.PrepareAsync(context);
        RecordChecks.Require(record);
        var changes = record.Changes().Any();
        record.MarkStored();
        return changes;
    }
}
