using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>
/// What is planned, invoiced, received and still owed, kept on contracts, instalments, invoices and receipts from what they are made of. Derived, so they take no version and no ledger line:
/// the receipt, the allocation, the invoice are the facts, and the check of the ledger derives the sums again.
/// </summary>
public static class Balances
{
    private const string Paid = "a.status = 'active' AND a.kind = 'payment' AND a.deleted_at IS NULL";
    private const string Settled = "a.status = 'active' AND a.deleted_at IS NULL";

    private static string Sum(string what, string from) => $"CAST(COALESCE((SELECT SUM({what}) FROM {from}), 0) AS BIGINT)";

    /// <summary>An amount in the company's currency, to the cent.</summary>
    private static string Home(string amount, string rate) => $"CAST(ROUND({amount} * {rate} / 100.0) * 100 AS BIGINT)";

    private static readonly string ContractPlanned = Sum("p.amount", "payment_plan p WHERE p.contract_id = t.id AND p.deleted_at IS NULL");
    private static readonly string ContractInvoiced = Sum("i.amount", "invoice i WHERE i.contract_id = t.id AND i.status = 'issued' AND i.deleted_at IS NULL");
    private static readonly string ContractReceived = Sum("a.settled", $"receipt_allocation a WHERE a.contract_id = t.id AND {Paid}");
    private const string ContractPercent = "CASE WHEN t.amount > 0 THEN ROUND(t.received * 10000.0 / t.amount) / 100.0 END";

    /// <summary>Settled of how many, as it is read in a list: 2/3; null where nothing is planned.</summary>
    private const string ContractInstalments = "(SELECT CASE WHEN COUNT(*) > 0 THEN CAST(SUM(CASE WHEN p.settled >= p.amount THEN 1 ELSE 0 END) AS TEXT) || '/' || CAST(COUNT(*) AS TEXT) END FROM payment_plan p WHERE p.contract_id = t.id AND p.deleted_at IS NULL)";
    private const string ContractInstalmentsOpen = "CAST((SELECT COUNT(*) FROM payment_plan p WHERE p.contract_id = t.id AND p.deleted_at IS NULL AND p.settled < p.amount) AS BIGINT)";

    private static readonly string PlanSettled = Sum("a.settled", $"receipt_allocation a WHERE a.plan_id = t.id AND {Settled}");
    private const string ContractStatus = "(SELECT c.status FROM contract c WHERE c.id = t.contract_id)";
    private static readonly string PlanOpen = $"CASE WHEN t.deleted_at IS NULL AND {ContractStatus} IN ('active', 'completed') THEN t.amount - t.settled ELSE 0 END";
    private static readonly string PlanHome = Home("t.open_amount", "(SELECT c.rate FROM contract c WHERE c.id = t.contract_id)");
    private static readonly string PlanStatus = $"CASE {ContractStatus} WHEN 'void' THEN 'void' WHEN 'draft' THEN 'waiting' WHEN 'pending' THEN 'waiting' ELSE CASE WHEN t.settled >= t.amount THEN 'done' WHEN t.overdue_since IS NOT NULL THEN 'overdue' WHEN t.settled > 0 THEN 'partial' ELSE 'open' END END";

    private static readonly string InvoicePaid = Sum("a.settled", $"receipt_allocation a WHERE a.invoice_id = t.id AND {Paid}");
    private static readonly string InvoiceWrittenOff = Sum("a.settled", "receipt_allocation a WHERE a.invoice_id = t.id AND a.status = 'active' AND a.kind = 'writeOff' AND a.deleted_at IS NULL");
    private static readonly string InvoiceRed = Sum("r.amount", "invoice r WHERE r.red_of_id = t.id AND r.status = 'issued' AND r.deleted_at IS NULL");
    private static readonly string InvoiceOpen = $"CASE WHEN t.status = 'issued' AND t.deleted_at IS NULL AND t.red_of_id IS NULL THEN t.amount - t.paid - t.written_off + {InvoiceRed} ELSE 0 END";
    private static readonly string InvoiceHome = Home("t.open_amount", "t.rate");
    private const string InvoicePayment = "CASE WHEN t.status <> 'issued' OR t.red_of_id IS NOT NULL THEN NULL WHEN t.open_amount = 0 THEN CASE WHEN t.written_off > 0 THEN 'writtenOff' WHEN t.paid > 0 THEN 'paid' ELSE 'red' END WHEN t.overdue_since IS NOT NULL THEN 'overdue' WHEN t.paid + t.written_off > 0 THEN 'partial' ELSE 'open' END";

