using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>How much of a receipt, or of what was given up, settles which contract, instalment and invoice. Made by <see cref="Allocating"/> alone.</summary>
public sealed class Allocation(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("receipt-allocations", "receipt-allocation",
    [
        new("label", FieldKind.Text, ("核销", "Allocation")) { ReadOnly = true, MaxLength = 200 },
        new("receipt", FieldKind.Reference, ("回款", "Receipt")) { Reference = "receipts", ReadOnly = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("contract", FieldKind.Reference, ("合同", "Contract")) { Reference = "contracts", ReadOnly = true },
        new("plan", FieldKind.Reference, ("回款计划", "Instalment")) { Reference = "payment-plans", ReadOnly = true },
        new("invoice", FieldKind.Reference, ("发票", "Invoice")) { Reference = "invoices", ReadOnly = true },
        new("kind", FieldKind.Choice, ("类型", "Kind")) { ReadOnly = true, Choices = [new("payment", ("回款", "Payment"), "green"), new("writeOff", ("坏账核销", "Write-off"), "red")] },
        new("status", FieldKind.Choice, ("状态", "Status")) { ReadOnly = true, Choices = [new("active", ("有效", "In force"), "green"), new("cancelled", ("已撤销", "Cancelled"), "grey")] },
        new("allocatedOn", FieldKind.Date, ("日期", "Day")) { ReadOnly = true },
        new("cancelledOn", FieldKind.Date, ("撤销日期", "Cancelled on")) { ReadOnly = true },
        new("amount", FieldKind.Money, ("回款金额", "Of the receipt")) { ReadOnly = true },
        new("settled", FieldKind.Money, ("核销金额", "Settled")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("reason", FieldKind.Text, ("原因", "Reason")) { ReadOnly = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "receipt_allocation",
        Label = ("核销明细", "Allocations"),
        SingularLabel = ("核销明细", "Allocation"),
        Icon = "line",
        TitleField = "label",
        SubtitleField = "receipt",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["label", "receipt", "contract", "plan", "invoice", "settled", "kind", "status", "allocatedOn"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Importable = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new Allocation(type),
    };

    /// <summary>Set by <see cref="Allocating"/> for what it writes.</summary>
    internal bool Ours { get; set; }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (!Ours)
        {
            throw new RefusedException(Refusal.Breaks("allocation-made", ("核销由“核销回款”产生，不能直接新建或修改", "Allocations are made by allocating a receipt, not by hand")));
        }

        await ChildAccess.FollowAsync(this, context);
    }

    public override async ValueTask SavedAsync(SaveContext context) => await AddUpAsync(context);

    public override ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) =>
        throw new RefusedException(Refusal.Breaks("allocation-made", ("核销不能删除：请撤销", "An allocation is not deleted: cancel it")));

    public override async ValueTask RemovedAsync(SaveContext context) => await AddUpAsync(context);

    private async ValueTask AddUpAsync(SaveContext context)
    {
        if (Reference("invoice") is { } invoice)
        {
            await Balances.OfInvoiceAsync(context, invoice);
        }

        if (Reference("plan") is { } plan)
        {
            await Balances.OfPlanAsync(context, plan);
        }

        if (Reference("contract") is { } contract)
        {
            await Balances.SumsAsync(context, contract);
        }

        if (Reference("receipt") is { } receipt)
        {
            await Balances.OfReceiptAsync(context, receipt);
        }
    }

    /// <summary>That nothing is settled beyond what it was; called within the customer's turn, after the write.</summary>
    /// <exception cref="RefusedException">More than the receipt has left, the invoice or instalment is open for, or the contract is worth.</exception>
    internal async ValueTask DemandAsync(SaveContext context)
    {
        await LeftAsync("receipt", "unallocated", "receipt-spent", ("回款", "the receipt"));
        await LeftAsync("invoice", "open_amount", "invoice-overpaid", ("发票", "the invoice"));
        await LeftAsync("plan", "open_amount", "plan-overpaid", ("这一期", "the instalment"));
        if (Reference("contract") is { } contract)
        {
            await Balances.DemandRoomAsync(context.Session, contract);
        }

        async ValueTask LeftAsync(string field, string column, string rule, Label what)
        {
            if (Reference(field) is not { } id)
            {
                return;
            }

            var (left, currency) = await context.Session.FirstAsync(Sql.Of($"SELECT {new SqlName(column)}, {new SqlName(column + "_currency")} FROM {new SqlName(context.Schema[Type[field].Reference!].Table)} WHERE id = {id}"), row => (row.Integer(0), row.Text(1)));
            if (left < 0)
            {
                var own = (Money)this[field == "receipt" ? "amount" : "settled"]!;
                var had = Money.FromStored(left + own.Stored, currency);
                throw new RefusedException(Refusal.Breaks(rule, new Label($"{what.ZhHans}只剩 {had.AmountText} {currency} 未核销", $"Only {had.AmountText} {currency} of {what.En} are left")));
            }
        }
    }
}
