using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>A line of an invoice with a tax rate of its own.</summary>
public sealed class InvoiceLine(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("invoice-lines", "invoice-line",
    [
        new("description", FieldKind.Text, ("货物或服务", "Goods or service")) { Required = true },
        new("invoice", FieldKind.Reference, ("发票", "Invoice")) { Reference = "invoices", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("product", FieldKind.Reference, ("产品", "Product")) { Reference = "products" },
        new("position", FieldKind.Integer, ("序号", "Position")),
        new("quantity", FieldKind.Number, ("数量", "Quantity")),
        new("amount", FieldKind.Money, ("价税合计", "Amount with tax")) { Required = true },
        new("taxRate", FieldKind.Number, ("税率 %", "Tax rate %")) { Required = true, Filled = true },
        new("tax", FieldKind.Money, ("税额", "Tax")) { ReadOnly = true, DerivedFrom = ["amount"] },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "invoice_line",
        Label = ("发票明细", "Invoice lines"),
        SingularLabel = ("发票明细", "Invoice line"),
        Icon = "line",
        TitleField = "description",
        SubtitleField = "invoice",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["invoice", "description", "quantity", "amount", "taxRate", "tax"],
        DefaultSort = "position",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new InvoiceLine(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("invoice") is not { } invoice)
        {
            return;
        }

        if (!IsNew && Changed("invoice"))
        {
            throw new RefusedException(Refusal.Invalid("invoice", ("明细不能换到另一张发票", "A line stays with its invoice")));
        }

        var (customer, currency) = await InvoiceLines.DemandAsync(context, invoice);
        this["customer"] = customer;
        await ChildAccess.FollowAsync(this, context);
        if (this["taxRate"] is null && Reference("product") is { } product)
        {
            this["taxRate"] = await context.Session.FirstAsync(Sql.Of($"SELECT tax_rate FROM product WHERE id = {product}"), row => row.IsNull(0) ? (decimal?)null : Convert.ToDecimal(row.Any(0)));
        }

        this["taxRate"] ??= 13m;
        Amounts.Check(this, "amount", currency);
        if (this["taxRate"] is decimal and (< 0 or > 100))
        {
            throw new RefusedException(Refusal.Invalid("taxRate", ("税率应在 0 到 100 之间", "A tax rate is 0 to 100")));
        }

        if (this["amount"] is Money amount)
        {
            this["tax"] = Tax.Of(amount, (decimal)this["taxRate"]!);
        }
    }

    public override async ValueTask SavedAsync(SaveContext context) => await InvoiceLines.AddUpAsync(context, Reference("invoice")!.Value);

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await InvoiceLines.DemandAsync(context, Reference("invoice")!.Value);
        await InvoiceLines.AddUpAsync(context, Reference("invoice")!.Value);
    }
}

/// <summary>Value added tax within an amount.</summary>
internal static class Tax
{
    /// <summary>The tax in an amount that contains it, rounded half away from zero to the cent; what is left is the net.</summary>
    /// <param name="percent">The rate, 13 for 13 %.</param>
    public static Money Of(Money gross, decimal percent) => new(gross.Amount - MinorUnits.Round(gross.Amount / (1 + (percent / 100)), gross.Currency), gross.Currency);
}

/// <summary>Adds an invoice's lines up.</summary>
internal static class InvoiceLines
{
    public static async Task<bool> HasAsync(DatabaseSession session, Guid invoice) => await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM invoice_line WHERE invoice_id = {invoice} AND deleted_at IS NULL")) > 0;

    public static async Task<(Money Amount, Money Tax)?> SumsAsync(DatabaseSession session, Guid invoice) =>
        await session.FirstAsync(
            Sql.Of($"SELECT CAST(SUM(amount) AS BIGINT), CAST(SUM(tax) AS BIGINT), MIN(amount_currency) FROM invoice_line WHERE invoice_id = {invoice} AND deleted_at IS NULL"),
            row => row.OptionalInteger(0) is { } amount ? (Money.FromStored(amount, row.Text(2)), Money.FromStored(row.Integer(1), row.Text(2))) : ((Money, Money)?)null);

    /// <summary>The invoice's customer and currency; refused when it was issued, or is not the actor's to change.</summary>
    public static async Task<(Guid Customer, string Currency)> DemandAsync(SaveContext context, Guid invoice)
    {
        var (customer, currency, status, red) = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id, amount_currency, status, red_of_id FROM invoice WHERE id = {invoice}"), row => (row.Id(0), row.Text(1), row.Text(2), row.OptionalId(3)));
        await Balances.TakeTurnAsync(context.Session, customer);
        if (red is not null)
        {
            throw new RefusedException(Refusal.Breaks("invoice-red", ("红字发票按原发票冲销，没有自己的明细", "A red letter takes back a part of another invoice; it has no lines of its own")));
        }

        if (status != "requested")
        {
            throw new RefusedException(Refusal.Breaks("invoice-issued", ("发票已开出，明细不能再改", "The invoice was issued; its lines stay as they are")));
        }

        return context.Actor.IsSystem || await RecordStore.ExistsAsync(context.Session, context.Actor, context.Schema["invoices"], invoice, Verb.Edit, context.Now)
            ? (customer, currency)
            : throw new RefusedException(RecordRefusals.MayNotEdit);
    }

    /// <summary>Sets the invoice's amount and tax to the sums of its lines.</summary>
    public static async Task AddUpAsync(SaveContext context, Guid invoice)
    {
        if (await SumsAsync(context.Session, invoice) is not { } sums || await RecordStore.FindAsync(context.Session, context.Schema["invoices"], invoice) is not { } record)
        {
            return;
        }

        (record["amount"], record["tax"]) = (sums.Amount, sums.Tax);
        if (record.Changed("amount") || record.Changed("tax"))
        {
            await context.UpdateAsync(record);
        }
    }
}
