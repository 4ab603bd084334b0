using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Contracts;
using Guanxi.Sales.Credit;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales.Quotes;

/// <summary>The contract out of a quote: a draft with its lines, words and amount, to the cent. Asked for twice there is one.</summary>
public static class QuoteContracts
{
    private static readonly string[] TakenOver = ["name", "customer", "contact", "deal", "owner"];

    /// <param name="terms">How it is paid, as a payment plan; null leaves the plan for later.</param>
    /// <param name="from">The day from which the terms count; null for today.</param>
    /// <returns>The contract; the one that is there when the quote has one already.</returns>
    /// <exception cref="RefusedException">The quote may not leave the house yet, the customer's credit is not enough, or the actor may not make contracts.</exception>
    public static async Task<Record> MakeAsync(SaveContext context, Guid id, IReadOnlyList<PlanTerm>? terms = null, DateOnly? from = null, CancellationToken cancel = default)
    {
        var (contracts, lines) = (context.Schema["contracts"], context.Schema["contract-lines"]);
        foreach (var type in new[] { contracts, lines })
        {
            if (!context.Actor.On(type).Create)
            {
                throw new RefusedException(RecordRefusals.MayNotCreate(type));
            }
        }

        var quote = await QuoteFlow.HoldAsync(context, id, cancel);
        if (await OfAsync(context.Session, id, cancel) is { } there)
        {
            return await RecordStore.LoadAsync(context.Session, context.Actor, contracts, there, Verb.Read, context.Now, cancel: cancel);
        }

        QuoteFlow.Demand(quote, "approved", "sent", "accepted", "ordered");
        await CreditCheck.DemandAsync(context, quote.Reference("customer")!.Value, CreditMoment.Contract, ((Money)quote["homeAmount"]!).Amount, cancel);
        var contract = contracts.Create(contracts);
        foreach (var name in TakenOver)
        {
            contract[name] = quote[name];
        }

        (contract["quote"], contract["amount"], contract["rate"]) = (id, quote["amount"], quote["rate"]);
        contract["terms"] = string.Join('\n', new[] { quote.Text("paymentTerms"), quote.Text("deliveryTerms") }.Where(text => !string.IsNullOrWhiteSpace(text))) is { Length: > 0 } words ? words : null;
        await context.InsertAsync(contract, cancel);
        foreach (var of in await QuoteLines.OfAsync(context.Session, context.Schema, id, cancel))
        {
            await context.InsertAsync(Line(lines, of, contract.Id, quote["taxIncluded"] is true), cancel);
        }

        quote["decidedAt"] ??= context.Now;
        await QuoteFlow.MoveAsync(context, quote, quote.Status == "ordered" ? "ordered" : "contracted", "contract", cancel);
        if (terms is { Count: > 0 })
        {
            await Plans.SetAsync(context, contract.Id, (amount, day) => Plans.OfTerms(amount, from ?? day, terms), cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, contracts, contract.Id, Verb.Read, context.Now, cancel: cancel);
    }

    private static ContractLine Line(RecordType type, Record of, Guid contract, bool taxIncluded)
    {
        var line = (ContractLine)type.Create(type);
        (line["contract"], line.TakenOver) = (contract, true);
        foreach (var name in new[] { "product", "description", "position", "quantity", "unit", "listPrice", "taxRate", "tax", "remark" })
        {
            line[name] = of[name];
        }

        (line["unitPrice"], line["discount"], line["total"]) = QuoteLines.Agreed(of, taxIncluded);
        return line;
    }

    /// <summary>The contract a quote has: not void, not in the bin.</summary>
    public static async ValueTask<Guid?> OfAsync(DatabaseSession session, Guid quote, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT id FROM contract WHERE quote_id = {quote} AND deleted_at IS NULL AND status <> 'void' ORDER BY seq LIMIT 1"), row => (Guid?)row.Id(0), cancel);

    /// <summary>Its contract is gone or void: the quote is an accepted one again, and can become another.</summary>
    internal static async ValueTask ReleaseAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE quote SET seq = seq WHERE id = {id}"), cancel);
        if (await OfAsync(context.Session, id, cancel) is null && await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id, cancel) is Quote { Status: "contracted" } quote)
        {
            await QuoteFlow.MoveAsync(context, quote, "accepted", "uncontract", cancel);
        }
    }

    /// <summary>Its contract comes back out of the bin.</summary>
    /// <exception cref="RefusedException">The quote has become another contract meanwhile.</exception>
    internal static async ValueTask HoldAgainAsync(SaveContext context, Guid id, Guid contract, CancellationToken cancel = default)
    {
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE quote SET seq = seq WHERE id = {id}"), cancel);
        if (await context.Session.FirstAsync(Sql.Of($"SELECT number FROM contract WHERE quote_id = {id} AND id <> {contract} AND deleted_at IS NULL AND status <> 'void' LIMIT 1"), row => row.Text(0), cancel) is { } number)
        {
            throw new RefusedException(Refusal.Breaks("contract-exists", new Label($"这张报价已另有合同 {number}", $"The quote has become the contract {number} meanwhile")));
        }

        if (await RecordStore.FindAsync(context.Session, context.Schema["quotes"], id, cancel) is Quote { Status: "accepted" } quote)
        {
            await QuoteFlow.MoveAsync(context, quote, "contracted", "contract", cancel);
        }
    }
}
