using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Segments;

/// <summary>The rows of one segment's members: worked out for the whole base, or for a handful of customers in the transaction under way.</summary>
public static class SegmentSet
{
    private const int RowsAtOnce = 5_000;

    /// <summary>The program as it works members out: by the company's clock.</summary>
    public static async Task<Actor> ActorAsync(Workspace workspace, DatabaseSession session, CancellationToken cancel)
    {
        var settings = await Settings.ReadAsync(session, cancel);
        return new Actor(Actor.SystemPerson with { TimeZone = settings.TimeZone }, workspace.Directory, workspace.Schema, "system");
    }

    public static Sql Condition(Actor actor, Dialect dialect, FilterNode filter, RecordType type, DateTimeOffset now) =>
        new Sql().Append("t.deleted_at IS NULL AND (").Append(new FilterCompiler(actor, dialect, now) { ForMembership = true }.Compile(filter, type, "t")).Append(")");

    /// <summary>
    /// Works out the whole set: read without holding anybody up, then written some thousand rows a transaction. What is already there stays, so a set that is only looked over again costs its differences.
    /// </summary>
    public static async Task<int> FillAsync(Workspace workspace, Actor actor, FilterNode filter, RecordType type, long members, DateTimeOffset now, CancellationToken cancel)
    {
        List<long> wanted;
        HashSet<long> there;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            wanted = await session.ListAsync(new Sql().Append($"SELECT t.seq FROM {type.Table} t WHERE ").Append(Condition(actor, session.Dialect, filter, type, now)), row => row.Integer(0), cancel);
            there = [.. await session.ListAsync(Sql.Of($"SELECT member FROM segment_member WHERE members = {members}"), row => row.Integer(0), cancel)];
        }

        var missing = wanted.Where(member => !there.Remove(member)).ToList();
        foreach (var chunk in missing.Chunk(RowsAtOnce))
        {
            await workspace.Database.WriteAsync(
                async session =>
                {
                    await WorkAsync(session, chunk, cancel);
                    await session.ExecuteAsync(Sql.Of($"INSERT INTO segment_member (members, member, since) SELECT {members}, w.member, {now} FROM segment_work w WHERE NOT EXISTS (SELECT 1 FROM segment_member m WHERE m.members = {members} AND m.member = w.member)"), cancel);
                    await session.ExecuteAsync(Sql.Of($"DELETE FROM segment_work"), cancel);
                },
                cancel);
        }

        foreach (var chunk in there.Chunk(RowsAtOnce))
        {
            await workspace.Database.WriteAsync(
                async session =>
                {
                    await WorkAsync(session, chunk, cancel);
                    await session.ExecuteAsync(Sql.Of($"DELETE FROM segment_member WHERE members = {members} AND member IN (SELECT w.member FROM segment_work w)"), cancel);
                    await session.ExecuteAsync(Sql.Of($"DELETE FROM segment_work"), cancel);
                },
                cancel);
        }

        return wanted.Count;
    }

    /// <summary>Throws a set away that another has taken the place of.</summary>
    public static async Task DropAsync(Workspace workspace, long members, CancellationToken cancel)
    {
        for (var gone = RowsAtOnce; gone == RowsAtOnce;)
        {
            gone = await workspace.Database.WriteAsync(
                async session => await session.ExecuteAsync(Sql.Of($"DELETE FROM segment_member WHERE members = {members} AND member IN (SELECT m.member FROM segment_member m WHERE m.members = {members} LIMIT {RowsAtOnce})"), cancel), cancel);
        }
    }

    /// <summary>Puts row numbers onto the bench of the transaction. The cursor's row is locked first, so that two processes do not share it.</summary>
    public static async Task WorkAsync(DatabaseSession session, IReadOnlyCollection<long> members, CancellationToken cancel)
    {
        await LockAsync(session, cancel);
        var list = members as IReadOnlyList<long> ?? [.. members];
        await BulkInsert.RunAsync(session, "segment_work", ["member"], (i, values) => values[0] = list[i], list.Count, cancel: cancel);
    }

    public static async Task<long> LockAsync(DatabaseSession session, CancellationToken cancel)
    {
        var lockRow = new SqlName(session.Dialect.IsSqlite ? "" : " FOR UPDATE");
        return await session.ScalarAsync<long>(Sql.Of($"SELECT seq FROM segment_cursor WHERE one = 1{lockRow}"), cancel);
    }

    /// <summary>Looks at the customers on the bench again: who meets the conditions comes in, who does not goes out. Answers how many did either.</summary>
    public static async Task<int> RenewAsync(DatabaseSession session, Actor actor, SegmentInfo segment, FilterNode filter, RecordType type, DateTimeOffset now, CancellationToken cancel)
    {
        var met = new Sql().Append($"SELECT t.seq FROM segment_work w CROSS JOIN {type.Table} t WHERE t.seq = w.member AND ").Append(Condition(actor, session.Dialect, filter, type, now));
        var left = await session.ExecuteAsync(
            new Sql().Append("DELETE FROM segment_member WHERE members = ").Value(segment.Members).Append(" AND member IN (SELECT w.member FROM segment_work w) AND member NOT IN (").Append(met).Append(")"), cancel);
        var entered = await session.ExecuteAsync(
            new Sql().Append("INSERT INTO segment_member (members, member, since) SELECT ").Value(segment.Members).Append(", x.seq, ").Value(now).Append(" FROM (").Append(met)
                .Append(") x WHERE NOT EXISTS (SELECT 1 FROM segment_member m WHERE m.members = ").Value(segment.Members).Append(" AND m.member = x.seq)"),
            cancel);
        if (left + entered > 0)
        {
            await session.ExecuteAsync(Sql.Of($"UPDATE segment SET size = COALESCE(size, 0) + {(long)(entered - left)} WHERE id = {segment.Id}"), cancel);
        }

        return left + entered;
    }
}
