using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Activities;

/// <summary>Something done or to be done with a customer: a call, visit, meeting, task, note or e-mail.</summary>
public sealed class Activity(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("activities", "activity",
    [
        new("kind", FieldKind.Choice, ("方式", "Kind"))
        {
            Required = true,
            Choices = [new("call", ("电话", "Call"), "blue"), new("visit", ("拜访", "Visit"), "green"), new("meeting", ("会议", "Meeting"), "violet"), new("task", ("任务", "Task"), "amber"), new("note", ("记录", "Note"), "grey"), new("email", ("邮件", "E-mail"), "blue"), new("message", ("消息", "Message"), "green"), new("complaint", ("投诉", "Complaint"), "red")],
        },
        new("subject", FieldKind.Text, ("主题", "Subject")) { Required = true, Search = SearchAs.Prose },
        new("content", FieldKind.LongText, ("内容", "Content")) { Search = SearchAs.Prose },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", WhenMerged = WhenMerged.Move },
        new("contact", FieldKind.Reference, ("联系人", "Contact")) { Reference = "contacts", WhenErased = WhenErased.Scrub, WhenMerged = WhenMerged.Move },
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals" },
        new("lead", FieldKind.Reference, ("线索", "Lead")) { Reference = "leads", WhenErased = WhenErased.Scrub },
        new("step", FieldKind.Text, ("流程步骤", "Step of the process")) { ReadOnly = true, MaxLength = 40 },
        new("status", FieldKind.Choice, ("状态", "Status")) { Required = true, Filled = true, Choices = [new("planned", ("待办", "Planned"), "blue"), new("done", ("已完成", "Done"), "green"), new("cancelled", ("已取消", "Cancelled"), "grey")] },
        new("priority", FieldKind.Choice, ("优先级", "Priority")) { Choices = [new("high", ("高", "High"), "red"), new("normal", ("中", "Normal")), new("low", ("低", "Low"), "grey")] },
        new("at", FieldKind.Instant, ("时间", "Time")) { Required = true, Filled = true },
        new("dueAt", FieldKind.Instant, ("到期时间", "Due")),
        new("endAt", FieldKind.Instant, ("结束时间", "Ends")),
        new("startedAt", FieldKind.Instant, ("开始处理时间", "Taken in hand")) { ReadOnly = true },
        new("doneAt", FieldKind.Instant, ("完成时间", "Done at")) { ReadOnly = true },
        new("remindAt", FieldKind.Instant, ("提醒时间", "Remind at")),
        new("result", FieldKind.Text, ("结果", "Result")) { Search = SearchAs.Prose },
        new("place", FieldKind.Text, ("地点", "Place")) { Search = SearchAs.Prose },
        new("latitude", FieldKind.Number, ("纬度", "Latitude")),
        new("longitude", FieldKind.Number, ("经度", "Longitude")),
        new("tags", FieldKind.Tags, ("标签", "Tags")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")),
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "activity",
        Label = ("跟进", "Activities"),
        SingularLabel = ("跟进", "Activity"),
        Icon = "activity",
        TitleField = "subject",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["subject", "kind", "customer", "status", "at", "dueAt", "owner"],
        DefaultSort = "-at",
        ElsewhereSort = "at",
        Keys = ["id", "externalId"],
        Derived = [new("accessOwner", LeadClock.AccessWrongWhen)],
        Create = type => new Activity(type),
    };

    public bool IsOpen => Text("status") == "planned";

    public DateTimeOffset At => Instant("at") ?? default;

    /// <summary>Whether a step is dropped because its deal is over, whoever closed that.</summary>
    public bool GoesWithItsDeal { get; set; }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["kind"] ??= "note";
        this["status"] ??= Text("kind") == "task" || this["dueAt"] is not null ? "planned" : "done";
        this["at"] ??= this["dueAt"] ?? context.Now;
        if (IsOpen)
        {
            this["dueAt"] ??= this["at"];
        }

        this["subject"] ??= ActivityWords.SubjectFrom(Text("content"), Type["kind"], Text("kind")!);
        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        if (Changed("status"))
        {
            this["doneAt"] = Text("status") == "done" ? Instant("doneAt") ?? (At < context.Now ? At : context.Now) : null;
        }

        if (Changed("contact") && Reference("contact") is { } contact && Reference("customer") is null)
        {
            this["customer"] = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM contact WHERE id = {contact}"), row => row.OptionalId(0));
        }

        if (!IsNew && Text("step") is not null)
        {
            KeepStep(context);
        }

        if (Changed("deal") && Reference("deal") is { } deal)
        {
            this["customer"] = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM deal WHERE id = {deal}"), row => row.OptionalId(0));
        }

        if (IsNew || Changed("customer") || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        }

        if (IsNew && Reference("customer") is { } followed)
        {
            await Pools.ProtectedTwins.CheckAsync(context, followed);
        }

        await LeadClock.FollowAsync(this, context);
        if (Instant("endAt") is { } end && end < At)
        {
            throw new RefusedException(Refusal.Invalid("endAt", ("结束时间早于开始时间", "It ends before it begins")));
        }
    }

    /// <summary>A step opens a gate: it stays with the deal that asked for it, and is done, dropped or handed on by whoever owes it or may grant exceptions.</summary>
    private void KeepStep(SaveContext context)
    {
        if (Changed("owner"))
        {
            this["startedAt"] = null;
        }

        if (Changed("deal") || Changed("customer"))
        {
            throw new RefusedException(Refusal.Breaks("step-fixed", ("流程步骤属于它的商机，不能移到别处", "A step of a process stays with its deal")));
        }

        var actor = context.Actor;
        if ((Changed("status") || Changed("owner")) && !actor.IsSystem && !GoesWithItsDeal && (Guid?)Before(Type["owner"]) is { } owed && owed != actor.Id && !actor.Has(Platform.Access.Functions.GrantExceptions))
        {
            throw new RefusedException(Refusal.Forbidden(new Label($"这一步由{actor.Directory.Person(owed)?.Name}负责，请由本人完成或请经理处理", $"{actor.Directory.Person(owed)?.Name} owes this step; have it done there, or ask a manager")));
        }
    }

    /// <summary>A contact made moves the customer's "last contact" forward; an open one sets the next.</summary>
    public override async ValueTask SavedAsync(SaveContext context)
    {
        await ContactClock.MoveAsync(context, this);
        await LeadClock.StopAsync(context, this);
        await StepTurns.KeepAsync(context, this);

        if (Changed("content"))
        {
            await Mentions.NotifyAsync(context, this, Text("content"), Text("subject") ?? "");
        }

        if (Changed("owner") && IsOpen && OwnerId is { } owner && owner != context.Actor.Id && !context.Actor.IsSystem)
        {
            await Notifications.SendAsync(context, owner, "assigned", Type.Name, Id, Text("subject") ?? "", ("{0} 给你安排了一项任务", "{0} gave you a task"));
        }
    }

    public override ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) => ContactClock.TurnBackAsync(context, this, counted: at is not null);

    public override ValueTask RemovedAsync(SaveContext context) => ContactClock.TurnBackAsync(context, this, counted: true);
}
