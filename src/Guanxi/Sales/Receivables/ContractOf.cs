using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>The contract that money belongs to, as far as money needs it.</summary>
internal sealed record ContractOf(Guid Id, Guid Customer, string Status, Money Amount, long? PaymentDays, string Number)
{
    public string Currency => Amount.Currency;

    public static async ValueTask<ContractOf?> ReadAsync(DatabaseSession session, Guid id, CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT customer_id, status, amount, amount_currency, payment_days, number FROM contract WHERE id = {id} AND deleted_at IS NULL"), row => new ContractOf(id, row.Id(0), row.Text(1), Money.FromStored(row.Integer(2), row.Text(3)), row.OptionalInteger(4), row.Text(5)), cancel);

    /// <summary>The contract on which an invoice or receipt is written: of the same customer, and approved.</summary>
    public static async ValueTask<ContractOf> DemandInForceAsync(DatabaseSession session, Guid id, Guid? customer)
    {
        var contract = await ReadAsync(session, id) ?? throw new RefusedException(Refusal.Invalid("contract", RecordRefusals.UnknownReference));
        return customer is not null && contract.Customer != customer
            ? throw new RefusedException(Refusal.Invalid("contract", ("合同属于另一位客户", "The contract is another customer's")))
            : contract.Status is "active" or "completed" ? contract
            : throw new RefusedException(Refusal.Breaks("contract-not-in-force", new Label($"合同 {contract.Number} 还没有审批通过，不能开票或回款", $"The contract {contract.Number} is not approved; nothing is invoiced or received on it yet")));
    }

    public static async ValueTask DemandEditAsync(SaveContext context, Guid id)
    {
        if (!context.Actor.IsSystem && !context.Actor.Has(Functions.ManageReceivables) && !await RecordStore.ExistsAsync(context.Session, context.Actor, context.Schema["contracts"], id, Verb.Edit, context.Now))
        {
            throw new RefusedException(RecordRefusals.MayNotEdit);
        }
    }
}

/// <summary>What any amount of a receivable must be.</summary>
internal static class Amounts
{
    /// <summary>Above zero, to the cent, in the currency wanted.</summary>
    public static void Check(Record record, string field, string? currency)
    {
        if (record[field] is not Money money)
        {
            return;
        }

        if (money.Amount <= 0 || money.Amount > Money.Largest || !MinorUnits.Fits(money.Amount, money.Currency))
        {
            throw new RefusedException(Refusal.Invalid(field, ("金额应大于 0，小数位不多于这个币种能支付的", "An amount is above 0, with no more decimals than its currency is paid in")));
        }

        if (currency is not null && money.Currency != currency)
        {
            throw new RefusedException(Refusal.Invalid(field, new Label($"应使用合同的币种 {currency}", $"It is in the contract's {currency}")));
        }
    }
}
