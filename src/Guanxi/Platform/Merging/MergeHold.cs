using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Merging;

/// <summary>
/// Keeps what is written about a record from staying with one that is being merged at the same moment. Whoever writes takes a light lock on the record first: a merge begun before
/// is waited for, and the writing follows to the record that stays; a merge begun after waits, and moves what was written. Where one writer holds the file there is no such moment.
/// </summary>
public static class MergeHold
{
    /// <summary>The record itself, or the one it was merged into; held until the end of the transaction.</summary>
    public static async ValueTask<Guid> HoldAsync(DatabaseSession session, RecordType type, Guid id, CancellationToken cancel = default)
    {
        if (session.Dialect.IsSqlite || type.Matching.Count == 0)
        {
            return id;
        }

        for (var at = id; ;)
        {
            await session.ListAsync(Sql.Of($"SELECT id FROM {new SqlName(type.Table)} WHERE id = {at} FOR KEY SHARE"), row => row.Id(0), cancel);
            var next = await session.FirstAsync(Sql.Of($"SELECT survivor_id FROM record_merge WHERE loser_id = {at} AND undone_at IS NULL"), row => row.OptionalId(0), cancel);
            if (next is not { } survivor)
            {
                return at;
            }

            at = survivor;
        }
    }

    /// <summary>Lets every changed reference of a record follow the merges of what it points to; answers whether one did.</summary>
    internal static async ValueTask<bool> FollowAsync(SaveContext context, Record record, CancellationToken cancel)
    {
        if (context.Session.Dialect.IsSqlite)
        {
            return false;
        }

        var followed = false;
        foreach (var field in record.Type.Fields)
        {
            if (field is { WhenMerged: not null, IsComputed: false, Reference: { } target } && record[field] is Guid at && (record.IsNew || record.Changed(field.Name)))
            {
                var there = await HoldAsync(context.Session, context.Schema[target], at, cancel);
                followed |= there != at;
                record[field] = there;
            }
        }

        return followed;
    }
}
