using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Activities;

/// <summary>
/// Keeps "last contact" and "next contact" on the customer, from what was done and what is planned. They are derived, so they take no version and no ledger line:
/// the activity's own entry is the fact.
/// </summary>
public static class ContactClock
{
    public static async ValueTask MoveAsync(SaveContext context, Activity activity, Guid customer)
    {
        if (activity.Text("status") == "done" && activity.Text("kind") != "task")
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer SET last_activity_at = {activity.At} WHERE id = {customer} AND (last_activity_at IS NULL OR last_activity_at < {activity.At})"));
        }

        if (!activity.IsNew || activity.IsOpen)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer SET next_contact_at = (SELECT MIN(due_at) FROM activity WHERE customer_id = {customer} AND status = 'planned' AND deleted_at IS NULL) WHERE id = {customer}"));
        }

        context.Announce(new LiveEvent("customers", customer, 0, "activity", context.Actor.Id));
    }
}
