using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>A step towards being paid: what was to be said and what came of it, with the day and the sum the customer promised.</summary>
public sealed class Dunning(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("dunnings", "dunning",
    [
        new("label", FieldKind.Text, ("催款", "Step")) { Required = true, Filled = true, MaxLength = 120 },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("contact", FieldKind.Reference, ("联系人", "Contact")) { Reference = "contacts", WhenErased = WhenErased.Scrub, WhenMerged = WhenMerged.Move },
        new("invoice", FieldKind.Reference, ("发票", "Invoice")) { Reference = "invoices" },
        new("plan", FieldKind.Reference, ("回款计划", "Instalment")) { Reference = "payment-plans" },
        new("step", FieldKind.Integer, ("第几步", "Step")) { ReadOnly = true },
        new("status", FieldKind.Choice, ("状态", "Status")) { Required = true, Filled = true, Choices = [new("due", ("待办", "To do"), "amber"), new("done", ("已完成", "Done"), "green"), new("skipped", ("已跳过", "Skipped"), "grey")] },
        new("dueOn", FieldKind.Date, ("应办日期", "Due on")) { Required = true, Filled = true },
        new("doneOn", FieldKind.Date, ("完成日期", "Done on")),
        new("channel", FieldKind.Choice, ("方式", "Channel")) { Choices = [new("call", ("电话", "Call")), new("wechat", ("微信", "WeChat")), new("email", ("邮件", "E-mail")), new("letter", ("信函", "Letter")), new("visit", ("上门", "Visit"))] },
        new("body", FieldKind.LongText, ("内容", "Text")),
        new("ownWords", FieldKind.YesNo, ("内容由人填写", "Text written by hand")) { Internal = true, ReadOnly = true },
        new("result", FieldKind.LongText, ("结果", "Result")),
        new("promisedOn", FieldKind.Date, ("承诺付款日", "Promised for")) { Section = "promise" },
        new("promised", FieldKind.Money, ("承诺金额", "Promised amount")) { Payable = true, Section = "promise" },
        new("promise", FieldKind.Choice, ("承诺", "Promise")) { ReadOnly = true, Section = "promise", Choices = [new("open", ("未到期", "Open"), "blue"), new("kept", ("已兑现", "Kept"), "green"), new("broken", ("未兑现", "Broken"), "red")] },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "dunning",
        Label = ("催款", "Dunning"),
        SingularLabel = ("催款", "Dunning step"),
        Icon = "dunning",
        TitleField = "label",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        Sections = [new("basic", ("基本信息", "Basics")), new("promise", ("付款承诺", "Promise to pay"))],
        ListColumns = ["label", "customer", "invoice", "status", "dueOn", "channel", "promisedOn", "promised", "promise", "owner"],
        DefaultSort = "-dueOn",
        HasSearch = false,
        Importable = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new Dunning(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (!IsNew && Changed("customer"))
        {
            throw new RefusedException(Refusal.Invalid("customer", ("催款记录不能换客户", "A dunning step stays with its customer")));
        }

        this["status"] ??= "due";
        this["step"] ??= 0L;
        this["dueOn"] ??= context.Actor.Today(context.Now);
        this["label"] ??= "催款";
        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        if (Changed("body") && !context.Actor.IsSystem)
        {
            this["ownWords"] = !string.IsNullOrWhiteSpace(Text("body"));
        }

        if (IsNew || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        }

        foreach (var (field, table) in new[] { ("invoice", "invoice"), ("plan", "payment_plan") })
        {
            if (Changed(field) && Reference(field) is { } id && await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM {new SqlName(table)} WHERE id = {id}"), row => row.OptionalId(0)) != Reference("customer"))
            {
                throw new RefusedException(Refusal.Invalid(field, ("它属于另一位客户", "It is another customer's")));
            }
        }

        if (Text("status") == "done")
        {
            this["doneOn"] ??= context.Actor.Today(context.Now);
        }

        if (Changed("promisedOn"))
        {
            if (this["promisedOn"] is DateOnly day && day < context.Actor.Today(context.Now))
            {
                throw new RefusedException(Refusal.Invalid("promisedOn", ("承诺付款日不能在过去", "A promise is for a day to come")));
            }

            this["promise"] = this["promisedOn"] is null ? null : "open";
        }

        if (this["promised"] is Money { Amount: <= 0 })
        {
            throw new RefusedException(Refusal.Invalid("promised", ("承诺金额应大于 0", "A promised amount is above 0")));
        }

        var (what, whose) = Reference("invoice") is { } invoice ? ("invoice", (Guid?)invoice) : ("payment_plan", Reference("plan"));
        if (Changed("promised") && this["promised"] is Money promised && whose is { } owed
            && await context.Session.FirstAsync(Sql.Of($"SELECT open_amount, open_amount_currency FROM {new SqlName(what)} WHERE id = {owed}"), row => row.IsNull(0) ? (Money?)null : Money.FromStored(row.Integer(0), row.Text(1))) is { } open
            && (promised.Currency != open.Currency || promised.Amount > open.Amount))
        {
            throw new RefusedException(Refusal.Invalid("promised", new Label($"未付的是 {open.AmountText} {open.Currency}：承诺金额不能超过它，币种也要一致", $"{open.AmountText} {open.Currency} are open: a promise is at most that, in that currency")));
        }
    }
}
