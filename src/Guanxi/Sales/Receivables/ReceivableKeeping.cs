using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>What the calendar does to money: marks what is overdue, reminds before it is due and before a contract ends, begins the next dunning step, sees whether promises were kept. Each tells once.</summary>
public static class ReceivableKeeping
{
    private const int AtOnce = 200;
    private const int MarkedAtOnce = 2000;

    /// <summary>One stretch of the work; true when more is waiting.</summary>
    public static async Task<bool> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        if (workspace.Schema.Find("invoices") is null)
        {
            return false;
        }

        return await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                var today = context.Actor.Today(context.Now);
                var more = await MarkAsync(context, today, cancel);
                more |= await Dunner.RunAsync(context, today, AtOnce, cancel);
                more |= await RemindAsync(context, today, cancel);
                more |= await EndingAsync(context, today, cancel);
                more |= await PromisesAsync(context, today, cancel);
                more |= await LateAsync(context, today, cancel);
                return more;
            },
            cancel: cancel);
    }

    /// <summary>Derived, so without version and ledger line; a payment or a new day of payment takes the mark away again. So many at once that a list of old debts brought in keeps nobody else from saving.</summary>
    private static async Task<bool> MarkAsync(SaveContext context, DateOnly today, CancellationToken cancel)
    {
        var marked = await context.Session.ExecuteAsync(Sql.Of($"UPDATE invoice SET overdue_since = due_on, payment = 'overdue' WHERE id IN (SELECT id FROM invoice WHERE deleted_at IS NULL AND open_home > 0 AND due_on < {today} AND overdue_since IS NULL AND status = 'issued' LIMIT {MarkedAtOnce})"), cancel);
        var late = await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan SET overdue_since = due_on, status = 'overdue' WHERE id IN (SELECT id FROM payment_plan WHERE deleted_at IS NULL AND open_home > 0 AND due_on < {today} AND overdue_since IS NULL LIMIT {MarkedAtOnce})"), cancel);
        return marked == MarkedAtOnce || late == MarkedAtOnce;
    }

    private static async Task<bool> RemindAsync(SaveContext context, DateOnly today, CancellationToken cancel)
    {
        var soon = await context.Session.ListAsync(
            Sql.Of($"SELECT p.id, p.name, p.owner_id, p.due_on, p.remind_days, c.number FROM payment_plan p JOIN contract c ON c.id = p.contract_id WHERE p.deleted_at IS NULL AND p.open_home > 0 AND p.due_on >= {today} AND p.due_on <= {today.AddDays(366)} AND p.remind_days > 0 AND p.reminded_on IS DISTINCT FROM p.due_on ORDER BY p.due_on"),
            row => (Id: row.Id(0), Name: row.Text(1), Owner: row.OptionalId(2), Due: DateOnly.ParseExact(row.Text(3), "yyyy-MM-dd"), Days: (int)row.Integer(4), Number: row.Text(5)), cancel);
        var due = soon.Where(item => item.Due.AddDays(-item.Days) <= today).Take(AtOnce).ToList();
        foreach (var (id, name, owner, day, _, number) in due)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan SET reminded_on = due_on WHERE id = {id}"), cancel);
            if (owner is { } receiver)
            {
                await Notifications.SendAsync(context, receiver, "paymentDue", "payment-plans", id, $"{number} {name}", new Label($"{day:yyyy-MM-dd} 应收款", $"Payment is due on {day:yyyy-MM-dd}"));
            }
        }

        return due.Count == AtOnce;
    }

    private static async Task<bool> EndingAsync(SaveContext context, DateOnly today, CancellationToken cancel)
    {
        var soon = await context.Session.ListAsync(
            Sql.Of($"SELECT id, name, owner_id, ends_on, COALESCE(remind_days, 30) FROM contract WHERE deleted_at IS NULL AND status = 'active' AND renewal = 'remind' AND ends_on >= {today} AND ends_on <= {today.AddDays(731)} AND end_told IS DISTINCT FROM ends_on ORDER BY ends_on"),
            row => (Id: row.Id(0), Name: row.Text(1), Owner: row.OptionalId(2), End: DateOnly.ParseExact(row.Text(3), "yyyy-MM-dd"), Days: (int)row.Integer(4)), cancel);
        var due = soon.Where(item => item.End.AddDays(-item.Days) <= today).Take(AtOnce).ToList();
        foreach (var (id, name, owner, end, _) in due)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE contract SET end_told = ends_on WHERE id = {id}"), cancel);
            if (owner is { } receiver)
            {
                await Notifications.SendAsync(context, receiver, "contractEnding", "contracts", id, name, new Label($"合同将于 {end:yyyy-MM-dd} 到期，请安排续签", $"The contract ends on {end:yyyy-MM-dd}: see to its renewal"));
            }
        }

        return due.Count == AtOnce;
    }

    /// <summary>Before it is late: what is promised in the days to come and has not left.</summary>
    private static async Task<bool> LateAsync(SaveContext context, DateOnly today, CancellationToken cancel)
    {
        var days = (await ReceivableRules.ReadAsync(context.Session, cancel)).LateDays;
        var due = await context.Session.ListAsync(
            Sql.Of($"SELECT id, number, owner_id, promised_on FROM sales_order WHERE deleted_at IS NULL AND status = 'confirmed' AND kind = 'sale' AND promised_on IS NOT NULL AND promised_on <= {today.AddDays(days)} AND late_told IS DISTINCT FROM promised_on ORDER BY promised_on LIMIT {AtOnce}"),
            row => (Id: row.Id(0), Number: row.Text(1), Owner: row.OptionalId(2), Promised: DateOnly.ParseExact(row.Text(3), "yyyy-MM-dd")), cancel);
        foreach (var (id, number, owner, promised) in due)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE sales_order SET late_told = promised_on WHERE id = {id}"), cancel);
            if (owner is { } receiver)
            {
                await Notifications.SendAsync(context, receiver, "deliveryLate", "orders", id, number, promised < today ? new Label($"承诺 {promised:yyyy-MM-dd} 交货，已过期仍未发货", $"It was promised for {promised:yyyy-MM-dd} and has not been shipped") : new Label($"承诺 {promised:yyyy-MM-dd} 交货，还没有发货", $"It is promised for {promised:yyyy-MM-dd} and has not been shipped yet"));
            }
        }

        return due.Count == AtOnce;
    }

    /// <summary>A promise is kept when nothing is open any more, or as much came in since as was promised.</summary>
    private static async Task<bool> PromisesAsync(SaveContext context, DateOnly today, CancellationToken cancel)
    {
        var type = context.Schema["dunnings"];
        var due = await context.Session.ListAsync(
            Sql.Of($"SELECT d.id, COALESCE(i.open_amount, p.open_amount, 0), d.promised, (SELECT CAST(COALESCE(SUM(a.settled), 0) AS BIGINT) FROM receipt_allocation a WHERE (a.invoice_id = d.invoice_id OR a.plan_id = d.plan_id) AND a.status = 'active' AND a.kind = 'payment' AND a.created_at >= d.updated_at) FROM dunning d LEFT JOIN invoice i ON i.id = d.invoice_id LEFT JOIN payment_plan p ON p.id = d.plan_id WHERE d.promise = 'open' AND d.deleted_at IS NULL AND d.promised_on < {today} ORDER BY d.promised_on LIMIT {AtOnce}"),
            row => (Id: row.Id(0), Open: row.Integer(1), Promised: row.OptionalInteger(2), Paid: row.Integer(3)), cancel);
        foreach (var (id, open, promised, paid) in due)
        {
            var record = (await RecordStore.FindAsync(context.Session, type, id, cancel))!;
            var kept = open == 0 || (promised is { } sum && paid >= sum);
            record["promise"] = kept ? "kept" : "broken";
            await context.UpdateAsync(record, kept ? "keep" : "break", cancel);
            if (!kept && record.OwnerId is { } owner)
            {
                await Notifications.SendAsync(context, owner, "promiseBroken", type.Name, id, record.Title, ("承诺付款日已过，款项仍未到账", "The promised day has passed and the money is not there"));
            }
        }

        return due.Count == AtOnce;
    }
}
