using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Merging;

/// <summary>A merge as it is remembered.</summary>
public sealed record RecordMerge(Guid Id, string Type, Guid Survivor, Guid Loser, DateTimeOffset At, Guid? By, DateTimeOffset? UndoneAt, Guid? UndoneBy);

/// <summary>The merges there were.</summary>
public static class RecordMerges
{
    private const string Select = "SELECT id, record_type, survivor_id, loser_id, at, actor_id, undone_at, undone_by FROM record_merge";

    /// <summary>The record that one was merged into, through all merges since; null when it was not.</summary>
    public static async Task<Guid?> SurvivorAsync(DatabaseSession session, Guid id, CancellationToken cancel = default)
    {
        Guid? found = null;
        for (var at = id; ;)
        {
            var next = await session.FirstAsync(Sql.Of($"SELECT survivor_id FROM record_merge WHERE loser_id = {at} AND undone_at IS NULL"), row => row.OptionalId(0), cancel);
            if (next is not { } survivor)
            {
                return found;
            }

            (found, at) = (survivor, survivor);
        }
    }

    public static async Task<RecordMerge?> FindAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) => await session.FirstAsync(new Sql().Append(Select).Append(" WHERE id = ").Value(id), Read, cancel);

    /// <summary>Merges of a noun, newest first; with <paramref name="record"/> those it took part in.</summary>
    public static async Task<List<RecordMerge>> ListAsync(DatabaseSession session, RecordType type, Guid? record, Guid? before, int limit, CancellationToken cancel = default)
    {
        var sql = new Sql().Append(Select).Append(" WHERE record_type = ").Value(type.Name);
        if (record is { } id)
        {
            sql.Append(" AND (survivor_id = ").Value(id).Append(" OR loser_id = ").Value(id).Append(")");
        }

        if (before is { } cursor)
        {
            sql.Append(" AND id < ").Value(cursor);
        }

        return await session.ListAsync(sql.Append(" ORDER BY id DESC LIMIT ").Value(limit), Read, cancel);
    }

    private static RecordMerge Read(Row row) => new(row.Id(0), row.Text(1), row.Id(2), row.Id(3), row.Instant(4), row.OptionalId(5), row.OptionalInstant(6), row.OptionalId(7));
}
