using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Numbering;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Receivables;

/// <summary>Money that came in. It is never changed: a wrong one is reversed and entered anew. What is not allocated is the customer's credit balance.</summary>
public sealed class Receipt(RecordType type) : Record(type)
{
    private static readonly string[] Free = ["note", "owner", "accessOwner", "externalId", "status", "reversedOn", "reverseReason"];

    internal static IReadOnlyList<Choice> Methods { get; } =
    [
        new("transfer", ("网上转账", "Bank transfer")), new("wire", ("电汇", "Wire")), new("cheque", ("支票", "Cheque")), new("cash", ("现金", "Cash")), new("acceptance", ("承兑汇票", "Acceptance bill")),
        new("alipay", ("支付宝", "Alipay")), new("wechat", ("微信支付", "WeChat Pay")), new("postal", ("邮政汇款", "Postal order")), new("other", ("其他", "Other")),
    ];

    public static RecordType Description { get; } = new("receipts", "receipt",
    [
        new("number", FieldKind.Text, ("回款编号", "Number")) { Required = true, Filled = true, MaxLength = 60, Search = SearchAs.Words },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("contract", FieldKind.Reference, ("合同", "Contract")) { Reference = "contracts", Help = ("填写后按到期先后核销这份合同", "When given, the contract's instalments and invoices are settled, the oldest first") },
        new("status", FieldKind.Choice, ("状态", "Status")) { ReadOnly = true, Choices = [new("received", ("已到账", "Received"), "green"), new("reversed", ("已冲销", "Reversed"), "red")] },
        new("receivedOn", FieldKind.Date, ("到账日期", "Received on")) { Required = true, Filled = true },
        new("amount", FieldKind.Money, ("金额", "Amount")) { Required = true },
        new("rate", FieldKind.Number, ("汇率", "Exchange rate")),
        new("homeAmount", FieldKind.Money, ("本位币金额", "Amount in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("unallocated", FieldKind.Money, ("未核销余额", "Not allocated")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("unallocatedHome", FieldKind.Money, ("未核销余额（本位币）", "Not allocated, in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("method", FieldKind.Choice, ("方式", "Method")) { Required = true, Filled = true, Choices = Methods },
        new("payer", FieldKind.Text, ("付款方", "Payer")),
        new("bankReference", FieldKind.Text, ("银行流水号", "Bank reference")) { MaxLength = 100, Search = SearchAs.Words },
        new("reversedOn", FieldKind.Date, ("冲销日期", "Reversed on")) { ReadOnly = true },
        new("reverseReason", FieldKind.Text, ("冲销原因", "Why it was reversed")) { ReadOnly = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Search = SearchAs.Words },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "receipt",
        Label = ("回款", "Receipts"),
        SingularLabel = ("回款", "Receipt"),
        Icon = "receipt",
        TitleField = "number",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["number", "customer", "contract", "receivedOn", "amount", "unallocated", "method", "status"],
        DefaultSort = "-receivedOn",
        Keys = ["id", "number", "externalId"],
        Derived = [new("accessOwner", ChildAccess.WrongWhen), .. Balances.ReceiptRules],
        Create = type => new Receipt(type),
    };

    /// <summary>Set where the caller says himself what the money was for.</summary>
    internal bool AllocatedByHand { get; set; }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (!IsNew)
        {
            if (Changes().FirstOrDefault(change => !change.Field.Custom && !Free.Contains(change.Field.Name, StringComparer.Ordinal)) is { Field: { } locked })
            {
                throw new RefusedException(Refusal.Breaks("receipt-fixed", new Label($"回款不能修改“{locked.Label.ZhHans}”：请冲销后重新登记", $"“{locked.Label.En}” of a receipt is not changed: reverse it and enter it anew")));
            }

            if (Changed("owner"))
            {
                await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
            }

            return;
        }

        if (Reference("customer") is not { } customer)
        {
            return;
        }

        context.Actor.Demand(Functions.ManageReceivables);
        await Balances.TakeTurnAsync(context.Session, customer);
        this["status"] ??= "received";
        this["method"] ??= "transfer";
        this["receivedOn"] ??= context.Actor.Today(context.Now);
        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        var day = (DateOnly)this["receivedOn"]!;
        if (day > context.Actor.Today(context.Now).AddDays(1))
        {
            throw new RefusedException(Refusal.Invalid("receivedOn", ("到账日期不能在未来", "Money is not received in the future")));
        }

        if (Reference("contract") is { } contract)
        {
            await ContractOf.DemandInForceAsync(context.Session, contract, customer);
        }

        Amounts.Check(this, "amount", null);
        await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        this["number"] ??= await Numbers.NextAsync(context, Type, "SK", day);
        await Unique.CheckAsync(context, this, "number", ("回款编号已被使用", "Another receipt has this number"));
        if (this["amount"] is Money amount)
        {
            await HomeAmount.SetAsync(this, context, amount, day);
            await AskTwiceAsync(context, customer, day, amount);
        }
    }

    /// <summary>The same sum of the same customer on the same day is more often one payment entered twice than two.</summary>
    private async ValueTask AskTwiceAsync(SaveContext context, Guid customer, DateOnly day, Money amount)
    {
        if (await context.Session.FirstAsync(Sql.Of($"SELECT number FROM receipt WHERE customer_id = {customer} AND received_on = {day} AND amount = {amount.Stored} AND amount_currency = {amount.Currency} AND status = 'received' AND deleted_at IS NULL ORDER BY seq DESC LIMIT 1"), row => row.Text(0)) is { } number)
        {
            context.Confirm("receipt-twice", "amount", new Label($"这位客户当天已登记过同样金额的回款 {number}：确认是另一笔再保存", $"The receipt {number} of this customer has the same day and amount: confirm that this is another one"));
        }
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        await Balances.OfReceiptAsync(context, Id);
        if (IsNew && !AllocatedByHand && Reference("contract") is not null)
        {
            await Allocating.OldestFirstAsync(context, this);
        }
    }

    public override ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before) =>
        throw new RefusedException(Refusal.Breaks("receipt-fixed", ("回款不能删除：请冲销", "A receipt is not deleted: reverse it")));
}
