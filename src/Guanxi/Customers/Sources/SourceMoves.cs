using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Sources;

/// <summary>
/// What other systems said of a record goes with it when it is merged, and back with the undo. Where both were known to one system in one field, the survivor's word stays.
/// What had become the other record's own is, beside the survivor's value, a difference that somebody looks at.
/// </summary>
internal static class SourceMoves
{
    /// <summary>Called of both records after what refers to them has moved, by a merge (whose batch it is) or by its undo.</summary>
    public static async ValueTask FollowAsync(SaveContext context, Guid record)
    {
        var session = context.Session;
        if (context.Batch is { } merge)
        {
            if (await session.FirstAsync(Sql.Of($"SELECT survivor_id FROM record_merge WHERE id = {merge} AND loser_id = {record} AND undone_at IS NULL"), row => (Guid?)row.Id(0)) is { } survivor)
            {
                await session.ExecuteAsync(Sql.Of($"INSERT INTO source_move (merge_id, field, system, state) SELECT {merge}, v.field, v.system, v.state FROM source_value v WHERE v.record_id = {record} AND NOT EXISTS (SELECT 1 FROM source_value o WHERE o.record_id = {survivor} AND o.field = v.field AND o.system = v.system)"));
                await session.ExecuteAsync(Sql.Of($"UPDATE source_value SET record_id = {survivor}, state = CASE WHEN state = 'applied' THEN 'differs' ELSE state END WHERE record_id = {record} AND EXISTS (SELECT 1 FROM source_move m WHERE m.merge_id = {merge} AND m.field = source_value.field AND m.system = source_value.system)"));
            }

            return;
        }

        foreach (var (undone, from) in await session.ListAsync(Sql.Of($"SELECT r.id, r.survivor_id FROM record_merge r WHERE r.loser_id = {record} AND r.undone_at IS NOT NULL AND EXISTS (SELECT 1 FROM source_move m WHERE m.merge_id = r.id)"), row => (row.Id(0), row.Id(1))))
        {
            // What somebody has decided about it since stays decided.
            await session.ExecuteAsync(Sql.Of($"UPDATE source_value SET record_id = {record}, state = CASE WHEN state = 'differs' THEN (SELECT m.state FROM source_move m WHERE m.merge_id = {undone} AND m.field = source_value.field AND m.system = source_value.system) ELSE state END WHERE record_id = {from} AND EXISTS (SELECT 1 FROM source_move m WHERE m.merge_id = {undone} AND m.field = source_value.field AND m.system = source_value.system)"));
            await session.ExecuteAsync(Sql.Of($"DELETE FROM source_move WHERE merge_id = {undone}"));
        }
    }
}
