using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>
/// Keeps beside each customer when it goes back to the pool, by the rules of its owner's pool (<see cref="PoolRules"/>). Derived, so without version or ledger line.
/// </summary>
public static class PoolClock
{
    /// <summary>The pools in use, oldest first.</summary>
    public static async Task<List<Pool>> ActiveAsync(DatabaseSession session, RecordType type, CancellationToken cancel = default) =>
        [.. (await Platform.Search.SearchIndex.ReadAsync(session, type, Sql.Of($"t.active = 1 AND t.deleted_at IS NULL ORDER BY t.seq"), cancel)).Cast<Pool>()];

    /// <summary>The pool whose rules hold for an owner: one that names him, else that of the nearest team, else the first for everybody.</summary>
    public static Pool? Of(Platform.Access.Directory directory, IReadOnlyList<Pool> pools, Guid? owner)
    {
        if (pools.FirstOrDefault(pool => owner is { } person && pool.Members.People.Contains(person)) is { } named)
        {
            return named;
        }

        foreach (var team in directory.TeamAndAbove(directory.Person(owner)?.TeamId))
        {
            if (pools.FirstOrDefault(pool => pool.Teams.Contains(team)) is { } near)
            {
                return near;
            }
        }

        return pools.FirstOrDefault(pool => pool.IsEverybodys);
    }

    /// <summary>When today began where the company is: a limit a day must not begin anew for whoever says that he lives elsewhere.</summary>
    public static async Task<DateTimeOffset> TodayAsync(DatabaseSession session, DateTimeOffset now, CancellationToken cancel = default)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById((await Platform.Settings.ReadAsync(session, cancel)).TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var local = TimeZoneInfo.ConvertTime(now, zone);
        return new DateTimeOffset(local.Date, zone.GetUtcOffset(local.Date));
    }

    /// <summary>After something about one customer changed that its clocks go by.</summary>
    public static async ValueTask TellAsync(SaveContext context, Guid customer)
    {
        if (context.Schema.Find("pools") is not { } type || await ActiveAsync(context.Session, type) is not { Count: > 0 } pools)
        {
            return;
        }

        var owner = await context.Session.FirstAsync(Sql.Of($"SELECT owner_id FROM customer WHERE id = {customer}"), row => row.OptionalId(0));
        var returns = owner is not null && Of(context.Actor.Directory, pools, owner) is { } pool ? PoolRules.ReturnsSql(pool, context.Session.Dialect, context.Schema, await TierPolicy.ReadAsync(context.Session)) : new SqlName("NULL");
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer AS t SET returns_at = {returns} WHERE t.id = {customer}"));
    }

    /// <summary>After rules, teams or a whole import changed: one statement a pool.</summary>
    public static async Task TellAllAsync(SaveContext context)
    {
        var pools = await ActiveAsync(context.Session, context.Schema["pools"]);
        var tiers = await TierPolicy.ReadAsync(context.Session);
        foreach (var group in context.Actor.Directory.People.GroupBy(person => Of(context.Actor.Directory, pools, person.Id)))
        {
            var returns = group.Key is { } pool ? PoolRules.ReturnsSql(pool, context.Session.Dialect, context.Schema, tiers) : new SqlName("NULL");
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer AS t SET returns_at = {returns} WHERE t.deleted_at IS NULL AND t.returns_at IS DISTINCT FROM {returns} AND t.owner_id IN ").List(group.Select(person => person.Id)));
        }
    }
}
