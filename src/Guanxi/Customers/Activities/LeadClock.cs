using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Activities;

/// <summary>What an activity with a lead means for the lead, and whose it is while there is no customer yet.</summary>
internal static class LeadClock
{
    /// <summary>Contacts.ChildAccess with one more step: without a customer the activity follows its lead.</summary>
    public const string AccessWrongWhen = "t.access_owner_id IS DISTINCT FROM CASE WHEN t.customer_id IS NOT NULL THEN (SELECT c.owner_id FROM customer c WHERE c.id = t.customer_id) WHEN t.lead_id IS NOT NULL THEN (SELECT l.owner_id FROM lead l WHERE l.id = t.lead_id) ELSE t.owner_id END";

    /// <summary>An activity with a lead and without a customer is seen by whoever sees the lead as its owner.</summary>
    public static async ValueTask FollowAsync(Activity activity, SaveContext context)
    {
        if (activity.Reference("lead") is { } lead && activity.Reference("customer") is null && (activity.IsNew || activity.Changed("lead") || activity.Changed("customer") || activity.Changed("owner")))
        {
            activity["accessOwner"] = await context.Session.FirstAsync(Sql.Of($"SELECT owner_id FROM lead WHERE id = {lead}"), row => row.OptionalId(0));
        }
    }

    /// <summary>The first call, visit, meeting, mail or message to a lead stops its clock; a note or a task is none.</summary>
    public static async ValueTask StopAsync(SaveContext context, Activity activity)
    {
        if (activity.Reference("lead") is not { } id || activity.Text("status") != "done" || activity.Text("kind") is "note" or "task" || !(activity.IsNew || activity.Changed("status") || activity.Changed("lead")))
        {
            return;
        }

        if (await RecordStore.FindAsync(context.Session, context.Schema["leads"], id) is { } lead && lead["respondedAt"] is null && lead.Text("state") is "new" or "working" or "qualified")
        {
            lead["respondedAt"] = activity.At > context.Now || activity.At < lead.CreatedAt ? context.Now : activity.At;
            await context.UpdateAsync(lead, "respond");
        }
    }
}
