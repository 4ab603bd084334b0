using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Credit;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales.Orders;

/// <summary>How much of an order's line is meant.</summary>
public sealed record LineQuantity(Guid Line, decimal Quantity);

/// <summary>Ships what was ordered, in as many parts as it takes, and takes back what was delivered. Each waits for the customer's turn, so the sum never goes above what was ordered.</summary>
public static class Shipping
{
    private const decimal Exact = 0.000001m;

    /// <summary>The customer of an order that may be shipped by the actor; the customer's turn is taken.</summary>
    internal static async Task<Guid> DemandAsync(SaveContext context, Guid order)
    {
        var (customer, status, kind) = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id, status, kind FROM sales_order WHERE id = {order}"), row => (row.Id(0), row.Text(1), row.Text(2)));
        await Balances.TakeTurnAsync(context.Session, customer);
        if (kind == "return" || status is "draft" or "cancelled")
        {
            throw new RefusedException(Refusal.Breaks("order-not-shippable", ("草稿、已取消的订单和退货单不能发货", "A draft, a cancelled order and a return are not shipped")));
        }

        return context.Actor.IsSystem || await RecordStore.ExistsAsync(context.Session, context.Actor, context.Schema["orders"], order, Verb.Edit, context.Now) ? customer : throw new RefusedException(RecordRefusals.MayNotEdit);
    }

    /// <summary>That no line is delivered beyond what was ordered; called after the write.</summary>
    internal static async Task DemandQuantitiesAsync(DatabaseSession session, Guid order)
    {
        var over = await session.FirstAsync(
            Sql.Of($"SELECT l.description, l.quantity, SUM(dl.quantity) FROM order_line l JOIN delivery_line dl ON dl.order_line_id = l.id AND dl.deleted_at IS NULL JOIN delivery d ON d.id = dl.delivery_id AND d.deleted_at IS NULL AND d.status <> 'cancelled' WHERE l.order_id = {order} GROUP BY l.id, l.description, l.quantity HAVING SUM(dl.quantity) > l.quantity + {Exact} LIMIT 1"),
            row => ((string Name, decimal Ordered, decimal All)?)(row.Text(0), Convert.ToDecimal(row.Any(1)), Convert.ToDecimal(row.Any(2))));
        if (over is var (name, ordered, all))
        {
            throw new RefusedException(Refusal.Breaks("delivered-above-ordered", new Label($"“{name}”订购 {ordered:0.######}，发货合计 {all:0.######}：多出 {all - ordered:0.######}", $"{ordered:0.######} of “{name}” were ordered; deliveries add up to {all:0.######}: {all - ordered:0.######} too many")));
        }
    }

    /// <summary>A delivery of the lines named, or of all that is not yet in one.</summary>
    /// <param name="shippedOn">Set when it has left already.</param>
    public static async Task<Record> DeliverAsync(SaveContext context, Guid id, IReadOnlyList<LineQuantity>? wanted, bool ship, DateOnly? shippedOn, Func<Record, Task> fill, CancellationToken cancel = default)
    {
        var (deliveries, lines) = (context.Schema["deliveries"], context.Schema["delivery-lines"]);
        if (!context.Actor.On(deliveries).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(deliveries));
        }

