using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Contacts;

/// <summary>Keeps a copy of the customer's owner on what belongs to the customer, so that an index serves "mine" on contacts and activities too.</summary>
public static class ChildAccess
{
    /// <summary>The condition under which a child's copy is not what it is a copy of.</summary>
    public const string WrongWhen = "t.access_owner_id IS DISTINCT FROM CASE WHEN t.customer_id IS NULL THEN t.owner_id ELSE (SELECT c.owner_id FROM customer c WHERE c.id = t.customer_id) END";

    /// <exception cref="RefusedException">The actor takes a record that is another's to give, or moves it away from a customer that is.</exception>
    public static async ValueTask FollowAsync(Record child, SaveContext context, bool keepsOwnOwner = false)
    {
        DemandOwn(child, context);
        if (child.Reference("customer") is { } customer)
        {
            var owner = await context.Session.FirstAsync(Sql.Of($"SELECT owner_id FROM customer WHERE id = {customer}"), row => row.OptionalId(0));
            child["accessOwner"] = owner;
            if (!keepsOwnOwner)
            {
                child["owner"] = owner;
            }

            return;
        }

        child["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        child["accessOwner"] = child.OwnerId;
    }

    /// <summary>Whoever sees a customer by a share alone has been asked to help: what he takes for himself, or moves to a customer of his own, he would keep when the share ends.</summary>
    private static void DemandOwn(Record child, SaveContext context)
    {
        var (actor, type) = (context.Actor, child.Type);
        var taken = type.Find("owner") is { Writable: true } owner && child.Changed("owner") && child.Before(owner) is not null;
        if (child.IsNew || actor.IsSystem || actor.Has(Functions.AssignOwner) || !(taken || (child.Changed("customer") && child.Before(type["customer"]) is not null)))
        {
            return;
        }

        var door = AccessDoor.For(actor, type, Verb.Edit, context.Now);
        if (!door.Everything && !Mine("owner") && !Mine("accessOwner"))
        {
            throw new RefusedException(Refusal.Invalid(taken ? "owner" : "customer", ("这位客户是同事的：转走或接管它的记录，需要其负责人或有“分配负责人”权限的人来做", "The customer is a colleague's: its owner, or somebody with the right to assign owners, takes its records over or away")));
        }

        bool Mine(string field) => type.Find(field) is { } known && child.Before(known) is Guid person && (person == actor.Id || door.Owners.Contains(person));
    }
}
