using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;

namespace Guanxi.Sales.Quotes;

/// <param name="Discount">Percent off the line, 0 to 100.</param>
/// <param name="TaxRate">Percent.</param>
public sealed record LineInput(decimal Quantity, decimal UnitPrice, decimal Discount, decimal TaxRate);

/// <param name="Total">Quantity × price less the line's discount.</param>
/// <param name="Net">The same less its share of the quote's discount.</param>
/// <param name="Tax">In the net or on top of it, as the quote says.</param>
public sealed record LineTotals(decimal Total, decimal Net, decimal Tax);

/// <summary>
/// The sums of a quote. Every line is rounded half away from zero to what can be paid in the currency, the quote's discount is split by the largest remainder, tax is rounded line by line, and all sums are sums of
/// rounded lines: so lines, tax and total agree to the last cent in every currency.
/// </summary>
/// <param name="Sum">Of the lines before the quote's discount.</param>
/// <param name="Reduction">The quote's discount.</param>
/// <param name="Net">Sum − Reduction, which is the sum of the lines' net amounts.</param>
/// <param name="Total">What is to be paid: Net, and Tax on top where prices do not include it.</param>
public sealed record QuoteTotals(IReadOnlyList<LineTotals> Lines, decimal Sum, decimal Reduction, decimal Net, decimal Tax, decimal Total)
{
    /// <param name="discount">Percent off the whole, 0 to 100.</param>
    public static QuoteTotals Of(IReadOnlyList<LineInput> lines, decimal discount, bool taxIncluded, string currency)
    {
        var totals = lines.Select(line => MinorUnits.Round(line.Quantity * line.UnitPrice * (1 - (line.Discount / 100)), currency)).ToArray();
        var sum = totals.Sum();
        var reduction = MinorUnits.Round(sum * (discount / 100), currency);
        var shares = Split(reduction, totals, sum, currency);
        var done = new LineTotals[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            var net = totals[i] - shares[i];
            var rate = lines[i].TaxRate;
            done[i] = new LineTotals(totals[i], net, MinorUnits.Round(taxIncluded ? net * (rate / (100 + rate)) : net * (rate / 100), currency));
        }

        var tax = done.Sum(line => line.Tax);
        return new QuoteTotals(done, sum, reduction, sum - reduction, tax, taxIncluded ? sum - reduction : sum - reduction + tax);
    }

    /// <summary>Splits an amount in proportion to the weights so that the parts add up to it: each gets what is full of it, and the units left over go to those who were cut most.</summary>
    private static decimal[] Split(decimal amount, decimal[] weights, decimal sum, string currency)
    {
        var parts = new decimal[weights.Length];
        if (amount == 0 || sum == 0)
        {
            return parts;
        }

        var unit = 1m;
        for (var digits = MinorUnits.Of(currency); digits > 0; digits--)
        {
            unit /= 10;
        }

        var cut = new (decimal Left, int At)[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            var exact = amount * (weights[i] / sum);
            parts[i] = Math.Min(weights[i], decimal.Floor(exact / unit) * unit);
            cut[i] = (exact - parts[i], i);
        }

        var left = amount - parts.Sum();
        foreach (var (_, at) in cut.OrderByDescending(item => item.Left).ThenBy(item => item.At).Concat(cut.OrderBy(item => item.At)))
        {
            if (left < unit)
            {
                break;
            }

            if (parts[at] + unit <= weights[at])
            {
                parts[at] += unit;
                left -= unit;
            }
        }

        return parts;
    }
}
