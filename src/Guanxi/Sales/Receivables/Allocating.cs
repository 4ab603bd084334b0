using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Receivables;

/// <summary>What somebody wants settled: an invoice, an instalment, or a contract as a whole, by so much of the receipt.</summary>
public sealed record AllocationWish(Guid? Contract, Guid? Plan, Guid? Invoice, decimal Amount);

/// <summary>Says what money was for. Every way in takes the customer's turn first and checks the sums after the write, so nothing is settled twice however many ask at once.</summary>
public static class Allocating
{
    /// <summary>Something that is still open, in its own currency.</summary>
    private sealed record Open(Guid Id, Guid? Contract, Guid? Plan, Money Left);

    /// <summary>Settles what is named.</summary>
    public static async Task ByHandAsync(SaveContext context, Record receipt, IReadOnlyList<AllocationWish> wishes, CancellationToken cancel = default)
    {
        await DemandAsync(context, receipt, cancel);
        foreach (var wish in wishes)
        {
            var amount = wish.Amount;
            if (amount <= 0 || !MinorUnits.Fits(amount, ((Money)receipt["amount"]!).Currency))
            {
                throw new RefusedException(Refusal.Invalid("allocations", ("核销金额应大于 0，小数位不多于这个币种能支付的", "An amount is above 0, with no more decimals than its currency is paid in")));
            }

            var (contract, plan, invoice, currency) = await TargetAsync(context, receipt, wish, cancel);
            var settled = MinorUnits.Round(amount * await FactorAsync(context, receipt, currency, cancel), currency);
            if (invoice is not null && plan is null && contract is { } of)
            {
                (amount, settled) = await OverInstalmentsAsync(context, receipt, of, invoice.Value, null, amount, new Money(settled, currency), cancel);
            }

            if (settled > 0 || amount == wish.Amount)
            {
                await WriteAsync(context, receipt, contract, plan, invoice, amount, new Money(settled, currency), cancel);
            }
        }
    }

    /// <summary>What is paid on an invoice or given up of it settles the contract's instalments too, the one it was written for first, then what is due first; answers what is left over.</summary>
    private static async Task<(decimal Amount, decimal Settled)> OverInstalmentsAsync(SaveContext context, Record? receipt, Guid contract, Guid invoice, Guid? its, decimal amount, Money worth, CancellationToken cancel, Record? of = null, string? reason = null)
    {
        var left = worth.Amount;
        var currency = ((Money)(receipt ?? of!)["amount"]!).Currency;
        foreach (var plan in (await OpenAsync(context.Session, "payment_plan", "contract_id, id", Sql.Of($"contract_id = {contract}"), cancel)).OrderBy(open => open.Id == its ? 0 : 1))
        {
            var part = Math.Min(left, plan.Left.Amount);
            var paid = part == left ? amount : MinorUnits.Round(amount * part / left, currency);
            if (part <= 0 || paid <= 0)
            {
                break;
            }

            await WriteAsync(context, receipt, contract, plan.Id, invoice, paid, worth with { Amount = part }, cancel, of, reason);
            (amount, left) = (amount - paid, left - part);
        }

        return (amount, left);
    }

