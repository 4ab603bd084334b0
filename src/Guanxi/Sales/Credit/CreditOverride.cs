using Guanxi.Customers.Contacts;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;

namespace Guanxi.Sales.Credit;

/// <summary>A seller asks to go on with a customer in spite of his credit, up to an amount and a day; somebody with the right says yes or no. On record either way.</summary>
public sealed class CreditOverride(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("credit-overrides", "credit-override",
    [
        new("label", FieldKind.Text, ("信用例外", "Exception")) { ReadOnly = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("amount", FieldKind.Money, ("已用额度可达", "Credit used up to")) { Payable = true, Required = true, Help = ("公司本位币", "In the company's currency") },
        new("until", FieldKind.Date, ("有效至", "Until")) { Required = true },
        new("reason", FieldKind.LongText, ("理由", "Reason")) { Required = true },
        new("status", FieldKind.Choice, ("状态", "Status")) { ReadOnly = true, Choices = [new("asked", ("待批准", "Asked"), "amber"), new("granted", ("已批准", "Granted"), "green"), new("refused", ("已拒绝", "Refused"), "red")] },
        new("decidedBy", FieldKind.Reference, ("批准人", "Decided by")) { Reference = "users", ReadOnly = true },
        new("decidedAt", FieldKind.Instant, ("批准时间", "Decided at")) { ReadOnly = true },
        new("answer", FieldKind.LongText, ("批复", "Answer")) { ReadOnly = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "credit_override",
        Label = ("信用例外", "Credit exceptions"),
        SingularLabel = ("信用例外", "Credit exception"),
        Icon = "exception",
        TitleField = "label",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["label", "customer", "amount", "until", "reason", "status", "createdBy", "decidedBy"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Importable = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Approvals =
        [
            new(Kind, ("信用例外", "Credit exception"))
            {
                Shows = ["customer", "amount", "until"],
                DecidedAsync = async (context, outcome) =>
                {
                    if (await RecordStore.FindAsync(context.Session, context.Schema["credit-overrides"], outcome.Record) is CreditOverride asked && asked.Text("status") == "asked" && outcome.State is not (ApprovalState.Waiting or ApprovalState.Returned))
                    {
                        // Where nobody had to sign, or no chain is composed that says who does, it takes somebody with the right.
                        var granted = outcome.State == ApprovalState.Approved;
                        if (granted && outcome.By == asked.CreatedBy)
                        {
                            return;
                        }

                        if (granted && !await Chains.HasAsync(context.Session, Kind, default))
                        {
                            context.Actor.Demand(Functions.OverrideCredit);
                        }

                        await asked.ConcludeAsync(context, outcome.State == ApprovalState.Approved, outcome.Comment, outcome.By, default);
                    }
                },
            },
        ],
        Create = type => new CreditOverride(type),
    };

    /// <summary>The kind of approval. While no chain is composed for it, it goes to the manager of whoever asks, and anybody with the right to grant exceptions may decide as well.</summary>
    public const string Kind = "credit-override";

    private bool deciding;

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (!IsNew && !deciding)
        {
            throw new RefusedException(Refusal.Breaks("exception-fixed", ("例外一经申请就不能改：请另行申请", "An exception is not changed once it was asked for: ask anew")));
        }

        this["status"] ??= "asked";
        var home = (await Platform.Settings.ReadAsync(context.Session)).Currency;
        if (this["amount"] is Money amount && (amount.Amount <= 0 || amount.Currency != home))
        {
            throw new RefusedException(Refusal.Invalid("amount", new Label($"金额应大于 0，并使用本位币 {home}", $"It is above 0 and in the company's {home}")));
        }

        if (this["until"] is DateOnly until && IsNew && (until < context.Actor.Today(context.Now) || until > context.Actor.Today(context.Now).AddDays(366)))
        {
            throw new RefusedException(Refusal.Invalid("until", ("有效期应在今天之后、一年之内", "It is valid from today on, for a year at most")));
        }

        this["label"] ??= this["amount"] is Money wanted ? $"信用例外 {wanted.AmountText}" : null;
        await ChildAccess.FollowAsync(this, context);
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (IsNew && !context.Actor.IsSystem)
        {
            MarkStored();
            await ApprovalRequests.SubmitAsync(context, new Submission(Kind, this, Text("reason")!));
        }
    }

    public override ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) =>
        Text("status") == "granted" ? throw new RefusedException(Refusal.Breaks("exception-fixed", ("已批准的例外不能删除", "An exception that was granted is not deleted"))) : ValueTask.CompletedTask;

    /// <summary>Says yes or no. Nobody decides about what he asked for himself.</summary>
    public static async Task<Record> DecideAsync(SaveContext context, Guid id, bool granted, string? answer, CancellationToken cancel = default)
    {
        var record = (CreditOverride)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["credit-overrides"], id, Verb.Read, context.Now, cancel: cancel);
        context.Actor.Demand(Functions.OverrideCredit);
        if (record.CreatedBy == context.ActorId)
        {
            throw new RefusedException(Refusal.Breaks("own-exception", ("不能批准自己申请的例外", "Nobody grants an exception that he asked for himself")));
        }

        if (record.Text("status") != "asked")
        {
            throw new RefusedException(Refusal.Breaks("decided", ("这个例外已经处理过了", "This exception was decided already")));
        }

        if (await Chains.HasAsync(context.Session, Kind, cancel))
        {
            await Chains.DemandNoneAsync(context.Session, Kind, id, cancel);
        }

        await record.ConcludeAsync(context, granted, answer, context.ActorId, cancel);
        await ApprovalRequests.LapseAsync(context, Kind, id, cancel: cancel);
        if (record.CreatedBy is { } asker)
        {
            await Notifications.SendAsync(context, asker, "decided", record.Type.Name, record.Id, record.Title, granted ? ("{0} 批准了你的信用例外", "{0} granted the credit exception you asked for") : ("{0} 拒绝了你的信用例外", "{0} refused the credit exception you asked for"));
        }

        return record;
    }

    private async Task ConcludeAsync(SaveContext context, bool granted, string? answer, Guid? by, CancellationToken cancel)
    {
        (this["status"], this["decidedBy"], this["decidedAt"], this["answer"], deciding) = (granted ? "granted" : "refused", by, context.Now, answer, true);
        await context.UpdateAsync(this, granted ? "grant" : "refuse", cancel);
    }
}
