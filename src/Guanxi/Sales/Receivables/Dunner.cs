using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Receivables;

/// <summary>What a customer is asked to pay: an invoice, or what no invoice was written for of an instalment.</summary>
/// <param name="Number">Of the invoice, or of the contract with the instalment's name.</param>
internal sealed record Owed(Guid Id, string Number, Guid Customer, Guid? Owner, DateOnly Due, Money Open, string Name)
{
    /// <summary>The words of a step about it, on a day.</summary>
    public string In(string words, DateOnly today) =>
        words.Replace("{customer}", Name, StringComparison.Ordinal).Replace("{number}", Number, StringComparison.Ordinal).Replace("{amount}", $"{Amount} {Open.Currency}", StringComparison.Ordinal)
            .Replace("{dueOn}", Due.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{days}", Days(today).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>As it is read on paper: 5,022.00.</summary>
    public string Amount => Open.Amount.ToString("N" + MinorUnits.Of(Open.Currency), CultureInfo.InvariantCulture);

    public int Days(DateOnly today) => Math.Max(0, today.DayNumber - Due.DayNumber);
}

/// <summary>Begins the steps of dunning: of what is due, the furthest it has come to; those it has jumped over are not done in retrospect.</summary>
internal static class Dunner
{
    private const int LongestLabel = 120;

    /// <summary>So many are told one by one; more at once, as after a list of old debts was brought in, are one notice.</summary>
    private const int ToldApart = 3;

    private sealed record Begun(Record Dunning, DunningStep Step, Owed Item);

    /// <summary>True when more is waiting.</summary>
    public static async Task<bool> RunAsync(SaveContext context, DateOnly today, int atOnce, CancellationToken cancel)
    {
        var steps = (await ReceivableRules.ReadAsync(context.Session, cancel)).Dunning;
        await TakeUpAsync(context, steps, today, cancel);
        var begun = new List<Begun>();
        var more = await BeginAsync(context, steps, begun, today, atOnce, cancel);
        await TellAsync(context, begun, today);
        return more;
    }

