using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>How large segments are, how they have grown and how they overlap, always counted over the customers that the actor may see.</summary>
public static class SegmentFigures
{
    public const int MostOverlapping = 8;

    /// <summary>The sizes of all segments in one question.</summary>
    public static async Task<IReadOnlyDictionary<Guid, long>> SizesAsync(DatabaseSession session, Actor actor, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema[Segment.Noun];
        var book = actor.Directory.Segments.All;
        var door = AccessDoor.For(actor, type, Verb.Read, now);
        if (door.Everything)
        {
            var kept = (await session.ListAsync(Sql.Of($"SELECT id, size FROM segment WHERE deleted_at IS NULL AND kind = 'live'"), row => (Id: row.Id(0), Size: row.OptionalInteger(1) ?? 0), cancel)).ToDictionary(item => item.Id, item => item.Size);
            foreach (var list in book.Where(segment => !segment.IsLive))
            {
                // A list keeps those in the recycle bin, who do not count.
                kept[list.Id] = await CountAsync(session, type, list, door, null, cancel);
            }

            return kept;
        }

        var sizes = (await session.ListAsync(
            new Sql().Append($"SELECT m.members, COUNT(*) FROM {type.Table} t CROSS JOIN segment_member m WHERE m.member = t.seq AND t.deleted_at IS NULL AND ").Append(door.Condition("t")).Append(" GROUP BY m.members"),
            row => (Members: row.Integer(0), Size: row.Integer(1)), cancel)).ToDictionary(item => item.Members, item => item.Size);
        return book.ToDictionary(segment => segment.Id, segment => sizes.GetValueOrDefault(segment.Members));
    }

    /// <summary>Members the actor sees; with <paramref name="since"/> only those who came in after that, and not when the set was worked out.</summary>
    public static async Task<long> CountAsync(DatabaseSession session, RecordType type, SegmentInfo segment, AccessDoor door, DateTimeOffset? since, CancellationToken cancel = default)
    {
        if (door.Everything && segment.IsLive && since is null)
        {
            // Kept as members come and go; counting a million again would take a second.
            return await session.ScalarAsync<long?>(Sql.Of($"SELECT size FROM segment WHERE id = {segment.Id}"), cancel) ?? 0;
        }

        var sql = new Sql().Append("SELECT COUNT(*) FROM segment_member m ").Append(door.Everything ? "CROSS" : "INNER").Append($" JOIN {type.Table} t {(door.Everything ? "WHERE" : "ON")} t.seq = m.member {(door.Everything ? "AND" : "WHERE")} m.members = ")
            .Value(segment.Members).Append(" AND t.deleted_at IS NULL AND ").Append(door.Condition("t"));
        return await session.ScalarAsync<long>(since is { } at ? sql.Append(" AND m.since >= ").Value(at).Append(" AND m.since > COALESCE((SELECT s.built_at FROM segment s WHERE s.id = ").Value(segment.Id).Append("), 0)") : sql, cancel);
    }

    /// <summary>The size at the end of each day kept, oldest first, summed over the owners that the actor reaches; what was shared with him alone is not among them.</summary>
    public static async Task<IReadOnlyList<(string Day, long Size)>> GrowthAsync(DatabaseSession session, Actor actor, SegmentInfo segment, int days, DateTimeOffset now, CancellationToken cancel = default)
    {
        var door = AccessDoor.For(actor, actor.Schema[Segment.Noun], Verb.Read, now);
        var from = SegmentDays.Day(now.AddDays(-days), actor.TimeZone);
        var sql = new Sql().Append("SELECT d.day, SUM(d.size) FROM segment_day d WHERE d.segment = ").Value(segment.Sequence).Append(" AND d.day >= ").Value(from);
        if (!door.Everything)
        {
            sql.Append(" AND d.owner_id IN ").List(door.Owners);
        }

        return door.Nothing ? [] : await session.ListAsync(sql.Append(" GROUP BY d.day ORDER BY d.day"), row => (row.Text(0), Convert.ToInt64(row.Any(1))), cancel);
    }

    /// <summary>How many customers are in each pair of segments; a segment with itself is its size.</summary>
    public static async Task<long[][]> OverlapAsync(DatabaseSession session, Actor actor, IReadOnlyList<SegmentInfo> segments, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema[Segment.Noun];
        var door = AccessDoor.For(actor, type, Verb.Read, now);
        var mask = new Sql().Append("SELECT m.member, SUM(CASE m.members");
        for (var i = 0; i < segments.Count; i++)
        {
            mask.Append(" WHEN ").Value(segments[i].Members).Append($" THEN {1 << i}");
        }

        mask.Append(" ELSE 0 END) AS bits FROM segment_member m WHERE m.members IN ").List(segments.Select(segment => segment.Members)).Append(" GROUP BY m.member");
        var groups = await session.ListAsync(
            new Sql().Append("SELECT g.bits, COUNT(*) FROM (").Append(mask).Append($") g JOIN {type.Table} t ON t.seq = g.member WHERE t.deleted_at IS NULL AND ").Append(door.Condition("t")).Append(" GROUP BY g.bits"),
            row => (Bits: Convert.ToInt64(row.Any(0)), Count: row.Integer(1)), cancel);
        return [.. segments.Select((_, i) => segments.Select((_, j) => groups.Where(group => (group.Bits & (1L << i)) != 0 && (group.Bits & (1L << j)) != 0).Sum(group => group.Count)).ToArray())];
    }
}
