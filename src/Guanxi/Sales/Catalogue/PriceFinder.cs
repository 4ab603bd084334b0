using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>A price and where it comes from.</summary>
/// <param name="List">The price list; null for the product's own list price.</param>
public sealed record FoundPrice(Guid Product, decimal Quantity, Money? Price, Guid? List, string? ListName)
{
    /// <summary>Whether somebody may read the field the price comes from.</summary>
    public bool MayRead(Actor actor)
    {
        var (type, field) = List is null ? (actor.Schema["products"], "listPrice") : (actor.Schema["prices"], "price");
        return actor.IsSystem || (actor.On(type).Read != Reach.None && actor.Reads(type, type[field]));
    }
}

/// <summary>
/// Finds what products cost a customer on a day. Of the lists that suit him, one for his level and province goes before one for his level, that before one for his province, that before one for everybody;
/// what a list does not say, its parent does, and at last the product itself. Within a list the highest quantity break that is reached counts.
/// </summary>
public static class PriceFinder
{
    private sealed record Candidate(Guid Id, string Name);

    /// <summary>The prices in the order of the questions; three statements however many there are. A variant without a price of its own has that of its product.</summary>
    /// <param name="customer">Whose level and province choose the lists; null for nobody in particular.</param>
    /// <param name="currency">ISO 4217.</param>
    public static async Task<IReadOnlyList<FoundPrice>> FindAsync(DatabaseSession session, Guid? customer, IReadOnlyList<(Guid Product, decimal Quantity)> asked, DateOnly day, string currency, CancellationToken cancel = default)
    {
        var lists = await ListsAsync(session, customer, day, currency, cancel);
        var products = asked.Select(item => item.Product).Distinct().ToList();
        var text = day.ToString("yyyy-MM-dd");
        var own = (await session.ListAsync(
            new Sql().Append("SELECT p.id, p.list_price, p.list_price_currency, p.variant_of_id, m.list_price, m.list_price_currency FROM product p LEFT JOIN product m ON m.id = p.variant_of_id AND m.deleted_at IS NULL WHERE p.id IN ").List(products),
            row => (Id: row.Id(0), Price: Price(row, 1) ?? Price(row, 4), Main: row.OptionalId(3)),
            cancel)).ToDictionary(product => product.Id);
        var prices = (await session.ListAsync(
            new Sql().Append("SELECT product_id, price_list_id, min_quantity, price, price_currency FROM price WHERE product_id IN ").List(products.Concat(own.Values.Select(product => product.Main).OfType<Guid>()).Distinct()).Append(" AND price_list_id IN ").List(lists.Select(list => list.Id))
                .Append(" AND deleted_at IS NULL AND (starts_on IS NULL OR starts_on <= ").Value(text).Append(") AND (ends_on IS NULL OR ends_on >= ").Value(text).Append(")"),
            row => (Product: row.Id(0), List: row.Id(1), From: Convert.ToDecimal(row.Any(2)), Price: Money.FromStored(row.Integer(3), row.Text(4))),
            cancel)).ToLookup(price => price.Product);
        return [.. asked.Select(Choose)];

        static Money? Price(Row row, int at) => row.IsNull(at) ? null : Money.FromStored(row.Integer(at), row.OptionalText(at + 1) ?? "CNY");

        FoundPrice Choose((Guid Product, decimal Quantity) item)
        {
            var known = own.GetValueOrDefault(item.Product);
            foreach (var list in lists)
            {
                foreach (var product in new[] { item.Product, known.Main }.OfType<Guid>())
                {
                    var fitting = prices[product].Where(price => price.List == list.Id && price.From <= item.Quantity).ToList();
                    if (fitting.Count > 0)
                    {
                        return new FoundPrice(item.Product, item.Quantity, fitting.MaxBy(price => price.From).Price, list.Id, list.Name);
                    }
                }
            }

            return new FoundPrice(item.Product, item.Quantity, known.Price is { } price && price.Currency == currency ? price : null, null, null);
        }
    }

    /// <summary>The lists that suit, best first, each followed by those above it.</summary>
    private static async Task<List<Candidate>> ListsAsync(DatabaseSession session, Guid? customer, DateOnly day, string currency, CancellationToken cancel)
    {
        var (level, province) = customer is { } id
            ? await session.FirstAsync(Sql.Of($"SELECT level, province FROM customer WHERE id = {id}"), row => (row.OptionalText(0), row.OptionalText(1)), cancel)
            : (null, null);
        var text = day.ToString("yyyy-MM-dd");
        var all = (await session.ListAsync(
            Sql.Of($"SELECT id, name, parent_id, customer_level, province FROM price_list WHERE currency = {currency} AND active = {1L} AND deleted_at IS NULL AND (starts_on IS NULL OR starts_on <= {text}) AND (ends_on IS NULL OR ends_on >= {text}) ORDER BY created_at DESC"),
            row => (Id: row.Id(0), Name: row.Text(1), Parent: row.OptionalId(2), Level: row.OptionalText(3), Province: row.OptionalText(4)),
            cancel)).ToList();
        var byId = all.ToDictionary(list => list.Id);
        var chosen = new List<Candidate>();
        foreach (var list in all.Where(list => (list.Level is null || list.Level == level) && (list.Province is null || list.Province == province)).OrderByDescending(list => (list.Level is null ? 0 : 2) + (list.Province is null ? 0 : 1)))
        {
            for (var (at, steps) = (list, 0); steps < 11; steps++)
            {
                if (chosen.All(known => known.Id != at.Id))
                {
                    chosen.Add(new Candidate(at.Id, at.Name));
                }

                if (at.Parent is not { } parent || !byId.TryGetValue(parent, out at))
                {
                    break;
                }
            }
        }

        return chosen;
    }
}
