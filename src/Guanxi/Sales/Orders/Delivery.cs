using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Numbering;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Orders;

/// <summary>Goods of an order on their way: planned, shipped, delivered. An order has as many as it takes.</summary>
public sealed class Delivery(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("deliveries", "delivery",
    [
        new("number", FieldKind.Text, ("发货单号", "Number")) { Required = true, Filled = true, MaxLength = 60, Search = SearchAs.Words },
        new("order", FieldKind.Reference, ("订单", "Order")) { Reference = "orders", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("status", FieldKind.Choice, ("状态", "Status")) { ReadOnly = true, Choices = [new("planned", ("待发货", "Planned"), "grey"), new("shipped", ("已发货", "Shipped"), "blue"), new("delivered", ("已到货", "Delivered"), "green"), new("cancelled", ("已取消", "Cancelled"), "red")] },
        new("plannedOn", FieldKind.Date, ("计划发货", "Planned for")),
        new("shippedOn", FieldKind.Date, ("发货日期", "Shipped on")) { ReadOnly = true },
        new("deliveredOn", FieldKind.Date, ("到货日期", "Delivered on")) { ReadOnly = true },
        new("carrier", FieldKind.Text, ("承运方", "Carrier")) { MaxLength = 100 },
        new("trackingNumber", FieldKind.Text, ("物流单号", "Tracking number")) { MaxLength = 100, Search = SearchAs.Words },
        new("receiver", FieldKind.Text, ("收货人", "Receiver")) { MaxLength = 100, Sensitive = true },
        new("address", FieldKind.Text, ("收货地址", "Address")) { MaxLength = 300, Sensitive = true },
        new("cancelReason", FieldKind.Text, ("取消原因", "Why it was cancelled")) { ReadOnly = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100 },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "delivery",
        Label = ("发货", "Deliveries"),
        SingularLabel = ("发货", "Delivery"),
        Icon = "delivery",
        TitleField = "number",
        SubtitleField = "order",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["number", "order", "customer", "status", "plannedOn", "shippedOn", "deliveredOn", "carrier", "trackingNumber"],
        DefaultSort = "-shippedOn",
        Keys = ["id", "number"],
        Importable = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new Delivery(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("order") is not { } order)
        {
            return;
        }

        if (!IsNew && Changed("order"))
        {
            throw new RefusedException(Refusal.Invalid("order", ("发货不能换到另一张订单", "A delivery stays with its order")));
        }

        if (IsNew)
        {
            this["customer"] = await Shipping.DemandAsync(context, order);
            this["status"] ??= "planned";
            this["number"] ??= await Numbers.NextAsync(context, Type, "FH", context.Actor.Today(context.Now));
        }

        await ChildAccess.FollowAsync(this, context);
        await Unique.CheckAsync(context, this, "number", ("发货单号已被使用", "Another delivery has this number"));
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (IsNew || Changed("status"))
        {
            await Fulfilment.OfOrderAsync(context, Reference("order")!.Value);
        }
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await Shipping.DemandAsync(context, Reference("order")!.Value);
        if (at is not null && Text("status") is "shipped" or "delivered")
        {
            throw new RefusedException(Refusal.Breaks("delivery-shipped", ("已发出的货不能删除：请取消发货", "A delivery that was shipped is not deleted: cancel it")));
        }

        await context.SweepDeletedAsync(context.Schema["delivery-lines"], at, at is null ? Sql.Of($"delivery_id = {Id} AND deleted_at = {before}") : Sql.Of($"delivery_id = {Id} AND deleted_at IS NULL"));
        await Fulfilment.OfOrderAsync(context, Reference("order")!.Value);
        await Shipping.DemandQuantitiesAsync(context.Session, Reference("order")!.Value);
    }

    public override async ValueTask RemovedAsync(SaveContext context) => await Fulfilment.OfOrderAsync(context, Reference("order")!.Value);
}

/// <summary>How much of which line is in a delivery.</summary>
public sealed class DeliveryLine(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("delivery-lines", "delivery-line",
    [
        new("label", FieldKind.Text, ("货物", "Goods")) { ReadOnly = true },
        new("delivery", FieldKind.Reference, ("发货", "Delivery")) { Reference = "deliveries", Required = true },
        new("orderLine", FieldKind.Reference, ("订单明细", "Order line")) { Reference = "order-lines", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("quantity", FieldKind.Number, ("数量", "Quantity")) { Required = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "delivery_line",
        Label = ("发货明细", "Delivery lines"),
        SingularLabel = ("发货明细", "Delivery line"),
        Icon = "line",
        TitleField = "label",
        SubtitleField = "delivery",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["delivery", "orderLine", "quantity"],
        DefaultSort = "createdAt",
        HasSearch = false,
        Importable = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new DeliveryLine(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("delivery") is not { } delivery || Reference("orderLine") is not { } line)
        {
            return;
        }

        var (order, status) = await context.Session.FirstAsync(Sql.Of($"SELECT order_id, status FROM delivery WHERE id = {delivery}"), row => (row.Id(0), row.Text(1)));
        this["customer"] = await Shipping.DemandAsync(context, order);
        if (status != "planned")
        {
            throw new RefusedException(Refusal.Breaks("delivery-shipped", ("货已发出，明细不能再改", "It was shipped; its lines stay as they are")));
        }

        this["label"] = await context.Session.FirstAsync(Sql.Of($"SELECT description FROM order_line WHERE id = {line} AND order_id = {order} AND deleted_at IS NULL"), row => row.Text(0))
            ?? throw new RefusedException(Refusal.Invalid("orderLine", ("这一行不属于这张订单", "That line is not of this order")));
        if (this["quantity"] is decimal and <= 0)
        {
            throw new RefusedException(Refusal.Invalid("quantity", ("数量应大于 0", "A quantity is above 0")));
        }

        await ChildAccess.FollowAsync(this, context);
    }

    public override async ValueTask SavedAsync(SaveContext context) => await AddUpAsync(context);

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await PrepareAsync(context);
        await AddUpAsync(context);
    }

    private async ValueTask AddUpAsync(SaveContext context)
    {
        await Fulfilment.OfLineAsync(context.Session, Reference("orderLine")!.Value);
        await Shipping.DemandQuantitiesAsync(context.Session, await context.Session.FirstAsync(Sql.Of($"SELECT order_id FROM delivery WHERE id = {Reference("delivery")}"), row => row.Id(0)));
    }
}
