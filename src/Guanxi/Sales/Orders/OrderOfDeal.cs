using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Orders;

/// <summary>The order out of a deal that was won: its customer, contact, amount and lines, written once.</summary>
public static class OrderOfDeal
{
    private static Refusal NotWon { get; } = Refusal.Breaks("deal-not-won", ("赢单之后才能生成订单", "An order is made when the deal is won"));

    /// <exception cref="RefusedException">The deal is not won, has an order already, or the actor may not make orders.</exception>
    public static async Task<Record> MakeAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var (deals, orders, lines) = (context.Schema["deals"], context.Schema["orders"], context.Schema["order-lines"]);
        if (!context.Actor.On(orders).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(orders));
        }

        var deal = await RecordStore.LoadAsync(context.Session, context.Actor, deals, id, Verb.Edit, context.Now, cancel: cancel);
        if (deal.Text("status") != "won")
        {
            throw new RefusedException(NotWon);
        }

        // The deal's row is written first, so of two who ask at once the second waits and then finds the order of the first.
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE deal SET seq = seq WHERE id = {id}"), cancel);
        if (await context.Session.FirstAsync(Sql.Of($"SELECT number FROM sales_order WHERE deal_id = {id} AND deleted_at IS NULL AND status <> 'cancelled' ORDER BY seq LIMIT 1"), row => row.Text(0), cancel) is { } number)
        {
            throw new RefusedException(Refusal.Breaks("order-exists", new Label($"这个商机已有订单 {number}", $"This deal has the order {number} already")));
        }

        var order = orders.Create(orders);
        foreach (var name in new[] { "customer", "contact", "amount", "rate", "owner", "source" })
        {
            order[name] = deal[name];
        }

        order["deal"] = id;
        await context.InsertAsync(order, cancel);
        foreach (var of in await LinesAsync(context, id, cancel))
        {
            var line = lines.Create(lines);
            line["order"] = order.Id;
            foreach (var name in new[] { "product", "description", "position", "quantity", "unitPrice", "discount" })
            {
                line[name] = of[name];
            }

            await context.InsertAsync(line, cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, orders, order.Id, Verb.Read, context.Now, cancel: cancel);
    }

    private static async Task<List<Record>> LinesAsync(SaveContext context, Guid deal, CancellationToken cancel)
    {
        var type = context.Schema["deal-lines"];
        var found = new List<Record>();
        foreach (var id in await context.Session.ListAsync(Sql.Of($"SELECT id FROM deal_line WHERE deal_id = {deal} AND deleted_at IS NULL ORDER BY position, seq"), row => row.Id(0), cancel))
        {
            found.Add((await RecordStore.FindAsync(context.Session, type, id, cancel))!);
        }

        return found;
    }
}
