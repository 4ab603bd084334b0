using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;

namespace Guanxi.Customers.Lifecycle;

/// <summary>How many customers stand in which stage, where they went on to and how long they stayed, over the customers that the actor sees.</summary>
public static class LifecycleFigures
{
    private const long Counted = 60_000;
    private const int Windows = 40;
    private const int RowsAWindow = 500;

    /// <param name="Days">Mean number of days that those who left stayed; null when nobody left.</param>
    public sealed record Step(string From, string To, long Count, double Days);

    public static async Task<IReadOnlyList<(string Stage, long Count, double? Days)>> StagesAsync(DatabaseSession session, Actor actor, DateTimeOffset now, CancellationToken cancel = default)
    {
        var door = Door(actor, now);
        return await session.ListAsync(
            Sql.Of($"SELECT t.stage, COUNT(*), AVG(({now} - COALESCE(t.stage_since, t.created_at)) / 86400000.0) FROM customer t WHERE t.deleted_at IS NULL AND t.stage IS NOT NULL AND {door.Condition("t")} GROUP BY t.stage"),
            row => (row.Text(0), row.Integer(1), (double?)Convert.ToDouble(row.Any(2))), cancel);
    }

    /// <summary>The moves of a stretch of time, by stage left and entered.</summary>
    public static async Task<IReadOnlyList<Step>> StepsAsync(DatabaseSession session, Actor actor, DateTimeOffset since, DateTimeOffset now, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT m.from_stage, m.to_stage, COUNT(*), AVG((m.at - m.since) / 86400000.0) FROM stage_move m JOIN customer t ON t.seq = m.customer WHERE m.at >= {since} AND m.from_stage IS NOT NULL AND m.to_stage IS NOT NULL AND t.deleted_at IS NULL AND {Door(actor, now).Condition("t")} GROUP BY m.from_stage, m.to_stage"),
        row => new Step(row.Text(0), row.Text(1), row.Integer(2), Convert.ToDouble(row.Any(3))), cancel);

    /// <summary>The moves of one customer, oldest first.</summary>
    public static async Task<IReadOnlyList<(DateTimeOffset At, string? From, string? To, DateTimeOffset Since, Guid? Actor, bool ByRule)>> OfAsync(DatabaseSession session, Guid customer, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT m.at, m.from_stage, m.to_stage, m.since, m.actor_id, m.by_rule FROM customer t JOIN stage_move m ON m.customer = t.seq WHERE t.id = {customer} ORDER BY m.at"),
        row => (row.Instant(0), row.OptionalText(1), row.OptionalText(2), row.Instant(3), row.OptionalId(4), row.Integer(5) != 0), cancel);

    /// <param name="IsExact">Otherwise the counts are reckoned from rows spread evenly over the base.</param>
    public sealed record Preview(IReadOnlyList<(string? From, string To, long Count)> Moves, IReadOnlyList<(Guid Id, string Name, string? From, string To)> Some, bool IsExact);

    /// <summary>Whom rules would move if they were put to use on the whole base, as far as the actor sees them.</summary>
    public static async Task<Preview> PreviewAsync(DatabaseSession session, Actor actor, LifecycleRules rules, TimeZoneInfo zone, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema["customers"];
        var program = new Actor(Actor.SystemPerson with { TimeZone = zone.Id }, actor.Directory, actor.Schema, "system");
        Sql Rows(Sql which) => new Sql().Append("SELECT x.id, x.name, x.stage, x.belongs FROM (SELECT t.id, t.name, t.stage, ").Append(rules.Derived(program, session.Dialect, type, now)).Append(" AS belongs FROM customer t WHERE t.deleted_at IS NULL AND ")
            .Append(Door(actor, now).Condition("t")).Append(" AND ").Append(which).Append(") x WHERE x.belongs IS DISTINCT FROM x.stage");
        var last = await session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(seq) FROM customer"), cancel) ?? 0;
        var exact = last <= Counted;
        var found = new List<(Guid Id, string Name, string? From, string To)>();
        for (var i = 0; i < (exact ? 1 : Windows); i++)
        {
            var from = exact ? 0 : last / Windows * i;
            found.AddRange(await session.ListAsync(Rows(Sql.Of($"t.seq > {from} AND t.seq <= {(exact ? last : from + RowsAWindow)}")), row => (row.Id(0), row.Text(1), row.OptionalText(2), row.Text(3)), cancel));
        }

        var scale = exact ? 1 : last / (double)(Windows * RowsAWindow);
        return new Preview([.. found.GroupBy(move => (move.From, move.To)).Select(group => (group.Key.From, group.Key.To, (long)Math.Round(group.Count() * scale))).OrderByDescending(move => move.Item3)], [.. found.Take(20)], exact);
    }

    private static AccessDoor Door(Actor actor, DateTimeOffset now) => AccessDoor.For(actor, actor.Schema["customers"], Verb.Read, now);
}