    /// <summary>The contract's instalments and invoices, or all invoices of the customer, the oldest first; what is left stays with the receipt as the customer's credit.</summary>
    public static async Task OldestFirstAsync(SaveContext context, Record receipt, CancellationToken cancel = default)
    {
        await DemandAsync(context, receipt, cancel);
        var contract = receipt.Reference("contract");
        var invoices = await OpenAsync(context.Session, "invoice", "contract_id, plan_id", contract is { } of ? Sql.Of($"contract_id = {of}") : Sql.Of($"customer_id = {receipt.Reference("customer")}"), cancel);
        var plans = contract is { } its ? await OpenAsync(context.Session, "payment_plan", "contract_id, id", Sql.Of($"contract_id = {its}"), cancel) : [];
        var left = await LeftAsync(context.Session, receipt.Id, cancel);
        var (plan, paid) = (0, new Dictionary<Guid, decimal>());
        decimal Rest(Open open) => open.Left.Amount - paid.GetValueOrDefault(open.Id);
        foreach (var invoice in invoices)
        {
            while (left > 0 && Rest(invoice) > 0)
            {
                // An invoice that was written for an instalment settles that one; another the oldest that is open.
                var against = invoice.Plan is { } own ? plans.FirstOrDefault(known => known.Id == own && Rest(known) > 0) : null;
                while (against is null && plan < plans.Count && Rest(plans[plan]) <= 0)
                {
                    plan++;
                }

                against ??= plan < plans.Count ? plans[plan] : null;
                left -= await TakeAsync(invoice, against, against is null ? Rest(invoice) : Math.Min(Rest(invoice), Rest(against)));
            }
        }

        foreach (var open in plans.Where(open => Rest(open) > 0))
        {
            if (left > 0)
            {
                left -= await TakeAsync(null, open, Rest(open));
            }
        }

        if (left > 0 && contract is { } rest && plans.Count == 0 && invoices.Count == 0)
        {
            await RestOfContractAsync(context, receipt, rest, left, cancel);
        }

        async Task<decimal> TakeAsync(Open? invoice, Open? against, decimal most)
        {
            var currency = (invoice ?? against)!.Left.Currency;
            var factor = await FactorAsync(context, receipt, currency, cancel);
            var worth = MinorUnits.Round(left * factor, currency);
            var settled = Math.Min(most, worth);
            var amount = settled == worth ? left : Math.Min(left, MinorUnits.Round(settled / factor, ((Money)receipt["amount"]!).Currency));
            if (settled <= 0 || amount <= 0)
            {
                // Less than a cent of the other currency is left.
                var all = left;
                return all;
            }

            await WriteAsync(context, receipt, invoice?.Contract ?? against?.Contract, against?.Id, invoice?.Id, amount, new Money(settled, currency), cancel);
            foreach (var open in new[] { invoice, against }.OfType<Open>())
            {
                paid[open.Id] = paid.GetValueOrDefault(open.Id) + settled;
            }

            return amount;
        }
    }

    /// <summary>A contract without instalments and invoices is settled as a whole.</summary>
    private static async Task RestOfContractAsync(SaveContext context, Record receipt, Guid id, decimal left, CancellationToken cancel)
    {
        var contract = (await ContractOf.ReadAsync(context.Session, id, cancel))!;
        var received = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COALESCE(received, 0) FROM contract WHERE id = {id}"), cancel);
        var open = contract.Amount.Amount - (received / Money.Scale);
        var factor = await FactorAsync(context, receipt, contract.Currency, cancel);
        var worth = MinorUnits.Round(left * factor, contract.Currency);
        var settled = Math.Min(open, worth);
        if (settled > 0)
        {
            await WriteAsync(context, receipt, id, null, null, settled == worth ? left : Math.Min(left, MinorUnits.Round(settled / factor, ((Money)receipt["amount"]!).Currency)), new Money(settled, contract.Currency), cancel);
        }
    }

    /// <summary>What was paid on the contract before there was an invoice settles the one that is written now: that of its own instalment first, then the oldest.</summary>
    internal static async Task AttachAsync(SaveContext context, Record invoice, CancellationToken cancel)
    {
        if (invoice.Reference("contract") is not { } contract)
        {
            return;
        }

        var type = context.Schema["receipt-allocations"];
        var plan = invoice.Reference("plan");
        var ahead = await context.Session.ListAsync(
            Sql.Of($"SELECT id FROM receipt_allocation WHERE contract_id = {contract} AND invoice_id IS NULL AND status = 'active' AND kind = 'payment' AND receipt_id IS NOT NULL AND deleted_at IS NULL ORDER BY CASE WHEN plan_id = {plan} THEN 0 ELSE 1 END, seq"),
            row => row.Id(0), cancel);
        foreach (var id in ahead)
        {
            var left = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT open_amount FROM invoice WHERE id = {invoice.Id}"), cancel) / Money.Scale;
            var before = (Allocation)(await RecordStore.FindAsync(context.Session, type, id, cancel))!;
            if (left <= 0)
            {
                return;
            }

            if (before.Reference("plan") is { } own && plan is { } wanted && own != wanted)
            {
                continue;
            }

            var (settled, amount) = ((Money)before["settled"]!, (Money)before["amount"]!);
            if (settled.Amount <= left)
            {
                (before["invoice"], before.Ours) = (invoice.Id, true);
                await context.UpdateAsync(before, "attach", cancel);
                continue;
            }

            // Part of it is for this invoice: the rest stays in advance, as an allocation of its own.
            var receipt = (await RecordStore.FindAsync(context.Session, context.Schema["receipts"], before.Reference("receipt")!.Value, cancel))!;
            var part = MinorUnits.Round(amount.Amount * left / settled.Amount, amount.Currency);
            await CancelAsync(context, before, "拆分", cancel);
            await WriteAsync(context, receipt, contract, before.Reference("plan"), invoice.Id, part, new Money(left, settled.Currency), cancel);
            await WriteAsync(context, receipt, contract, before.Reference("plan"), null, amount.Amount - part, new Money(settled.Amount - left, settled.Currency), cancel);
        }
    }

