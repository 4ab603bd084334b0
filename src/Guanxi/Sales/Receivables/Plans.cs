using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>One instalment as it is wanted: a new one, or a known one by its id.</summary>
public sealed record PlanItem(Guid? Id, string? Name, DateOnly DueOn, decimal Amount);

/// <summary>A way of being paid: so many percent, so many days after the contract begins.</summary>
public sealed record PlanTerm(string? Name, decimal Percent, int Days);

/// <summary>Writes a contract's payment plan as a whole, so that it always says how all of the contract is paid.</summary>
public static class Plans
{
    private const int Most = 120;

    /// <summary>Instalments out of terms: each rounded to the cent, the last takes what is left, so the sum is the contract to the cent.</summary>
    /// <exception cref="RefusedException">The percentages do not make a hundred.</exception>
    public static IReadOnlyList<PlanItem> OfTerms(Money amount, DateOnly from, IReadOnlyList<PlanTerm> terms)
    {
        if (terms.Sum(term => term.Percent) != 100 || terms.Any(term => term.Percent <= 0))
        {
            throw new RefusedException(Refusal.Invalid("terms", new Label($"各期比例合计应为 100 %，现在是 {terms.Sum(term => term.Percent):0.##} %", $"The percentages should make 100; they make {terms.Sum(term => term.Percent):0.##}")));
        }

        var left = amount.Amount;
        var items = new List<PlanItem>();
        for (var i = 0; i < terms.Count; i++)
        {
            var part = i == terms.Count - 1 ? left : MinorUnits.Round(amount.Amount * terms[i].Percent / 100, amount.Currency);
            left -= part;
            items.Add(new PlanItem(null, terms[i].Name, from.AddDays(terms[i].Days), part));
        }

        return items;
    }

