using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Sales.Orders;

namespace Guanxi.Sales.Quotes;

/// <summary>The order out of a quote: written once, its lines adding up to what the quote says, tax included, to the cent.</summary>
public static class QuoteOrders
{
    /// <exception cref="RefusedException">The quote may not leave the house yet, has an order already, or the actor may not make orders.</exception>
    public static async Task<Record> MakeAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var (orders, lines) = (context.Schema["orders"], context.Schema["order-lines"]);
        if (!context.Actor.On(orders).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(orders));
        }

        var quote = await QuoteFlow.HoldAsync(context, id, cancel);
        if (await context.Session.FirstAsync(Sql.Of($"SELECT o.number FROM sales_order o JOIN quote q ON q.order_id = o.id WHERE q.id = {id} AND o.deleted_at IS NULL AND o.status <> 'cancelled'"), row => row.Text(0), cancel) is { } number)
        {
            throw new RefusedException(QuoteRefusals.Ordered(number));
        }

        // One whose order was cancelled can be ordered again.
        QuoteFlow.Demand(quote, "approved", "sent", "accepted", "contracted", "ordered");
        var order = orders.Create(orders);
        foreach (var name in new[] { "customer", "contact", "deal", "rate", "owner" })
        {
            order[name] = quote[name];
        }

        (order["amount"], order["contract"]) = (quote["amount"], await QuoteContracts.OfAsync(context.Session, id, cancel));
        order["source"] = quote.Text("number");
        await context.InsertAsync(order, cancel);
        foreach (var of in await QuoteLines.OfAsync(context.Session, context.Schema, id, cancel))
        {
            var line = (OrderLine)lines.Create(lines);
            line["order"] = order.Id;
            foreach (var name in new[] { "product", "description", "position", "quantity", "unitCost" })
            {
                line[name] = of[name];
            }

            (line["unitPrice"], line["discount"], line.Agreed) = QuoteLines.Agreed(of, quote["taxIncluded"] is true);
            await context.InsertAsync(line, cancel);
        }

        quote["order"] = order.Id;
        quote["decidedAt"] ??= context.Now;
        await QuoteFlow.MoveAsync(context, quote, "ordered", "order", cancel);
        return await RecordStore.LoadAsync(context.Session, context.Actor, orders, order.Id, Platform.Access.Verb.Read, context.Now, cancel: cancel);
    }
}
