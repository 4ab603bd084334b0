using Guanxi.Platform.Records;
using Guanxi.Sales.Catalogue;
using Guanxi.Sales.Quotes;

namespace Guanxi.Tests.Sales.Quotes;

public sealed class QuoteTotalsTests
{
    public static TheoryData<string> Currencies => ["CNY", "USD", "EUR", "JPY", "KRW", "KWD", "TND", "HKD"];

    [Theory]
    [MemberData(nameof(Currencies))]
    public void Lines_tax_and_total_agree_to_the_last_unit_whatever_is_quoted(string currency)
    {
        var random = new Random(20261122);
        var unit = currency switch { "JPY" or "KRW" => 1m, "KWD" or "TND" => 0.001m, _ => 0.01m };
        for (var round = 0; round < 3000; round++)
        {
            var lines = Enumerable.Range(0, random.Next(0, 40)).Select(_ => new LineInput(
                decimal.Round((decimal)Math.Pow(10, random.Next(-3, 7)) * random.Next(1, 1000) / 7, 6), decimal.Round((decimal)(random.NextDouble() * Math.Pow(10, random.Next(0, 7))), 4), random.Next(3) == 0 ? decimal.Round((decimal)random.NextDouble() * 100, 3) : 0, new[] { 0m, 3m, 6m, 9m, 13m, 7.5m }[random.Next(6)])).ToList();
            var (discount, included) = (random.Next(2) == 0 ? 0 : decimal.Round((decimal)random.NextDouble() * 100, 2), random.Next(2) == 0);
            var totals = QuoteTotals.Of(lines, discount, included, currency);
            Assert.Equal(totals.Sum, totals.Lines.Sum(line => line.Total));
            Assert.Equal(totals.Net, totals.Lines.Sum(line => line.Net));
            Assert.Equal(totals.Tax, totals.Lines.Sum(line => line.Tax));
            Assert.Equal(totals.Sum - totals.Reduction, totals.Net);
            Assert.Equal(totals.Net + (included ? 0 : totals.Tax), totals.Total);
            foreach (var amount in totals.Lines.SelectMany(line => new[] { line.Total, line.Net, line.Tax }).Append(totals.Total))
            {
                Assert.True(amount >= 0 && amount % unit == 0, $"{amount} {currency} cannot be paid");
            }

            Assert.All(totals.Lines, line => Assert.True(line.Net <= line.Total));
        }
    }

    [Fact]
    public void A_discount_on_the_whole_is_split_without_a_cent_left_over()
    {
        var totals = QuoteTotals.Of([.. Enumerable.Repeat(new LineInput(1, 0.01m, 0, 13), 3)], 50, taxIncluded: true, "CNY");
        Assert.Equal((0.03m, 0.02m, 0.01m), (totals.Sum, totals.Reduction, totals.Net));
        Assert.Equal(0m, QuoteTotals.Of([new LineInput(7, 19.99m, 0, 13)], 100, taxIncluded: false, "CNY").Total);
    }

    [Fact]
    public void Thirteen_percent_in_and_on_top()
    {
        Assert.Equal((113m, 13m), (QuoteTotals.Of([new LineInput(1, 100, 0, 13)], 0, taxIncluded: false, "CNY").Total, QuoteTotals.Of([new LineInput(1, 100, 0, 13)], 0, taxIncluded: false, "CNY").Tax));
        Assert.Equal((113m, 13m), (QuoteTotals.Of([new LineInput(1, 113, 0, 13)], 0, taxIncluded: true, "CNY").Total, QuoteTotals.Of([new LineInput(1, 113, 0, 13)], 0, taxIncluded: true, "CNY").Tax));
        Assert.Equal(0, MinorUnits.Of("JPY"));
    }
}