    private static readonly string ReceiptLeft = $"CASE WHEN t.status = 'received' AND t.deleted_at IS NULL THEN t.amount - {Sum("a.amount", $"receipt_allocation a WHERE a.receipt_id = t.id AND {Paid}")} ELSE 0 END";
    private static readonly string ReceiptHome = Home("t.unallocated", "t.rate");

    private static DerivedRule Rule(string field, string column, string expression) => new(field, $"t.{column} IS DISTINCT FROM ({expression})");

    public static IReadOnlyList<DerivedRule> ContractRules { get; } =
        [Rule("planned", "planned", ContractPlanned), Rule("invoiced", "invoiced", ContractInvoiced), Rule("received", "received", ContractReceived), Rule("paidPercent", "paid_percent", ContractPercent), Rule("instalments", "instalments", ContractInstalments), Rule("instalmentsOpen", "instalments_open", ContractInstalmentsOpen)];

    public static IReadOnlyList<DerivedRule> PlanRules { get; } =
        [Rule("settled", "settled", PlanSettled), Rule("openAmount", "open_amount", PlanOpen), Rule("openHome", "open_home", PlanHome), Rule("status", "status", PlanStatus), new("overdueSince", "1 = 0")];

    public static IReadOnlyList<DerivedRule> InvoiceRules { get; } =
        [Rule("paid", "paid", InvoicePaid), Rule("writtenOff", "written_off", InvoiceWrittenOff), Rule("openAmount", "open_amount", InvoiceOpen), Rule("openHome", "open_home", InvoiceHome), Rule("payment", "payment", InvoicePayment), new("overdueSince", "1 = 0")];

    public static IReadOnlyList<DerivedRule> ReceiptRules { get; } = [Rule("unallocated", "unallocated", ReceiptLeft), Rule("unallocatedHome", "unallocated_home", ReceiptHome)];

    /// <summary>Waits until nobody else changes what the customer owes; held until the transaction ends. Every check of a sum comes after it.</summary>
    public static async Task TakeTurnAsync(DatabaseSession session, Guid customer, CancellationToken cancel = default) =>
        await session.ExecuteAsync(Sql.Of($"INSERT INTO customer_turn (customer_id, number) VALUES ({customer}, {1L}) ON CONFLICT (customer_id) DO UPDATE SET number = customer_turn.number + 1"), cancel);

    /// <summary>The sums of a contract and the state of its instalments.</summary>
    public static async Task OfContractAsync(SaveContext context, Guid contract)
    {
        foreach (var plan in await context.Session.ListAsync(Sql.Of($"SELECT id FROM payment_plan WHERE contract_id = {contract}"), row => row.Id(0)))
        {
            await OfPlanAsync(context, plan);
        }

        await SumsAsync(context, contract);
    }

    /// <summary>The sums of a contract alone.</summary>
    public static async Task SumsAsync(SaveContext context, Guid contract)
    {
        var (planned, invoiced, received, percent) = (new SqlName(ContractPlanned), new SqlName(ContractInvoiced), new SqlName(ContractReceived), new SqlName(ContractPercent));
        var (paid, open) = (new SqlName(ContractInstalments), new SqlName(ContractInstalmentsOpen));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE contract AS t SET planned = {planned}, planned_currency = amount_currency, invoiced = {invoiced}, invoiced_currency = amount_currency, received = {received}, received_currency = amount_currency WHERE t.id = {contract}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE contract AS t SET paid_percent = {percent}, instalments = {paid}, instalments_open = {open} WHERE t.id = {contract}"));
        context.Announce(new LiveEvent("contracts", contract, 0, "balance", context.Actor.Id));
    }

    public static async Task OfPlanAsync(SaveContext context, Guid plan)
    {
        var (settled, open, home, status, today) = (new SqlName(PlanSettled), new SqlName(PlanOpen), new SqlName(PlanHome), new SqlName(PlanStatus), context.Actor.Today(context.Now));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan AS t SET settled = {settled}, settled_currency = amount_currency WHERE t.id = {plan}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan AS t SET open_amount = {open}, open_amount_currency = amount_currency WHERE t.id = {plan}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan AS t SET open_home = {home}, open_home_currency = (SELECT c.home_amount_currency FROM contract c WHERE c.id = t.contract_id), overdue_since = CASE WHEN t.open_amount > 0 AND t.due_on < {today} THEN t.due_on END WHERE t.id = {plan}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE payment_plan AS t SET status = {status} WHERE t.id = {plan}"));
        context.Announce(new LiveEvent("payment-plans", plan, 0, "balance", context.Actor.Id));
    }

