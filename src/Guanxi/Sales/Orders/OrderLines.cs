using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Orders;

/// <summary>Adds an order's lines up.</summary>
internal static class OrderLines
{
    /// <summary>Amount and cost of the lines; no cost when a line has none, nothing when there are no lines.</summary>
    /// <exception cref="RefusedException">They are in several currencies, which have no sum.</exception>
    public static async Task<(Money Amount, Money? Cost)?> SumsAsync(DatabaseSession session, Guid order)
    {
        var sums = await session.ListAsync(
            Sql.Of($"SELECT total_currency, SUM(total / 1000000), SUM(total % 1000000), COUNT(*), COUNT(unit_cost), SUM(ROUND(quantity * unit_cost / 100)) FROM order_line WHERE order_id = {order} AND deleted_at IS NULL GROUP BY total_currency"),
            row => (Amount: new Money(((Convert.ToDecimal(row.Any(1)) * 1_000_000m) + Convert.ToDecimal(row.Any(2))) / Money.Scale, row.Text(0)), Costed: row.Integer(3) == row.Integer(4), Cost: row.IsNull(5) ? 0 : Convert.ToDouble(row.Any(5)) / 100));
        return sums.Count switch
        {
            0 => null,
            1 when sums[0].Amount.Amount > Money.Largest || sums[0].Cost > (double)Money.Largest => throw new RefusedException(Refusal.Invalid("quantity", ("明细合计过大", "The lines add up to too much"))),
            1 => (sums[0].Amount, sums[0].Costed ? new Money((decimal)sums[0].Cost, sums[0].Amount.Currency) : null),
            _ => throw new RefusedException(Refusal.Invalid("unitPrice", ("同一订单的明细应使用同一币种", "The lines of an order are in one currency"))),
        };
    }

    /// <summary>The lines are the order's amount: whoever changes them changes the order, which must not be cancelled and be his to change.</summary>
    public static async Task DemandAsync(SaveContext context, Guid order)
    {
        if (await context.Session.FirstAsync(Sql.Of($"SELECT status FROM sales_order WHERE id = {order}"), row => row.Text(0)) == "cancelled")
        {
            throw new RefusedException(Refusal.Breaks("order-cancelled", ("订单已取消，不能再修改明细", "The order is cancelled; its lines stay as they are")));
        }

        if (!context.Actor.IsSystem && !await RecordStore.ExistsAsync(context.Session, context.Actor, context.Schema["orders"], order, Verb.Edit, context.Now))
        {
            throw new RefusedException(RecordRefusals.MayNotEdit);
        }
    }

    /// <summary>Sets the order's amount, and its cost when every line has one, to the sums of its lines.</summary>
    public static async Task AddUpAsync(SaveContext context, Guid order)
    {
        if (await SumsAsync(context.Session, order) is not { } sums || await RecordStore.FindAsync(context.Session, context.Schema["orders"], order) is not { } record)
        {
            return;
        }

        record["amount"] = sums.Amount;
        record["cost"] = sums.Cost ?? record["cost"];
        if (record.Changed("amount") || record.Changed("cost"))
        {
            await context.UpdateAsync(record);
        }
    }
}
