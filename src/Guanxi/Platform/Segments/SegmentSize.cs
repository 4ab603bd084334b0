using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>How many customers conditions find, quickly enough to be told while somebody is still choosing them.</summary>
public static class SegmentSize
{
    /// <summary>A base up to this is counted outright.</summary>
    private const long Counted = 60_000;

    private const int Windows = 40;
    private const int RowsAWindow = 500;

    /// <param name="Value">How many.</param>
    /// <param name="IsExact">Otherwise it is reckoned from 20,000 rows spread evenly over the base.</param>
    public readonly record struct Size(long Value, bool IsExact);

    public static async Task<Size> OfAsync(DatabaseSession session, Actor actor, string? filter, bool exact, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema[Segment.Noun];
        var node = Segment.Check(actor, session.Dialect, filter, null, now);
        var sql = new ListSql(actor, new ListQuery(type) { Filter = node }, session.Dialect, now);
        var last = await session.ScalarAsync<long?>(new Sql().Append($"SELECT MAX(seq) FROM {type.Table}"), cancel) ?? 0;
        if (exact || last <= Counted || !sql.Door().Everything)
        {
            return new Size(await session.ScalarAsync<long>(sql.Count(null), cancel), true);
        }

        var found = 0L;
        var (table, conditions) = (new SqlName(type.Table), sql.Conditions());
        for (var i = 0; i < Windows; i++)
        {
            var from = last / Windows * i;
            found += await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM {table} t WHERE t.seq > {from} AND t.seq <= {from + RowsAWindow} AND {conditions}"), cancel);
        }

        return new Size((long)Math.Round(found / (double)(Windows * RowsAWindow) * last), false);
    }
}
