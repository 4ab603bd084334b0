using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Platform.Merging;

/// <summary>What an undo brought back, or would, and what was changed since the merge and therefore stays as it is.</summary>
/// <param name="Moved">Records that go back, by noun.</param>
/// <param name="KeptFields">Fields of the survivor that somebody changed after the merge.</param>
/// <param name="KeptRecords">Records that somebody moved or removed after the merge, by noun.</param>
public sealed record UndoneMerge(Record Survivor, Record Loser, IReadOnlyList<(RecordType Type, long Count)> Moved, IReadOnlyList<Field> KeptFields, IReadOnlyList<(RecordType Type, long Count)> KeptRecords);

/// <summary>
/// Takes a merge back at any later time from what the ledger says of it: the record that went is there again as it was, what belonged to it is its own again, and the survivor's
/// values are those before. Whatever was changed since the merge stays, and is listed.
/// </summary>
public static class UndoMerge
{
    private sealed class Trial(UndoneMerge outcome) : Exception
    {
        public UndoneMerge Outcome { get; } = outcome;
    }

    private sealed record Line(string Action, RecordType Type, Guid Record, string? Changes);

    /// <exception cref="RefusedException">There is no such merge, it was taken back, or the actor may not change the records.</exception>
    public static async Task<UndoneMerge> RunAsync(Workspace workspace, Actor actor, Guid merge, bool trial = false, CancellationToken cancel = default)
    {
        try
        {
            return await workspace.WriteAsync(
                actor,
                async context =>
                {
                    var outcome = await RunAsync(context, merge, cancel);
                    return trial ? throw new Trial(outcome) : outcome;
                },
                cancel: cancel);
        }
        catch (Trial tried)
        {
            return tried.Outcome;
        }
    }

    private static async Task<UndoneMerge> RunAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        context.Actor.Demand(Functions.MergeRecords);
        var (session, hold) = (context.Session, new SqlName(context.Session.Dialect.IsSqlite ? "" : " FOR UPDATE"));
        await session.ListAsync(Sql.Of($"SELECT id FROM record_merge WHERE id = {id}{hold}"), row => row.Id(0), cancel);
        var merge = await RecordMerges.FindAsync(session, id, cancel) ?? throw new RefusedException(Refusal.NotFound);
        var type = context.Schema[merge.Type];
        var (survivor, loser) = await LoadAsync(context, type, merge, cancel);
        Func<ValueTask>?[] after = [await survivor.MovingAsync(context), await loser.MovingAsync(context)];
        var lines = await LinesAsync(context, id, cancel);

        await session.ExecuteAsync(Sql.Of($"UPDATE record_merge SET undone_at = {context.Now}, undone_by = {context.ActorId} WHERE id = {id}"), cancel);

        // Before anything is its own again, so that it does not bring back what was deleted at the same moment as the merge.
        await context.SetDeletedAsync(loser, deleted: false, cancel);
        var (moved, kept) = await MoveBackAsync(context, [.. lines.Where(line => line.Record != survivor.Id && line.Record != loser.Id)], cancel);
        await MergeMoves.MoveBesideBackAsync(context, id, survivor.Id, loser.Id, cancel);
        foreach (var then in after.OfType<Func<ValueTask>>())
        {
            await then();
        }

        survivor = (await RecordStore.FindAsync(session, type, survivor.Id, cancel))!;
        var keptFields = RestoreFields(survivor, lines.Where(line => line.Record == survivor.Id && line.Action == MergeMoves.Action));
        await context.RestoreAsync(survivor, MergeMoves.UndoAction, cancel);
        foreach (var field in type.Fields.Where(field => field is { Kind: FieldKind.Reference, Custom: false, IsComputed: false }))
        {
            await MergeMoves.CatchUpAsync(context, type, field, survivor[field], [survivor.Id], cancel);
        }

        await MergeMoves.BreakRingsAsync(context, type, [survivor.Id, loser.Id, .. lines.Where(line => line.Type == type).Select(line => line.Record)], cancel);
        await ForgetAsync(context, type, merge, cancel);
        context.Note(MergeMoves.UndoAction, type.Name, survivor.Id, JsonSerializer.Serialize(new { merged = new object?[] { new { merge = id, record = loser.Id }, null } }));
        foreach (var record in new[] { survivor.Id, loser.Id })
        {
            await SearchIndex.RefreshAsync(session, context.Schema, type, record, cancel);
        }

