using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>What became of many at once: the receipts that were written, and what was named and had nothing open.</summary>
public sealed record ManyReceived(IReadOnlyList<Record> Receipts, int Settled, IReadOnlyList<Guid> Skipped);

/// <summary>
/// Marks many instalments or invoices as paid in full: one receipt for each customer and currency, as the bank's statement has it, so that each can be reversed by itself.
/// All of it or nothing.
/// </summary>
public static class ReceivingMany
{
    public const int Most = 200;

    private sealed record Item(Guid Id, Guid Customer, Guid? Contract, Guid? Plan, Money Open);

    /// <param name="type">payment-plans or invoices.</param>
    /// <param name="fill">Puts the day, the method and a note into each receipt.</param>
    /// <exception cref="RefusedException">One of them is not visible, or nothing of all is open.</exception>
    public static async Task<ManyReceived> RunAsync(SaveContext context, string type, IReadOnlyList<Guid> ids, Func<Record, Task> fill, CancellationToken cancel = default)
    {
        if (!context.Actor.On(context.Schema["receipts"]).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(context.Schema["receipts"]));
        }

        context.Actor.Demand(Functions.ManageReceivables);
        var customers = new SortedSet<Guid>();
        foreach (var id in ids)
        {
            customers.Add((await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema[type], id, Verb.Read, context.Now, cancel: cancel)).Reference("customer")!.Value);
        }

        // In one order everywhere, so that two who do this at once do not wait for each other in a circle.
        foreach (var customer in customers)
        {
            await Balances.TakeTurnAsync(context.Session, customer, cancel);
        }

        var items = new List<Item>();
        foreach (var id in ids.Distinct())
        {
            var sql = type == "invoices" ? Sql.Of($"SELECT id, customer_id, contract_id, plan_id, open_amount, open_amount_currency FROM invoice WHERE id = {id}") : Sql.Of($"SELECT id, customer_id, contract_id, id, open_amount, open_amount_currency FROM payment_plan WHERE id = {id}");
            items.Add((await context.Session.FirstAsync(sql, row => new Item(row.Id(0), row.Id(1), row.OptionalId(2), row.OptionalId(3), Money.FromStored(row.OptionalInteger(4) ?? 0, row.OptionalText(5) ?? "")), cancel))!);
        }

        var open = items.Where(item => item.Open.Amount > 0).ToList();
        if (open.Count == 0)
        {
            throw new RefusedException(Refusal.Breaks("nothing-open", ("选中的款项都没有未回款：可能已结清，或合同、发票还没有生效", "Nothing of what was chosen is open: it is paid, or its contract or invoice is not in force")));
        }

        var receipts = new List<Record>();
        foreach (var group in open.GroupBy(item => (item.Customer, item.Open.Currency)))
        {
            var receipt = (Receipt)context.Schema["receipts"].Create(context.Schema["receipts"]);
            receipt.AllocatedByHand = true;
            await fill(receipt);
            (receipt["customer"], receipt["amount"]) = (group.Key.Customer, new Money(group.Sum(item => item.Open.Amount), group.Key.Currency));
            receipt["contract"] = group.Select(item => item.Contract).Distinct().Count() == 1 ? group.First().Contract : null;
            await context.InsertAsync(receipt, cancel);
            await Allocating.ByHandAsync(context, receipt, type == "invoices" ? [.. group.Select(item => new AllocationWish(null, null, item.Id, item.Open.Amount))] : await WithInvoicesAsync(context.Session, [.. group], cancel), cancel);
            receipts.Add(receipt);
        }

        return new ManyReceived(receipts, open.Count, [.. items.Except(open).Select(item => item.Id)]);
    }

    /// <summary>What is paid on an instalment settles the invoices that were written for it, then the contract's others, the oldest first.</summary>
    private static async Task<List<AllocationWish>> WithInvoicesAsync(DatabaseSession session, IReadOnlyList<Item> plans, CancellationToken cancel)
    {
        var wishes = new List<AllocationWish>();
        foreach (var ofContract in plans.GroupBy(plan => plan.Contract!.Value))
        {
            var invoices = await session.ListAsync(
                Sql.Of($"SELECT id, plan_id, open_amount, open_amount_currency FROM invoice WHERE contract_id = {ofContract.Key} AND open_amount > 0 AND deleted_at IS NULL ORDER BY due_on, seq"),
                row => (Id: row.Id(0), Plan: row.OptionalId(1), Open: Money.FromStored(row.Integer(2), row.Text(3)).Amount), cancel);
            var left = invoices.ToDictionary(invoice => invoice.Id, invoice => invoice.Open);
            foreach (var plan in ofContract)
            {
                var rest = plan.Open.Amount;
                foreach (var invoice in invoices.Where(invoice => invoice.Plan == plan.Id).Concat(invoices.Where(invoice => invoice.Plan is null)))
                {
                    var part = Math.Min(rest, left[invoice.Id]);
                    if (part > 0)
                    {
                        wishes.Add(new AllocationWish(null, plan.Id, invoice.Id, part));
                        (rest, left[invoice.Id]) = (rest - part, left[invoice.Id] - part);
                    }
                }

                if (rest > 0)
                {
                    wishes.Add(new AllocationWish(null, plan.Id, null, rest));
                }
            }
        }

        return wishes;
    }
}
