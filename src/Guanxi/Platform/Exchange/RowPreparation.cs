using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Turns parsed rows into new records ahead of their transaction, as far as the noun's rules need no database.</summary>
internal sealed class RowPreparation(ImportPlan plan, Workspace workspace)
{
    /// <summary>How many records owners have, through the whole file: a trial run writes nothing that could be counted again.</summary>
    private readonly Dictionary<Guid, long> held = [];

    private volatile bool worksAhead = plan.Creates && plan.Linked.Count == 0;

    /// <summary>Makes the new records and gives every key the form in which the noun keeps it.</summary>
    public async ValueTask PrepareAheadAsync(IEnumerable<ParsedRow> rows)
    {
        var context = SaveContext.Detached(plan.Actor, workspace.Clock, workspace.Database.Dialect);
        foreach (var row in rows)
        {
            if (row.Error is not null || !row.HasMain)
            {
                continue;
            }

            await NormalizeKeyAsync(row, context);
            if (worksAhead)
            {
                try
                {
                    await PrepareAsync(row, context);
                }
                catch (SessionNeededException)
                {
                    worksAhead = false;
                }
            }
        }
    }

    /// <summary>The record the row would become; a broken rule is told to the row.</summary>
    public async ValueTask PrepareAsync(ParsedRow row, SaveContext context)
    {
        context.Held = held;
        var record = plan.Type.Create(plan.Type);
        if (plan.Type.Find("owner") is { Writable: true } owner)
        {
            record[owner] = row.ToNoOne ? null : plan.Owner;
        }

        foreach (var (field, value) in row.Values)
        {
            record[field] = value;
        }

        if (plan.Pool is { } pool && record.OwnerId is null)
        {
            record[plan.Type.ImportTarget!.Field] = pool;
        }

        try
        {
            row.Prepared = await context.PrepareInsertAsync(record);
            if (!plan.Updates && plan.Options.Decisions is null && plan.Options.Alike != AlikeRule.Update)
            {
                row.Values.Clear();
            }
        }
        catch (RefusedException refused) when (plan.Options.Mode == ImportMode.Both || plan.Options.Decisions?.ContainsKey(row.Number) == true)
        {
            // It may turn out to change a record that is there, for which less is required.
            row.NotAsNew = refused.Refusal;
        }
        catch (RefusedException refused)
        {
            row.Fail(refused.Refusal, plan);
        }
    }

    /// <summary>A noun may keep a key in another form than it was written, as credit codes in capitals; only its own rule knows.</summary>
    private async ValueTask NormalizeKeyAsync(ParsedRow row, SaveContext context)
    {
        if (plan.Key is not { Task: ColumnTask.Value, Field: var field } || row.Key is not string || field.Name == plan.Type.TitleField)
        {
            return;
        }

        var scratch = plan.Type.Create(plan.Type);
        scratch[field] = row.Key;
        try
        {
            await scratch.PrepareAsync(context);
        }
        catch (Exception error) when (error is RefusedException or SessionNeededException)
        {
            // The rule speaks about the whole record, which this is not; what it did to the key stands.
        }

        row.Key = scratch[field] ?? row.Key;
    }
}
