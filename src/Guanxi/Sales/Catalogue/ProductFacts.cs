using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>What a line of goods takes over from its product.</summary>
/// <param name="Cost">Of one; that of its parts for a bundle without a cost of its own, and null when one of them is unknown or they are in several currencies.</param>
/// <param name="Stock">For a bundle, how many can be put together.</param>
public sealed record ProductFact(Guid Id, string Code, string Name, string? NameEn, string? Unit, string? Line, decimal? TaxRate, long? LeadDays, Money? Floor, Money? Cost, decimal? Stock, string? StockSource, bool Active);

/// <summary>Reads what is said of many products in one statement, and two more for each level of bundles among them.</summary>
public static class ProductFacts
{
    private const int Deepest = 6;

    public static async ValueTask<Dictionary<Guid, ProductFact>> ReadAsync(DatabaseSession session, IReadOnlyCollection<Guid> ids, CancellationToken cancel = default) => await ReadAsync(session, ids, 0, null, cancel);

    /// <summary>The same with the costs of a day gone by, or to come; null for today's.</summary>
    public static async ValueTask<Dictionary<Guid, ProductFact>> OnAsync(DatabaseSession session, IReadOnlyCollection<Guid> ids, DateOnly? day, CancellationToken cancel = default) => await ReadAsync(session, ids, 0, day, cancel);

    private static async ValueTask<Dictionary<Guid, ProductFact>> ReadAsync(DatabaseSession session, IReadOnlyCollection<Guid> ids, int depth, DateOnly? day, CancellationToken cancel)
    {
        if (ids.Count == 0 || depth == Deepest)
        {
            return [];
        }

        var facts = (await session.ListAsync(
            new Sql().Append("SELECT id, code, name, name_en, unit, product_line, tax_rate, lead_days, floor_price, floor_price_currency, cost, cost_currency, stock, stock_source, active FROM product WHERE id IN ").List(ids),
            row => new ProductFact(
                row.Id(0), row.Text(1), row.Text(2), row.OptionalText(3), row.OptionalText(4), row.OptionalText(5), Number(row, 6), row.OptionalInteger(7), Amount(row, 8), Amount(row, 10), Number(row, 12), row.OptionalText(13), row.Integer(14) != 0),
            cancel)).ToDictionary(fact => fact.Id);
        foreach (var (id, cost) in day is { } then ? await ProductCosts.OnAsync(session, ids, then, cancel) : [])
        {
            facts[id] = facts[id] with { Cost = cost };
        }

        var parts = await session.ListAsync(
            new Sql().Append("SELECT bundle_id, product_id, quantity FROM bundle_item WHERE deleted_at IS NULL AND bundle_id IN ").List(ids), row => (Bundle: row.Id(0), Product: row.Id(1), Quantity: Convert.ToDecimal(row.Any(2))), cancel);
        if (parts.Count == 0)
        {
            return facts;
        }

        var below = await ReadAsync(session, [.. parts.Select(part => part.Product).Distinct()], depth + 1, day, cancel);
        foreach (var bundle in parts.GroupBy(part => part.Bundle))
        {
            var fact = facts[bundle.Key];
            var items = bundle.Select(part => (Fact: below.GetValueOrDefault(part.Product), part.Quantity)).ToList();
            facts[bundle.Key] = fact with
            {
                Cost = fact.Cost ?? Together(items),
                Stock = fact.Stock ?? (items.All(item => item.Fact?.Stock is not null) ? items.Min(item => decimal.Floor(item.Fact!.Stock!.Value / item.Quantity)) : null),
                LeadDays = fact.LeadDays ?? items.Max(item => item.Fact?.LeadDays),
            };
        }

        return facts;
    }

    private static Money? Together(List<(ProductFact? Fact, decimal Quantity)> items) =>
        items.All(item => item.Fact?.Cost is { } cost && cost.Currency == items[0].Fact!.Cost!.Value.Currency) ? new Money(items.Sum(item => item.Fact!.Cost!.Value.Amount * item.Quantity), items[0].Fact!.Cost!.Value.Currency) : null;

    private static decimal? Number(Row row, int at) => row.IsNull(at) ? null : Convert.ToDecimal(row.Any(at));

    private static Money? Amount(Row row, int at) => row.OptionalInteger(at) is { } stored ? Money.FromStored(stored, row.OptionalText(at + 1) ?? "CNY") : null;
}
