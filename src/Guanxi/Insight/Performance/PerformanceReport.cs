using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Forecasts;
using Guanxi.Insight.Targets;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Performance;

/// <summary>What one person or product line did in a period. Amounts are in the company's currency; a figure the actor may not see is null.</summary>
/// <param name="CycleDays">Average days from making to winning a deal.</param>
/// <param name="Margin">Of orders placed in the period.</param>
public sealed record PerformanceRow(string Key)
{
    public long Activities { get; set; }

    public long Visits { get; set; }

    public long Leads { get; set; }

    public long Converted { get; set; }

    public long Made { get; set; }

    public long Won { get; set; }

    public long Lost { get; set; }

    public double CycleDays { get; set; }

    public decimal? Amount { get; set; }

    public decimal? Margin { get; set; }

    public decimal? Ordered { get; set; }

    /// <summary>Won of those that ended; null when none ended.</summary>
    public double? WinRate => Won + Lost == 0 ? null : (double)Won / (Won + Lost);

    public double? Conversion => Leads == 0 ? null : (double)Converted / Leads;
}

/// <summary>Wins and losses against one competitor.</summary>
public sealed record CompetitorRow(string Name, long Won, long Lost, decimal? WonAmount, decimal? LostAmount);

/// <summary>What the rows of the report are.</summary>
public enum PerformanceBy
{
    Person,
    ProductLine,
    Product,
}

