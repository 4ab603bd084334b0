using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>The price and the sum of a line of goods, the same in a deal and in an order.</summary>
internal static class LinePricing
{
    private const decimal Most = 1_000_000_000;

    /// <summary>What every line of goods says.</summary>
    public static IReadOnlyList<Field> Fields { get; } =
    [
        new("product", FieldKind.Reference, ("产品", "Product")) { Reference = "products" },
        new("description", FieldKind.Text, ("说明", "Description")) { Required = true },
        new("position", FieldKind.Integer, ("序号", "Position")),
        new("quantity", FieldKind.Number, ("数量", "Quantity")) { Required = true },
        new("unitPrice", FieldKind.Money, ("单价", "Unit price")) { Required = true },
        new("listPrice", FieldKind.Money, ("标准价", "List price")) { ReadOnly = true },
        new("discount", FieldKind.Number, ("折扣 %", "Discount %")),
        new("total", FieldKind.Money, ("小计", "Total")) { ReadOnly = true, DerivedFrom = ["unitPrice"] },
    ];

    /// <summary>What the product says where nobody said otherwise: description, list price, unit price.</summary>
    /// <exception cref="RefusedException">There is no price in that currency and none was given.</exception>
    public static async ValueTask FillAsync(Record line, SaveContext context, string currency, DateOnly day)
    {
        line["quantity"] ??= 1m;
        if (line.Reference("product") is { } product && (line.Changed("product") || line.Changed("quantity")))
        {
            var found = (await PriceFinder.FindAsync(context.Session, line.Reference("customer"), [(product, (decimal)line["quantity"]!)], day, currency))[0];
            line["listPrice"] = found.Price;
            line["unitPrice"] ??= found.MayRead(context.Actor) ? found.Price : null;
            line["description"] ??= await context.Session.FirstAsync(Sql.Of($"SELECT name FROM product WHERE id = {product}"), row => row.Text(0));
        }

        if (line["unitPrice"] is null)
        {
            throw new RefusedException(Refusal.Invalid("unitPrice", new Label($"没有这个产品的 {currency} 价格，请填写单价", $"There is no price in {currency} for this product; give one")));
        }
    }

    /// <summary>Quantity × unit price × (1 − discount), rounded half away from zero to what the currency is paid in: as a person would on paper.</summary>
    public static void AddUp(Record line)
    {
        var errors = new FieldErrors();
        if (line["quantity"] is not decimal quantity || quantity <= 0 || quantity > Most)
        {
            errors.Add("quantity", ("数量应大于 0，且不超过 10 亿", "A quantity is above 0 and at most a thousand million"));
        }

        if (line["discount"] is decimal and (< 0 or > 100))
        {
            errors.Add("discount", ("折扣应在 0 到 100 之间", "A discount is 0 to 100"));
        }

        var price = (Money)line["unitPrice"]!;
        if (price.Amount < 0)
        {
            errors.Add("unitPrice", ("单价不能为负", "A price cannot be negative"));
        }

        errors.Throw();
        if (!line.IsNew && !line.Changed("quantity") && !line.Changed("unitPrice") && !line.Changed("discount") && line["total"] is not null)
        {
            // What was agreed to the cent stays while nobody touches what it is made of.
            return;
        }

        var total = MinorUnits.Round((decimal)line["quantity"]! * price.Amount * (1 - (((decimal?)line["discount"] ?? 0) / 100)), price.Currency);
        line["total"] = total <= Money.Largest ? new Money(total, price.Currency) : throw new RefusedException(Refusal.Invalid("quantity", ("金额过大", "The amount is too large")));
    }
}
