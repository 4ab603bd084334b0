using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Deals;

/// <summary>Adds a deal's lines up.</summary>
internal static class DealLines
{
    /// <summary>The sum of the lines; null when there are none.</summary>
    /// <exception cref="RefusedException">They are in several currencies, which have no sum, or it is larger than an amount can be.</exception>
    public static async Task<Money?> TotalAsync(DatabaseSession session, Guid deal)
    {
        var sums = await session.ListAsync(
            Sql.Of($"SELECT SUM(total / 1000000), SUM(total % 1000000), total_currency FROM deal_line WHERE deal_id = {deal} AND deleted_at IS NULL GROUP BY total_currency"),
            row => new Money(((Convert.ToDecimal(row.Any(0)) * 1_000_000m) + Convert.ToDecimal(row.Any(1))) / Money.Scale, row.Text(2)));
        return sums.Count switch
        {
            0 => null,
            1 => sums[0].Amount <= Money.Largest ? sums[0] : throw new RefusedException(Refusal.Invalid("quantity", ("明细合计过大", "The lines add up to too much"))),
            _ => throw new RefusedException(Refusal.Invalid("unitPrice", ("同一商机的明细应使用同一币种", "The lines of a deal are in one currency"))),
        };
    }

    /// <summary>The lines are the deal's amount: whoever changes them changes the deal, which must be open and his to change.</summary>
    public static async Task DemandAsync(SaveContext context, Guid deal)
    {
        if (await context.Session.FirstAsync(Sql.Of($"SELECT status FROM deal WHERE id = {deal}"), row => row.Text(0)) is not (null or "open"))
        {
            throw new RefusedException(MoveDeal.Closed);
        }

        if (!context.Actor.IsSystem && !await RecordStore.ExistsAsync(context.Session, context.Actor, context.Schema["deals"], deal, Verb.Edit, context.Now))
        {
            throw new RefusedException(RecordRefusals.MayNotEdit);
        }
    }

    /// <summary>Sets the deal's amount to the sum of its lines.</summary>
    public static async Task AddUpAsync(SaveContext context, Guid deal)
    {
        if (await TotalAsync(context.Session, deal) is { } total && await RecordStore.FindAsync(context.Session, context.Schema["deals"], deal) is { } record && !Record.ValueEquals(record["amount"], total))
        {
            record["amount"] = total;
            await context.UpdateAsync(record);
        }
    }
}
