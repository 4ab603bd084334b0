using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Orders;

/// <summary>One line of an order as its customer sees it.</summary>
public sealed record LinkedLine(string Description, decimal Quantity, decimal Shipped, decimal Delivered, string Fulfilment, string? PromisedOn);

/// <summary>A delivery as the customer sees it.</summary>
public sealed record LinkedDelivery(string Number, string Status, string? ShippedOn, string? DeliveredOn, string? Carrier, string? TrackingNumber);

/// <summary>What a link shows: how the order stands, and no amount, no person, nothing that can be followed further.</summary>
public sealed record LinkedOrder(string Company, string Number, string Status, string OrderedOn, string? PromisedOn, DateTimeOffset Until, IReadOnlyList<LinkedLine> Lines, IReadOnlyList<LinkedDelivery> Deliveries);

/// <summary>Links by which a customer sees how his order stands. Only the hash of a secret is kept; a wrong one, one that has ended and one of an order that is gone answer alike.</summary>
public static class OrderLinks
{
    private const int MostDays = 180;
    private const int MostLinks = 20;

    /// <summary>A new link; its secret is told this once.</summary>
    public static async Task<(Guid Id, string Secret, DateTimeOffset Until)> MakeAsync(SaveContext context, Guid order, int days, CancellationToken cancel = default)
    {
        await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["orders"], order, Verb.Edit, context.Now, cancel: cancel);
        if (days is < 1 or > MostDays)
        {
            throw new RefusedException(Refusal.Invalid("days", new Label($"有效期应在 1 到 {MostDays} 天之间", $"A link is valid for 1 to {MostDays} days")));
        }

        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM order_link WHERE order_id = {order} AND ended_at IS NULL AND expires_at > {context.Now}"), cancel) >= MostLinks)
        {
            throw new RefusedException(Refusal.Breaks("too-many-links", new Label($"一张订单最多 {MostLinks} 个有效链接：请先停用旧的", $"An order has at most {MostLinks} links: end one first")));
        }

        var (id, secret, until) = (Guid.CreateVersion7(context.Now), SignIn.NewSecret(""), context.Now.AddDays(days));
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO order_link (id, order_id, secret, expires_at, created_at, created_by) VALUES ({id}, {order}, {SignIn.Hash(secret)}, {until}, {context.Now}, {context.ActorId})"), cancel);
        context.Note("link.add", "orders", order, $"{{\"link\":[null,\"{id}\"],\"until\":[null,\"{until:yyyy-MM-dd}\"]}}");
        return (id, secret, until);
    }

    /// <summary>Ends every link of an order.</summary>
    public static async Task<int> EndAsync(SaveContext context, Guid order, CancellationToken cancel = default)
    {
        await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["orders"], order, Verb.Edit, context.Now, cancel: cancel);
        var ended = await context.Session.ExecuteAsync(Sql.Of($"UPDATE order_link SET ended_at = {context.Now} WHERE order_id = {order} AND ended_at IS NULL"), cancel);
        if (ended > 0)
        {
            context.Note("link.end", "orders", order);
        }

        return ended;
    }

    /// <summary>What the link shows; null when there is none such that is valid.</summary>
    public static async Task<LinkedOrder?> OpenAsync(DatabaseSession session, string secret, DateTimeOffset now, CancellationToken cancel = default)
    {
        var found = await session.FirstAsync(
            Sql.Of($"SELECT o.id, o.number, o.status, o.ordered_on, o.promised_on, l.expires_at FROM order_link l JOIN sales_order o ON o.id = l.order_id WHERE l.secret = {SignIn.Hash(secret)} AND l.ended_at IS NULL AND l.expires_at > {now} AND o.deleted_at IS NULL"),
            row => ((Guid Id, string Number, string Status, string Ordered, string? Promised, DateTimeOffset Until)?)(row.Id(0), row.Text(1), row.Text(2), row.Text(3), row.OptionalText(4), row.Instant(5)), cancel);
        if (found is not { } order)
        {
            return null;
        }

        var lines = await session.ListAsync(
            Sql.Of($"SELECT description, quantity, COALESCE(shipped, 0), COALESCE(delivered, 0), COALESCE(fulfilment, 'ordered'), promised_on FROM order_line WHERE order_id = {order.Id} AND deleted_at IS NULL ORDER BY position, seq LIMIT 500"),
            row => new LinkedLine(row.Text(0), Convert.ToDecimal(row.Any(1)), Convert.ToDecimal(row.Any(2)), Convert.ToDecimal(row.Any(3)), row.Text(4), row.OptionalText(5)), cancel);
        var deliveries = await session.ListAsync(
            Sql.Of($"SELECT number, status, shipped_on, delivered_on, carrier, tracking_number FROM delivery WHERE order_id = {order.Id} AND status <> 'cancelled' AND deleted_at IS NULL ORDER BY seq LIMIT 200"),
            row => new LinkedDelivery(row.Text(0), row.Text(1), row.OptionalText(2), row.OptionalText(3), row.OptionalText(4), row.OptionalText(5)), cancel);
        return new LinkedOrder((await Platform.Settings.ReadAsync(session, cancel)).CompanyName, order.Number, order.Status, order.Ordered, order.Promised, order.Until, lines, deliveries);
    }
}