    private static async Task<bool> BeginAsync(SaveContext context, IReadOnlyList<DunningStep> steps, List<Begun> begun, DateOnly today, int atOnce, CancellationToken cancel)
    {
        for (var place = steps.Count; place > 0; place--)
        {
            var latest = today.AddDays(-steps[place - 1].Days);
            var invoices = await context.Session.ListAsync(
                Sql.Of($"SELECT i.id, i.number, i.customer_id, i.owner_id, i.due_on, i.open_amount, i.amount_currency, c.name FROM invoice i JOIN customer c ON c.id = i.customer_id WHERE i.deleted_at IS NULL AND i.open_home > 0 AND i.due_on <= {latest} AND i.dunned < {(long)place} ORDER BY i.due_on LIMIT {atOnce}"), Read, cancel);
            foreach (var item in invoices)
            {
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE invoice SET dunned = {(long)place} WHERE id = {item.Id}"), cancel);
                begun.Add(await BeginAsync(context, steps[place - 1], place, "invoice", item, today, cancel));
            }

            var plans = await context.Session.ListAsync(
                Sql.Of($"SELECT p.id, k.number || ' ' || p.name, p.customer_id, p.owner_id, p.due_on, p.open_amount, p.amount_currency, c.name FROM payment_plan p JOIN contract k ON k.id = p.contract_id JOIN customer c ON c.id = p.customer_id WHERE p.deleted_at IS NULL AND p.open_home > 0 AND p.due_on <= {latest} AND p.dunned < {(long)place} ORDER BY p.due_on LIMIT {atOnce}"), Read, cancel);
            foreach (var item in plans)
            {
                // Also where an invoice is dunned in its stead: it is looked at once a step, not each time.
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan SET dunned = {(long)place} WHERE id = {item.Id}"), cancel);
                if (await WithoutInvoiceAsync(context.Session, item, cancel) is { Amount: > 0 } open)
                {
                    begun.Add(await BeginAsync(context, steps[place - 1], place, "plan", item with { Open = open }, today, cancel));
                }
            }

            if (invoices.Count == atOnce || plans.Count == atOnce)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What was there when the program learned to dun instalments stands where it has come to: nobody is asked at once for all the old ones.</summary>
    private static async Task TakeUpAsync(SaveContext context, IReadOnlyList<DunningStep> steps, DateOnly today, CancellationToken cancel)
    {
        var place = new Sql().Append("0");
        foreach (var step in steps)
        {
            place.Append(Sql.Of($" + CASE WHEN due_on <= {today.AddDays(-step.Days)} THEN 1 ELSE 0 END"));
        }

        await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan SET dunned = {place} WHERE dunned < 0"), cancel);
    }

    private static Owed Read(Row row) => new(row.Id(0), row.Text(1), row.Id(2), row.OptionalId(3), DateOnly.ParseExact(row.Text(4), "yyyy-MM-dd", CultureInfo.InvariantCulture), Money.FromStored(row.Integer(5), row.Text(6)), row.Text(7));

    /// <summary>What a dunning step is about; null when it is about neither an invoice nor an instalment.</summary>
    public static async ValueTask<Owed?> OfAsync(DatabaseSession session, Record dunning, CancellationToken cancel = default)
    {
        if (dunning.Reference("invoice") is { } invoice)
        {
            return await session.FirstAsync(Sql.Of($"SELECT i.id, i.number, i.customer_id, i.owner_id, i.due_on, i.open_amount, i.amount_currency, c.name FROM invoice i JOIN customer c ON c.id = i.customer_id WHERE i.id = {invoice} AND i.due_on IS NOT NULL"), Read, cancel);
        }

        var owed = dunning.Reference("plan") is not { } plan ? null : await session.FirstAsync(
            Sql.Of($"SELECT p.id, k.number || ' ' || p.name, p.customer_id, p.owner_id, p.due_on, p.open_amount, p.amount_currency, c.name FROM payment_plan p JOIN contract k ON k.id = p.contract_id JOIN customer c ON c.id = p.customer_id WHERE p.id = {plan}"), Read, cancel);
        return owed is null ? null : owed with { Open = await WithoutInvoiceAsync(session, owed, cancel) };
    }

    /// <summary>
    /// What is open of an instalment and no invoice was written for. Invoices that name an instalment are for it; the contract's others, red letters taken off, are for what is due first.
    /// </summary>
    private static async ValueTask<Money> WithoutInvoiceAsync(DatabaseSession session, Owed plan, CancellationToken cancel)
    {
        var contract = await session.FirstAsync(Sql.Of($"SELECT contract_id FROM payment_plan WHERE id = {plan.Id}"), row => row.Id(0), cancel);
        var left = await session.ScalarAsync<long>(Sql.Of($"SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM invoice WHERE contract_id = {contract} AND plan_id IS NULL AND status = 'issued' AND deleted_at IS NULL"), cancel);
        var instalments = await session.ListAsync(
            Sql.Of($"SELECT p.id, p.amount - CAST(COALESCE((SELECT SUM(i.amount) FROM invoice i WHERE i.plan_id = p.id AND i.status = 'issued' AND i.deleted_at IS NULL), 0) AS BIGINT) FROM payment_plan p WHERE p.contract_id = {contract} AND p.deleted_at IS NULL ORDER BY p.due_on, p.number, p.id"),
            row => (Id: row.Id(0), Without: Math.Max(0, row.Integer(1))), cancel);
        foreach (var (id, rest) in instalments)
        {
            var without = Math.Max(0, rest - Math.Max(0, left));
            if (id == plan.Id)
            {
                return Money.FromStored(Math.Min(without, plan.Open.Stored), plan.Open.Currency);
            }

            left -= rest;
        }

        return Money.FromStored(0, plan.Open.Currency);
    }

    private static async Task<Begun> BeginAsync(SaveContext context, DunningStep step, int place, string about, Owed item, DateOnly today, CancellationToken cancel)
    {
        var type = context.Schema["dunnings"];
        var dunning = type.Create(type);
        var label = $"{step.Name} {item.Number}";
        (dunning["label"], dunning["customer"], dunning[about], dunning["step"], dunning["dueOn"], dunning["owner"]) = (label.Length > LongestLabel ? label[..LongestLabel] : label, item.Customer, item.Id, (long)place, today, item.Owner);
        dunning["channel"] = type["channel"].Choices.Any(choice => choice.Value == step.Channel) ? step.Channel : null;
        dunning["body"] = item.In(step.Text, today);
        await context.InsertAsync(dunning, cancel);
        return new Begun(dunning, step, item);
    }

    private static async Task TellAsync(SaveContext context, List<Begun> begun, DateOnly today)
    {
        foreach (var own in begun.Where(one => one.Item.Owner is not null).GroupBy(one => one.Item.Owner!.Value))
        {
            var oldest = own.OrderBy(one => one.Item.Due).ToList();
            foreach (var (dunning, step, item) in oldest.Count > ToldApart ? oldest.Take(1) : oldest)
            {
                var text = oldest.Count > ToldApart
                    ? new Label($"等 {oldest.Count} 笔款项逾期，最久 {item.Days(today)} 天，请逐笔催收", $"and {oldest.Count - 1} more are overdue, for up to {item.Days(today)} days: dun them one by one")
                    : new Label($"逾期 {item.Days(today)} 天，请{step.Name}", $"Overdue for {item.Days(today)} days: {step.Name}");
                await Notifications.SendAsync(context, own.Key, "dunning", "dunnings", dunning.Id, dunning.Title, text);
            }
        }
    }
}