/// <summary>Activity, conversion, cycle, win rate and margin by person, product line or product: a few set-based statements, each with the door's condition in it.</summary>
public static partial class PerformanceReport
{
    public static async Task<IReadOnlyList<PerformanceRow>> ReadAsync(DatabaseSession session, Actor actor, SalesPeriod period, PerformanceBy by, DateTimeOffset now, CancellationToken cancel = default)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await Settings.ReadAsync(session, cancel)).TimeZone);
        var (from, until) = period.Moments(zone);
        var rows = new Dictionary<string, PerformanceRow>(StringComparer.Ordinal);
        PerformanceRow At(string key) => rows.TryGetValue(key, out var row) ? row : rows[key] = new PerformanceRow(key);
        if (by == PerformanceBy.Product)
        {
            await OfProductsAsync(session, actor, from, until, At, now, cancel);
            await OrderedAsync(session, actor, period, "l.product_id", At, now, cancel);
            return Ranked(rows);
        }

        var byProductLine = by == PerformanceBy.ProductLine;
        string KeyOf(Row row) => byProductLine ? row.OptionalText(0) ?? "" : row.OptionalId(0)?.ToString() ?? "";
        var group = byProductLine ? "t.product_line" : "t.owner_id";
        var deals = actor.Schema["deals"];
        if (Reads(actor, deals))
        {
            var amounts = actor.Reads(deals, deals["homeAmount"]);
            actor.Reading.Ask(deals, deals["homeAmount"]);
            var closed = new Sql().Append($"SELECT {group}, SUM(CASE WHEN t.status = 'won' THEN 1 ELSE 0 END), SUM(CASE WHEN t.status = 'lost' THEN 1 ELSE 0 END), AVG(CASE WHEN t.status = 'won' THEN (t.closed_at - t.created_at) / 86400000.0 END), {ForecastSql.Sums("t.home_amount", "t.status = 'won'")} FROM deal t WHERE t.deleted_at IS NULL AND t.status <> 'open' AND t.closed_at >= ");
            foreach (var (key, won, lost, cycle, sum) in await session.ListAsync(Bounded(closed, actor, "deals", from, until, "t.closed_at", now), row => (KeyOf(row), row.Integer(1), row.Integer(2), row.IsNull(3) ? 0 : Convert.ToDouble(row.Any(3), CultureInfo.InvariantCulture), ForecastSql.Sum(row, 4)), cancel))
            {
                var row = At(key);
                (row.Won, row.Lost, row.CycleDays, row.Amount) = (won, lost, Math.Round(cycle, 1), amounts ? sum : null);
            }

            var made = new Sql().Append($"SELECT {group}, COUNT(*) FROM deal t WHERE t.deleted_at IS NULL AND t.created_at >= ");
            foreach (var (key, count) in await session.ListAsync(Bounded(made, actor, "deals", from, until, "t.created_at", now), row => (KeyOf(row), row.Integer(1)), cancel))
            {
                At(key).Made = count;
            }
        }

        if (Reads(actor, actor.Schema["leads"]))
        {
            var leads = new Sql().Append($"SELECT {group}, COUNT(*), COUNT(t.converted_at) FROM lead t WHERE t.deleted_at IS NULL AND t.created_at >= ");
            foreach (var (key, count, converted) in await session.ListAsync(Bounded(leads, actor, "leads", from, until, "t.created_at", now), row => (KeyOf(row), row.Integer(1), row.Integer(2)), cancel))
            {
                (At(key).Leads, At(key).Converted) = (count, converted);
            }
        }

        if (byProductLine)
        {
            await OrderedAsync(session, actor, period, "p.product_line", At, now, cancel);
        }
        else
        {
            await ByPersonAsync(session, actor, period, from, until, At, now, cancel);
        }

        return Ranked(rows);
    }

    private static List<PerformanceRow> Ranked(Dictionary<string, PerformanceRow> rows) =>
        [.. rows.Values.OrderByDescending(row => row.Amount ?? row.Won).ThenByDescending(row => row.Ordered ?? 0).ThenByDescending(row => row.Activities).ThenBy(row => row.Key, StringComparer.Ordinal)];

    private static async Task ByPersonAsync(DatabaseSession session, Actor actor, SalesPeriod period, DateTimeOffset from, DateTimeOffset until, Func<string, PerformanceRow> at, DateTimeOffset now, CancellationToken cancel)
    {
        static string Key(Row row) => row.OptionalId(0)?.ToString() ?? "";
        if (Reads(actor, actor.Schema["activities"]))
        {
            var done = new Sql().Append("SELECT t.owner_id, COUNT(*), SUM(CASE WHEN t.kind = 'visit' THEN 1 ELSE 0 END) FROM activity t WHERE t.deleted_at IS NULL AND t.status = 'done' AND t.at >= ");
            foreach (var (key, count, visits) in await session.ListAsync(Bounded(done, actor, "activities", from, until, "t.at", now), row => (Key(row), row.Integer(1), row.Integer(2)), cancel))
            {
                (at(key).Activities, at(key).Visits) = (count, visits);
            }
        }

        var orders = actor.Schema["orders"];
        if (Reads(actor, orders) && actor.Reads(orders, orders["homeAmount"]))
        {
            var costs = orders.Find("homeCost") is { } cost && actor.Reads(orders, cost);
            actor.Reading.Ask(orders, orders["homeAmount"]);
            var ordered = new Sql().Append($"SELECT t.owner_id, {ForecastSql.Sums("t.home_amount")}, {ForecastSql.Sums("t.home_amount", "t.home_cost IS NOT NULL")}, {ForecastSql.Sums("COALESCE(t.home_cost, 0)")} FROM sales_order t WHERE t.deleted_at IS NULL AND t.status NOT IN ('draft', 'cancelled') AND t.ordered_on >= ").Value(ForecastReport.Day(period.From))
                .Append(" AND t.ordered_on < ").Value(ForecastReport.Day(period.Until)).Append(" AND ").Append(ForecastSql.Seen(actor, "orders", "t", now)).Append(" GROUP BY 1");
            foreach (var (key, sum, known, spent) in await session.ListAsync(ordered, row => (Key(row), ForecastSql.Sum(row, 1), ForecastSql.Sum(row, 3), ForecastSql.Sum(row, 5)), cancel))
            {
                (at(key).Ordered, at(key).Margin) = (sum, costs ? known - spent : null);
            }
        }
    }

    private static bool Reads(Actor actor, RecordType type) => actor.On(type).Read != Reach.None;

    private static Sql Bounded(Sql select, Actor actor, string type, DateTimeOffset from, DateTimeOffset until, string column, DateTimeOffset now) =>
        select.Value(from).Append($" AND {column} < ").Value(until).Append(" AND ").Append(ForecastSql.Owners(actor, "t")).Append(" AND ").Append(ForecastSql.Seen(actor, type, "t", now)).Append(" GROUP BY 1");

    /// <summary>Against whom deals of the period were won and lost; a lost one counts for whom it was lost to.</summary>
    public static async Task<IReadOnlyList<CompetitorRow>> CompetitorsAsync(DatabaseSession session, Actor actor, SalesPeriod period, DateTimeOffset now, CancellationToken cancel = default)
    {
        var deals = actor.Schema["deals"];
        if (!Reads(actor, deals) || !actor.Reads(deals, deals["competitors"]) || !actor.Reads(deals, deals["lostTo"]))
        {
            return [];
        }

        var amounts = actor.Reads(deals, deals["homeAmount"]);
        actor.Reading.Ask(deals, deals["homeAmount"]);
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await Settings.ReadAsync(session, cancel)).TimeZone);
        var (from, until) = period.Moments(zone);
        var sql = new Sql().Append("SELECT t.status, t.lost_to, t.competitors, t.home_amount FROM deal t WHERE t.deleted_at IS NULL AND t.status <> 'open' AND (t.lost_to IS NOT NULL OR t.competitors IS NOT NULL) AND t.closed_at >= ").Value(from).Append(" AND t.closed_at < ").Value(until)
            .Append(" AND ").Append(ForecastSql.Owners(actor, "t")).Append(" AND ").Append(ForecastSql.Seen(actor, "deals", "t", now));
        var rows = new Dictionary<string, CompetitorRow>(StringComparer.OrdinalIgnoreCase);
        foreach (var (won, to, named, amount) in await session.ListAsync(sql, row => (row.Text(0) == "won", row.OptionalText(1), row.OptionalText(2), (row.OptionalInteger(3) ?? 0) / Money.Scale), cancel))
        {
            var names = !won && to is not null ? [to] : named is null ? [] : JsonSerializer.Deserialize<string[]>(named) ?? [];
            foreach (var name in names.Distinct(StringComparer.OrdinalIgnoreCase))
            {
                var row = rows.GetValueOrDefault(name) ?? new CompetitorRow(name, 0, 0, amounts ? 0 : null, amounts ? 0 : null);
                rows[name] = won ? row with { Won = row.Won + 1, WonAmount = row.WonAmount + amount } : row with { Lost = row.Lost + 1, LostAmount = row.LostAmount + amount };
            }
        }

        return [.. rows.Values.OrderByDescending(row => row.Won + row.Lost).ThenBy(row => row.Name, StringComparer.Ordinal)];
    }
}
