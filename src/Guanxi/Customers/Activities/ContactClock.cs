using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Activities;

/// <summary>
/// Keeps "last contact" on the customer and the contact, and "next contact" on the customer, from what was done and what is planned. They are derived, so they take no version and no ledger line:
/// the activity's own entry is the fact, and the check of the ledger derives them again.
/// </summary>
public static class ContactClock
{
    private const string Contacts = "a.status = 'done' AND a.kind <> 'task'";

    /// <summary>SQL of the last contact of the row <c>t</c> by the activities' column; those that went into the recycle bin together with it count.</summary>
    internal static string LastSql(string column) => OfLiving(deleted => $"(SELECT a.at FROM activity a WHERE a.{column} = t.id AND {Contacts} AND {deleted} ORDER BY a.at DESC LIMIT 1)");

    internal static readonly string NextSql = OfLiving(deleted => $"(SELECT MIN(a.due_at) FROM activity a WHERE a.customer_id = t.id AND a.status = 'planned' AND {deleted})");

    /// <summary>Two arms, because each has an index of its own.</summary>
    private static string OfLiving(Func<string, string> arm) => $"CASE WHEN t.deleted_at IS NULL THEN {arm("a.deleted_at IS NULL")} ELSE {arm("a.deleted_at = t.deleted_at")} END";

    /// <summary>The earliest thing planned with a customer; with one in the recycle bin, what was planned when it went there.</summary>
    public static async ValueTask<DateTimeOffset?> NextAsync(DatabaseSession session, Guid customer) =>
        await session.FirstAsync(new Sql().Append($"SELECT {NextSql} FROM customer t WHERE t.id = ").Value(customer), row => row.OptionalInstant(0));

    /// <summary>After an activity was written: forward when it is new, and looked up again when one that counted has changed.</summary>
    public static async ValueTask MoveAsync(SaveContext context, Activity activity)
    {
        await DealsAsync(context, activity);
        if (!activity.IsNew)
        {
            await TurnBackAsync(context, activity, counted: true);
            return;
        }

        var counts = activity.Text("status") == "done" && activity.Text("kind") != "task";
        if (activity.Reference("customer") is { } customer)
        {
            if (counts)
            {
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer SET last_activity_at = {activity.At} WHERE id = {customer} AND (last_activity_at IS NULL OR last_activity_at < {activity.At})"));
            }

            if (activity.IsOpen)
            {
                await PlanAsync(context, activity, customer, counted: false);
            }

            await Pools.PoolClock.TellAsync(context, customer);
            context.Announce(new LiveEvent("customers", customer, 0, "activity", context.Actor.Id));
        }

        if (counts && activity.Reference("contact") is { } contact)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE contact SET last_activity_at = {activity.At} WHERE id = {contact} AND (last_activity_at IS NULL OR last_activity_at < {activity.At})"));
        }
    }

    /// <summary>After an activity was changed, deleted, brought back or removed: what it belongs to, and what it belonged to, is looked up again.</summary>
    /// <param name="counted">Whether the activity counted until now, as it was when it was loaded.</param>
    public static async ValueTask TurnBackAsync(SaveContext context, Activity activity, bool counted)
    {
        await DealsAsync(context, activity);
        foreach (var customer in Both(activity, "customer"))
        {
            var last = new SqlName(LastSql("customer_id"));
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer AS t SET last_activity_at = {last} WHERE t.id = {customer}"));
            await PlanAsync(context, activity, customer, counted);
            await Pools.PoolClock.TellAsync(context, customer);
            context.Announce(new LiveEvent("customers", customer, 0, "activity", context.Actor.Id));
        }

        foreach (var contact in Both(activity, "contact"))
        {
            var last = new SqlName(LastSql("contact_id"));
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE contact AS t SET last_activity_at = {last} WHERE t.id = {contact}"));
        }
    }

    /// <summary>The next thing planned for a deal, as the deal's card shows it.</summary>
    private static async ValueTask DealsAsync(SaveContext context, Activity activity)
    {
        foreach (var deal in Both(activity, "deal"))
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE deal SET next_activity_at = (SELECT MIN(a.due_at) FROM activity a WHERE a.deal_id = {deal} AND a.status = 'planned' AND a.deleted_at IS NOT DISTINCT FROM deal.deleted_at) WHERE id = {deal}"));
        }
    }

    /// <summary>After activities were moved to or from a customer by a merge or its undo.</summary>
    /// <param name="byHand">Whether the day of the next contact was set by hand and not by a plan.</param>
    public static async ValueTask TellAnewAsync(SaveContext context, Guid customer, bool byHand)
    {
        var last = new SqlName(LastSql("customer_id"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer AS t SET last_activity_at = {last} WHERE t.id = {customer}"));
        if (byHand)
        {
            if (await NextAsync(context.Session, customer) is null)
            {
                return;
            }

            await context.SweepAsync(context.Schema["customers"], "nextContactAt", null, Sql.Of($"id = {customer}"), Platform.Merging.MergeMoves.Action);
        }

        await context.Session.ExecuteAsync(new Sql().Append($"UPDATE customer AS t SET next_contact_at = {NextSql} WHERE t.id = ").Value(customer));
    }

    private static IEnumerable<Guid> Both(Activity activity, string field) =>
        new[] { activity.Reference(field), (Guid?)activity.Before(activity.Type[field]) }.OfType<Guid>().Distinct();

    /// <summary>
    /// Sets the next contact to the earliest thing planned. A day that somebody had set by hand ends with the first plan, and the ledger says so;
    /// else nobody could tell later whether an empty day is right.
    /// </summary>
    private static async ValueTask PlanAsync(SaveContext context, Activity activity, Guid customer, bool counted)
    {
        var (now, others) = await context.Session.FirstAsync(
            Sql.Of($"SELECT t.next_contact_at, (SELECT MIN(a.due_at) FROM activity a WHERE a.customer_id = t.id AND a.status = 'planned' AND a.deleted_at IS NULL AND a.id <> {activity.Id}) FROM customer t WHERE t.id = {customer}"),
            row => (row.OptionalInstant(0), row.OptionalInstant(1)));
        var own = counted && activity.Before(activity.Type["status"]) is "planned" && activity.Before(activity.Type["customer"]) is Guid before && before == customer ? (DateTimeOffset?)activity.Before(activity.Type["dueAt"]) : null;
        var planned = own is { } due && (others is null || due < others) ? due : others;
        if (now is not null && now != planned)
        {
            await context.SweepAsync(context.Schema["customers"], "nextContactAt", null, Sql.Of($"id = {customer}"), "update");
        }

        await context.Session.ExecuteAsync(new Sql().Append($"UPDATE customer AS t SET next_contact_at = {NextSql} WHERE t.id = ").Value(customer));
    }
}
