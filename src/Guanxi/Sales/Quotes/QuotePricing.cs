using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Quotes;

/// <summary>Fills lines in from catalogue and price lists: a handful of statements however many lines there are.</summary>
public static class QuotePricing
{
    private const decimal Most = 1_000_000_000;

    /// <summary>What product, quantity and day say where nobody said otherwise. A price nobody has touched follows its list when the quantity reaches another break.</summary>
    /// <exception cref="RefusedException">A product has no price in the quote's currency and none was given.</exception>
    internal static async ValueTask FillAsync(SaveContext context, Record quote, IReadOnlyList<Record> lines, CancellationToken cancel = default)
    {
        var (currency, day) = (quote.Text("currency")!, (DateOnly)quote["quotedOn"]!);
        var touched = lines.Where(line => line.Reference("product") is not null && (line.IsNew || line.Changed("product") || line.Changed("quantity"))).ToList();
        foreach (var line in lines)
        {
            line["quantity"] ??= 1m;
        }

        var facts = await ProductFacts.OnAsync(context.Session, [.. touched.Select(line => line.Reference("product")!.Value).Distinct()], day == context.Actor.Today(context.Now) ? null : day, cancel);
        var asked = touched.Select(line => (line.Reference("product")!.Value, line["quantity"] is decimal and > 0 and <= Most ? (decimal)line["quantity"]! : 1m)).ToList();
        var found = asked.Count == 0 ? [] : await PriceFinder.FindAsync(context.Session, quote.Reference("customer"), asked, day, currency, cancel);
        var rates = new Rates(context, day);
        for (var i = 0; i < touched.Count; i++)
        {
            await FillAsync(touched[i], facts[touched[i].Reference("product")!.Value], found[i], context, currency, rates);
        }

        for (var i = 0; i < lines.Count; i++)
        {
            lines[i]["taxRate"] ??= lines[i].Reference("product") is null ? 13m : 0m;
            if (lines[i]["unitPrice"] is null)
            {
                throw new RefusedException(Refusal.Invalid("unitPrice", new Label($"没有“{lines[i].Text("description")}”的 {currency} 价格，请填写单价", $"There is no price in {currency} for “{lines[i].Text("description")}”; give one")));
            }
        }
    }

    private static async ValueTask FillAsync(Record line, ProductFact fact, FoundPrice found, SaveContext context, string currency, Rates rates)
    {
        var followed = line.IsNew || (!line.Changed("unitPrice") && Record.ValueEquals(line.Before(line.Type["unitPrice"]), line.Before(line.Type["listPrice"])));
        line["listPrice"] = found.Price;
        if (found.MayRead(context.Actor) && (line["unitPrice"] is null || (followed && !line.IsNew)))
        {
            line["unitPrice"] = found.Price ?? line["unitPrice"];
        }

        if (line.IsNew || line.Changed("product"))
        {
            line["description"] ??= fact.Name;
            line["unit"] ??= fact.Unit;
            line["taxRate"] ??= fact.TaxRate ?? 13m;
            line["leadDays"] ??= fact.LeadDays;
            line["unitCost"] = await rates.InAsync(fact.Cost, currency) ?? (line.Changed("unitCost") ? line["unitCost"] : null);
        }
    }

    /// <summary>Refuses what no line can be: amounts in another currency or with more decimals than it is paid in, tax or quantities out of reach.</summary>
    internal static void Check(Record line, string currency)
    {
        var errors = new FieldErrors();
        if (line["unitPrice"] is Money price)
        {
            if (price.Currency != currency)
            {
                errors.Add("unitPrice", new Label($"这张报价的币种是 {currency}", $"This quote is in {currency}"));
            }

            if (price.Amount > Most * 1000)
            {
                errors.Add("unitPrice", ("单价过大", "The price is too large"));
            }
        }

        if (line["taxRate"] is decimal and (< 0 or > 100))
        {
            errors.Add("taxRate", ("税率应在 0 到 100 之间", "A tax rate is between 0 and 100"));
        }

        if (line["unitCost"] is Money cost && (cost.Amount < 0 || cost.Currency != currency))
        {
            errors.Add("unitCost", new Label($"成本不能为负，且应使用报价的币种 {currency}", $"A cost is not negative and in the quote's {currency}"));
        }

        if (line["leadDays"] is long and (< 0 or > 3650))
        {
            errors.Add("leadDays", ("交货天数应在 0 到 3650 之间", "A lead time is 0 to 3650 days"));
        }

        errors.Throw();
    }

    /// <summary>Amounts in another currency at the rates of a day, each asked for once.</summary>
    internal sealed class Rates(SaveContext context, DateOnly day)
    {
        private readonly Dictionary<string, decimal?> known = new(StringComparer.Ordinal);
        private string? home;

        /// <summary>The amount in that currency, rounded to what can be paid; null when there is none or no rate of the day is known.</summary>
        public async ValueTask<Money?> InAsync(Money? amount, string currency)
        {
            if (amount is not { } given || given.Currency == currency)
            {
                return amount;
            }

            home ??= (await Platform.Settings.ReadAsync(context.Session)).Currency;
            return await RateAsync(given.Currency) is { } from && await RateAsync(currency) is > 0 and { } to ? new Money(MinorUnits.Round(given.Amount * from / to, currency), currency) : null;
        }

        private async ValueTask<decimal?> RateAsync(string currency)
        {
            if (!known.TryGetValue(currency, out var rate))
            {
                known[currency] = rate = await ExchangeRate.OnAsync(context.Session, currency, home!, day);
            }

            return rate;
        }
    }
}