    public static async Task OfInvoiceAsync(SaveContext context, Guid invoice)
    {
        var (paid, written, open, home, payment, today) = (new SqlName(InvoicePaid), new SqlName(InvoiceWrittenOff), new SqlName(InvoiceOpen), new SqlName(InvoiceHome), new SqlName(InvoicePayment), context.Actor.Today(context.Now));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE invoice AS t SET paid = {paid}, paid_currency = amount_currency, written_off = {written}, written_off_currency = amount_currency WHERE t.id = {invoice}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE invoice AS t SET open_amount = {open}, open_amount_currency = amount_currency WHERE t.id = {invoice}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE invoice AS t SET open_home = {home}, open_home_currency = home_amount_currency, overdue_since = CASE WHEN t.open_amount > 0 AND t.due_on < {today} THEN t.due_on END WHERE t.id = {invoice}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE invoice AS t SET payment = {payment} WHERE t.id = {invoice}"));
        context.Announce(new LiveEvent("invoices", invoice, 0, "balance", context.Actor.Id));
    }

    public static async Task OfReceiptAsync(SaveContext context, Guid receipt)
    {
        var (left, home) = (new SqlName(ReceiptLeft), new SqlName(ReceiptHome));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE receipt AS t SET unallocated = {left}, unallocated_currency = amount_currency WHERE t.id = {receipt}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE receipt AS t SET unallocated_home = {home}, unallocated_home_currency = home_amount_currency WHERE t.id = {receipt}"));
        context.Announce(new LiveEvent("receipts", receipt, 0, "balance", context.Actor.Id));
    }

    /// <summary>What the instalments of a contract add up to; null when there are none.</summary>
    public static async Task<Money?> PlannedAsync(DatabaseSession session, Guid contract, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT CAST(SUM(amount) AS BIGINT), MIN(amount_currency) FROM payment_plan WHERE contract_id = {contract} AND deleted_at IS NULL"), row => row.OptionalInteger(0) is { } sum ? Money.FromStored(sum, row.Text(1)) : (Money?)null, cancel);

    /// <summary>Whether what a contract is made of still fits into an amount; called within the customer's turn.</summary>
    /// <exception cref="RefusedException">More is planned, invoiced or received than that; the sentence names what is left.</exception>
    public static async Task DemandRoomAsync(DatabaseSession session, Guid contract, Money amount, CancellationToken cancel = default)
    {
        var sums = await session.FirstAsync(
            Sql.Of($"SELECT (SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM payment_plan WHERE contract_id = {contract} AND deleted_at IS NULL), (SELECT COALESCE(CAST(SUM(amount) AS BIGINT), 0) FROM invoice WHERE contract_id = {contract} AND (status = 'issued' OR (status = 'requested' AND red_of_id IS NULL)) AND deleted_at IS NULL), (SELECT COALESCE(CAST(SUM(settled) AS BIGINT), 0) FROM receipt_allocation WHERE contract_id = {contract} AND status = 'active' AND kind = 'payment' AND deleted_at IS NULL)"),
            row => (Planned: row.Integer(0), Invoiced: row.Integer(1), Received: row.Integer(2)), cancel);
        Demand(sums.Planned, ("回款计划", "the payment plan"), "plan-above-contract");
        Demand(sums.Invoiced, ("发票", "the invoices"), "invoices-above-contract");
        Demand(sums.Received, ("回款", "the receipts"), "receipts-above-contract");

        void Demand(long sum, Label what, string rule)
        {
            if (sum > amount.Stored)
            {
                var (all, over) = (Money.FromStored(sum, amount.Currency), Money.FromStored(sum - amount.Stored, amount.Currency));
                throw new RefusedException(Refusal.Breaks(rule, new Label($"{what.ZhHans}合计 {all.AmountText} {all.Currency}，超过合同金额 {amount.AmountText}：多出 {over.AmountText}", $"With this {what.En} would make {all.AmountText} {all.Currency}, above the contract's {amount.AmountText}: {over.AmountText} too much")));
            }
        }
    }

    /// <summary>The same for a contract as it is.</summary>
    public static async Task DemandRoomAsync(DatabaseSession session, Guid contract, CancellationToken cancel = default) =>
        await DemandRoomAsync(session, contract, await session.FirstAsync(Sql.Of($"SELECT amount, amount_currency FROM contract WHERE id = {contract}"), row => Money.FromStored(row.Integer(0), row.Text(1)), cancel), cancel);
}
