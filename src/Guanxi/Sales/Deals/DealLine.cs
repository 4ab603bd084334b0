using Guanxi.Customers.Contacts;
using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Deals;

/// <summary>A product of a deal. The deal's amount is the sum of its lines.</summary>
public sealed class DealLine(RecordType type) : Record(type)
{
    private const string OverTier = "discount-over-tier";

    public static RecordType Description { get; } = new("deal-lines", "deal-line",
    [
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        .. LinePricing.Fields,
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
        await LinePricing.FillAsync(this, context, currency ?? (await Platform.Settings.ReadAsync(context.Session)).Currency, context.Actor.Today(context.Now));
        LinePricing.AddUp(this);
        await AskForDiscountAsync(context, customer);
    }

    /// <summary>More discount than the customer's tier gives is asked for: a deal may be reckoned with it, a quote will need an approval.</summary>
    private async ValueTask AskForDiscountAsync(SaveContext context, Guid customer)
    {
        if (context.Actor.IsSystem || (!IsNew && !Changed("discount") && !Changed("unitPrice") && !Changed("product") && !Changed("quantity")) || this["listPrice"] is not Money { Amount: > 0 } list || context.IsConfirmed(OverTier)
            || (decimal?)(await TierPolicy.OfAsync(context.Session, context.Schema, customer))?.MostDiscount is not { } tier)
        {
            return;
        }

        var (level, line) = await context.Session.FirstAsync(Sql.Of($"SELECT c.level, p.product_line FROM customer c LEFT JOIN product p ON p.id = {Reference("product")} WHERE c.id = {customer}"), row => (row.OptionalText(0), row.OptionalText(1)));
        var most = (await DiscountMatrix.ReadAsync(context.Session, context.Actor.Person.RoleId)).For(level, line, tier).MaxDiscount ?? tier;
        var given = 100 * (1 - (((Money)this["total"]!).Amount / (decimal)this["quantity"]! / list.Amount));
        if (given > most + 0.01m)
        {
            context.Confirm(OverTier, "discount", new Label($"折扣 {given:0.##}%，超过这位客户所在层级的 {most:0.##}%：报价时要审批。仍要保存吗？", $"A discount of {given:0.##} % is more than the {most:0.##} % of the customer's tier: a quote will need an approval. Save all the same?"));
        }
    }

    public override async ValueTask SavedAsync(SaveContext context) => await DealLines.AddUpAsync(context, Reference("deal")!.Value);

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await DealLines.DemandAsync(context, Reference("deal")!.Value);
        await DealLines.AddUpAsync(context, Reference("deal")!.Value);
    }
}
