using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Orders;

/// <summary>How far the lines of an order have come, kept from its deliveries and returns. An order without deliveries says it by its own status.</summary>
public static class Fulfilment
{
    private const string Exact = "0.000001";
    // Cancelled ones too: an order that once had a delivery goes by its deliveries from then on.
    private const string Delivered = "EXISTS (SELECT 1 FROM delivery d WHERE d.order_id = t.order_id AND d.deleted_at IS NULL)";

    private static string Moved(string statuses, string byItself) =>
        $"CASE WHEN {Delivered} THEN COALESCE((SELECT SUM(dl.quantity) FROM delivery_line dl JOIN delivery d ON d.id = dl.delivery_id WHERE dl.order_line_id = t.id AND dl.deleted_at IS NULL AND d.deleted_at IS NULL AND d.status IN ({statuses})), 0) WHEN (SELECT o.status FROM sales_order o WHERE o.id = t.order_id) IN ({byItself}) THEN t.quantity ELSE 0 END";

    private static readonly string Shipped = Moved("'shipped', 'delivered'", "'shipped', 'completed'");
    private static readonly string Arrived = Moved("'delivered'", "'completed'");
    private const string Returned = "COALESCE((SELECT SUM(r.quantity) FROM order_line r JOIN sales_order o ON o.id = r.order_id WHERE r.return_of_id = t.id AND r.deleted_at IS NULL AND o.deleted_at IS NULL AND o.status <> 'cancelled'), 0)";
    private const string State = $"CASE WHEN t.delivered >= t.quantity - {Exact} THEN 'delivered' WHEN t.shipped >= t.quantity - {Exact} THEN 'shipped' WHEN t.shipped > 0 THEN 'partlyShipped' WHEN COALESCE(t.produced, 0) >= t.quantity - {Exact} THEN 'produced' ELSE 'ordered' END";

    public static IReadOnlyList<DerivedRule> LineRules { get; } = [Differs("shipped", Shipped), Differs("delivered", Arrived), Differs("returned", Returned), new("fulfilment", $"t.fulfilment IS DISTINCT FROM ({State})")];

    public static IReadOnlyList<Choice> States { get; } =
    [
        new("ordered", ("已下单", "Ordered"), "grey"), new("produced", ("已备货", "Produced"), "blue"), new("partlyShipped", ("部分发货", "Partly shipped"), "amber"), new("shipped", ("已发货", "Shipped"), "blue"), new("delivered", ("已到货", "Delivered"), "green"),
    ];

    private static DerivedRule Differs(string field, string expression) => new(field, $"t.{field} IS NULL OR ABS(t.{field} - ({expression})) > {Exact}");

    /// <summary>After a line was written, or what moves it.</summary>
    /// <param name="which">Condition over order_line's columns.</param>
    private static async Task OfLinesAsync(DatabaseSession session, Sql which)
    {
        var (shipped, arrived, returned, state) = (new SqlName(Shipped), new SqlName(Arrived), new SqlName(Returned), new SqlName(State));
        await session.ExecuteAsync(Sql.Of($"UPDATE order_line AS t SET shipped = {shipped}, delivered = {arrived}, returned = {returned} WHERE {which}"));
        await session.ExecuteAsync(Sql.Of($"UPDATE order_line AS t SET fulfilment = {state} WHERE {which}"));
    }

    public static Task OfLineAsync(DatabaseSession session, Guid line) => OfLinesAsync(session, Sql.Of($"id = {line}"));

    /// <summary>The lines of an order, and from them its own status and days when it has deliveries.</summary>
    public static async Task OfOrderAsync(SaveContext context, Guid order)
    {
        await OfLinesAsync(context.Session, Sql.Of($"order_id = {order}"));
        context.Announce(new LiveEvent("orders", order, 0, "fulfilment", context.Actor.Id));
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM delivery WHERE order_id = {order} AND deleted_at IS NULL")) == 0
            || await RecordStore.FindAsync(context.Session, context.Schema["orders"], order) is not SalesOrder record || record.Text("status") is "draft" or "cancelled")
        {
            return;
        }

        var (open, unshipped) = await context.Session.FirstAsync(
            Sql.Of($"SELECT SUM(CASE WHEN fulfilment <> 'delivered' THEN 1 ELSE 0 END), SUM(CASE WHEN fulfilment NOT IN ('shipped', 'delivered') THEN 1 ELSE 0 END) FROM order_line WHERE order_id = {order} AND deleted_at IS NULL"),
            row => (row.OptionalInteger(0) ?? 0, row.OptionalInteger(1) ?? 0));
        var (shipped, arrived) = await context.Session.FirstAsync(Sql.Of($"SELECT MAX(shipped_on), MAX(delivered_on) FROM delivery WHERE order_id = {order} AND status IN ('shipped', 'delivered') AND deleted_at IS NULL"), row => (row.OptionalText(0), row.OptionalText(1)));
        record.Following = true;
        record["status"] = open == 0 ? "completed" : unshipped == 0 ? "shipped" : "confirmed";
        record["shippedOn"] = unshipped == 0 && shipped is not null ? DateOnly.ParseExact(shipped, "yyyy-MM-dd") : null;
        record["deliveredOn"] = open == 0 && arrived is not null ? DateOnly.ParseExact(arrived, "yyyy-MM-dd") : null;
        if (record.Changes().Any())
        {
            await context.UpdateAsync(record, "fulfil");
        }
    }

    /// <summary>Whether something of the order has been shipped.</summary>
    internal static async ValueTask<bool> HasDeliveriesAsync(DatabaseSession session, Guid order) =>
        await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM delivery WHERE order_id = {order} AND status <> 'cancelled' AND deleted_at IS NULL")) > 0;
}
