using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Platform.Merging;

/// <summary>What to merge.</summary>
/// <param name="Survivor">The record that stays, with its id.</param>
/// <param name="Losers">The records that go into it, one to four.</param>
/// <param name="Choices">Field → the record whose value is taken; fields that are not named follow <see cref="Survivorship"/>.</param>
public sealed record MergeRequest(Guid Survivor, IReadOnlyList<Guid> Losers, IReadOnlyDictionary<string, Guid> Choices);

/// <summary>What a merge made, or would make.</summary>
public sealed record MergeOutcome(Record Survivor, IReadOnlyList<Guid> Merges, IReadOnlyList<(RecordType Type, long Count)> Moved);

/// <summary>
/// Makes one record of several: values field by field, every reference moved, owners of the others in its account team, the old ids leading to it.
/// Nothing is lost that <see cref="UndoMerge"/> does not bring back; all of it is one transaction.
/// </summary>
public static class MergeRecords
{
    private sealed class Trial(MergeOutcome outcome) : Exception
    {
        public MergeOutcome Outcome { get; } = outcome;
    }

    /// <param name="trial">Does everything and takes it back, so that what would become of it is seen and not guessed.</param>
    /// <exception cref="RefusedException">The actor may not change one of the records, or they do not go together: nothing has moved.</exception>
    public static async Task<MergeOutcome> RunAsync(Workspace workspace, Actor actor, RecordType type, MergeRequest request, IReadOnlySet<string>? confirmed = null, bool trial = false, CancellationToken cancel = default)
    {
        try
        {
            return await workspace.WriteAsync(
                actor,
                async context =>
                {
                    var outcome = await RunAsync(context, type, request, cancel);
                    return trial ? throw new Trial(outcome) : outcome;
                },
                confirmed,
                cancel);
        }
        catch (Trial tried)
        {
            return tried.Outcome;
        }
    }

    public static async Task<MergeOutcome> RunAsync(SaveContext context, RecordType type, MergeRequest request, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.MergeRecords);
        if (type.Matching.Count == 0)
        {
            throw new RefusedException(MergeRefusals.NotMergeable);
        }

        var ids = request.Losers.Prepend(request.Survivor).Distinct().ToList();
        if (ids.Count != request.Losers.Count + 1 || ids.Count is < 2 or > MatchCases.LargestCase)
        {
            throw new RefusedException(MergeRefusals.HowMany);
        }

        var records = await LoadAsync(context, type, ids, cancel);
        CheckChoices(context, type, request, ids);
        var moved = new Dictionary<RecordType, long>();
        foreach (var loser in records.Skip(1))
        {
            foreach (var (other, count) in await MergeMoves.CountAsync(context.Session, context.Schema, type, loser.Id, cancel))
            {
                moved[other] = moved.GetValueOrDefault(other) + count;
            }
        }

        var merges = new List<Guid>();
        var survivor = records[0];
        foreach (var loser in records.Skip(1))
        {
            // Read again each time: the merge before may have changed what stands between them.
            survivor = await RecordStore.FindAsync(context.Session, type, survivor.Id, cancel) ?? throw new RefusedException(MergeRefusals.GoneMeanwhile);
            var goes = await RecordStore.FindAsync(context.Session, type, loser.Id, cancel) ?? throw new RefusedException(MergeRefusals.GoneMeanwhile);
            merges.Add(await OneAsync(context, survivor, goes, request.Choices, cancel));
        }

        survivor = (await RecordStore.FindAsync(context.Session, type, survivor.Id, cancel))!;
        await SearchIndex.RefreshAsync(context.Session, context.Schema, type, survivor.Id, cancel);
        foreach (var owner in records.Select(record => record.OwnerId).OfType<Guid>().Distinct())
        {
            await Notifications.SendAsync(context, owner, "merged", type.Name, survivor.Id, survivor.Title, ("{0} 合并了重复记录", "{0} merged duplicates"));
        }

