using Guanxi.Database;
using Guanxi.Platform.Fields;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Credit;

/// <summary>How a customer stands. Amounts are in the company's currency.</summary>
/// <param name="Used">Open invoices and undelivered orders, less payments in advance; not below zero.</param>
/// <param name="OverdueDays">Of what is overdue longest; 0 when nothing is.</param>
/// <param name="Limit">Null where there is none.</param>
/// <param name="Source">Where the limit comes from: customer, formula, class or none.</param>
public sealed record CreditStanding(string Currency, decimal OpenInvoices, decimal Undelivered, decimal Advance, decimal Overdue, int OverdueDays, decimal PaidYear, double? LateDays, decimal? Limit, string Source, long? Score, bool Stopped, CreditPolicy? Policy)
{
    public decimal Used => Math.Max(0, OpenInvoices + Undelivered - Advance);

    /// <summary>What may still be sold on credit; null without a limit.</summary>
    public decimal? Free => Limit - Used;
}

/// <summary>The rule of a customer's class.</summary>
public sealed record CreditPolicy(string Name, decimal? Limit, string? Formula, string? ScoreFormula, int? MostOverdueDays, int? PaymentDays, IReadOnlyDictionary<CreditMoment, string> Acts);

/// <summary>Reckons how customers stand, and keeps it beside them for lists, filters and formulas.</summary>
public static class CreditFigures
{
    /// <summary>The standing now. The facts are read as they are at this moment; a formula sees those last kept.</summary>
    public static async Task<CreditStanding> ReadAsync(DatabaseSession session, Schema schema, Guid customer, DateOnly today, CancellationToken cancel = default)
    {
        var home = (await Platform.Settings.ReadAsync(session, cancel)).Currency;
        var yearAgo = today.AddDays(-365);
        var facts = await session.FirstAsync(
            Sql.Of($"""
            SELECT (SELECT CAST(COALESCE(SUM(open_home), 0) AS BIGINT) FROM invoice WHERE customer_id = {customer} AND open_home > 0 AND deleted_at IS NULL),
              (SELECT CAST(COALESCE(SUM(COALESCE((SELECT SUM(l.total * CASE WHEN l.delivered >= l.quantity THEN 0.0 ELSE 1.0 - COALESCE(l.delivered, 0) / l.quantity END) FROM order_line l WHERE l.order_id = o.id AND l.deleted_at IS NULL) * o.rate, o.home_amount)), 0) AS BIGINT) FROM sales_order o WHERE o.customer_id = {customer} AND o.kind = 'sale' AND o.status IN ('confirmed', 'shipped') AND o.deleted_at IS NULL),
              (SELECT CAST(COALESCE(SUM(unallocated_home), 0) AS BIGINT) FROM receipt WHERE customer_id = {customer} AND unallocated_home > 0 AND deleted_at IS NULL),
              (SELECT CAST(COALESCE(SUM(a.settled * c.rate), 0) AS BIGINT) FROM receipt_allocation a JOIN contract c ON c.id = a.contract_id WHERE a.customer_id = {customer} AND a.invoice_id IS NULL AND a.status = 'active' AND a.kind = 'payment' AND a.deleted_at IS NULL),
              (SELECT CAST(COALESCE(SUM(open_home), 0) AS BIGINT) FROM invoice WHERE customer_id = {customer} AND open_home > 0 AND deleted_at IS NULL AND due_on < {today}),
              (SELECT MIN(due_on) FROM invoice WHERE customer_id = {customer} AND open_home > 0 AND deleted_at IS NULL AND due_on < {today}),
              (SELECT CAST(COALESCE(SUM(home_amount), 0) AS BIGINT) FROM receipt WHERE customer_id = {customer} AND status = 'received' AND received_on > {yearAgo} AND deleted_at IS NULL)
            """),
            row => (Open: row.Integer(0), Undelivered: row.Integer(1), Loose: row.Integer(2), Ahead: row.Integer(3), Overdue: row.Integer(4), Since: row.OptionalText(5), Paid: row.Integer(6)), cancel);
        var settled = await session.ListAsync(
            Sql.Of($"SELECT i.due_on, a.allocated_on, a.settled * i.rate FROM receipt_allocation a JOIN invoice i ON i.id = a.invoice_id WHERE a.customer_id = {customer} AND a.status = 'active' AND a.kind = 'payment' AND a.allocated_on > {yearAgo} AND a.deleted_at IS NULL"),
            row => (Late: Day(row.Text(1)).DayNumber - Day(row.Text(0)).DayNumber, Weight: Convert.ToDouble(row.Any(2))), cancel);
        var weight = settled.Sum(item => item.Weight);
        var policy = await PolicyAsync(session, customer, cancel);
        var own = await session.ListAsync(Sql.Of($"SELECT credit_limit, stopped FROM customer_credit WHERE customer_id = {customer} AND deleted_at IS NULL AND (until IS NULL OR until >= {today}) ORDER BY seq DESC"), row => (Limit: row.OptionalInteger(0), Stopped: row.Integer(1) != 0), cancel);
        var standing = new CreditStanding(
            home, Cents(facts.Open), Cents(facts.Undelivered), Cents(facts.Loose + facts.Ahead), Cents(facts.Overdue), facts.Since is { } since ? today.DayNumber - Day(since).DayNumber : 0, Cents(facts.Paid),
            weight > 0 ? Math.Round(settled.Sum(item => Math.Max(0, item.Late) * item.Weight) / weight, 1) : null, null, "none", null, own.Any(item => item.Stopped), policy);
        return await JudgeAsync(session, schema, customer, standing, own.FirstOrDefault(item => item.Limit is not null).Limit, cancel);
    }

