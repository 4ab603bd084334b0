using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Language;
using Guanxi.Platform.Live;
using Guanxi.Platform.Numbering;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Quotes;

/// <summary>What is offered to a customer, at which price, until when. Its status moves by <see cref="QuoteFlow"/> alone; what has left the house is changed as a new edition.</summary>
public sealed class Quote(RecordType type) : Record(type)
{
    public const string Kind = "quote";
    private const int ValidDays = 30;

    /// <summary>What the customer reads: locked from the moment it is submitted.</summary>
    private static readonly string[] Content = ["name", "contact", "deal", "currency", "quotedOn", "validUntil", "taxIncluded", "discount", "paymentTerms", "deliveryTerms", "note", "rate"];

    public static RecordType Description { get; } = new("quotes", "quote",
    [
        new("number", FieldKind.Text, ("报价单号", "Number")) { Required = true, Filled = true, MaxLength = 60, Search = SearchAs.Words },
        new("name", FieldKind.Text, ("标题", "Subject")) { Required = true, Search = SearchAs.Words, SortColumn = "name_key" },
        new("nameKey", FieldKind.Text, ("标题拼音", "Subject key")) { Internal = true, ReadOnly = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("contact", FieldKind.Reference, ("联系人", "Contact")) { Reference = "contacts", WhenErased = WhenErased.Clear, WhenMerged = WhenMerged.Move },
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals" },
        new("status", FieldKind.Choice, ("状态", "Status"))
        {
            ReadOnly = true,
            Choices =
            [
                new("draft", ("草稿", "Draft"), "grey"), new("pending", ("审批中", "Being approved"), "blue"), new("approved", ("可发送", "Ready to send"), "blue"), new("sent", ("已发送", "Sent"), "blue"), new("accepted", ("已接受", "Accepted"), "green"),
                new("declined", ("已谢绝", "Declined"), "red"), new("expired", ("已过期", "Expired"), "grey"), new("contracted", ("已转合同", "Under contract"), "green"), new("ordered", ("已下单", "Ordered"), "green"), new("cancelled", ("已作废", "Cancelled"), "grey"),
            ],
        },
        new("edition", FieldKind.Integer, ("版次", "Edition")) { ReadOnly = true },
        new("currency", FieldKind.Text, ("币种", "Currency")) { Required = true, MaxLength = 3 },
        new("quotedOn", FieldKind.Date, ("报价日期", "Quoted on")) { Required = true, Filled = true },
        new("validUntil", FieldKind.Date, ("有效期至", "Valid until")) { Required = true, Filled = true },
        new("taxIncluded", FieldKind.YesNo, ("单价含税", "Prices include tax")) { Required = true, Filled = true },
        new("discount", FieldKind.Number, ("整单折扣 %", "Discount on the whole %")),
        new("amount", FieldKind.Money, ("总额", "Total")) { ReadOnly = true },
        new("tax", FieldKind.Money, ("其中税额", "Tax in it")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("rate", FieldKind.Number, ("汇率", "Exchange rate")),
        new("homeAmount", FieldKind.Money, ("本位币金额", "Amount in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("cost", FieldKind.Money, ("成本", "Cost")) { ReadOnly = true, NeedsFunction = Functions.ReadCosts },
        new("margin", FieldKind.Number, ("毛利率 %", "Margin %")) { ReadOnly = true, NeedsFunction = Functions.ReadCosts, DerivedFrom = ["cost", "amount"] },
        new("paymentTerms", FieldKind.LongText, ("付款条件", "Payment")) { Section = "terms", MaxLength = 2000 },
        new("deliveryTerms", FieldKind.LongText, ("交货条件", "Delivery")) { Section = "terms", MaxLength = 2000 },
        new("note", FieldKind.LongText, ("给客户的说明", "Note to the customer")) { Section = "terms", MaxLength = 4000 },
        new("internalNote", FieldKind.LongText, ("内部备注", "Internal note")),
        new("order", FieldKind.Reference, ("订单", "Order")) { Reference = "orders", ReadOnly = true },
        new("sentAt", FieldKind.Instant, ("发送时间", "Sent")) { ReadOnly = true },
        new("decidedAt", FieldKind.Instant, ("客户答复时间", "Answered")) { ReadOnly = true },
        new("acceptedBy", FieldKind.Text, ("接受人", "Accepted by")) { ReadOnly = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "quote",
        Label = ("报价", "Quotes"),
        SingularLabel = ("报价", "Quote"),
        Icon = "quote",
        TitleField = "number",
        SubtitleField = "name",
        Access = AccessKind.Child,
        ParentField = "customer",
        Sections = [new("basic", ("基本信息", "Basics")), new("terms", ("条款", "Terms"))],
        ListColumns = ["number", "name", "customer", "quotedOn", "validUntil", "amount", "status", "owner"],
        DefaultSort = "-quotedOn",
        Keys = ["id", "number"],
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Approvals = [new ApprovalKind(Kind, ("报价", "Quote")) { Shows = ["number", "name", "customer", "amount", "discount", "margin", "validUntil", "paymentTerms", "owner"], DecidedAsync = QuoteFlow.DecidedAsync, CausesAsync = QuoteFlow.CausesAsync }],
        Create = type => new Quote(type),
    };

    /// <summary>Set by the program's own moves: they may touch what people may not.</summary>
    internal bool Moving { get; set; }

    public string Status => Text("status") ?? "draft";

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("deal") is { } deal && (IsNew || Changed("deal")))
        {
            var customer = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM deal WHERE id = {deal}"), row => (Guid?)row.Id(0));
            this["customer"] ??= customer;
            if (Reference("customer") != customer)
            {
                throw new RefusedException(Refusal.Invalid("deal", ("商机属于另一个客户", "The deal is another customer's")));
            }
        }

        if (!IsNew && Changed("customer"))
        {
            throw new RefusedException(Refusal.Invalid("customer", ("报价不能换客户：请为另一个客户新建", "A quote stays with its customer: make another one for the other")));
        }

        if (!IsNew && !Moving && Before(Type["status"]) is not "draft" && Array.Exists(Content, Changed))
        {
            throw new RefusedException(QuoteRefusals.Locked);
        }

        await FillAsync(context);
        Check();
        await Unique.CheckAsync(context, this, "number", ("报价单号已被使用", "Another quote has this number"));
        if (!IsNew && Changed("currency") && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM quote_line WHERE quote_id = {Id} AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("currency", ("已有明细的报价不能换币种：请先清空明细，或另建一张", "A quote with lines keeps its currency: take the lines out first, or make another one")));
        }

        var currency = Text("currency")!;
        if (this["amount"] is not Money amount || amount.Currency != currency)
        {
            (this["amount"], this["tax"]) = (new Money(0, currency), new Money(0, currency));
        }

        await HomeAmount.SetAsync(this, context, (Money)this["amount"]!, (DateOnly)this["quotedOn"]!);
    }

    private async ValueTask FillAsync(SaveContext context)
    {
        this["status"] ??= "draft";
        this["edition"] ??= 1L;
        this["taxIncluded"] ??= true;
        this["quotedOn"] ??= context.Actor.Today(context.Now);
        this["validUntil"] ??= ((DateOnly)this["quotedOn"]!).AddDays(ValidDays);
        this["currency"] = (Text("currency") ?? (await Platform.Settings.ReadAsync(context.Session)).Currency).Trim().ToUpperInvariant();
        this["number"] ??= await Numbers.NextAsync(context, Type, "QT", (DateOnly)this["quotedOn"]!);
        this["owner"] ??= context.Actor.IsSystem ? null : context.Actor.Id;
        if (Changed("name"))
        {
            this["nameKey"] = Text("name") is { Length: > 0 } name ? Pinyin.SortKey(name, personName: false) : null;
        }

        if (IsNew || Changed("owner"))
        {
            await ChildAccess.FollowAsync(this, context, keepsOwnOwner: true);
        }
    }

    private void Check()
    {
        var errors = new FieldErrors();
        if (this["validUntil"] is DateOnly until && until < (DateOnly)this["quotedOn"]!)
        {
            errors.Add("validUntil", ("有效期早于报价日期", "It ends before it begins"));
        }

        if (this["discount"] is decimal and (< 0 or > 100))
        {
            errors.Add("discount", ("折扣应在 0 到 100 之间", "A discount is 0 to 100"));
        }

        if (Text("currency") is not { Length: 3 } currency || !currency.All(char.IsAsciiLetterUpper))
        {
            errors.Add("currency", ("请用三个字母的币种代码，例如 USD", "Use the three letters of the currency, such as USD"));
        }

        errors.Throw();
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (!IsNew && (Changed("discount") || Changed("taxIncluded")))
        {
            await QuoteLines.RetotalAsync(context, Id);
        }

        if (Changed("owner") && OwnerId is { } owner && owner != context.Actor.Id && !context.Actor.IsSystem)
        {
            await Notifications.SendAsync(context, owner, "assigned", Type.Name, Id, Text("number") ?? "", ("{0} 把报价交给了你", "{0} gave you a quote"));
        }
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        if (at is not null)
        {
            // What nobody can read any more is not signed or accepted either.
            await ApprovalRequests.LapseAsync(context, Kind, Id);
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE quote_link SET revoked_at = {at} WHERE quote_id = {Id} AND revoked_at IS NULL"));
        }
        else if (Status == "pending")
        {
            // Nobody decides about it any more: it comes back as the draft it was.
            await context.SweepAsync(Type, "status", "draft", Sql.Of($"id = {Id}"), "withdraw");
        }
    }

    public override async ValueTask RemovedAsync(SaveContext context)
    {
        foreach (var table in new[] { "quote_answer", "quote_link", "quote_edition" })
        {
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM {new SqlName(table)} WHERE quote_id = {Id}"));
        }
    }
}
