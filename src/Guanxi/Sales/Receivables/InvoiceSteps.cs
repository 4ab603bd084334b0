using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>An invoice is issued, and when it was wrong made void.</summary>
public static class InvoiceSteps
{
    public static async Task<Record> IssueAsync(SaveContext context, Guid id, string? taxInvoiceNumber, DateOnly? issuedOn, DateOnly? dueOn, CancellationToken cancel = default)
    {
        var invoice = await LoadAsync(context, id, "requested", ("只有待开票的申请可以开票", "Only a requested invoice is issued"), cancel);
        if (string.IsNullOrWhiteSpace(invoice.Text("title")) || (invoice.Text("kind") == "special" && invoice.Text("taxNumber") is null))
        {
            throw new RefusedException(Refusal.Invalid(string.IsNullOrWhiteSpace(invoice.Text("title")) ? "title" : "taxNumber", ("开票前请补全抬头；专用发票还需要纳税人识别号", "It needs a title, and a special invoice a tax number, before it is issued")));
        }

        if (!string.IsNullOrWhiteSpace(taxInvoiceNumber))
        {
            var number = taxInvoiceNumber.Trim();
            await DemandUnusedAsync(context, id, number, cancel);
            invoice["taxInvoiceNumber"] = number;
        }

        (invoice["status"], invoice["issuedOn"], invoice["dueOn"]) = ("issued", issuedOn ?? invoice["issuedOn"], dueOn ?? invoice["dueOn"]);
        await SaveAsync(context, invoice, "issue", cancel);
        if (invoice.Reference("redOf") is null)
        {
            await Allocating.AttachAsync(context, invoice, cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, invoice.Type, id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>A number of the tax office is that of one invoice.</summary>
    internal static async Task DemandUnusedAsync(SaveContext context, Guid id, string number, CancellationToken cancel = default)
    {
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM invoice WHERE tax_invoice_number = {number} AND status = 'issued' AND deleted_at IS NULL AND id <> {id}"), cancel) > 0)
        {
            throw new RefusedException(Refusal.Invalid("taxInvoiceNumber", ("这个发票号码已登记在另一张发票上", "Another invoice has this tax number")));
        }
    }

    /// <summary>What was paid on it has to be reversed first.</summary>
    public static async Task<Record> VoidAsync(SaveContext context, Guid id, string? reason, CancellationToken cancel = default)
    {
        var invoice = await LoadAsync(context, id, null, ("这张发票已作废", "This invoice is void already"), cancel);
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(Refusal.Invalid("reason", ("请写明作废原因", "Say why it is made void")));
        }

        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM receipt_allocation WHERE invoice_id = {id} AND status = 'active' AND deleted_at IS NULL"), cancel) > 0)
        {
            throw new RefusedException(Refusal.Breaks("invoice-paid", ("发票已有核销：请先撤销核销或冲销回款", "Something was allocated to this invoice: cancel that first")));
        }

        await RedLetters.DemandNoneAsync(context.Session, id, cancel);
        (invoice["status"], invoice["voidReason"]) = ("void", reason.Trim());
        await SaveAsync(context, invoice, "void", cancel);
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE invoice SET voided_on = {context.Actor.Today(context.Now)} WHERE id = {id}"), cancel);
        return invoice;
    }

    private static async Task<Invoice> LoadAsync(SaveContext context, Guid id, string? from, Label otherwise, CancellationToken cancel)
    {
        var type = context.Schema["invoices"];
        var customer = (await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Read, context.Now, cancel: cancel)).Reference("customer")!.Value;
        context.Actor.Demand(Functions.ManageReceivables);
        await Balances.TakeTurnAsync(context.Session, customer, cancel);
        var invoice = (Invoice)await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Read, context.Now, cancel: cancel);
        return (from is null ? invoice.Text("status") != "void" : invoice.Text("status") == from) ? invoice : throw new RefusedException(Refusal.Breaks("invoice-state", otherwise));
    }

    private static async Task<Record> SaveAsync(SaveContext context, Invoice invoice, string action, CancellationToken cancel)
    {
        invoice.Deciding = true;
        await context.UpdateAsync(invoice, action, cancel);
        return await RecordStore.LoadAsync(context.Session, context.Actor, invoice.Type, invoice.Id, Verb.Read, context.Now, cancel: cancel);
    }
}
