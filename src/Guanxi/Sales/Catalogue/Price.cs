using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>What a product costs in a price list, from a quantity on.</summary>
public sealed class Price(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("prices", "price",
    [
        new("label", FieldKind.Text, ("名称", "Label")) { ReadOnly = true },
        new("priceList", FieldKind.Reference, ("价格表", "Price list")) { Reference = "price-lists", Required = true },
        new("product", FieldKind.Reference, ("产品", "Product")) { Reference = "products", Required = true },
        new("minQuantity", FieldKind.Number, ("起订量", "From quantity")) { Required = true, Filled = true },
        new("price", FieldKind.Money, ("价格", "Price")) { Required = true },
        new("startsOn", FieldKind.Date, ("生效日", "From")),
        new("endsOn", FieldKind.Date, ("失效日", "Until")),
    ])
    {
        Table = "price",
        Label = ("价格", "Prices"),
        SingularLabel = ("价格", "Price"),
        Icon = "price",
        TitleField = "label",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageCatalogue,
        ListColumns = ["product", "priceList", "minQuantity", "price", "startsOn", "endsOn"],
        DefaultSort = "label",
        HasSearch = false,
        Create = type => new Price(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["minQuantity"] ??= 1m;
        Periods.Check(this);
        if (this["minQuantity"] is decimal and (<= 0 or > 1_000_000_000))
        {
            throw new RefusedException(Refusal.Invalid("minQuantity", ("起订量应大于 0", "The quantity is above 0")));
        }

        if (this["price"] is Money { Amount: < 0 })
        {
            throw new RefusedException(Refusal.Invalid("price", ("价格不能为负", "A price cannot be negative")));
        }

        if (Reference("product") is not { } product || Reference("priceList") is not { } list)
        {
            return;
        }

        this["label"] = await context.Session.FirstAsync(Sql.Of($"SELECT code, name FROM product WHERE id = {product}"), row => $"{row.Text(0)} {row.Text(1)}");
        var (currency, opens, closes) = await context.Session.FirstAsync(Sql.Of($"SELECT currency, starts_on, ends_on FROM price_list WHERE id = {list}"), row => (row.Text(0), row.OptionalText(1), row.OptionalText(2)));
        if (this["price"] is Money price && price.Currency != currency)
        {
            throw new RefusedException(Refusal.Invalid("price", new Label($"这张价格表的币种是 {currency}", $"This list is in {currency}")));
        }

        if ((closes is not null && this["startsOn"] is DateOnly start && string.CompareOrdinal($"{start:yyyy-MM-dd}", closes) > 0) || (opens is not null && this["endsOn"] is DateOnly end && string.CompareOrdinal($"{end:yyyy-MM-dd}", opens) < 0))
        {
            throw new RefusedException(Refusal.Invalid("startsOn", new Label($"价格表的有效期是 {opens ?? "…"} – {closes ?? "…"}，这个价格永远不会生效：请改日期，或改价格表的有效期", $"The list is in force {opens ?? "…"} – {closes ?? "…"}, so this price never would be: change its days, or those of the list")));
        }

        await CheckOverlapAsync(context, product, list);
        if (IsNew || Changed("startsOn") || Changed("endsOn") || Changed("minQuantity"))
        {
            await TellOfGapAsync(context, product, list);
        }
    }

    /// <summary>Days between this price and the one before or after it have none: the next best price would be taken without anybody having meant it.</summary>
    private async Task TellOfGapAsync(SaveContext context, Guid product, Guid list)
    {
        var quantity = (decimal?)this["minQuantity"];
        foreach (var (from, until) in await PriceGaps.AroundAsync(context.Session, product, list, quantity, Id, (DateOnly?)this["startsOn"], (DateOnly?)this["endsOn"]))
        {
            context.Confirm("price-gap", "startsOn", new Label($"{from:yyyy-MM-dd} 到 {until:yyyy-MM-dd} 之间没有价格：这几天会用上级价格表或标准价。确认无误再保存", $"From {from:yyyy-MM-dd} to {until:yyyy-MM-dd} there is no price: the parent list or the list price would be taken. Confirm that this is meant"));
        }
    }

    /// <summary>Two prices for the same quantity on the same day would leave it to chance which one is meant.</summary>
    private async Task CheckOverlapAsync(SaveContext context, Guid product, Guid list)
    {
        var (quantity, start, end) = ((decimal?)this["minQuantity"], (DateOnly?)this["startsOn"], (DateOnly?)this["endsOn"]);
        var other = await context.Session.FirstAsync(
            Sql.Of($"SELECT COALESCE(starts_on, '…'), COALESCE(ends_on, '…') FROM price WHERE product_id = {product} AND price_list_id = {list} AND min_quantity = {quantity} AND id <> {Id} AND deleted_at IS NULL AND (ends_on IS NULL OR ends_on >= {start?.ToString("yyyy-MM-dd") ?? "0"}) AND (starts_on IS NULL OR starts_on <= {end?.ToString("yyyy-MM-dd") ?? "9999"}) LIMIT 1"),
            row => row.Text(0) + " – " + row.Text(1));
        if (other is not null)
        {
            throw new RefusedException(Refusal.Invalid("startsOn", new Label($"与同一产品、同一起订量的另一条价格日期重叠（{other}）", $"It overlaps another price of this product and quantity ({other})")));
        }
    }
}
