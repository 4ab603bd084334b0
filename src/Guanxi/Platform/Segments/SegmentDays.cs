using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>How large a segment was at the end of each day, by the owner of the customers.</summary>
internal static class SegmentDays
{
    /// <summary>When the company's day is over, how large each segment was at its end.</summary>
    public static async Task KeepAsync(Workspace workspace, CancellationToken cancel)
    {
        List<(Guid Id, string Day)> behind;
        TimeZoneInfo zone;
        string today;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            zone = (await SegmentSet.ActorAsync(workspace, session, cancel)).TimeZone;
            today = Day(workspace.Now, zone);
            behind = await session.ListAsync(Sql.Of($"SELECT id, day FROM segment WHERE deleted_at IS NULL AND state = 'ready' AND COALESCE(day, '') < {today}"), row => (row.Id(0), row.OptionalText(1) ?? ""), cancel);
        }

        foreach (var (id, day) in behind)
        {
            if (workspace.Directory.Segments.Find(id) is not { } segment)
            {
                continue;
            }

            await workspace.WriteAsync(
                workspace.System(),
                async context =>
                {
                    if (day.Length > 0)
                    {
                        await CountAsync(context.Session, workspace.Schema[Segment.Noun], segment, day, cancel);
                    }

                    await context.Session.ExecuteAsync(Sql.Of($"UPDATE segment SET day = {today} WHERE id = {id}"), cancel);

                    // Every process learns how large it has become: that decides how it is asked.
                    context.DirectoryChanged = true;
                },
                cancel: cancel);
        }
    }

    /// <summary>The conditions are others, so what came before is the growth of another segment.</summary>
    public static async Task BeginAsync(DatabaseSession session, RecordType type, SegmentInfo segment, TimeZoneInfo zone, DateTimeOffset now, CancellationToken cancel)
    {
        await session.ExecuteAsync(Sql.Of($"DELETE FROM segment_day WHERE segment = {segment.Sequence}"), cancel);
        await CountAsync(session, type, segment, Day(now, zone), cancel);
        await session.ExecuteAsync(Sql.Of($"UPDATE segment SET day = {Day(now, zone)} WHERE id = {segment.Id}"), cancel);
    }

    private static async Task CountAsync(DatabaseSession session, RecordType type, SegmentInfo segment, string day, CancellationToken cancel)
    {
        var (table, owner) = (new SqlName(type.Table), new SqlName("t." + type.AccessOwnerColumn));
        await session.ExecuteAsync(Sql.Of($"DELETE FROM segment_day WHERE segment = {segment.Sequence} AND day = {day}"), cancel);
        await session.ExecuteAsync(
            Sql.Of($"INSERT INTO segment_day (segment, day, owner_id, size) SELECT {segment.Sequence}, {day}, {owner}, COUNT(*) FROM segment_member m JOIN {table} t ON t.seq = m.member WHERE m.members = {segment.Members} AND t.deleted_at IS NULL GROUP BY {owner}"), cancel);
    }

    public static string Day(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
