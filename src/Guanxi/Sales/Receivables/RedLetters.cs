using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Receivables;

/// <summary>
/// Red-letter invoices (红字发票): what was invoiced wrongly and cannot be made void any more, or was given back, is taken back by an invoice below zero that refers to the first. All of them together never take back more than it was,
/// and nothing that was paid: that is reversed first.
/// </summary>
public static class RedLetters
{
    /// <summary>Asks for one; it counts when it is issued.</summary>
    /// <param name="id">The invoice it corrects.</param>
    /// <param name="wanted">How much, above zero; null for all that is left of it.</param>
    public static async Task<Record> MakeAsync(SaveContext context, Guid id, decimal? wanted, string? reason, CancellationToken cancel = default)
    {
        var type = context.Schema["invoices"];
        if (!context.Actor.On(type).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }

        var blue = (Invoice)await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Platform.Access.Verb.Edit, context.Now, cancel: cancel);
        await Balances.TakeTurnAsync(context.Session, blue.Reference("customer")!.Value, cancel);
        blue = (Invoice)(await RecordStore.FindAsync(context.Session, type, id, cancel))!;
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(Refusal.Invalid("reason", ("请写明红冲原因", "Say why it is taken back")));
        }

        var red = (Invoice)type.Create(type);
        foreach (var name in InvoiceTitle.Data.Concat(["customer", "contract", "plan", "kind", "taxRate", "rate", "owner", "receiver"]))
        {
            red[name] = blue[name];
        }

        var (left, _) = await LeftAsync(context.Session, blue, Guid.Empty, cancel);
        (red["redOf"], red["amount"], red["note"]) = (id, new Money(-(wanted ?? left), blue.Amount.Currency), reason.Trim());
        await context.InsertAsync(red, cancel);
        return await RecordStore.LoadAsync(context.Session, context.Actor, type, red.Id, Platform.Access.Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>What of an invoice is not taken back yet, of its amount and of its tax; one red letter left out.</summary>
    private static async ValueTask<(decimal Amount, decimal Tax)> LeftAsync(DatabaseSession session, Invoice blue, Guid without, CancellationToken cancel = default) => await session.FirstAsync(
        Sql.Of($"SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT), CAST(COALESCE(SUM(tax), 0) AS BIGINT) FROM invoice WHERE red_of_id = {blue.Id} AND id <> {without} AND status <> 'void' AND deleted_at IS NULL"),
        row => (blue.Amount.Amount + (row.Integer(0) / Money.Scale), (((Money?)blue["tax"])?.Amount ?? 0) + (row.Integer(1) / Money.Scale)), cancel);

    /// <summary>Checks a red letter within its customer's turn and gives it its share of the tax; the last one takes what is left, so that nothing of the tax remains.</summary>
    internal static async ValueTask PrepareAsync(SaveContext context, Invoice red, Guid of)
    {
        if (await RecordStore.FindAsync(context.Session, red.Type, of) is not Invoice blue || blue.Text("status") != "issued" || blue.Reference("redOf") is not null)
        {
            throw new RefusedException(Refusal.Breaks("invoice-not-blue", ("只能红冲已开出的蓝字发票", "Only an issued invoice that is no red letter itself is taken back")));
        }

        if (red["amount"] is not Money amount)
        {
            return;
        }

        var (left, tax) = await LeftAsync(context.Session, blue, red.Id);
        if (amount.Amount >= 0 || -amount.Amount > left || amount.Currency != blue.Amount.Currency || !MinorUnits.Fits(amount.Amount, amount.Currency))
        {
            throw new RefusedException(Refusal.Invalid("amount", left <= 0 ? ("这张发票已全部红冲", "All of this invoice is taken back already") : new Label($"红冲金额应大于 0，不超过 {left:0.00} {blue.Amount.Currency}", $"What is taken back is above 0 and at most {left:0.00} {blue.Amount.Currency}")));
        }

        red["tax"] = new Money(-amount.Amount == left ? -tax : -MinorUnits.Round(((Money)blue["tax"]!).Amount * -amount.Amount / blue.Amount.Amount, amount.Currency), amount.Currency);
    }

    /// <summary>The invoice is open for so much less; refused where it was paid.</summary>
    internal static async ValueTask SavedAsync(SaveContext context, Guid of)
    {
        await Balances.OfInvoiceAsync(context, of);
        var (open, currency) = await context.Session.FirstAsync(Sql.Of($"SELECT open_amount, amount_currency FROM invoice WHERE id = {of}"), row => (row.Integer(0), row.Text(1)));
        if (open < 0)
        {
            throw new RefusedException(Refusal.Breaks("invoice-paid", new Label($"原发票已核销，多出 {Money.FromStored(-open, currency).AmountText} {currency}：请先撤销核销，再开红字发票", $"{Money.FromStored(-open, currency).AmountText} {currency} of it are settled: cancel that allocation before the red letter is issued")));
        }
    }

    /// <summary>An invoice whose red letters stand is not made void under them.</summary>
    internal static async ValueTask DemandNoneAsync(DatabaseSession session, Guid invoice, CancellationToken cancel)
    {
        if (await session.FirstAsync(Sql.Of($"SELECT number FROM invoice WHERE red_of_id = {invoice} AND status <> 'void' AND deleted_at IS NULL LIMIT 1"), row => row.Text(0), cancel) is { } number)
        {
            throw new RefusedException(Refusal.Breaks("invoice-red", new Label($"发票已有红字发票 {number}：请先作废它", $"The red letter {number} takes this invoice back: make that void first")));
        }
    }
}
