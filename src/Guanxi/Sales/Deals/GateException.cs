using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Deals;

/// <summary>A seller asks to pass a condition that is not met; somebody with the right says yes or no. On record either way.</summary>
public sealed class GateException(RecordType type) : Record(type)
{
    /// <summary>The kind of approval.</summary>
    internal const string Kind = "gate-exception";

    public static RecordType Description { get; } = new("gate-exceptions", "gate-exception",
    [
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("condition", FieldKind.Text, ("条件标识", "Condition key")) { Required = true, MaxLength = 40 },
        new("label", FieldKind.Text, ("条件", "Condition")) { ReadOnly = true },
        new("reason", FieldKind.LongText, ("理由", "Reason")) { Required = true },
        new("status", FieldKind.Choice, ("状态", "Status")) { ReadOnly = true, Choices = [new("asked", ("待批准", "Asked"), "blue"), new("granted", ("已批准", "Granted"), "green"), new("refused", ("已拒绝", "Refused"), "red"), new("lapsed", ("已失效", "Lapsed"), "grey")] },
        new("decidedBy", FieldKind.Reference, ("批准人", "Decided by")) { Reference = "users", ReadOnly = true },
        new("decidedAt", FieldKind.Instant, ("批准时间", "Decided at")) { ReadOnly = true },
        new("answer", FieldKind.LongText, ("批复", "Answer")) { ReadOnly = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "gate_exception",
        Label = ("流程例外", "Exceptions"),
        SingularLabel = ("流程例外", "Exception"),
        Icon = "exception",
        TitleField = "label",
        SubtitleField = "deal",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["label", "deal", "reason", "status", "createdBy", "decidedBy", "decidedAt"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Importable = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Approvals = [new ApprovalKind(Kind, ("流程例外", "Exception from a sales process")) { Shows = ["label", "deal", "customer", "reason"], DecidedAsync = DecidedAsync }],
        Create = type => new GateException(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["status"] ??= "asked";
        if (!IsNew && (Changed("deal") || Changed("condition") || (Changed("reason") && Before(Type["status"]) is not "asked")))
        {
            throw new RefusedException(Refusal.Breaks("exception-fixed", ("例外一经申请就不能改：请另行申请", "An exception is not changed once it was asked for: ask anew")));
        }

        if (IsNew && Reference("deal") is { } id && await RecordStore.FindAsync(context.Session, context.Schema["deals"], id) is Deal deal)
        {
            var condition = (await deal.DefinitionAsync(context.Session)).Conditions.FirstOrDefault(known => known.Key == Text("condition"))
                ?? throw new RefusedException(Refusal.Invalid("condition", ("这个商机的流程里没有这个条件", "The deal's process has no such condition")));
            await CheckNeededAsync(context, deal, condition.Key);
            this["label"] = DealGate.LabelOf(condition, await deal.DefinitionAsync(context.Session), context.Schema).In(context.Actor.Language);
            this["customer"] = deal.Reference("customer");
            await ChildAccess.FollowAsync(this, context);
        }
    }

    /// <summary>Nobody is asked twice for the same, nor for what is met.</summary>
    private static async ValueTask CheckNeededAsync(SaveContext context, Deal deal, string condition)
    {
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM gate_exception WHERE deal_id = {deal.Id} AND condition = {condition} AND status = 'asked' AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Breaks("exception-asked", ("这个条件的例外已经在申请中：请等批复", "An exception from this condition is asked for already: wait for the answer")));
        }

        var definition = await deal.DefinitionAsync(context.Session);
        if ((await DealGate.CheckAsync(context.Session, deal, definition, definition.Stages.Count, context.Schema, context.Actor, context.Now)).FirstOrDefault(item => item.Condition.Key == condition) is { Open: false })
        {
            throw new RefusedException(Refusal.Breaks("condition-met", ("这个条件已经满足或已获例外，不需要再申请", "This condition is met or excused already: nothing needs to be asked for")));
        }
    }

    /// <summary>It goes to those whom the company's chains name, else to the manager of whoever asks.</summary>
    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (IsNew && !context.Actor.IsSystem)
        {
            await ApprovalRequests.SubmitAsync(context, new Submission(Kind, this, Text("reason") ?? "") { Title = Text("label") });
        }
    }

    private static async ValueTask DecidedAsync(SaveContext context, ApprovalOutcome outcome)
    {
        // Where nobody had to sign, somebody with the right says so all the same: nobody grants what he asked for himself.
        if (await RecordStore.FindAsync(context.Session, context.Schema["gate-exceptions"], outcome.Record) is not GateException record || record.Text("status") != "asked" || outcome.State is ApprovalState.Waiting or ApprovalState.Returned || (outcome.State == ApprovalState.Approved && outcome.By is { } by && by == record.CreatedBy))
        {
            return;
        }

        await record.SetAsync(context, outcome.State switch { ApprovalState.Approved => "granted", ApprovalState.Rejected => "refused", _ => "lapsed" }, outcome.Comment, outcome.By);
    }

    private async ValueTask SetAsync(SaveContext context, string status, string? answer, Guid? by, CancellationToken cancel = default)
    {
        (this["status"], this["decidedBy"], this["decidedAt"], this["answer"]) = (status, by, context.Now, answer);
        await context.UpdateAsync(this, status switch { "granted" => "grant", "refused" => "refuse", _ => "lapse" }, cancel);
    }

    /// <summary>What was granted to a small deal is not granted to a large one: it has to be asked for anew.</summary>
    internal static async Task LapseAsync(SaveContext context, Guid deal) =>
        await context.SweepAsync(context.Schema["gate-exceptions"], "status", "lapsed", Sql.Of($"deal_id = {deal} AND status = 'granted' AND deleted_at IS NULL"), "lapse");

    /// <summary>Says yes or no. Nobody decides about what he asked for himself.</summary>
    public static async Task<Record> DecideAsync(SaveContext context, Guid id, bool granted, string? answer, CancellationToken cancel = default)
    {
        var record = await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["gate-exceptions"], id, Verb.Read, context.Now, cancel: cancel);
        context.Actor.Demand(Functions.GrantExceptions);
        if (record.CreatedBy == context.ActorId)
        {
            throw new RefusedException(Refusal.Breaks("own-exception", ("不能批准自己申请的例外", "Nobody grants an exception that he asked for himself")));
        }

        if (record.Text("status") != "asked")
        {
            throw new RefusedException(Refusal.Breaks("decided", ("这个例外已经处理过了", "This exception was decided already")));
        }

        if (await ApprovalRequests.OpenAsync(context.Session, Kind, id, cancel: cancel) is { } open && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM approval WHERE id = {open} AND definition_id IS NOT NULL"), cancel) > 0)
        {
            throw new RefusedException(Refusal.Breaks("approval-chain", ("这项内容走审批流：请在“审批”里处理", "A chain of approval decides about this: see to it under approvals")));
        }

        await ((GateException)record).SetAsync(context, granted ? "granted" : "refused", answer, context.ActorId, cancel);
        await ApprovalRequests.LapseAsync(context, Kind, id, cancel: cancel);
        if (record.CreatedBy is { } asker)
        {
            await Platform.Live.Notifications.SendAsync(context, asker, "decided", record.Type.Name, record.Id, record.Text("label") ?? "", granted ? ("{0} 批准了你的例外申请", "{0} granted the exception you asked for") : ("{0} 拒绝了你的例外申请", "{0} refused the exception you asked for"));
        }

        return record;
    }
}