    private static async Task<CreditStanding> JudgeAsync(DatabaseSession session, Schema schema, Guid customer, CreditStanding standing, long? own, CancellationToken cancel)
    {
        var score = await ResultAsync(session, schema, customer, standing.Policy?.ScoreFormula, cancel) is { } points ? (long?)Math.Clamp(Math.Round(points), 0, 100) : null;
        if (own is { } given)
        {
            return standing with { Limit = Cents(given), Source = "customer", Score = score };
        }

        var made = await ResultAsync(session, schema, customer, standing.Policy?.Formula, cancel) is { } worth ? decimal.Round((decimal)Math.Clamp(worth, 0, 1e14), 2) : (decimal?)null;
        return (made, standing.Policy?.Limit) switch
        {
            ({ } formula, { } most) => standing with { Limit = Math.Min(formula, most), Source = formula <= most ? "formula" : "class", Score = score },
            ({ } formula, null) => standing with { Limit = formula, Source = "formula", Score = score },
            (null, { } most) => standing with { Limit = most, Source = "class", Score = score },

            // Nothing is known to reckon with: that is no reason to lend without end.
            _ when !string.IsNullOrWhiteSpace(standing.Policy?.Formula) => standing with { Limit = 0, Source = "formula", Score = score },
            _ => standing with { Score = score },
        };
    }

    private static async Task<double?> ResultAsync(DatabaseSession session, Schema schema, Guid customer, string? formula, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(formula))
        {
            return null;
        }

