using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Contacts;

/// <summary>Keeps a copy of the customer's owner on what belongs to the customer, so that an index serves "mine" on contacts and activities too.</summary>
public static class ChildAccess
{
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