        return new MergeOutcome(survivor, merges, [.. moved.Select(item => (item.Key, item.Value))]);
    }

    /// <summary>All records in the actor's name, held until the end: two people who merge the same two both ways do not lose both.</summary>
    private static async Task<List<Record>> LoadAsync(SaveContext context, RecordType type, List<Guid> ids, CancellationToken cancel)
    {
        var hold = new SqlName(context.Session.Dialect.IsSqlite ? "" : " FOR UPDATE");
        await context.Session.ListAsync(Sql.Of($"SELECT id FROM {new SqlName(type.Table)} WHERE id IN ").List(ids.Order()).Append(Sql.Of($" ORDER BY id{hold}")), row => row.Id(0), cancel);
        var records = new List<Record>();
        foreach (var id in ids)
        {
            records.Add(await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Edit, context.Now, cancel: cancel));
        }

        return records.Select(record => MatchProfile.For(record)?.Name).Distinct(StringComparer.Ordinal).Count() == 1 ? records : throw new RefusedException(MergeRefusals.OtherKind);
    }

    private static void CheckChoices(SaveContext context, RecordType type, MergeRequest request, List<Guid> ids)
    {
        var errors = new FieldErrors();
        foreach (var (name, from) in request.Choices)
        {
            if (type.Find(name) is not { } field || context.Actor.On(type, field) == FieldRight.Hidden || !Survivorship.Chooses(field, type))
            {
                errors.Add(name, RecordRefusals.UnknownField(name, Nearest.To(name, context.Actor.Knows(type).Where(known => Survivorship.Chooses(known, type)).Select(known => known.Name))));
            }
            else if (context.Actor.On(type, field) < FieldRight.Edit)
            {
                errors.Add(name, RecordRefusals.NoRightOnField);
            }
            else if (!ids.Contains(from))
            {
                errors.Add(name, ("这条记录不在合并之列", "This record is not one of those to be merged"));
            }
        }

        errors.Throw();
    }

    private static async Task<Guid> OneAsync(SaveContext context, Record survivor, Record loser, IReadOnlyDictionary<string, Guid> choices, CancellationToken cancel)
    {
        var (session, type) = (context.Session, survivor.Type);
        var merge = Guid.CreateVersion7(context.Now);
        var batch = context.Batch;
        context.Batch = merge;
        await session.ExecuteAsync(Sql.Of($"INSERT INTO record_merge (id, record_type, survivor_id, loser_id, at, actor_id) VALUES ({merge}, {type.Name}, {survivor.Id}, {loser.Id}, {context.Now}, {context.ActorId})"), cancel);
        Func<ValueTask>?[] after = [await survivor.MovingAsync(context), await loser.MovingAsync(context)];
        await StepOutAsync(context, survivor, loser, cancel);
        Fill(survivor, loser, choices);
        await context.UpdateAsync(survivor, MergeMoves.Action, cancel);
        await MergeMoves.MoveAsync(context, type, loser.Id, survivor.Id, merge, cancel);
        await SeatOwnerAsync(context, survivor, loser, merge, cancel);
        await context.SetDeletedAsync(loser, deleted: true, cancel);
        context.Note(MergeMoves.Action, type.Name, survivor.Id, JsonSerializer.Serialize(new { merged = new object?[] { null, new { merge, record = loser.Id } } }));
        foreach (var then in after.OfType<Func<ValueTask>>())
        {
            await then();
        }

        await RememberAsync(context, survivor, loser, merge, cancel);
        context.Announce(new LiveEvent(type.Name, survivor.Id, survivor.Version, MergeMoves.Action, context.Actor.Id));
        context.Batch = batch;
        return merge;
    }

    /// <summary>
    /// A company that stands below the one that goes takes its place in the group first; else moving what was between them would make a ring.
    /// </summary>
    private static async Task StepOutAsync(SaveContext context, Record survivor, Record loser, CancellationToken cancel)
    {
        foreach (var field in survivor.Type.Fields.Where(field => field is { Custom: false, Kind: FieldKind.Reference } && field.Reference == survivor.Type.Name))
        {
            var above = survivor.Reference(field.Name);
            for (var steps = 0; above is { } at && steps < 100; steps++)
            {
                if (at == loser.Id)
                {
                    survivor[field] = loser[field] is Guid higher && higher != survivor.Id ? higher : null;
                    break;
                }

                above = await context.Session.FirstAsync(Sql.Of($"SELECT {new SqlName(field.Column)} FROM {new SqlName(survivor.Type.Table)} WHERE id = {at}"), row => row.OptionalId(0), cancel);
            }

            // What stands below the one that stays is no place above it.
            above = loser.Reference(field.Name);
            for (var steps = 0; above is { } at && steps < 100; steps++)
            {
                if (at == survivor.Id)
                {
                    loser[field] = null;
                    break;
                }

                above = await context.Session.FirstAsync(Sql.Of($"SELECT {new SqlName(field.Column)} FROM {new SqlName(survivor.Type.Table)} WHERE id = {at}"), row => row.OptionalId(0), cancel);
            }
        }
    }

    private static void Fill(Record survivor, Record loser, IReadOnlyDictionary<string, Guid> choices)
    {
        var before = survivor.Type.Create(survivor.Type);
        foreach (var field in survivor.Type.Fields)
        {
            before[field] = survivor[field];
            if (!Survivorship.Chooses(field, survivor.Type))
            {
                continue;
            }

            survivor[field] = choices.TryGetValue(field.Name, out var from)
                ? from == loser.Id ? loser[field] : survivor[field]
                : Survivorship.Value(field, survivor, loser);
        }

        Survivorship.Keep(survivor, [before, loser]);
    }

    /// <summary>Who owned the other record keeps sight of it: a seat in the account team of the one that stays.</summary>
    private static async Task SeatOwnerAsync(SaveContext context, Record survivor, Record loser, Guid merge, CancellationToken cancel)
    {
        if (survivor.Type.Access != AccessKind.Owned || loser.OwnerId is not { } owner || owner == survivor.OwnerId
            || await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM access_grant WHERE record_id = {survivor.Id} AND user_id = {owner} AND level = 'edit' AND until IS NULL"), cancel) > 0)
        {
            return;
        }

        var id = Guid.CreateVersion7(context.Now);
        var role = "原负责人";
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO access_grant (id, record_type, record_id, user_id, level, member_role, created_at, created_by) VALUES ({id}, {survivor.Type.Name}, {survivor.Id}, {owner}, 'edit', {role}, {context.Now}, {context.ActorId})"), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO record_merge_row (merge_id, place, row_id) VALUES ({merge}, 'granted', {id})"), cancel);
    }

    /// <summary>The pair is decided; and what was found different from the one that went is different from the one that stays.</summary>
    private static async Task RememberAsync(SaveContext context, Record survivor, Record loser, Guid merge, CancellationToken cancel)
    {
        var (session, type) = (context.Session, survivor.Type);
        await MatchCases.DecideAsync(context, type, survivor.Id, loser.Id, "merged", cancel);
        var others = await session.ListAsync(
            Sql.Of($"SELECT left_id, right_id FROM match_pair WHERE state = 'different' AND left_id = {loser.Id} UNION SELECT left_id, right_id FROM match_pair WHERE state = 'different' AND right_id = {loser.Id}"), row => row.Id(0) == loser.Id ? row.Id(1) : row.Id(0), cancel);
        foreach (var other in others.Where(other => other != survivor.Id))
        {
            var (left, right) = FoundPair.Before(survivor.Id, other) ? (survivor.Id, other) : (other, survivor.Id);
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM match_pair WHERE left_id = {left} AND right_id = {right} AND state <> 'open'"), cancel) > 0)
            {
                continue;
            }

            await MatchCases.DecideAsync(context, type, survivor.Id, other, "different", cancel);
            await session.ExecuteAsync(Sql.Of($"INSERT INTO record_merge_row (merge_id, place, row_id) VALUES ({merge}, 'different', {other})"), cancel);
        }

        foreach (var open in await session.ListAsync(Sql.Of($"SELECT DISTINCT case_id FROM match_pair WHERE state = 'open' AND case_id IS NOT NULL AND (left_id = {loser.Id} OR right_id = {loser.Id})"), row => row.Id(0), cancel))
        {
            await session.ExecuteAsync(Sql.Of($"DELETE FROM match_pair WHERE state = 'open' AND case_id = {open} AND (left_id = {loser.Id} OR right_id = {loser.Id})"), cancel);
            await MatchCases.TidyAsync(context, open, cancel);
        }
    }
}
