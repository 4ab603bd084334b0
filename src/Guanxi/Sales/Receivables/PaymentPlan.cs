using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>An instalment of a contract: how much is due when.</summary>
public sealed class PaymentPlan(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("payment-plans", "payment-plan",
    [
        new("name", FieldKind.Text, ("款项", "Instalment")) { Required = true, Filled = true, MaxLength = 100 },
        new("contract", FieldKind.Reference, ("合同", "Contract")) { Reference = "contracts", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("number", FieldKind.Integer, ("期次", "Number")) { Required = true, Filled = true },
        new("dueOn", FieldKind.Date, ("应收日期", "Due on")) { Required = true },
        new("amount", FieldKind.Money, ("应收金额", "Amount")) { Required = true },
        new("status", FieldKind.Choice, ("状态", "Status"))
        {
            ReadOnly = true,
            Choices = [new("waiting", ("待生效", "Not in force"), "grey"), new("open", ("待回款", "Open"), "blue"), new("partial", ("部分回款", "Partly paid"), "amber"), new("overdue", ("逾期", "Overdue"), "red"), new("done", ("已回款", "Paid"), "green"), new("void", ("作废", "Void"), "grey")],
        },
        new("settled", FieldKind.Money, ("已回款", "Settled")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("openAmount", FieldKind.Money, ("未回款", "Open")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("openHome", FieldKind.Money, ("未回款（本位币）", "Open in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("overdueSince", FieldKind.Date, ("逾期自", "Overdue since")) { ReadOnly = true, Silent = true },
        new("method", FieldKind.Choice, ("付款方式", "Method")) { Choices = Receipt.Methods },
        new("remindDays", FieldKind.Integer, ("提前提醒天数", "Days of notice")),
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "payment_plan",
        Label = ("回款计划", "Payment plan"),
        SingularLabel = ("回款计划", "Instalment"),
        Icon = "plan",
        SubtitleField = "contract",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["contract", "number", "name", "customer", "dueOn", "amount", "openAmount", "status"],
        DefaultSort = "dueOn",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen), .. Balances.PlanRules],
        Create = type => new PaymentPlan(type),
    };

    /// <summary>An approved amendment is being carried out, in the name of whoever approved it.</summary>
    internal bool Amending { get; set; }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("contract") is not { } id)
        {
            return;
        }

        if (!IsNew && Changed("contract"))
        {
            throw new RefusedException(Refusal.Invalid("contract", ("款项不能换到另一份合同", "An instalment stays with its contract")));
        }

        var contract = await ContractOf.ReadAsync(context.Session, id) ?? throw new RefusedException(Refusal.Invalid("contract", RecordRefusals.UnknownReference));
        this["customer"] = contract.Customer;
        await Balances.TakeTurnAsync(context.Session, contract.Customer);
        if (!Amending && (IsNew || Changed("amount") || Changed("dueOn") || Changed("number") || Changed("name")))
        {
            await ContractOf.DemandEditAsync(context, id);
        }

        DemandOpen(context, contract, deleted: false);
        if (contract.Status is "void" or "completed")
        {
            throw new RefusedException(Refusal.Breaks("contract-closed", ("合同已完成或作废，回款计划不能再改", "The contract is completed or void; its plan stays as it is")));
        }

        this["number"] ??= 1 + await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COALESCE(MAX(number), 0) FROM payment_plan WHERE contract_id = {id} AND deleted_at IS NULL"));
        this["name"] ??= $"第 {this["number"]} 期";
        this["remindDays"] ??= 7L;
        await ChildAccess.FollowAsync(this, context);
        Amounts.Check(this, "amount", contract.Currency);
        if (!IsNew && Changed("amount") && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COALESCE(settled, 0) FROM payment_plan WHERE id = {Id}")) is > 0 and var settled && ((Money)this["amount"]!).Stored < settled)
        {
            throw new RefusedException(Refusal.Invalid("amount", new Label($"这一期已回款 {Money.FromStored(settled, "").AmountText}，金额不能更低", $"{Money.FromStored(settled, "").AmountText} of this instalment is paid; it cannot be less")));
        }
    }

    /// <summary>What somebody is deciding about stays as he was shown it; what was agreed is put off or changed by an amendment, or by whoever keeps the receivables. What an amendment has added to the contract is planned like before.</summary>
    private void DemandOpen(SaveContext context, ContractOf contract, bool deleted)
    {
        if (context.Actor.IsSystem || !(IsNew || deleted || Changed("amount") || Changed("dueOn")))
        {
            return;
        }

        if (contract.Status == "pending")
        {
            throw new RefusedException(Refusal.Breaks("contract-pending", ("合同审批中，回款计划不能修改：请先撤回", "The contract awaits approval, so its plan stays as it is: withdraw it first")));
        }

        if (contract.Status == "active" && !IsNew && !Amending && !context.Actor.Has(Functions.ManageReceivables))
        {
            throw new RefusedException(Refusal.Forbidden(("合同已生效，已定的各期回款不能自己修改：请新建合同变更（回款顺延），或请管理应收的同事修改", "The contract is in force, so what was agreed to be paid stays: make an amendment that puts it off, or ask whoever keeps the receivables")));
        }
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (!IsNew && Changed("dueOn"))
        {
            // Put off, it is dunned from the first step again when that day has passed.
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan SET dunned = 0 WHERE id = {Id}"));
        }

        await Balances.OfPlanAsync(context, Id);
        await Balances.SumsAsync(context, Reference("contract")!.Value);
        await Balances.DemandRoomAsync(context.Session, Reference("contract")!.Value);
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await Balances.TakeTurnAsync(context.Session, Reference("customer")!.Value);
        if (!Amending)
        {
            await ContractOf.DemandEditAsync(context, Reference("contract")!.Value);
        }

        if (await ContractOf.ReadAsync(context.Session, Reference("contract")!.Value) is { } contract)
        {
            DemandOpen(context, contract, deleted: true);
        }

        if (at is not null && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM receipt_allocation WHERE plan_id = {Id} AND status = 'active' AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Breaks("plan-paid", ("这一期已有回款，不能删除：请先冲销回款", "Something was paid on this instalment: reverse that first")));
        }

        await SavedAsync(context);
    }

    public override async ValueTask RemovedAsync(SaveContext context) => await Balances.SumsAsync(context, Reference("contract")!.Value);
}
