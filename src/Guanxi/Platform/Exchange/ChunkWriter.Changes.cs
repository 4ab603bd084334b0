using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>How a row changes a record that is there.</summary>
internal sealed partial class ChunkWriter
{
    /// <summary>Changes the record that somebody said the row is.</summary>
    private async Task ChangeChosenAsync(Chunk chunk, ParsedRow row, Guid id, CancellationToken cancel)
    {
        var match = chunk.Chosen.GetValueOrDefault(id) ?? (await chunk.Lookup.ChosenAsync(chunk.Context.Session, [id], cancel)).GetValueOrDefault(id);
        if (match is null)
        {
            row.Fail(ImportRefusals.NoRecordWithKey(id.ToString()), null, plan.Actor.Language);
            return;
        }

        chunk.Chosen[id] = match;
        await ChangeAsync(chunk, row, match, changes: true, cancel);
    }

    private async Task ChangeAsync(Chunk chunk, ParsedRow row, KeyMatch match, bool changes, CancellationToken cancel)
    {
        var language = plan.Actor.Language;
        row.Root = match.Id;
        if (match.Count > 1 && (changes || row.Beside is not null))
        {
            row.Fail(changes ? ImportRefusals.AmbiguousKey(row.Key!.ToString()!, match.Count) : ImportRefusals.SeveralRoots(row.Key!.ToString()!, match.Count), plan.Key, language);
            return;
        }

        if (!changes)
        {
            chunk.Counts.Skipped += row.Beside is null ? 1 : 0;
            return;
        }

        if (!match.MayEdit)
        {
            row.Fail(RecordRefusals.MayNotEdit, plan);
            return;
        }

        if (match.Record is not { } record)
        {
            // A dry run meets a record that an earlier row would have made.
            chunk.Counts.Updated++;
            return;
        }

        Apply(row, record);
        try
        {
            if (dryRun ? await WouldChangeAsync(record, chunk.Context) : await chunk.Context.UpdateAsync(record, cancel: cancel))
            {
                chunk.Counts.Updated++;
                Wait(row, record.Id);
            }
            else
            {
                chunk.Counts.Skipped += row.Beside is null ? 1 : 0;
            }
        }
        catch (RefusedException refused)
        {
            record.Reset();
            row.Fail(refused.Refusal, plan);
        }
    }

    private void Apply(ParsedRow row, Record record)
    {
        foreach (var (field, value) in row.Values)
        {
            if (!field.System && plan.MayChange(field, record))
            {
                record[field] = value;
            }
        }

        if (row.ToNoOne && plan.Type.Find("owner") is { Writable: true } owner && plan.MayChange(owner, record))
        {
            record[owner] = null;
        }
    }

    internal static async ValueTask<bool> WouldChangeAsync(Record record, SaveContext context)
    {
        await record.PrepareAsync(context);
        RecordChecks.Require(record);
        var changes = record.Changes().Any();
        record.MarkStored();
        return changes;
    }
}
