using Guanxi.Customers.Customers;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>Claims, releases and protects customers; each is one change of one record, so of a hundred who claim at once one has it.</summary>
public static class PoolCustomers
{
    /// <summary>Whether a person may see what lies in a pool and claim from it.</summary>
    public static bool IsMember(Actor actor, Pool pool) =>
        pool.IsRunBy(actor) || pool.IsEverybodys || pool.Members.People.Contains(actor.Id) || actor.Directory.TeamAndAbove(actor.Person.TeamId).Any(pool.Teams.Contains);

    public static async Task<Record> ClaimAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var (actor, session) = (context.Actor, context.Session);
        var type = context.Schema["customers"];
        if (actor.On(type).Edit == Reach.None)
        {
            throw new RefusedException(RecordRefusals.MayNotEdit);
        }

        // One's own claims follow each other, so that two at once do not both fit under the limit.
        await HoldAsync(session, actor.Id, cancel);
        var customer = await RecordStore.FindAsync(session, type, id, cancel);
        var pools = await PoolClock.ActiveAsync(session, context.Schema["pools"], cancel);
        var pool = customer?.Reference("pool") is { } lies ? pools.Find(known => known.Id == lies) : null;
        var deleted = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer WHERE id = {id} AND deleted_at IS NOT NULL"), cancel) > 0;
        if (customer is null || deleted || (customer.OwnerId is null && (pool is null || !IsMember(actor, pool))))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        if (customer.OwnerId is not null || pool is null)
        {
            // Whoever may not see it learns only that it is no longer there for him, if it was there for him a moment ago.
            var claimed = await session.ListAsync(Sql.Of($"SELECT pool_id FROM pool_event WHERE customer_id = {id} AND kind = 'claim' AND at > {context.Now.AddMinutes(-10)}"), row => row.OptionalId(0), cancel);
            var wasHis = pools.Exists(known => claimed.Contains(known.Id) && IsMember(actor, known));
            throw new RefusedException(wasHis || await RecordStore.ExistsAsync(session, actor, type, id, Verb.Read, context.Now, cancel: cancel) ? PoolRefusals.Taken : Refusal.NotFound);
        }

        if (!pool.IsRunBy(actor))
        {
            await CheckLimitsAsync(context, pool, customer, cancel);
        }

        await CheckCollisionAsync(context, customer, cancel);
        (customer["owner"], ((Customer)customer).IsClaimed) = (actor.Id, true);
        try
        {
            await context.UpdateAsync(customer, "claim", cancel);
        }
        catch (RefusedException lost) when (lost.Refusal.Status == 412)
        {
            throw new RefusedException(PoolRefusals.Taken);
        }

