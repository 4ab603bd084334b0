using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Contacts;

/// <summary>Keeps a copy of the customer's owner on what belongs to the customer, so that an index serves "mine" on contacts and activities too.</summary>
public static class ChildAccess
{
    /// <summary>The condition under which a child's copy is not what it is a copy of.</summary>
    public const string WrongWhen = "t.access_owner_id IS DISTINCT FROM CASE WHEN t.customer_id IS NULL THEN t.owner_id ELSE (SELECT c.owner_id FROM customer c WHERE c.id = t.customer_id) END";

    public static async ValueTask FollowAsync(Record child, SaveContext context, bool keepsOwnOwner = false)
    {
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
}
