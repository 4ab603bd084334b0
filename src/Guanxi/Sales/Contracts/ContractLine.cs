using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales.Contracts;

/// <summary>A product or a service that a contract is about. While it is a draft the contract's amount is the sum of its lines; from then on they stay as agreed.</summary>
public sealed class ContractLine(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("contract-lines", "contract-line",
    [
        new("contract", FieldKind.Reference, ("合同", "Contract")) { Reference = "contracts", Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        .. LinePricing.Fields,
        new("unit", FieldKind.Text, ("单位", "Unit")) { MaxLength = 20 },
        new("taxRate", FieldKind.Number, ("税率 %", "Tax rate %")),
        new("tax", FieldKind.Money, ("其中税额", "Tax in it")) { ReadOnly = true, DerivedFrom = ["unitPrice"] },
        new("remark", FieldKind.Text, ("备注", "Remark")) { MaxLength = 500 },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "contract_line",
        Label = ("合同明细", "Contract lines"),
        SingularLabel = ("合同明细", "Contract line"),
        Icon = "line",
        TitleField = "description",
        SubtitleField = "contract",
        Access = AccessKind.Child,
        ParentField = "customer",
        RightsLike = "contracts",
        ListColumns = ["contract", "product", "description", "quantity", "unitPrice", "discount", "total"],
        DefaultSort = "position",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new ContractLine(type),
    };

    /// <summary>Set where a line is taken over from a quote or an earlier contract, sums and all.</summary>
    internal bool TakenOver { get; set; }

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("contract") is not { } id)
        {
            return;
        }

        if (!IsNew && Changed("contract"))
        {
            throw new RefusedException(Refusal.Invalid("contract", ("明细不能换到另一份合同", "A line stays with its contract")));
        }

        var (customer, currency) = await ContractLines.DemandAsync(context, id);
        this["customer"] = customer;
        await ChildAccess.FollowAsync(this, context);
        if (TakenOver)
        {
            return;
        }

        await LinePricing.FillAsync(this, context, currency, context.Actor.Today(context.Now));
        if (this["unitPrice"] is Money price && price.Currency != currency)
        {
            throw new RefusedException(Refusal.Invalid("unitPrice", new Label($"应使用合同的币种 {currency}", $"It is in the contract's {currency}")));
        }

        LinePricing.AddUp(this);
        if (Reference("product") is { } product && (IsNew || Changed("product")))
        {
            this["taxRate"] ??= await context.Session.FirstAsync(Sql.Of($"SELECT tax_rate FROM product WHERE id = {product}"), row => row.IsNull(0) ? null : (object?)Convert.ToDecimal(row.Any(0)));
        }

        if (this["taxRate"] is decimal and (< 0 or > 100))
        {
            throw new RefusedException(Refusal.Invalid("taxRate", ("税率应在 0 到 100 之间", "A tax rate is 0 to 100")));
        }

        this["tax"] = Tax.Of((Money)this["total"]!, (decimal?)this["taxRate"] ?? 0);
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (!TakenOver)
        {
            await ContractLines.AddUpAsync(context, Reference("contract")!.Value);
        }
    }

    public override async ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        await ContractLines.DemandAsync(context, Reference("contract")!.Value);
        await ContractLines.AddUpAsync(context, Reference("contract")!.Value);
    }
}

/// <summary>The lines of a contract as one thing.</summary>
internal static class ContractLines
{
    /// <summary>The sum of the lines; null when there are none.</summary>
    public static async Task<Money?> TotalAsync(DatabaseSession session, Guid contract, CancellationToken cancel = default) =>
        await session.FirstAsync(
            Sql.Of($"SELECT SUM(total / 1000000), SUM(total % 1000000), MIN(total_currency) FROM contract_line WHERE contract_id = {contract} AND deleted_at IS NULL"),
            row => row.IsNull(0) ? null : (Money?)new Money(((Convert.ToDecimal(row.Any(0)) * 1_000_000m) + Convert.ToDecimal(row.Any(1))) / Money.Scale, row.Text(2)), cancel);

    /// <summary>Customer and currency of the contract; its lines are its amount, so whoever changes them changes the contract, which must be a draft and his to change.</summary>
    public static async Task<(Guid Customer, string Currency)> DemandAsync(SaveContext context, Guid contract)
    {
        var (customer, currency, status) = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id, amount_currency, status FROM contract WHERE id = {contract}"), row => (row.Id(0), row.Text(1), row.Text(2)));
        if (status != "draft")
        {
            throw new RefusedException(Refusal.Breaks("contract-locked", ("合同已提交或生效，明细不能再改：请新建合同变更", "The contract was submitted or is in force, and its lines stay: make an amendment")));
        }

        return context.Actor.IsSystem || await RecordStore.ExistsAsync(context.Session, context.Actor, context.Schema["contracts"], contract, Verb.Edit, context.Now)
            ? (customer, currency)
            : throw new RefusedException(RecordRefusals.MayNotEdit);
    }

    /// <summary>Sets the contract's amount to the sum of its lines.</summary>
    public static async Task AddUpAsync(SaveContext context, Guid contract)
    {
        if (await TotalAsync(context.Session, contract) is { } total && await RecordStore.FindAsync(context.Session, context.Schema["contracts"], contract) is { } record && !Record.ValueEquals(record["amount"], total))
        {
            record["amount"] = total.Amount <= Money.Largest ? total : throw new RefusedException(Refusal.Invalid("quantity", ("明细合计过大", "The lines add up to too much")));
            await context.UpdateAsync(record);
        }
    }

    /// <summary>The same lines for the contract that follows.</summary>
    public static async Task CopyAsync(SaveContext context, Guid from, Guid to, CancellationToken cancel)
    {
        var type = context.Schema["contract-lines"];
        foreach (var id in await context.Session.ListAsync(Sql.Of($"SELECT id FROM contract_line WHERE contract_id = {from} AND deleted_at IS NULL ORDER BY position, seq"), row => row.Id(0), cancel))
        {
            var of = (await RecordStore.FindAsync(context.Session, type, id, cancel))!;
            var line = (ContractLine)type.Create(type);
            (line["contract"], line.TakenOver) = (to, true);
            foreach (var field in type.Fields.Where(field => field is { System: false, Internal: false } && field.Name is not ("contract" or "customer" or "owner")))
            {
                line[field] = of[field];
            }

            await context.InsertAsync(line, cancel);
        }
    }
}
