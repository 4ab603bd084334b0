using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Quotes;

/// <summary>A product or a service of a quote. The quote's amounts are the sums of its lines.</summary>
public sealed class QuoteLine(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("quote-lines", "quote-line",
    [
        new("quote", FieldKind.Reference, ("报价", "Quote")) { Reference = "quotes", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        .. LinePricing.Fields,
        new("unit", FieldKind.Text, ("单位", "Unit")) { MaxLength = 20 },
        new("taxRate", FieldKind.Number, ("税率 %", "Tax rate %")),
        new("net", FieldKind.Money, ("折后小计", "Net")) { ReadOnly = true, Required = true, Filled = true, DerivedFrom = ["unitPrice"] },
        new("tax", FieldKind.Money, ("税额", "Tax")) { ReadOnly = true, Required = true, Filled = true, DerivedFrom = ["unitPrice"] },
        new("unitCost", FieldKind.Money, ("单位成本", "Cost of one")) { NeedsFunction = Functions.ReadCosts },
        new("leadDays", FieldKind.Integer, ("交货天数", "Lead time in days")),
        new("remark", FieldKind.Text, ("备注", "Remark")) { MaxLength = 500 },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "quote_line",
        Label = ("报价明细", "Quote lines"),
        SingularLabel = ("报价明细", "Quote line"),
        Icon = "line",
        TitleField = "description",
        SubtitleField = "quote",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["quote", "product", "description", "quantity", "unitPrice", "discount", "total"],
        DefaultSort = "position",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new QuoteLine(type),
    };

    /// <summary>Set where a whole grid is written: what is asked once for all lines is not asked for each.</summary>
    internal bool Prepared { get; set; }

    /// <summary>What the customer pays for one after both discounts, in the quote's currency; with or without tax as the quote's prices are.</summary>
    public static decimal NetPrice(Record line) => ((Money)line["net"]!).Amount / (decimal)line["quantity"]!;

    /// <summary>Percent of what a line brings, without tax, that is left after its cost; −100 where it brings nothing, null where the cost is not known.</summary>
    public static decimal? Margin(Record line, bool taxIncluded)
    {
        var revenue = ((Money)line["net"]!).Amount - (taxIncluded ? ((Money)line["tax"]!).Amount : 0);
        return line["unitCost"] is not Money cost ? null : revenue > 0 ? 100 * (revenue - (cost.Amount * (decimal)line["quantity"]!)) / revenue : -100;
    }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("quote") is not { } id)
        {
            return;
        }

        if (!IsNew && Changed("quote"))
        {
            throw new RefusedException(Refusal.Invalid("quote", ("明细不能换到另一张报价", "A line stays with its quote")));
        }

        if (Prepared)
        {
            return;
        }

        var quote = await QuoteLines.DemandAsync(context, id);
        this["customer"] = quote.Reference("customer");
        await ChildAccess.FollowAsync(this, context);
        await QuotePricing.FillAsync(context, quote, [this]);
        QuotePricing.Check(this, quote.Text("currency")!);
        LinePricing.AddUp(this);
        this["net"] ??= this["total"];
        this["tax"] ??= new Money(0, quote.Text("currency")!);
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (!Prepared)
        {
            await QuoteLines.RetotalAsync(context, Reference("quote")!.Value);
        }
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        if (!Prepared)
        {
            await QuoteLines.DemandAsync(context, Reference("quote")!.Value);
            await QuoteLines.RetotalAsync(context, Reference("quote")!.Value);
        }
    }
}