        var sql = Formula.Parse(formula).ToSql(schema["customers"], "t", session.Dialect);
        return await session.FirstAsync(new Sql().Append($"SELECT {sql} FROM customer t WHERE t.id = ").Value(customer), row => row.IsNull(0) ? (double?)null : Convert.ToDouble(row.Any(0)), cancel) is { } number && double.IsFinite(number) ? number : null;
    }

    /// <summary>The rule in use for the customer's class, else that for everybody.</summary>
    private static async Task<CreditPolicy?> PolicyAsync(DatabaseSession session, Guid customer, CancellationToken cancel) => await session.FirstAsync(
        Sql.Of($"SELECT name, credit_limit, formula, score_formula, most_overdue_days, payment_days, on_quote, on_contract, on_order, on_ship FROM credit_rule WHERE active = 1 AND deleted_at IS NULL AND (customer_level IS NULL OR customer_level = (SELECT level FROM customer WHERE id = {customer})) ORDER BY CASE WHEN customer_level IS NULL THEN 1 ELSE 0 END LIMIT 1"),
        row => new CreditPolicy(row.Text(0), row.OptionalInteger(1) is { } limit ? Cents(limit) : null, row.OptionalText(2), row.OptionalText(3), (int?)row.OptionalInteger(4), (int?)row.OptionalInteger(5), new Dictionary<CreditMoment, string> { [CreditMoment.Quote] = row.Text(6), [CreditMoment.Contract] = row.Text(7), [CreditMoment.Order] = row.Text(8), [CreditMoment.Ship] = row.Text(9) }), cancel);

    /// <summary>Reckons a customer and keeps the figures beside him: the facts first, since a formula reads them.</summary>
    public static async Task<CreditStanding> KeepAsync(SaveContext context, Guid customer, CancellationToken cancel = default)
    {
        var today = context.Actor.Today(context.Now);
        var standing = await ReadAsync(context.Session, context.Schema, customer, today, cancel);
        await WriteAsync(context, customer, standing, cancel);
        if (standing.Policy is { Formula: null, ScoreFormula: null } or null)
        {
            return standing;
        }

        standing = await ReadAsync(context.Session, context.Schema, customer, today, cancel);
        await WriteAsync(context, customer, standing, cancel);
        return standing;
    }

    private static async Task WriteAsync(SaveContext context, Guid customer, CreditStanding standing, CancellationToken cancel)
    {
        long Stored(decimal amount) => new Money(amount, standing.Currency).Stored;
        var limit = standing.Limit is { } some ? Stored(some) : (long?)null;
        var late = (object?)standing.LateDays;
        await context.Session.ExecuteAsync(
            Sql.Of($"""
            INSERT INTO credit_figure (record_id, at, currency, credit_limit, used, open_invoices, undelivered, advance, overdue, overdue_days, paid_year, late_days, score)
            VALUES ({customer}, {context.Now}, {standing.Currency}, {limit}, {Stored(standing.Used)}, {Stored(standing.OpenInvoices)}, {Stored(standing.Undelivered)}, {Stored(standing.Advance)}, {Stored(standing.Overdue)}, {(long)standing.OverdueDays}, {Stored(standing.PaidYear)}, {late}, {standing.Score})
            ON CONFLICT (record_id) DO UPDATE SET at = excluded.at, currency = excluded.currency, credit_limit = excluded.credit_limit, used = excluded.used, open_invoices = excluded.open_invoices, undelivered = excluded.undelivered, advance = excluded.advance, overdue = excluded.overdue, overdue_days = excluded.overdue_days, paid_year = excluded.paid_year, late_days = excluded.late_days, score = excluded.score
            """),
            cancel);
    }

    /// <summary>Figures that a day has made old: of customers who owe something or did, many found at once and each hundred kept in a transaction of its own. True when more are waiting.</summary>
    public static async Task<bool> RefreshAsync(Platform.Workspace workspace, CancellationToken cancel = default)
    {
        const int Found = 5000;
        const int AtOnce = 100;
        var before = workspace.Now.AddHours(-20);
        List<Guid> old;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            old = await session.ListAsync(
                Sql.Of($"SELECT DISTINCT i.customer_id FROM invoice i LEFT JOIN credit_figure f ON f.record_id = i.customer_id WHERE i.open_home > 0 AND i.deleted_at IS NULL AND (f.at IS NULL OR f.at < {before}) UNION SELECT f.record_id FROM credit_figure f WHERE f.at < {before} LIMIT {Found}"),
                row => row.Id(0), cancel);
        }

        foreach (var chunk in old.Chunk(AtOnce))
        {
            await workspace.WriteAsync(
                workspace.System(),
                async context =>
                {
                    foreach (var customer in chunk)
                    {
                        await KeepAsync(context, customer, cancel);
                    }
                },
                cancel: cancel);
        }

        return old.Count == Found;
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");

    private static decimal Cents(long stored) => decimal.Round(stored / Money.Scale, 2, MidpointRounding.AwayFromZero);
}