        return new UndoneMerge(survivor, loser, moved, keptFields, kept);
    }

    private static async Task<(Record Survivor, Record Loser)> LoadAsync(SaveContext context, RecordType type, RecordMerge merge, CancellationToken cancel)
    {
        var (session, hold) = (context.Session, new SqlName(context.Session.Dialect.IsSqlite ? "" : " FOR UPDATE"));
        await session.ListAsync(Sql.Of($"SELECT id FROM {new SqlName(type.Table)} WHERE id IN ({merge.Survivor}, {merge.Loser}) ORDER BY id{hold}"), row => row.Id(0), cancel);
        if (merge.UndoneAt is not null)
        {
            throw new RefusedException(MergeRefusals.Undone);
        }

        var later = await session.FirstAsync(Sql.Of($"SELECT id FROM record_merge WHERE loser_id = {merge.Survivor} AND undone_at IS NULL"), row => row.OptionalId(0), cancel);
        var seen = await RecordMerges.SurvivorAsync(session, merge.Survivor, cancel) ?? merge.Survivor;
        if (await RecordStore.FindAsync(session, type, seen, cancel) is null || await RecordStore.FindAsync(session, type, merge.Loser, cancel) is null)
        {
            throw new RefusedException(MergeRefusals.Erased);
        }

        if (!context.Actor.IsSystem && !await RecordStore.ExistsAsync(session, context.Actor, type, seen, Verb.Read, context.Now, cancel: cancel))
        {
            throw new RefusedException(await RecordStore.ExistsAsync(session, context.Actor, type, seen, Verb.Read, context.Now, deleted: true, cancel) ? MergeRefusals.InTheBin : Refusal.NotFound);
        }

        if (later is { } first)
        {
            throw new RefusedException(MergeRefusals.Later(first));
        }

        var survivor = await RecordStore.LoadAsync(session, context.Actor, type, merge.Survivor, Verb.Edit, context.Now, cancel: cancel);
        var loser = (await RecordStore.FindAsync(session, type, merge.Loser, cancel))!;
        return (survivor, loser);
    }

    private static async Task<List<Line>> LinesAsync(SaveContext context, Guid merge, CancellationToken cancel) => [.. (await context.Session.ListAsync(
        Sql.Of($"SELECT action, record_type, record_id, changes FROM ledger WHERE batch_id = {merge} AND record_id IS NOT NULL ORDER BY seq DESC"),
        row => (Action: row.Text(0), Type: row.Text(1), Record: row.Id(2), Changes: row.OptionalText(3)), cancel))
        .Where(line => context.Schema.Find(line.Type) is not null).Select(line => new Line(line.Action, context.Schema[line.Type], line.Record, line.Changes))];

    /// <summary>Newest first, each field of each record that is still what the merge made it gets back what it was.</summary>
    private static async Task<(List<(RecordType Type, long Count)> Moved, List<(RecordType Type, long Count)> Kept)> MoveBackAsync(SaveContext context, List<Line> lines, CancellationToken cancel)
    {
        var (moved, kept) = (new Dictionary<RecordType, HashSet<Guid>>(), new Dictionary<RecordType, HashSet<Guid>>());
        var changes = lines.Where(line => line is { Action: MergeMoves.Action, Changes: not null }).SelectMany(Parse).ToList();
        foreach (var group in changes.GroupBy(change => (change.Type, change.Field, Old: change.Old as Guid?, Text: change.Old?.ToString(), New: change.New?.ToString())))
        {
            var (type, field) = (group.Key.Type, group.Key.Field);
            var (old, now) = (group.First().Old, group.First().New);
            foreach (var ids in group.Select(change => change.Record).Chunk(400))
            {
                var still = field.Custom ? await StillCustomAsync(context, type, field, now, old, ids, cancel) : await StillAsync(context, type, field, now, old, ids, cancel);
                (moved.TryGetValue(type, out var back) ? back : moved[type] = []).UnionWith(still);
                (kept.TryGetValue(type, out var stay) ? stay : kept[type] = []).UnionWith(ids.Except(still));
            }
        }

        foreach (var dropped in lines.Where(line => line.Action == "delete").GroupBy(line => line.Type))
        {
            await context.SweepDeletedAsync(dropped.Key, null, new Sql().Append("deleted_at IS NOT NULL AND id IN ").List(dropped.Select(line => line.Record)), cancel);
        }

        return ([.. moved.Where(item => item.Value.Count > 0).Select(item => (item.Key, (long)item.Value.Count))], [.. kept.Where(item => item.Value.Count > 0).Select(item => (item.Key, (long)item.Value.Count))]);
    }

    private sealed record Change(RecordType Type, Guid Record, Field Field, object? Old, object? New);

    private static List<Change> Parse(Line line)
    {
        using var document = JsonDocument.Parse(line.Changes!);
        return [.. document.RootElement.EnumerateObject().Where(property => line.Type.Find(property.Name) is { System: false } && property.Value is { ValueKind: JsonValueKind.Array } && property.Value.GetArrayLength() == 2)
            .Select(property => new Change(line.Type, line.Record, line.Type[property.Name], FieldStorage.FromJson(line.Type[property.Name], property.Value[0]), FieldStorage.FromJson(line.Type[property.Name], property.Value[1])))];
    }

    private static async Task<List<Guid>> StillAsync(SaveContext context, RecordType type, Field field, object? now, object? old, Guid[] ids, CancellationToken cancel)
    {
        var column = FieldStorage.Columns(field).Single();
        var which = new Sql().Append($"{column} IS NOT DISTINCT FROM ").Value(FieldStorage.ColumnValues(field, now).Single()).Append(" AND id IN ").List(ids);
        var still = await context.Session.ListAsync(new Sql().Append($"SELECT id FROM {type.Table} WHERE ").Append(which), row => row.Id(0), cancel);
        await context.SweepAsync(type, field.Name, old, which, MergeMoves.UndoAction, cancel);
        await MergeMoves.CatchUpAsync(context, type, field, old, still, cancel);
        return still;
    }

    private static async Task<List<Guid>> StillCustomAsync(SaveContext context, RecordType type, Field field, object? now, object? old, Guid[] ids, CancellationToken cancel)
    {
        var still = new List<Guid>();
        foreach (var id in ids)
        {
            if (await RecordStore.FindAsync(context.Session, type, id, cancel) is { } record && Record.ValueEquals(record[field], now))
            {
                record[field] = old;
                await context.RestoreAsync(record, MergeMoves.UndoAction, cancel);
                still.Add(id);
            }
        }

        return still;
    }

    /// <summary>Answers the fields that were changed since and stay.</summary>
    private static List<Field> RestoreFields(Record survivor, IEnumerable<Line> lines)
    {
        var kept = new List<Field>();
        foreach (var change in lines.Where(line => line.Changes is not null).SelectMany(Parse))
        {
            if (Record.ValueEquals(survivor[change.Field], change.New))
            {
                survivor[change.Field] = change.Old;
            }
            else if (survivor.Type.Derived.All(rule => rule.Field != change.Field.Name) && !change.Field.Internal)
            {
                kept.Add(change.Field);
            }
        }

        return kept;
    }

    /// <summary>Taken back, the two were found to be different; and what was only said of the other is no longer said of the survivor.</summary>
    private static async Task ForgetAsync(SaveContext context, RecordType type, RecordMerge merge, CancellationToken cancel)
    {
        foreach (var other in await context.Session.ListAsync(Sql.Of($"SELECT row_id FROM record_merge_row WHERE merge_id = {merge.Id} AND place = 'different'"), row => row.Id(0), cancel))
        {
            var (left, right) = FoundPair.Before(merge.Survivor, other) ? (merge.Survivor, other) : (other, merge.Survivor);
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM match_pair WHERE left_id = {left} AND right_id = {right} AND state = 'different'"), cancel);
        }

        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM record_merge_row WHERE merge_id = {merge.Id}"), cancel);
        await MatchCases.DecideAsync(context, type, merge.Survivor, merge.Loser, "different", cancel);
    }
}
