using Guanxi.Customers.Contacts;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Credit;

/// <summary>What differs for one customer from the rule of his class: a limit of his own for a time, or a stop.</summary>
public sealed class CustomerCredit(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("customer-credits", "customer-credit",
    [
        new("label", FieldKind.Text, ("信用", "Credit")) { ReadOnly = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("creditLimit", FieldKind.Money, ("单独额度", "Limit of its own")) { Payable = true },
        new("until", FieldKind.Date, ("有效至", "Until")),
        new("stopped", FieldKind.YesNo, ("停止赊销", "Stopped")) { Required = true, Filled = true },
        new("reason", FieldKind.LongText, ("原因", "Reason")) { Required = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "customer_credit",
        Label = ("客户信用", "Customer credit"),
        SingularLabel = ("客户信用", "Customer credit"),
        Icon = "rule",
        TitleField = "label",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["label", "customer", "creditLimit", "until", "stopped", "reason", "createdBy", "createdAt"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new CustomerCredit(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        context.Actor.Demand(Functions.ManageCredit);
        this["stopped"] ??= false;
        var home = (await Platform.Settings.ReadAsync(context.Session)).Currency;
        if (this["creditLimit"] is Money limit && (limit.Amount < 0 || limit.Currency != home))
        {
            throw new RefusedException(Refusal.Invalid("creditLimit", new Label($"额度不能为负，并使用本位币 {home}", $"A limit is not negative and in the company's {home}")));
        }

        if (this["creditLimit"] is null && this["stopped"] is false)
        {
            throw new RefusedException(Refusal.Invalid("creditLimit", ("请填写额度，或停止赊销", "Give a limit, or stop the credit")));
        }

        this["label"] = this["stopped"] is true ? "停止赊销" : $"额度 {((Money)this["creditLimit"]!).AmountText}";
        await ChildAccess.FollowAsync(this, context);
    }

    public override async ValueTask SavedAsync(SaveContext context) => await CreditFigures.KeepAsync(context, Reference("customer")!.Value);

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        context.Actor.Demand(Functions.ManageCredit);
        await CreditFigures.KeepAsync(context, Reference("customer")!.Value);
    }
}