        await WriteAsync(context, "claim", id, pool.Id, actor.Id, null, cancel: cancel);
        return customer;
    }

    private static async Task CheckLimitsAsync(SaveContext context, Pool pool, Record customer, CancellationToken cancel)
    {
        var (actor, session) = (context.Actor, context.Session);
        if (customer.Instant("pooledAt") is { } since)
        {
            if (pool.Number("coolDownDays") is { } days && since.AddDays(days) > context.Now)
            {
                throw new RefusedException(PoolRefusals.CoolingDown(since.AddDays(days)));
            }

            if (pool.Number("formerOwnerDays") is { } wait && await LostAsync(session, customer, actor.Id, since, cancel) is { } lost && lost.AddDays(wait) > context.Now)
            {
                throw new RefusedException(PoolRefusals.FormerOwner(lost.AddDays(wait)));
            }
        }

        if (pool.Number("claimGapMinutes") is { } gap
            && await session.FirstAsync(Sql.Of($"SELECT MAX(at) FROM pool_event WHERE user_id = {actor.Id} AND kind = 'claim' AND pool_id = {pool.Id}"), row => row.OptionalInstant(0), cancel) is { } last && last.AddMinutes(gap) > context.Now)
        {
            throw new RefusedException(PoolRefusals.TooSoon(last.AddMinutes(gap)));
        }

        var today = await PoolClock.TodayAsync(session, context.Now, cancel);
        if (pool.Number("claimsADay") is { } most && await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pool_event WHERE user_id = {actor.Id} AND kind = 'claim' AND pool_id = {pool.Id} AND at >= {today}"), cancel) >= most)
        {
            throw new RefusedException(PoolRefusals.ADay(most));
        }

        if (pool.Number("mostHeld") is { } held
            && await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer WHERE owner_id = {actor.Id} AND deleted_at IS NULL AND (stage IS NULL OR stage NOT IN ('new', 'active', 'loyal', 'wonBack'))"), cancel) >= held)
        {
            throw new RefusedException(PoolRefusals.Held(held));
        }
    }

    /// <summary>When the person last gave it up or lost it; a colleague who had it in between does not make him a stranger to it.</summary>
    private static async Task<DateTimeOffset?> LostAsync(DatabaseSession session, Record customer, Guid person, DateTimeOffset since, CancellationToken cancel) =>
        customer.Reference("formerOwner") == person ? since : await session.FirstAsync(
            Sql.Of($"SELECT MAX(at) FROM pool_event WHERE customer_id = {customer.Id} AND user_id = {person} AND kind IN ('release', 'return')"), row => row.OptionalInstant(0), cancel);

    /// <summary>What one person does under a limit happens one after the other.</summary>
    internal static async Task HoldAsync(DatabaseSession session, Guid person, CancellationToken cancel)
    {
        var hold = new SqlName(session.Dialect.IsSqlite ? "" : " FOR UPDATE");
        await session.ListAsync(Sql.Of($"SELECT id FROM app_user WHERE id = {person}{hold}"), row => row.Id(0), cancel);
    }

    /// <summary>The same customer may be a colleague's already under another writing of its name.</summary>
    private static async Task CheckCollisionAsync(SaveContext context, Record customer, CancellationToken cancel)
    {
        if (context.IsConfirmed(MatchGuard.Key))
        {
            return;
        }

        var settings = await MatchSettings.ReadAsync(context.Session, cancel);
        var found = MatchGuard.Told(await MatchFinder.FindAsync(context.Session, context.Actor, customer, context.Now, settings, cancel: cancel))
            .FirstOrDefault(item => item.BandName == "match" && item.Record.OwnerId is { } owner && owner != context.Actor.Id);
        if (found is not null)
        {
            context.Confirm(MatchGuard.Key, "name", MatchGuard.Words(context.Actor, found));
        }
    }

    /// <param name="pool">Where to; the pool of the owner's team when it is not said.</param>
    public static async Task<Record> ReleaseAsync(SaveContext context, Guid id, Guid? pool, string? reason, CancellationToken cancel = default)
    {
        var customer = await LoadOwnAsync(context, id, cancel);
        var pools = await PoolClock.ActiveAsync(context.Session, context.Schema["pools"], cancel);
        var to = pool is null ? PoolClock.Of(context.Actor.Directory, pools, customer.OwnerId) ?? pools.FirstOrDefault() : pools.Find(known => known.Id == pool);
        if (to is null)
        {
            throw new RefusedException(pool is null ? PoolRefusals.NoPool : Refusal.Invalid("pool", RecordRefusals.UnknownReference));
        }

        if (to.Reasons.Count > 0 && !to.Reasons.Contains(reason, StringComparer.Ordinal) && !context.Actor.Has(Functions.ManagePools))
        {
            throw new RefusedException(Refusal.Invalid("reason", new Label($"请选择原因：{string.Join('、', to.Reasons)}", $"Choose a reason: {string.Join(", ", to.Reasons)}")));
        }

        if (customer.OwnerId is { } owner)
        {
            // Told first: afterwards he may no longer see it.
            await Platform.Live.Notifications.SendAsync(context, owner, "returned", customer.Type.Name, id, customer.Title, ("{0} 把这位客户放入了公海", "{0} put this customer into the pool"));
        }

        await PutAsync(context, customer, to, "release", reason, cancel);
        return customer;
    }

    /// <summary>Out of the owner's hands into the pool; the clocks stop, and so do the protection and the shares: what lies there is seen as a pool shows it, by the former owner too.</summary>
    internal static async Task PutAsync(SaveContext context, Record customer, Pool pool, string kind, string? reason, CancellationToken cancel)
    {
        var owner = customer.OwnerId;
        await Grants.EndAsync(context, customer, cancel);
        customer["owner"] = null;
        customer["pool"] = pool.Id;
        customer["pooledAt"] = context.Now;
        customer["poolReason"] = reason is { Length: > 200 } ? reason[..200] : reason;
        customer["formerOwner"] = owner;
        await context.UpdateAsync(customer, kind, cancel);
        await WriteAsync(context, kind, customer.Id, pool.Id, owner, reason, cancel: cancel);
    }

    /// <summary>Keeps a customer from going back until a day; without one the protection ends.</summary>
    public static async Task<Record> ProtectAsync(SaveContext context, Guid id, DateTimeOffset? until, CancellationToken cancel = default)
    {
        var customer = await LoadOwnAsync(context, id, cancel);
        if (until is { } end)
        {
            var pool = PoolClock.Of(context.Actor.Directory, await PoolClock.ActiveAsync(context.Session, context.Schema["pools"], cancel), customer.OwnerId);
            var days = pool?.Number("protectDays") ?? throw new RefusedException(PoolRefusals.NoProtection);
            if (pool["keepsWon"] is true && customer.Text("stage") is "new" or "active" or "loyal" or "wonBack")
            {
                throw new RefusedException(PoolRefusals.NeedsNoProtection);
            }

            await HoldAsync(context.Session, customer.OwnerId!.Value, cancel);
            var last = (await BeganAsync(context, customer, cancel)).AddDays(days);
            if (end <= context.Now || end > last)
            {
                throw new RefusedException(last <= context.Now ? PoolRefusals.ProtectionUsed(days) : PoolRefusals.TooLong(last));
            }

            if (pool.Number("mostProtected") is { } most
                && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer WHERE owner_id = {customer.OwnerId} AND protected_until > {context.Now} AND deleted_at IS NULL AND id <> {id}"), cancel) >= most)
            {
                throw new RefusedException(PoolRefusals.TooManyProtected(most));
            }
        }

        customer["protectedUntil"] = until;
        await context.UpdateAsync(customer, until is null ? "unprotect" : "protect", cancel);
        await WriteAsync(context, until is null ? "unprotect" : "protect", id, null, customer.OwnerId, null, until, cancel);
        return customer;
    }

    /// <summary>
    /// When the protection by this owner began: prolonging it day by day makes it no longer than the pool allows. Who looks after the pools, or gives customers to owners, begins a new one.
    /// </summary>
    private static async Task<DateTimeOffset> BeganAsync(SaveContext context, Record customer, CancellationToken cancel) =>
        context.Actor.Has(Functions.ManagePools) || context.Actor.Has(Functions.AssignOwner) ? context.Now : await context.Session.FirstAsync(
            Sql.Of($"SELECT MIN(at) FROM pool_event WHERE customer_id = {customer.Id} AND user_id = {customer.OwnerId} AND kind = 'protect' AND at >= {customer.Instant("ownedSince") ?? customer.CreatedAt}"), row => row.OptionalInstant(0), cancel) ?? context.Now;

    /// <summary>The pool, by id or name, into which somebody brings new customers from outside: one's own pools, or any for who may assign owners.</summary>
    public static async ValueTask<Guid> FindAsync(SaveContext context, string idOrName)
    {
        var pools = (await PoolClock.ActiveAsync(context.Session, context.Schema["pools"])).Where(pool => IsMember(context.Actor, pool) || context.Actor.Has(Functions.AssignOwner)).ToList();
        var found = pools.Where(pool => Guid.TryParse(idOrName, out var id) ? pool.Id == id : string.Equals(pool.Text("name"), idOrName.Trim(), StringComparison.OrdinalIgnoreCase)).ToList();
        return found is [var one] ? one.Id : throw new RefusedException(Refusal.Invalid("pool", RecordRefusals.UnknownReference));
    }

    private static async Task<Record> LoadOwnAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        var customer = await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["customers"], id, Verb.Edit, context.Now, cancel: cancel);
        if (customer.OwnerId is not { } owner)
        {
            throw new RefusedException(PoolRefusals.NoOwner);
        }

        return owner == context.Actor.Id || context.Actor.Has(Functions.AssignOwner) ? customer : throw new RefusedException(PoolRefusals.NotYours);
    }

    internal static async Task WriteAsync(SaveContext context, string kind, Guid customer, Guid? pool, Guid? user, string? reason, DateTimeOffset? returnsAt = null, CancellationToken cancel = default)
    {
        var id = Guid.CreateVersion7(context.Now);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO pool_event (id, at, kind, customer_id, pool_id, user_id, actor_id, reason, returns_at) VALUES ({id}, {context.Now}, {kind}, {customer}, {pool}, {user}, {context.ActorId}, {reason}, {returnsAt})"), cancel);
    }
}
