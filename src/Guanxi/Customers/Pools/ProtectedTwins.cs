using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Pools;

/// <summary>While somebody has a customer under protection, a likely duplicate of it in other hands is neither changed nor followed up, where the pool says so.</summary>
public static class ProtectedTwins
{
    /// <exception cref="RefusedException">Somebody else protects the same customer.</exception>
    public static async ValueTask CheckAsync(SaveContext context, Guid customer)
    {
        var (actor, session) = (context.Actor, context.Session);
        if (actor.IsSystem || actor.Batch is not null || actor.Has(Functions.ManagePools) || actor.Has(Functions.MergeRecords)
            || await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM pool WHERE locks_duplicates = 1 AND active = 1 AND deleted_at IS NULL")) == 0)
        {
            return;
        }

        var owners = await session.ListAsync(
            Sql.Of($"SELECT o.owner_id FROM match_pair p JOIN customer o ON o.id = p.right_id WHERE p.left_id = {customer} AND p.state = 'open' AND p.band = 'match' AND o.protected_until > {context.Now} AND o.deleted_at IS NULL AND o.owner_id <> {actor.Id} UNION SELECT o.owner_id FROM match_pair p JOIN customer o ON o.id = p.left_id WHERE p.right_id = {customer} AND p.state = 'open' AND p.band = 'match' AND o.protected_until > {context.Now} AND o.deleted_at IS NULL AND o.owner_id <> {actor.Id}"),
            row => row.Id(0));
        if (owners.Count == 0)
        {
            return;
        }

        var pools = await PoolClock.ActiveAsync(session, context.Schema["pools"]);
        if (owners.Find(owner => PoolClock.Of(actor.Directory, pools, owner)?["locksDuplicates"] is true) is var by && by != default)
        {
            throw new RefusedException(PoolRefusals.LockedBy(actor.Directory.Person(by)?.Name ?? ""));
        }
    }
}
