using System.Globalization;
using Guanxi.Database;
using Guanxi.Insight.Forecasts;
using Guanxi.Insight.Targets;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Performance;

/// <summary>What was sold: deals and orders by the goods in their lines.</summary>
public static partial class PerformanceReport
{
    /// <summary>A line in the company's currency, at the rate of what it belongs to; in ten-thousandths, as amounts are kept. Summed as a floating number: a report, to the cent up to some 900 thousand million.</summary>
    private const string AtHome = "l.total * COALESCE(t.rate, 1.0)";

    /// <summary>Deals by the products in their lines: one with two products counts for both, with each its own part of the amount.</summary>
    private static async Task OfProductsAsync(DatabaseSession session, Actor actor, DateTimeOffset from, DateTimeOffset until, Func<string, PerformanceRow> at, DateTimeOffset now, CancellationToken cancel)
    {
        var (deals, lines) = (actor.Schema["deals"], actor.Schema["deal-lines"]);
        if (!Reads(actor, deals) || !Reads(actor, lines) || !actor.Reads(lines, lines["product"]))
        {
            return;
        }

        var amounts = actor.Reads(deals, deals["homeAmount"]) && actor.Reads(lines, lines["total"]);
        actor.Reading.Ask(deals, deals["homeAmount"]);
        var seen = new Sql().Append(" AND ").Append(ForecastSql.Owners(actor, "t")).Append(" AND ").Append(ForecastSql.Seen(actor, "deals", "t", now)).Append(" AND ").Append(ForecastSql.Seen(actor, "deal-lines", "l", now));
        var closed = new Sql().Append($"SELECT u.product, SUM(u.won), SUM(u.lost), AVG(u.days), SUM(u.amount) FROM (SELECT l.product_id AS product, t.id AS deal, MAX(CASE WHEN t.status = 'won' THEN 1 ELSE 0 END) AS won, MAX(CASE WHEN t.status = 'lost' THEN 1 ELSE 0 END) AS lost, MAX(CASE WHEN t.status = 'won' THEN (t.closed_at - t.created_at) / 86400000.0 END) AS days, SUM(CASE WHEN t.status = 'won' THEN {AtHome} END) AS amount FROM deal t JOIN deal_line l ON l.deal_id = t.id AND l.deleted_at IS NULL AND l.product_id IS NOT NULL WHERE t.deleted_at IS NULL AND t.status <> 'open' AND t.closed_at >= ")
            .Value(from).Append(" AND t.closed_at < ").Value(until).Append(seen).Append(" GROUP BY l.product_id, t.id) u GROUP BY u.product");
        foreach (var (key, won, lost, days, amount) in await session.ListAsync(closed, row => (row.Id(0).ToString(), row.Integer(1), row.Integer(2), Number(row, 3), Number(row, 4)), cancel))
        {
            var row = at(key);
            (row.Won, row.Lost, row.CycleDays, row.Amount) = (won, lost, Math.Round((double)days, 1), amounts ? amount / Money.Scale : null);
        }

        var made = new Sql().Append("SELECT l.product_id, COUNT(DISTINCT t.id) FROM deal t JOIN deal_line l ON l.deal_id = t.id AND l.deleted_at IS NULL AND l.product_id IS NOT NULL WHERE t.deleted_at IS NULL AND t.created_at >= ").Value(from).Append(" AND t.created_at < ").Value(until).Append(seen).Append(" GROUP BY l.product_id");
        foreach (var (key, count) in await session.ListAsync(made, row => (row.Id(0).ToString(), row.Integer(1)), cancel))
        {
            at(key).Made = count;
        }
    }

    /// <summary>What was ordered, and what is left of it after its cost where the cost of a line is known.</summary>
    /// <param name="group">l.product_id, or p.product_line of the product of the line.</param>
    private static async Task OrderedAsync(DatabaseSession session, Actor actor, SalesPeriod period, string group, Func<string, PerformanceRow> at, DateTimeOffset now, CancellationToken cancel)
    {
        var (orders, lines) = (actor.Schema["orders"], actor.Schema["order-lines"]);
        if (!Reads(actor, orders) || !Reads(actor, lines) || !actor.Reads(orders, orders["homeAmount"]) || new[] { "product", "total", "quantity" }.Any(name => !actor.Reads(lines, lines[name])))
        {
            return;
        }

        actor.Reading.Ask(orders, orders["homeAmount"]);
        var (byLine, costs) = (group.StartsWith('p'), actor.Reads(lines, lines["unitCost"]));
        var sql = new Sql().Append($"SELECT {group}, SUM({AtHome}), SUM(CASE WHEN l.unit_cost IS NOT NULL THEN {AtHome} - (l.quantity * l.unit_cost * COALESCE(t.rate, 1.0)) END) FROM sales_order t JOIN order_line l ON l.order_id = t.id AND l.deleted_at IS NULL AND l.product_id IS NOT NULL{(byLine ? " JOIN product p ON p.id = l.product_id" : "")} WHERE t.deleted_at IS NULL AND t.status NOT IN ('draft', 'cancelled') AND t.ordered_on >= ")
            .Value(ForecastReport.Day(period.From)).Append(" AND t.ordered_on < ").Value(ForecastReport.Day(period.Until)).Append(" AND ").Append(ForecastSql.Seen(actor, "orders", "t", now)).Append(" AND ").Append(ForecastSql.Seen(actor, "order-lines", "l", now)).Append(" GROUP BY 1");
        foreach (var (key, sum, kept) in await session.ListAsync(sql, row => (byLine ? row.OptionalText(0) ?? "" : row.Id(0).ToString(), Number(row, 1), row.IsNull(2) ? (decimal?)null : Number(row, 2)), cancel))
        {
            (at(key).Ordered, at(key).Margin) = (sum / Money.Scale, costs ? kept / Money.Scale : null);
        }
    }

    private static decimal Number(Row row, int at) => row.IsNull(at) ? 0 : Convert.ToDecimal(row.Any(at), CultureInfo.InvariantCulture);
}
