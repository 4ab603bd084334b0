using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Credit;
using Guanxi.Sales.Orders;
using Guanxi.Server.Api;

namespace Guanxi.Server.Sales;

/// <summary>Orders are shipped, returned and shown to their customer; how a customer's credit stands, and exceptions from it.</summary>
public static class OrdersApi
{
    private static Refusal NoLink { get; } = new(404, "not-found", ("链接无效或已过期", "This link is not valid, or no longer"));

    public static void MapOrders(this RouteGroupBuilder api)
    {
        api.MapPost("/orders/{id:guid}:deliver", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => DeliverAsync(http, context, id, body))).AnsweredOnce();
        api.MapPost("/orders/{id:guid}:return", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Shipping.ReturnAsync(context, id, Lines(body) ?? [], body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/deliveries/{id:guid}:ship", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Shipping.ShipAsync(context, id, body.Day("shippedOn"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/deliveries/{id:guid}:arrive", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Shipping.ArriveAsync(context, id, body.Day("deliveredOn"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/deliveries/{id:guid}:cancel", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => Shipping.CancelAsync(context, id, body.Words("reason"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/orders/{id:guid}:link", LinkAsync).AnsweredOnce();
        api.MapPost("/orders/{id:guid}:unlink", UnlinkAsync).AnsweredOnce();
        api.MapGet("/shared/orders/{secret}", SharedAsync);
        api.MapGet("/customers/{id:guid}/credit", CreditAsync);
        api.MapPost("/credit-overrides/{id:guid}:grant", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => CreditOverride.DecideAsync(context, id, granted: true, body.Words("answer"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/credit-overrides/{id:guid}:refuse", (HttpContext http, Guid id) => http.ChangeAsync((context, body) => CreditOverride.DecideAsync(context, id, granted: false, body.Words("answer"), http.RequestAborted))).AnsweredOnce();
    }

    private static Task<Record> DeliverAsync(HttpContext http, SaveContext context, Guid id, JsonElement body)
    {
        var values = body.ValueKind == JsonValueKind.Object ? body.Without("lines", "ship", "shippedOn") : JsonSerializer.SerializeToElement(new { });
        return Shipping.DeliverAsync(context, id, Lines(body), body.Flag("ship", otherwise: false), body.Day("shippedOn"), delivery => RecordStore.FillAsync(context.Session, context.Actor, delivery, values, context.Now, http.RequestAborted), http.RequestAborted);
    }

    private static List<LineQuantity>? Lines(JsonElement body) => body.Items("lines")?.Select(item => new LineQuantity(
        item.Id("line") ?? throw new RefusedException(Refusal.Invalid("lines", ("每一项应有订单明细 line", "Each item names its order line, line"))),
        item.Amount("quantity") is { } quantity and > 0 and <= 1_000_000_000 ? decimal.Round(quantity, 6) : throw new RefusedException(Refusal.Invalid("lines", ("数量应大于 0", "A quantity is above 0"))))).ToList();

    private static async Task LinkAsync(HttpContext http, Guid id)
    {
        var body = await http.OptionalBodyAsync();
        var days = body.Amount("days") is { } wanted ? wanted == Math.Truncate(wanted) && Math.Abs(wanted) < 10_000 ? (int)wanted : 0 : 30;
        var (link, secret, until) = await http.Workspace().WriteAsync(http.Actor(), context => OrderLinks.MakeAsync(context, id, days, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("id", link);
            writer.WriteString("path", "/o/" + secret);
            writer.WriteString("until", RecordJson.Instant(until.ToUnixTimeMilliseconds()));
        });
    }

    private static async Task UnlinkAsync(HttpContext http, Guid id)
    {
        var ended = await http.Workspace().WriteAsync(http.Actor(), context => OrderLinks.EndAsync(context, id, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => writer.WriteNumber("ended", ended));
    }

    /// <summary>Open to whoever has the link. Guessing is slowed down by the address it comes from; a right one costs nothing.</summary>
    private static async Task SharedAsync(HttpContext http, string secret)
    {
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        var workspace = http.Workspace();
        Budget[] budgets = [new($"order-link {http.Place().Address}", 20, TimeSpan.FromSeconds(15))];
        await Throttle.TakeAsync(workspace.Database, workspace.Now, budgets, http.RequestAborted);
        LinkedOrder? order;
        await using (var session = await workspace.Database.ReadAsync(http.RequestAborted))
        {
            order = secret.Length is > 20 and < 100 ? await OrderLinks.OpenAsync(session, secret, workspace.Now, http.RequestAborted) : null;
        }

        if (order is null)
        {
            throw new RefusedException(NoLink);
        }

        await Throttle.GiveBackAsync(workspace.Database, budgets, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("company", order.Company);
            writer.WriteString("number", order.Number);
            writer.WriteString("status", order.Status);
            writer.WriteString("orderedOn", order.OrderedOn);
            writer.WriteString("promisedOn", order.PromisedOn);
            writer.WriteString("until", RecordJson.Instant(order.Until.ToUnixTimeMilliseconds()));
            writer.WriteStartArray("lines");
            foreach (var line in order.Lines)
            {
                writer.WriteStartObject();
                writer.WriteString("description", line.Description);
                writer.WriteNumber("quantity", line.Quantity);
                writer.WriteNumber("shipped", line.Shipped);
                writer.WriteNumber("delivered", line.Delivered);
                writer.WriteString("fulfilment", line.Fulfilment);
                writer.WriteString("promisedOn", line.PromisedOn);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("deliveries");
            foreach (var delivery in order.Deliveries)
            {
                writer.WriteStartObject();
                writer.WriteString("number", delivery.Number);
                writer.WriteString("status", delivery.Status);
                writer.WriteString("shippedOn", delivery.ShippedOn);
                writer.WriteString("deliveredOn", delivery.DeliveredOn);
                writer.WriteString("carrier", delivery.Carrier);
                writer.WriteString("trackingNumber", delivery.TrackingNumber);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task CreditAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var customers = actor.Schema["customers"];
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await RecordStore.LoadAsync(session, actor, customers, id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var standing = await CreditFigures.ReadAsync(session, actor.Schema, id, actor.Today(workspace.Now), http.RequestAborted);
        bool Reads(string name) => actor.Reads(customers, customers[name]);
        await http.JsonAsync(writer =>
        {
            void Money(string name, decimal? amount, string field)
            {
                if (Reads(field))
                {
                    writer.WriteString(name, amount?.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
                }
            }

            writer.WriteString("currency", standing.Currency);
            Money("limit", standing.Limit, "credit.limit");
            Money("used", standing.Used, "credit.used");
            Money("openInvoices", standing.OpenInvoices, "credit.used");
            Money("undelivered", standing.Undelivered, "credit.used");
            Money("advance", standing.Advance, "credit.used");
            Money("overdue", standing.Overdue, "credit.overdue");
            if (Reads("credit.overdueDays"))
            {
                writer.WriteNumber("overdueDays", standing.OverdueDays);
            }

            if (Reads("credit.score") && standing.Score is { } score)
            {
                writer.WriteNumber("score", score);
            }

            writer.WriteString("source", standing.Source);
            writer.WriteString("rule", standing.Policy?.Name);
            writer.WriteBoolean("stopped", standing.Stopped);
        });
    }
}
