using System.Text.Json;
using System.Text.Json.Serialization;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Quotes;

/// <summary>What follows when somebody else has offered or sold the same product to the customer, or its group, a short time ago.</summary>
public enum ConflictRule
{
    Off,

    /// <summary>Whoever quotes has to say that he has seen it.</summary>
    Warn,

    /// <summary>The quote needs an approval.</summary>
    Approve,

    /// <summary>The quote does not leave the house.</summary>
    Block,
}

/// <summary>The company's rule for prices that could contradict each other.</summary>
/// <param name="Days">How far back a price counts.</param>
public sealed record PriceGuardRule(ConflictRule Rule = ConflictRule.Warn, int Days = 90)
{
    public const string Setting = "price-guard";
    private const int MostDays = 3650;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static async ValueTask<PriceGuardRule> LoadAsync(DatabaseSession session, CancellationToken cancel = default) =>
        await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {Setting}"), cancel) is { Length: > 0 } kept ? JsonSerializer.Deserialize<PriceGuardRule>(kept, Json)! : new PriceGuardRule();

    /// <exception cref="RefusedException">It cannot be read, or the days make no sense.</exception>
    public static PriceGuardRule Parse(JsonElement json)
    {
        try
        {
            var rule = json.Deserialize<PriceGuardRule>(Json);
            return rule is { Days: >= 1 and <= MostDays } ? rule : throw new RefusedException(Refusal.Invalid("days", new Label($"天数应为 1 到 {MostDays}", $"Days are 1 to {MostDays}")));
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Invalid("rule", new Label("rule 应为 off、warn、approve 或 block，days 为天数", $"rule is off, warn, approve or block, days a number: {error.Message}")));
        }
    }

    public string Write() => JsonSerializer.Serialize(this, Json);
}

/// <summary>A price of somebody else for the same product.</summary>
/// <param name="Type">quotes or orders.</param>
/// <param name="UnitPrice">Of one, after the line's and the quote's discounts.</param>
public sealed record OtherPrice(string Type, Guid Record, string Number, Guid Product, Guid? Owner, DateOnly On, Money UnitPrice, Guid Customer);

/// <summary>Finds what others offer or have sold to a customer, or to its group (its parent, what stands beside and under it), of the same products: open quotes at any age, closed ones and orders of the last days.</summary>
public static class PriceGuard
{
    private const int MostOfGroup = 500;
    private const int MostFound = 200;

    public static async ValueTask<List<OtherPrice>> FindAsync(DatabaseSession session, Guid quote, Guid customer, Guid? owner, IReadOnlyCollection<Guid> products, int days, DateOnly today, CancellationToken cancel = default)
    {
        if (products.Count == 0)
        {
            return [];
        }

        var group = await GroupAsync(session, customer, cancel);
        var (day, since) = (today.ToString("yyyy-MM-dd"), today.AddDays(-days).ToString("yyyy-MM-dd"));
        var quotes = new Sql().Append("SELECT q.id, q.number, l.product_id, q.owner_id, q.quoted_on, l.net, l.net_currency, l.quantity, q.customer_id FROM quote_line l JOIN quote q ON q.id = l.quote_id WHERE l.customer_id IN ").List(group)
            .Append(" AND l.product_id IN ").List(products).Append(" AND l.deleted_at IS NULL AND q.deleted_at IS NULL AND q.id <> ").Value(quote).Append(" AND q.owner_id IS DISTINCT FROM ").Value(owner)
            .Append(" AND ((q.status IN ('pending', 'approved', 'sent', 'accepted') AND q.valid_until >= ").Value(day).Append(") OR (q.status IN ('sent', 'accepted', 'contracted', 'ordered', 'declined', 'expired') AND q.quoted_on >= ").Value(since)
            .Append(")) ORDER BY q.quoted_on DESC, q.id LIMIT ").Value((long)MostFound);
        var orders = new Sql().Append("SELECT o.id, o.number, l.product_id, o.owner_id, o.ordered_on, l.total, l.total_currency, l.quantity, o.customer_id FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE l.customer_id IN ").List(group)
            .Append(" AND l.product_id IN ").List(products).Append(" AND l.deleted_at IS NULL AND o.deleted_at IS NULL AND o.kind = 'sale' AND o.status NOT IN ('draft', 'cancelled') AND o.owner_id IS DISTINCT FROM ").Value(owner)
            .Append(" AND o.ordered_on >= ").Value(since).Append(" ORDER BY o.ordered_on DESC, o.id LIMIT ").Value((long)MostFound);
        var found = await session.ListAsync(quotes, row => Read(row, "quotes"), cancel);
        found.AddRange(await session.ListAsync(orders, row => Read(row, "orders"), cancel));
        return found;
    }

    private static OtherPrice Read(Row row, string type)
    {
        var (sum, quantity) = (Money.FromStored(row.Integer(5), row.Text(6)), Convert.ToDecimal(row.Any(7)));
        return new OtherPrice(type, row.Id(0), row.Text(1), row.Id(2), row.OptionalId(3), DateOnly.ParseExact(row.Text(4), "yyyy-MM-dd"), sum with { Amount = decimal.Round(sum.Amount / quantity, 4) }, row.Id(8));
    }

    private static async ValueTask<List<Guid>> GroupAsync(DatabaseSession session, Guid customer, CancellationToken cancel)
    {
        var parent = await session.FirstAsync(Sql.Of($"SELECT parent_id FROM customer WHERE id = {customer}"), row => row.OptionalId(0), cancel);
        var above = parent is { } up ? new List<Guid> { customer, up } : [customer];
        var below = await session.ListAsync(new Sql().Append("SELECT id FROM customer WHERE deleted_at IS NULL AND parent_id IN ").List(above).Append(" LIMIT ").Value((long)MostOfGroup), row => row.Id(0), cancel);
        return [.. above.Concat(below).Distinct()];
    }

    /// <summary>Which of these the actor may open.</summary>
    public static async ValueTask<HashSet<Guid>> VisibleAsync(DatabaseSession session, Actor actor, IReadOnlyList<OtherPrice> prices, DateTimeOffset now, CancellationToken cancel = default)
    {
        var seen = new HashSet<Guid>();
        foreach (var group in prices.GroupBy(price => price.Type, StringComparer.Ordinal))
        {
            seen.UnionWith(await RecordStore.VisibleAsync(session, actor, actor.Schema[group.Key], [.. group.Select(price => price.Record).Distinct()], now, cancel));
        }

        return seen;
    }
}
