using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Deals;

/// <summary>A product of a deal. The deal's amount is the sum of its lines.</summary>
public sealed class DealLine(RecordType type) : Record(type)
{
    private const decimal Most = 1_000_000_000;

    public static RecordType Description { get; } = new("deal-lines", "deal-line",
    [
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("product", FieldKind.Reference, ("产品", "Product")) { Reference = "products" },
        new("description", FieldKind.Text, ("说明", "Description")) { Required = true },
        new("position", FieldKind.Integer, ("序号", "Position")),
        new("quantity", FieldKind.Number, ("数量", "Quantity")) { Required = true },
        new("unitPrice", FieldKind.Money, ("单价", "Unit price")) { Required = true },
        new("listPrice", FieldKind.Money, ("标准价", "List price")) { ReadOnly = true },
        new("discount", FieldKind.Number, ("折扣 %", "Discount %")),
        new("total", FieldKind.Money, ("小计", "Total")) { ReadOnly = true, DerivedFrom = ["unitPrice"] },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "deal_line",
        Label = ("商机明细", "Deal lines"),
        SingularLabel = ("商机明细", "Deal line"),
        Icon = "line",
        TitleField = "description",
        SubtitleField = "deal",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["deal", "product", "description", "quantity", "unitPrice", "discount", "total"],
        DefaultSort = "position",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new DealLine(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("deal") is not { } deal)
        {
            return;
        }

        if (!IsNew && Changed("deal"))
        {
            throw new RefusedException(Refusal.Invalid("deal", ("明细不能换到另一个商机", "A line stays with its deal")));
        }

        await DealLines.DemandAsync(context, deal);
        var (customer, currency) = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id, amount_currency FROM deal WHERE id = {deal}"), row => (row.Id(0), row.OptionalText(1)));
        this["customer"] = customer;
        await ChildAccess.FollowAsync(this, context);
        await PriceAsync(context, currency ?? (await Platform.Settings.ReadAsync(context.Session)).Currency);
        Add();
    }

    private async Task PriceAsync(SaveContext context, string currency)
    {
        this["quantity"] ??= 1m;
        if (Reference("product") is { } product && (Changed("product") || Changed("quantity")))
        {
            var today = context.Actor.Today(context.Now);
            var found = (await PriceFinder.FindAsync(context.Session, Reference("customer"), [(product, (decimal)this["quantity"]!)], today, currency))[0];
            this["listPrice"] = found.Price;
            this["unitPrice"] ??= found.MayRead(context.Actor) ? found.Price : null;
            this["description"] ??= await context.Session.FirstAsync(Sql.Of($"SELECT name FROM product WHERE id = {product}"), row => row.Text(0));
        }

        if (this["unitPrice"] is null)
        {
            throw new RefusedException(Refusal.Invalid("unitPrice", new Label($"没有这个产品的 {currency} 价格，请填写单价", $"There is no price in {currency} for this product; give one")));
        }
    }

    /// <summary>Quantity × unit price × (1 − discount), rounded half away from zero to the cent: as a person would on paper.</summary>
    private void Add()
    {
        var errors = new FieldErrors();
        if (this["quantity"] is not decimal quantity || quantity <= 0 || quantity > Most)
        {
            errors.Add("quantity", ("数量应大于 0，且不超过 10 亿", "A quantity is above 0 and at most a thousand million"));
        }

        if (this["discount"] is decimal and (< 0 or > 100))
        {
            errors.Add("discount", ("折扣应在 0 到 100 之间", "A discount is 0 to 100"));
        }

        var price = (Money)this["unitPrice"]!;
        if (price.Amount < 0)
        {
            errors.Add("unitPrice", ("单价不能为负", "A price cannot be negative"));
        }

        errors.Throw();
        var total = decimal.Round((decimal)this["quantity"]! * price.Amount * (1 - (((decimal?)this["discount"] ?? 0) / 100)), 2, MidpointRounding.AwayFromZero);
        this["total"] = total <= Money.Largest ? new Money(total, price.Currency) : throw new RefusedException(Refusal.Invalid("quantity", ("金额过大", "The amount is too large")));
    }

    public override async ValueTask SavedAsync(SaveContext context) => await DealLines.AddUpAsync(context, Reference("deal")!.Value);

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await DealLines.DemandAsync(context, Reference("deal")!.Value);
        await DealLines.AddUpAsync(context, Reference("deal")!.Value);
    }
}
