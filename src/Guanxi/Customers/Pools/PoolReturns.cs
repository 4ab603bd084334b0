using Guanxi.Customers.Customers;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>Takes back what nobody followed up, warns before, and says beforehand what would go.</summary>
public static class PoolReturns
{
    private const int AtOnce = 200;

    /// <summary>One night's work; answers how many went back.</summary>
    public static async Task<int> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            if (workspace.Schema.Find("pools") is null || await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pool WHERE active = 1 AND deleted_at IS NULL"), cancel) == 0)
            {
                return 0;
            }
        }

        // An import, a moved person: the days are told anew before anything goes by them.
        await workspace.WriteAsync(workspace.System(), async context =>
        {
            await EndProtectionsAsync(context, cancel);
            await PoolClock.TellAllAsync(context);
        }, cancel: cancel);
        await WarnAsync(workspace, cancel);
        var returned = 0;
        for (var done = AtOnce; done == AtOnce;)
        {
            done = await workspace.WriteAsync(workspace.System(), context => ReturnAsync(context, cancel), cancel: cancel);
            returned += done;
        }

        return returned;
    }

    private static async Task EndProtectionsAsync(SaveContext context, CancellationToken cancel) =>
        await context.SweepAsync(context.Schema["customers"], "protectedUntil", null, Sql.Of($"protected_until <= {context.Now}"), "unprotect", cancel);

    private static async Task<int> ReturnAsync(SaveContext context, CancellationToken cancel)
    {
        var type = context.Schema["customers"];
        var due = await context.Session.ListAsync(Sql.Of($"SELECT id, returns_at, COALESCE(last_activity_at, owned_since, created_at) FROM customer WHERE returns_at <= {context.Now} AND owner_id IS NOT NULL AND deleted_at IS NULL ORDER BY returns_at LIMIT {AtOnce}"), row => (Id: row.Id(0), Since: row.Instant(2)), cancel);
        var pools = await PoolClock.ActiveAsync(context.Session, context.Schema["pools"], cancel);
        foreach (var (id, since) in due)
        {
            if (await RecordStore.FindAsync(context.Session, type, id, cancel) is not { OwnerId: { } owner } customer || PoolClock.Of(context.Actor.Directory, pools, owner) is not { } pool)
            {
                continue;
            }

            var why = await PoolRules.WhyAsync(context, pool, customer, since, cancel);

            // Told first: afterwards he may no longer see it.
            await Notifications.SendAsync(context, owner, "returned", type.Name, id, customer.Title, ("这位客户已回到公海", "This customer has gone back to the pool"));
            await PoolCustomers.PutAsync(context, customer, pool, "return", why.In(context.Actor.Language), cancel);
        }

        return due.Count;
    }

    /// <summary>Twice for each day a customer is due: as many days before as its pool says, and the day before.</summary>
    private static async Task WarnAsync(Workspace workspace, CancellationToken cancel) => await workspace.WriteAsync(
        workspace.System(),
        async context =>
        {
            var pools = await PoolClock.ActiveAsync(context.Session, context.Schema["pools"], cancel);
            var furthest = context.Now.AddDays(pools.Max(pool => pool.Number("warnDays") ?? 0));
            var last = context.Now.AddDays(1);
            var soon = await context.Session.ListAsync(
                Sql.Of($"SELECT c.id, c.name, c.owner_id, c.returns_at FROM customer c WHERE c.returns_at > {context.Now} AND c.returns_at <= {furthest} AND c.owner_id IS NOT NULL AND c.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM pool_event e WHERE e.customer_id = c.id AND e.kind = CASE WHEN c.returns_at <= {last} THEN 'warn-last' ELSE 'warn' END AND e.returns_at = c.returns_at) ORDER BY c.returns_at LIMIT 2000"),
                row => (Id: row.Id(0), Name: row.Text(1), Owner: row.Id(2), At: row.Instant(3)), cancel);
            foreach (var (id, name, owner, at) in soon.Where(item => item.At <= context.Now.AddDays(PoolClock.Of(context.Actor.Directory, pools, item.Owner)?.Number("warnDays") ?? 0)))
            {
                var days = Math.Max(1, (int)Math.Ceiling((at - context.Now).TotalDays));
                await Notifications.SendAsync(context, owner, "returning", "customers", id, name, new Label($"{days} 天后回到公海，请尽快跟进", $"Goes back to the pool in {days} days; get in touch"));
                await PoolCustomers.WriteAsync(context, at <= last ? "warn-last" : "warn", id, null, owner, null, at, cancel);
            }

            return 0;
        },
        cancel: cancel);

    /// <summary>What would go back now by rules as they are, or by those of one pool that is being changed and not saved.</summary>
    public static async Task<(long Count, IReadOnlyList<(Guid Id, string Name, Guid Owner)> Some)> TryAsync(SaveContext context, Pool? changed, CancellationToken cancel = default)
    {
        var pools = (await PoolClock.ActiveAsync(context.Session, context.Schema["pools"], cancel)).Where(pool => pool.Id != changed?.Id).Concat(changed is { IsActive: true } ? [changed] : []).ToList();
        var count = 0L;
        var tiers = await Tiers.TierPolicy.ReadAsync(context.Session, cancel);
        var some = new List<(Guid, string, Guid)>();
        foreach (var group in context.Actor.Directory.People.GroupBy(person => PoolClock.Of(context.Actor.Directory, pools, person.Id)))
        {
            if (group.Key is not { } pool)
            {
                continue;
            }

            Sql Which() => Sql.Of($"t.deleted_at IS NULL AND {PoolRules.ReturnsSql(pool, context.Session.Dialect, context.Schema, tiers)} <= {context.Now} AND t.owner_id IN ").List(group.Select(person => person.Id));
            count += await context.Session.ScalarAsync<long>(new Sql().Append("SELECT COUNT(*) FROM customer t WHERE ").Append(Which()), cancel);
            some.AddRange(await context.Session.ListAsync(new Sql().Append("SELECT t.id, t.name, t.owner_id FROM customer t WHERE ").Append(Which()).Append(" LIMIT 20"), row => (row.Id(0), row.Text(1), row.Id(2)), cancel));
        }

        return (count, [.. some.Take(20)]);
    }
}
