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
        var type = context.Schema["payment-plans"];
        foreach (var id in await context.Session.ListAsync(Sql.Of($"SELECT id FROM payment_plan WHERE contract_id = {contract} AND open_amount > 0 AND deleted_at IS NULL ORDER BY due_on"), row => row.Id(0), cancel))
        {
            var plan = (PaymentPlan)(await RecordStore.FindAsync(context.Session, type, id, cancel))!;
            (plan["dueOn"], plan.Amending) = (((DateOnly)plan["dueOn"]!).AddDays(days), true);
            await context.UpdateAsync(plan, "amend", cancel);
        }
    }

    private static void Fill(Record plan, PlanItem item, long number, string currency) =>
        (plan["name"], plan["number"], plan["dueOn"], plan["amount"]) = (string.IsNullOrWhiteSpace(item.Name) ? plan["name"] : item.Name, number, item.DueOn, new Money(item.Amount, currency));
}