        await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["orders"], id, Verb.Edit, context.Now, cancel: cancel);
        await DemandAsync(context, id);
        var open = await OpenAsync(context.Session, id, cancel);
        var quantities = wanted ?? [.. open.Where(line => line.Open > Exact).Select(line => new LineQuantity(line.Id, line.Open))];
        if (quantities.Count == 0)
        {
            throw new RefusedException(Refusal.Breaks("nothing-to-ship", ("这张订单没有可发的货", "There is nothing of this order left to ship")));
        }

        var delivery = deliveries.Create(deliveries);
        delivery["order"] = id;
        await fill(delivery);
        await context.InsertAsync(delivery, cancel);
        foreach (var (line, quantity) in quantities)
        {
            var record = lines.Create(lines);
            (record["delivery"], record["orderLine"], record["quantity"]) = (delivery.Id, line, quantity);
            await context.InsertAsync(record, cancel);
        }

        return ship ? await ShipAsync(context, delivery.Id, shippedOn, cancel) : await RecordStore.LoadAsync(context.Session, context.Actor, deliveries, delivery.Id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>The goods leave, if the customer's credit allows.</summary>
    public static async Task<Record> ShipAsync(SaveContext context, Guid id, DateOnly? day, CancellationToken cancel = default)
    {
        var delivery = await LoadAsync(context, id, ["planned"], ("只有待发货的发货单可以发货", "Only a planned delivery is shipped"), cancel);
        await CreditCheck.DemandAsync(context, delivery.Reference("customer")!.Value, CreditMoment.Ship, 0, cancel);
        (delivery["status"], delivery["shippedOn"]) = ("shipped", Past(context, day, "shippedOn"));
        return await SaveAsync(context, delivery, "ship", cancel);
    }

    public static async Task<Record> ArriveAsync(SaveContext context, Guid id, DateOnly? day, CancellationToken cancel = default)
    {
        var delivery = await LoadAsync(context, id, ["shipped"], ("只有已发货的发货单可以确认到货", "Only a delivery that was shipped arrives"), cancel);
        var on = Past(context, day, "deliveredOn");
        if (on < (DateOnly)delivery["shippedOn"]!)
        {
            throw new RefusedException(Refusal.Invalid("deliveredOn", ("到货不能早于发货", "It does not arrive before it was shipped")));
        }

        (delivery["status"], delivery["deliveredOn"]) = ("delivered", on);
        return await SaveAsync(context, delivery, "arrive", cancel);
    }

    public static async Task<Record> CancelAsync(SaveContext context, Guid id, string? reason, CancellationToken cancel = default)
    {
        var delivery = await LoadAsync(context, id, ["planned", "shipped"], ("已到货或已取消的发货单不能取消", "A delivery that arrived or was cancelled is not cancelled"), cancel);
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(Refusal.Invalid("reason", ("请写明取消原因", "Say why it is cancelled")));
        }

        (delivery["status"], delivery["cancelReason"], delivery["shippedOn"]) = ("cancelled", reason.Trim(), null);
        return await SaveAsync(context, delivery, "cancel", cancel);
    }

    /// <summary>What came back, as an order of returned goods at the price and cost of the line: so revenue, value and receivables know of it.</summary>
    public static async Task<Record> ReturnAsync(SaveContext context, Guid id, IReadOnlyList<LineQuantity> wanted, string? reason, CancellationToken cancel = default)
    {
        var (orders, lines) = (context.Schema["orders"], context.Schema["order-lines"]);
        if (!context.Actor.On(orders).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(orders));
        }

        var order = await RecordStore.LoadAsync(context.Session, context.Actor, orders, id, Verb.Edit, context.Now, cancel: cancel);
        await DemandAsync(context, id);
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(Refusal.Invalid("reason", ("请写明退货原因", "Say why it came back")));
        }

        if (wanted.Count == 0)
        {
            throw new RefusedException(Refusal.Invalid("lines", ("请选择退货的明细和数量", "Choose the lines and quantities that came back")));
        }

        var back = orders.Create(orders);
        foreach (var field in new[] { "customer", "contact", "deal", "contract", "rate", "owner" })
        {
            back[field] = order[field];
        }

        (back["kind"], back["status"], back["returnOf"], back["note"], back["amount"]) = ("return", "confirmed", id, reason.Trim(), new Money(0, ((Money)order["amount"]!).Currency));
        await context.InsertAsync(back, cancel);
        foreach (var (line, quantity) in wanted)
        {
            var of = await RecordStore.FindAsync(context.Session, lines, line, cancel);
            if (of is null || of.Reference("order") != id)
            {
                throw new RefusedException(Refusal.Invalid("lines", ("这一行不属于这张订单", "That line is not of this order")));
            }

            var record = lines.Create(lines);
            foreach (var field in new[] { "product", "description", "position", "unitPrice", "discount", "unitCost" })
            {
                record[field] = of[field];
            }

            (record["order"], record["quantity"], record["returnOf"]) = (back.Id, quantity, line);
            await context.InsertAsync(record, cancel);
            await DemandReturnedAsync(context.Session, line);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, orders, back.Id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>That no more came back than was delivered.</summary>
    internal static async Task DemandReturnedAsync(DatabaseSession session, Guid line)
    {
        await Fulfilment.OfLineAsync(session, line);
        var (name, delivered, returned) = await session.FirstAsync(Sql.Of($"SELECT description, delivered, returned FROM order_line WHERE id = {line}"), row => (row.Text(0), Convert.ToDecimal(row.Any(1)), Convert.ToDecimal(row.Any(2))));
        if (returned > delivered + Exact)
        {
            throw new RefusedException(Refusal.Breaks("returned-above-delivered", new Label($"“{name}”到货 {delivered:0.######}，退货合计 {returned:0.######}：多出 {returned - delivered:0.######}", $"{delivered:0.######} of “{name}” were delivered; returns add up to {returned:0.######}: {returned - delivered:0.######} too many")));
        }
    }

    /// <summary>What of each line is in no delivery yet.</summary>
    private static async Task<List<(Guid Id, decimal Open)>> OpenAsync(DatabaseSession session, Guid order, CancellationToken cancel) =>
        await session.ListAsync(
            Sql.Of($"SELECT l.id, l.quantity - COALESCE((SELECT SUM(dl.quantity) FROM delivery_line dl JOIN delivery d ON d.id = dl.delivery_id WHERE dl.order_line_id = l.id AND dl.deleted_at IS NULL AND d.deleted_at IS NULL AND d.status <> 'cancelled'), 0) FROM order_line l WHERE l.order_id = {order} AND l.deleted_at IS NULL ORDER BY l.position, l.seq"),
            row => (row.Id(0), decimal.Round(Convert.ToDecimal(row.Any(1)), 6)), cancel);

    private static DateOnly Past(SaveContext context, DateOnly? day, string field)
    {
        var today = context.Actor.Today(context.Now);
        return day is null ? today : day <= today.AddDays(1) ? day.Value : throw new RefusedException(Refusal.Invalid(field, ("日期不能在未来", "The day is not to come")));
    }

    private static async Task<Record> LoadAsync(SaveContext context, Guid id, string[] from, Label otherwise, CancellationToken cancel)
    {
        var type = context.Schema["deliveries"];
        var found = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Edit, context.Now, cancel: cancel);
        await DemandAsync(context, found.Reference("order")!.Value);
        var delivery = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Edit, context.Now, cancel: cancel);
        return from.Contains(delivery.Text("status"), StringComparer.Ordinal) ? delivery : throw new RefusedException(Refusal.Breaks("delivery-state", otherwise));
    }

    private static async Task<Record> SaveAsync(SaveContext context, Record delivery, string action, CancellationToken cancel)
    {
        await context.UpdateAsync(delivery, action, cancel);
        return delivery;
    }
}