    /// <summary>Gives up what an invoice is still open for; a right of its own, and on record with its reason.</summary>
    public static async Task<Record> WriteOffAsync(SaveContext context, Guid id, decimal? wanted, string? reason, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.WriteOffReceivables);
        var invoice = (Invoice)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["invoices"], id, Verb.Read, context.Now, cancel: cancel);
        await Balances.TakeTurnAsync(context.Session, invoice.Reference("customer")!.Value, cancel);
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(Refusal.Invalid("reason", ("请写明核销原因", "Say why it is written off")));
        }

        var open = await context.Session.ScalarAsync<long>(Sql.Of($"SELECT open_amount FROM invoice WHERE id = {id}"), cancel) / Money.Scale;
        var amount = wanted ?? open;
        if (amount <= 0 || amount > open || !MinorUnits.Fits(amount, invoice.Amount.Currency))
        {
            throw new RefusedException(Refusal.Invalid("amount", open <= 0 ? ("这张发票没有未回款", "Nothing of this invoice is open") : new Label($"核销金额应大于 0，不超过未回款 {open:0.00}", $"It is above 0 and at most the {open:0.00} that are open")));
        }

        var left = new Money(amount, invoice.Amount.Currency);
        if (invoice.Reference("contract") is { } contract)
        {
            left = left with { Amount = (await OverInstalmentsAsync(context, null, contract, id, invoice.Reference("plan"), amount, left, cancel, invoice, reason.Trim())).Settled };
        }

        if (left.Amount > 0)
        {
            await WriteAsync(context, null, invoice.Reference("contract"), null, id, left.Amount, left, cancel, invoice, reason.Trim());
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, invoice.Type, id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>Takes one allocation back; its money is the receipt's again.</summary>
    public static async Task<Record> CancelAsync(SaveContext context, Guid id, string? reason, CancellationToken cancel = default)
    {
        var allocation = (Allocation)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["receipt-allocations"], id, Verb.Read, context.Now, cancel: cancel);
        context.Actor.Demand(allocation.Text("kind") == "writeOff" ? Functions.WriteOffReceivables : Functions.ManageReceivables);
        await Balances.TakeTurnAsync(context.Session, allocation.Reference("customer")!.Value, cancel);
        allocation = (Allocation)(await RecordStore.FindAsync(context.Session, allocation.Type, id, cancel))!;
        await CancelAsync(context, allocation, reason, cancel);
        return allocation;
    }

    internal static async Task CancelAsync(SaveContext context, Allocation allocation, string? reason, CancellationToken cancel)
    {
        if (allocation.Text("status") != "active")
        {
            throw new RefusedException(Refusal.Breaks("allocation-cancelled", ("这笔核销已经撤销", "This allocation was cancelled already")));
        }

        (allocation["status"], allocation["cancelledOn"], allocation["reason"], allocation.Ours) = ("cancelled", context.Actor.Today(context.Now), string.IsNullOrWhiteSpace(reason) ? allocation["reason"] : reason.Trim(), true);
        await context.UpdateAsync(allocation, "cancel", cancel);
    }

    private static async Task DemandAsync(SaveContext context, Record receipt, CancellationToken cancel)
    {
        context.Actor.Demand(Functions.ManageReceivables);
        await Balances.TakeTurnAsync(context.Session, receipt.Reference("customer")!.Value, cancel);
        if (await context.Session.FirstAsync(Sql.Of($"SELECT status FROM receipt WHERE id = {receipt.Id}"), row => row.Text(0), cancel) == "reversed")
        {
            throw new RefusedException(Refusal.Breaks("receipt-reversed", ("回款已冲销", "The receipt was reversed")));
        }
    }

    internal static async Task<decimal> LeftAsync(DatabaseSession session, Guid receipt, CancellationToken cancel) =>
        await session.ScalarAsync<long>(Sql.Of($"SELECT unallocated FROM receipt WHERE id = {receipt}"), cancel) / Money.Scale;

    private static async Task<List<Open>> OpenAsync(DatabaseSession session, string table, string columns, Sql which, CancellationToken cancel) =>
        await session.ListAsync(
            Sql.Of($"SELECT id, {new SqlName(columns)}, open_amount, open_amount_currency FROM {new SqlName(table)} WHERE {which} AND open_amount > 0 AND deleted_at IS NULL ORDER BY due_on, seq"),
            row => new Open(row.Id(0), row.OptionalId(1), row.OptionalId(2), Money.FromStored(row.Integer(3), row.Text(4))), cancel);

    /// <summary>What a unit of the receipt is worth in another currency, by the rates of the day it came in.</summary>
    /// <exception cref="RefusedException">There is no rate of that currency.</exception>
    private static async Task<decimal> FactorAsync(SaveContext context, Record receipt, string currency, CancellationToken cancel)
    {
        if (((Money)receipt["amount"]!).Currency == currency)
        {
            return 1;
        }

        var (home, day) = ((await Platform.Settings.ReadAsync(context.Session, cancel)).Currency, (DateOnly)receipt["receivedOn"]!);
        var rate = await ExchangeRate.OnAsync(context.Session, currency, home, day, cancel)
            ?? throw new RefusedException(Refusal.Invalid("amount", new Label($"{day:yyyy-MM-dd} 没有 {currency} 的汇率：请先在“汇率”里登记，再核销", $"There is no rate of {currency} for {day:yyyy-MM-dd}: enter it under exchange rates first")));
        return (decimal)receipt["rate"]! / rate;
    }

    private static async Task<(Guid? Contract, Guid? Plan, Guid? Invoice, string Currency)> TargetAsync(SaveContext context, Record receipt, AllocationWish wish, CancellationToken cancel)
    {
        var (contract, plan) = (wish.Contract, wish.Plan);
        var customer = receipt.Reference("customer");
        string? currency = null;
        if (wish.Invoice is { } id)
        {
            var invoice = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id, contract_id, plan_id, amount_currency, status FROM invoice WHERE id = {id} AND deleted_at IS NULL"), row => ((Guid Customer, Guid? Contract, Guid? Plan, string Currency, string Status)?)(row.Id(0), row.OptionalId(1), row.OptionalId(2), row.Text(3), row.Text(4)), cancel);
            if (invoice is not { } found || found.Customer != customer)
            {
                throw new RefusedException(Refusal.Invalid("allocations", ("没有这张发票，或它属于另一位客户", "There is no such invoice, or it is another customer's")));
            }

            if (found.Status != "issued")
            {
                throw new RefusedException(Refusal.Breaks("invoice-not-issued", ("发票还没有开出，不能核销", "The invoice was not issued yet")));
            }

            (contract, currency) = (found.Contract, found.Currency);
            plan ??= found.Plan is { } its && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT open_amount FROM payment_plan WHERE id = {its}"), cancel) > 0 ? its : null;
        }

        if (plan is { } instalment)
        {
            var of = await context.Session.FirstAsync(Sql.Of($"SELECT contract_id, amount_currency, customer_id FROM payment_plan WHERE id = {instalment} AND deleted_at IS NULL"), row => ((Guid Contract, string Currency, Guid? Customer)?)(row.Id(0), row.Text(1), row.OptionalId(2)), cancel);
            if (of is not { } found || found.Customer != customer || (contract is not null && found.Contract != contract))
            {
                throw new RefusedException(Refusal.Invalid("allocations", ("没有这一期回款计划，或它属于另一份合同", "There is no such instalment, or it is of another contract")));
            }

            (contract, currency) = (found.Contract, found.Currency);
        }

        if (contract is { } whole)
        {
            currency ??= (await ContractOf.DemandInForceAsync(context.Session, whole, customer)).Currency;
        }

        return currency is null ? throw new RefusedException(Refusal.Invalid("allocations", ("请选择要核销的发票、回款计划或合同", "Choose the invoice, the instalment or the contract"))) : (contract, plan, wish.Invoice, currency);
    }

    private static async Task WriteAsync(SaveContext context, Record? receipt, Guid? contract, Guid? plan, Guid? invoice, decimal amount, Money settled, CancellationToken cancel, Record? of = null, string? reason = null)
    {
        var type = context.Schema["receipt-allocations"];
        var allocation = (Allocation)type.Create(type);
        allocation.Ours = true;
        var source = receipt ?? of!;
        (allocation["label"], allocation["receipt"], allocation["customer"], allocation["contract"], allocation["plan"], allocation["invoice"]) = ($"{source.Text("number")} {settled.AmountText}", receipt?.Id, source.Reference("customer"), contract, plan, invoice);
        (allocation["kind"], allocation["status"], allocation["allocatedOn"], allocation["reason"]) = (receipt is null ? "writeOff" : "payment", "active", receipt?["receivedOn"] ?? context.Actor.Today(context.Now), reason);
        (allocation["amount"], allocation["settled"]) = (new Money(amount, ((Money)source["amount"]!).Currency), settled);
        await context.InsertAsync(allocation, cancel);
        await allocation.DemandAsync(context);
    }
}
