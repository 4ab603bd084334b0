using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Orders;

/// <summary>A product of an order, with what it cost on the day. The order's amount and cost are the sums of its lines.</summary>
public sealed class OrderLine(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("order-lines", "order-line",
    [
        new("order", FieldKind.Reference, ("订单", "Order")) { Reference = "orders", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        .. LinePricing.Fields,
        new("unitCost", FieldKind.Money, ("单位成本", "Cost of one")) { NeedsFunction = Functions.ReadCosts },
        new("promisedOn", FieldKind.Date, ("承诺交期", "Promised for")),
        new("produced", FieldKind.Number, ("已备货", "Produced")),
        new("shipped", FieldKind.Number, ("已发货", "Shipped")) { ReadOnly = true },
        new("delivered", FieldKind.Number, ("已到货", "Delivered")) { ReadOnly = true },
        new("returned", FieldKind.Number, ("已退货", "Returned")) { ReadOnly = true },
        new("fulfilment", FieldKind.Choice, ("履约状态", "Fulfilment")) { ReadOnly = true, Choices = Fulfilment.States },
        new("returnOf", FieldKind.Reference, ("退自明细", "Returned from")) { Reference = "order-lines", ReadOnly = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "order_line",
        Label = ("订单明细", "Order lines"),
        SingularLabel = ("订单明细", "Order line"),
        Icon = "line",
        TitleField = "description",
        SubtitleField = "order",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["order", "product", "description", "quantity", "unitPrice", "discount", "total", "fulfilment"],
        DefaultSort = "position",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen), .. Fulfilment.LineRules],
        Create = type => new OrderLine(type),
    };

    /// <summary>What was agreed for the line by the quote it comes from, where a cent of rounding lies between that and price times quantity.</summary>
    internal Money? Agreed { get; set; }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("order") is not { } order)
        {
            return;
        }

        if (!IsNew && Changed("order"))
        {
            throw new RefusedException(Refusal.Invalid("order", ("明细不能换到另一张订单", "A line stays with its order")));
        }

        await OrderLines.DemandAsync(context, order);
        var (customer, currency, day) = await context.Session.FirstAsync(
            Sql.Of($"SELECT customer_id, amount_currency, ordered_on FROM sales_order WHERE id = {order}"), row => (row.Id(0), row.Text(1), DateOnly.ParseExact(row.Text(2), "yyyy-MM-dd")));
        this["customer"] = customer;
        await ChildAccess.FollowAsync(this, context);
        await LinePricing.FillAsync(this, context, currency, day);
        LinePricing.AddUp(this);
        this["total"] = Agreed ?? this["total"];
        if (this["unitCost"] is null && Reference("product") is { } product && (IsNew || Changed("product")))
        {
            // The cost of the day stays with the line, so that a later change of the product does not rewrite the past.
            var cost = await context.Session.FirstAsync(Sql.Of($"SELECT cost, cost_currency FROM product WHERE id = {product}"), row => row.OptionalInteger(0) is { } stored ? Money.FromStored(stored, row.OptionalText(1) ?? currency) : (Money?)null);
            if (day != context.Actor.Today(context.Now) && (await ProductCosts.OnAsync(context.Session, [product], day)).TryGetValue(product, out var then))
            {
                cost = then;
            }

            this["unitCost"] = cost is { } known && known.Currency == currency ? known : null;
        }

        if (this["produced"] is decimal made && (made < 0 || made > (decimal)this["quantity"]!))
        {
            throw new RefusedException(Refusal.Invalid("produced", ("备货数量应在 0 和订购数量之间", "What is produced is between 0 and what was ordered")));
        }

        if (this["unitCost"] is Money given && (given.Amount < 0 || given.Currency != currency))
        {
            throw new RefusedException(Refusal.Invalid("unitCost", new Label($"成本不能为负，且应使用订单的币种 {currency}", $"A cost is not negative and in the order's {currency}")));
        }
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        await Fulfilment.OfLineAsync(context.Session, Id);
        if (!IsNew && Changed("quantity"))
        {
            await Shipping.DemandQuantitiesAsync(context.Session, Reference("order")!.Value);
            await Fulfilment.OfOrderAsync(context, Reference("order")!.Value);
        }

        if (Reference("returnOf") is { } of && Changed("quantity"))
        {
            await Shipping.DemandReturnedAsync(context.Session, of);
        }

        await OrderLines.AddUpAsync(context, Reference("order")!.Value);
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await OrderLines.DemandAsync(context, Reference("order")!.Value);
        if (at is not null && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM delivery_line dl JOIN delivery d ON d.id = dl.delivery_id WHERE dl.order_line_id = {Id} AND dl.deleted_at IS NULL AND d.deleted_at IS NULL AND d.status <> 'cancelled'")) > 0)
        {
            throw new RefusedException(Refusal.Breaks("line-delivered", ("这一行已在发货单里，不能删除：请先取消发货", "This line is in a delivery: cancel that first")));
        }

        if (Reference("returnOf") is { } of)
        {
            await Shipping.DemandReturnedAsync(context.Session, of);
        }

        await OrderLines.AddUpAsync(context, Reference("order")!.Value);
    }
}
