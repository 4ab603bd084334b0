using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>Days for which a list has no price of a product and quantity though it has one before and one after, or is in force itself.</summary>
public sealed record PriceGap(Guid Product, string Label, decimal MinQuantity, DateOnly From, DateOnly Until);

/// <summary>Finds holes in the dates of prices: when one is saved, and in a whole list.</summary>
public static class PriceGaps
{
    private const int Most = 500;

    /// <summary>The holes that a price with these days would leave to its neighbours; none towards where there is no other.</summary>
    public static async ValueTask<List<(DateOnly From, DateOnly Until)>> AroundAsync(DatabaseSession session, Guid product, Guid list, decimal? quantity, Guid itself, DateOnly? start, DateOnly? end, CancellationToken cancel = default)
    {
        var gaps = new List<(DateOnly, DateOnly)>();
        if (start is { } from && await session.FirstAsync(Sql.Of($"SELECT MAX(ends_on) FROM price WHERE product_id = {product} AND price_list_id = {list} AND min_quantity = {quantity} AND id <> {itself} AND deleted_at IS NULL AND ends_on < {from}"), row => row.OptionalText(0), cancel) is { } before && Day(before).AddDays(1) < from)
        {
            gaps.Add((Day(before).AddDays(1), from.AddDays(-1)));
        }

        if (end is { } until && await session.FirstAsync(Sql.Of($"SELECT MIN(starts_on) FROM price WHERE product_id = {product} AND price_list_id = {list} AND min_quantity = {quantity} AND id <> {itself} AND deleted_at IS NULL AND starts_on > {until}"), row => row.OptionalText(0), cancel) is { } after && until.AddDays(1) < Day(after))
        {
            gaps.Add((until.AddDays(1), Day(after).AddDays(-1)));
        }

        return gaps;
    }

    /// <summary>Every hole of a list, by product, quantity and day; one walk along an index.</summary>
    public static async ValueTask<List<PriceGap>> OfListAsync(DatabaseSession session, Guid list, CancellationToken cancel = default)
    {
        var rows = await session.ListAsync(
            Sql.Of($"SELECT product_id, COALESCE(label, ''), min_quantity, starts_on, ends_on FROM price WHERE price_list_id = {list} AND deleted_at IS NULL ORDER BY product_id, min_quantity, COALESCE(starts_on, '')"),
            row => (Product: row.Id(0), Label: row.Text(1), Quantity: Convert.ToDecimal(row.Any(2)), Start: row.OptionalText(3), End: row.OptionalText(4)), cancel);
        var (opens, closes) = await session.FirstAsync(Sql.Of($"SELECT starts_on, ends_on FROM price_list WHERE id = {list}"), row => (row.OptionalText(0), row.OptionalText(1)), cancel);
        var gaps = new List<PriceGap>();
        foreach (var prices in rows.GroupBy(row => (row.Product, row.Quantity)))
        {
            // Where the list itself has an end, its prices reach up to it.
            var end = opens is null ? null : Day(opens).AddDays(-1).ToString("yyyy-MM-dd");
            foreach (var price in prices)
            {
                Note(price.Label, end, price.Start);
                end = price.End;
            }

            Note(prices.Last().Label, end, closes is null ? null : Day(closes).AddDays(1).ToString("yyyy-MM-dd"));

            void Note(string label, string? after, string? before)
            {
                if (after is not null && before is not null && Day(after).AddDays(1) < Day(before) && gaps.Count < Most)
                {
                    gaps.Add(new PriceGap(prices.Key.Product, label, prices.Key.Quantity, Day(after).AddDays(1), Day(before).AddDays(-1)));
                }
            }
        }

        return gaps;
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");
}
