using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Deals;

/// <summary>Adds a deal's lines up.</summary>
internal static class DealLines
{
    /// <summary>The sum of the lines; null when there are none.</summary>
    /// <exception cref="RefusedException">They are in several currencies, which have no sum.</exception>
    public static async Task<Money?> TotalAsync(DatabaseSession session, Guid deal)
    {
        var sums = await session.ListAsync(Sql.Of($"SELECT SUM(total), total_currency FROM deal_line WHERE deal_id = {deal} AND deleted_at IS NULL GROUP BY total_currency"), row => Money.FromStored(Convert.ToInt64(row.Any(0)), row.Text(1)));
        return sums.Count switch
        {
            0 => null,
            1 => sums[0],
            _ => throw new RefusedException(Refusal.Invalid("unitPrice", ("同一商机的明细应使用同一币种", "The lines of a deal are in one currency"))),
        };
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