    /// <summary>Replaces the plan. What is not named goes, unless something was paid on it.</summary>
    /// <exception cref="RefusedException">The sum is not the contract's amount.</exception>
    public static async Task<Record> SetAsync(SaveContext context, Guid id, Func<Money, DateOnly, IReadOnlyList<PlanItem>> wanted, CancellationToken cancel = default)
    {
        var type = context.Schema["contracts"];
        var contract = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Read, context.Now, cancel: cancel);
        await Balances.TakeTurnAsync(context.Session, contract.Reference("customer")!.Value, cancel);
        await ContractOf.DemandEditAsync(context, id);
        contract = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Read, context.Now, cancel: cancel);
        var amount = (Money)contract["amount"]!;
        var items = wanted(amount, (DateOnly?)contract["signedOn"] ?? (DateOnly?)contract["startsOn"] ?? context.Actor.Today(context.Now));
        if (items.Count is 0 or > Most || items.Sum(item => item.Amount) != amount.Amount)
        {
            var sum = items.Sum(item => item.Amount);
            throw new RefusedException(Refusal.Invalid("items", new Label($"回款计划合计 {sum:0.00}，应等于合同金额 {amount.AmountText} {amount.Currency}，相差 {amount.Amount - sum:0.00}", $"The plan adds up to {sum:0.00}; it should be the contract's {amount.AmountText} {amount.Currency}: {amount.Amount - sum:0.00} to go")));
        }

        var plans = context.Schema["payment-plans"];
        var known = new Dictionary<Guid, Record>();
        foreach (var plan in await context.Session.ListAsync(Sql.Of($"SELECT id FROM payment_plan WHERE contract_id = {id} AND deleted_at IS NULL"), row => row.Id(0), cancel))
        {
            known[plan] = (await RecordStore.FindAsync(context.Session, plans, plan, cancel))!;
        }

        foreach (var gone in known.Values.Where(plan => items.All(item => item.Id != plan.Id)).ToList())
        {
            await context.SetDeletedAsync(gone, deleted: true, cancel);
        }

        // What becomes less comes first: the sum never goes above the contract on the way.
        var numbered = items.OrderBy(item => item.DueOn).Select((item, place) => (Item: item, Number: (long)place + 1)).ToList();
        foreach (var (item, number) in numbered.Where(entry => entry.Item.Id is not null).OrderBy(entry => entry.Item.Amount - ((Money?)known.GetValueOrDefault(entry.Item.Id!.Value)?["amount"])?.Amount ?? 0))
        {
            var plan = known.GetValueOrDefault(item.Id!.Value) ?? throw new RefusedException(Refusal.Invalid("items", ("没有这一期回款计划", "There is no such instalment of this contract")));
            Fill(plan, item, number, amount.Currency);
            await context.UpdateAsync(plan, cancel: cancel);
        }

        foreach (var (item, number) in numbered.Where(entry => entry.Item.Id is null))
        {
            var plan = plans.Create(plans);
            plan["contract"] = id;
            Fill(plan, item, number, amount.Currency);
            await context.InsertAsync(plan, cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>Puts off what is not paid in full, as an approved amendment says.</summary>
    internal static async Task PutOffAsync(SaveContext context, Guid contract, int days, CancellationToken cancel = default)
    {
        foreach (var plan in await OpenAsync(context, contract, "due_on", cancel))
        {
            (plan["dueOn"], plan.Amending) = (DateOnly.FromDayNumber(Math.Min(((DateOnly)plan["dueOn"]!).DayNumber + days, DateOnly.MaxValue.DayNumber)), true);
            await context.UpdateAsync(plan, "amend", cancel);
        }
    }

    /// <summary>Takes what an amendment has taken off the contract from the last instalments that are open.</summary>
    /// <exception cref="RefusedException">More than the new amount is paid or planned and paid.</exception>
    internal static async Task LowerAsync(SaveContext context, Guid contract, Money amount, CancellationToken cancel = default)
    {
        var over = (await Balances.PlannedAsync(context.Session, contract, cancel))?.Amount - amount.Amount ?? 0;
        foreach (var plan in over > 0 ? await OpenAsync(context, contract, "due_on DESC, number DESC", cancel) : [])
        {
            var (whole, settled) = (((Money)plan["amount"]!).Amount, (plan["settled"] as Money?)?.Amount ?? 0);
            var cut = Math.Min(over, whole - settled);
            over -= cut;
            plan.Amending = true;
            if (cut == whole)
            {
                await context.SetDeletedAsync(plan, deleted: true, cancel);
            }
            else if (cut > 0)
            {
                plan["amount"] = new Money(whole - cut, amount.Currency);
                await context.UpdateAsync(plan, "amend", cancel);
            }
        }
    }

    /// <summary>Plans what an amendment has added to a contract that was planned in full: one more instalment, due with the last.</summary>
    internal static async Task RaiseAsync(SaveContext context, Guid contract, Money before, Money after, string name, CancellationToken cancel = default)
    {
        if (after.Amount <= before.Amount || await Balances.PlannedAsync(context.Session, contract, cancel) != before)
        {
            return;
        }

        var type = context.Schema["payment-plans"];
        var plan = (PaymentPlan)type.Create(type);
        var last = await context.Session.FirstAsync(Sql.Of($"SELECT MAX(due_on) FROM payment_plan WHERE contract_id = {contract} AND deleted_at IS NULL"), row => DateOnly.ParseExact(row.Text(0), "yyyy-MM-dd"), cancel);
        var today = context.Actor.Today(context.Now);
        (plan["contract"], plan["name"], plan["dueOn"], plan["amount"], plan.Amending) = (contract, name, last > today ? last : today, after with { Amount = after.Amount - before.Amount }, true);
        await context.InsertAsync(plan, cancel);
    }

    private static async Task<List<PaymentPlan>> OpenAsync(SaveContext context, Guid contract, string order, CancellationToken cancel)
    {
        var plans = new List<PaymentPlan>();
        foreach (var id in await context.Session.ListAsync(Sql.Of($"SELECT id FROM payment_plan WHERE contract_id = {contract} AND open_amount > 0 AND deleted_at IS NULL ORDER BY {new SqlName(order)}"), row => row.Id(0), cancel))
        {
            plans.Add((PaymentPlan)(await RecordStore.FindAsync(context.Session, context.Schema["payment-plans"], id, cancel))!);
        }

        return plans;
    }

    private static void Fill(Record plan, PlanItem item, long number, string currency) =>
        (plan["name"], plan["number"], plan["dueOn"], plan["amount"]) = (string.IsNullOrWhiteSpace(item.Name) ? plan["name"] : item.Name, number, item.DueOn, new Money(item.Amount, currency));
}
