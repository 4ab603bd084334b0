using Guanxi.Customers.Privacy;
using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Language;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

/// <summary>Somebody who may want something: not yet a customer. It becomes one by <see cref="ConvertLead"/>, or is disqualified with a reason.</summary>
public sealed partial class Lead(RecordType type) : Record(type)
{
    internal static readonly IReadOnlyList<string> OpenStates = ["new", "working", "qualified"];

    public bool IsOpen => Text("state") is null or "new" or "working" or "qualified";

    /// <summary>Set while <see cref="ConvertLead"/> does its work; nobody else makes a lead converted.</summary>
    internal bool Converting { get; set; }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["name"] ??= Text("company") ?? Text("contactName") ?? Text("phone") ?? Text("email");
        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: Text("company") is null) : null;
        }

        this["state"] ??= "new";
        this["source"] ??= context.Actor.Surface switch { "import" => "import", "page" => "manual", _ => "api" };
        CheckMoney("amount");
        CheckMoney("cost");
        CheckState();
        if (Changed("state"))
        {
            this["stateSince"] = context.Now;
        }

        if (Changed("owner"))
        {
            MayAssign(context);
        }

        if (IsNew)
        {
            await LeadCollisions.CheckAsync(context, this);
            if (OwnerId is null && IsOpen)
            {
                await LeadAssignment.AssignAsync(context, this);
            }
        }

        await RunClockAsync(context);
    }

    private void CheckMoney(string field)
    {
        if (Changed(field) && this[field] is Money { Amount: < 0 })
        {
            throw new RefusedException(Refusal.Invalid(field, ("金额不能为负", "An amount cannot be negative")));
        }
    }

    private void CheckState()
    {
        var before = Before(Type["state"]) as string;
        if (Changed("state") && !Converting && (Text("state") == "converted" || before == "converted"))
        {
            throw new RefusedException(Refusal.Invalid("state", before == "converted"
                ? ("线索已经转化：请先撤销转化", "The lead is converted: take that back first")
                : ("请用“转化”把线索变成客户", "A lead becomes a customer by converting it")));
        }

        if (Text("state") == "disqualified" && Text("disqualifyReason") is null)
        {
            throw new RefusedException(Refusal.Invalid("disqualifyReason", ("请选择无效原因", "Choose why it is disqualified")));
        }

        if (Text("state") != "disqualified")
        {
            this["disqualifyReason"] = null;
        }
    }

    /// <summary>As with customers: one takes leads for oneself; giving them to others is a right of its own.</summary>
    private void MayAssign(SaveContext context)
    {
        var actor = context.Actor;
        if (actor.IsSystem || actor.Has(Functions.AssignOwner) || OwnerId == actor.Id || (IsNew && (OwnerId is null || actor.Surface == "import")))
        {
            return;
        }

        throw new RefusedException(Refusal.Invalid("owner", ("需要“分配负责人”权限才能把线索交给别人", "Giving a lead to somebody else needs the right to assign owners")));
    }

    /// <summary>The clock of whoever waits for an answer runs from arrival, in working hours, whoever has the lead.</summary>
    private async ValueTask RunClockAsync(SaveContext context)
    {
        if (Changed("owner") && OwnerId is not null)
        {
            this["assignedAt"] = context.Now;
        }

        var own = OwnerId is null || OwnerId == CreatedBy;
        if (IsOpen && this["respondBy"] is null && this["respondedAt"] is null && !own && (IsNew || Changed("owner")))
        {
            var hours = await WorkingCalendar.ReadAsync(context.Session);
            var within = Reference("rule") is { } rule ? await context.Session.FirstAsync(Sql.Of($"SELECT respond_within FROM lead_rule WHERE id = {rule}"), row => row.OptionalInteger(0)) : null;
            this["respondBy"] = DateText.Truncate(hours.Add(CreatedAt, TimeSpan.FromMinutes(Math.Min(within ?? hours.RespondWithin, await TierWithinAsync(context) ?? long.MaxValue))));
        }

        if (Changed("respondedAt") && Instant("respondedAt") is { } answered)
        {
            this["responseMinutes"] = (long)Math.Round((await WorkingCalendar.ReadAsync(context.Session)).Between(CreatedAt, answered).TotalMinutes);
            if (Text("state") == "new")
            {
                (this["state"], this["stateSince"]) = ("working", context.Now);
            }
        }
    }

    /// <summary>The working minutes within which the tier of the customer that this is has been promised an answer; null where nothing is promised.</summary>
    private async ValueTask<long?> TierWithinAsync(SaveContext context)
    {
        // Who it is costs a search: only where some tier is promised anything.
        return (await TierPolicy.ReadAsync(context.Session)).Values.Any(policy => policy.ResponseHours is not null) && await LeadCollisions.CustomerOfMatchAsync(context, this) is { } customer
            ? (await TierPolicy.OfAsync(context.Session, context.Schema, customer))?.ResponseHours * 60
            : null;
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (!IsNew && Changed("owner"))
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE activity SET access_owner_id = {OwnerId} WHERE lead_id = {Id} AND customer_id IS NULL"));
            await Platform.Search.SearchIndex.RefreshAsync(context.Session, context.Schema, Type, Id);
            foreach (var activity in await context.Session.ListAsync(Sql.Of($"SELECT id FROM activity WHERE lead_id = {Id} AND customer_id IS NULL"), row => row.Id(0)))
            {
                await Platform.Search.SearchIndex.RefreshAsync(context.Session, context.Schema, context.Schema["activities"], activity);
            }
        }

        if (Changed("owner") && OwnerId is { } owner && owner != context.Actor.Id)
        {
            await Notifications.SendAsync(context, owner, "assigned", Type.Name, Id, Title, context.Actor.IsSystem ? ("有一条新线索分给了你", "A new lead was given to you") : ("{0} 把线索交给了你", "{0} gave you a lead"));
        }
    }

    /// <summary>What was noted with a lead alone goes and comes back with it.</summary>
    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) =>
        await context.SweepDeletedAsync(context.Schema["activities"], at, at is null ? Sql.Of($"lead_id = {Id} AND customer_id IS NULL AND deleted_at = {before}") : Sql.Of($"lead_id = {Id} AND customer_id IS NULL AND deleted_at IS NULL"));

    /// <summary>How it was converted goes with it.</summary>
    public override async ValueTask RemovedAsync(SaveContext context) => await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM lead_conversion WHERE lead_id = {Id}"));
}
