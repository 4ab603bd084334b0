using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Science.Tests.Common;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData("1,234.50", 1234.5)]
    [InlineData("1,234", 1234)]
    [InlineData("12,34,567.8", 1234567.8)]
    [InlineData("$1,200.00", 1200)]
    [InlineData("-$5.25", -5.25)]
    [InlineData("($5.25)", -5.25)]
    [InlineData("12.50-", -12.5)]
    [InlineData("−3.5", -3.5)]
    [InlineData("￥ 12,000", 12000)]
    [InlineData("12.5 元", 12.5)]
    [InlineData("RMB 8", 8)]
    [InlineData("15%", 0.15)]
    [InlineData("1'234.5", 1234.5)]
    [InlineData("１２．５", 12.5)]
    [InlineData("1e3", 1000)]
    [InlineData(".5", 0.5)]
    public void A_number_with_a_point_is_read_however_it_is_dressed(string cell, double value)
    {
        Assert.True(NumberText.Point.TryRead(cell, out var number));
        Assert.Equal(value, number, 1e-9);
    }

    [Theory]
    [InlineData("1,5")]
    [InlineData("1,23,4")]
    [InlineData("1.2.3")]
    [InlineData("31.12.2026")]
    [InlineData("12,abc")]
    [InlineData("NaN")]
    [InlineData("1e400")]
    [InlineData("∞")]
    [InlineData("-")]
    [InlineData(",")]
    [InlineData("")]
    [InlineData("A12")]
    public void What_is_no_number_is_none_rather_than_another(string cell) => Assert.False(NumberText.Point.TryRead(cell, out _));

    [Fact]
    public void One_cell_that_can_only_have_a_decimal_comma_settles_the_column()
    {
        var text = NumberText.For(["1.234", "5.000", "0,75", "1.234.567,89 €"]);
        double[] values = [.. new[] { "1.234", "5.000", "0,75", "1.234.567,89 €", "-1,5" }.Select(cell => text.TryRead(cell, out var number) ? number : double.NaN)];
        Assert.Equal([1234, 5000, 0.75, 1234567.89, -1.5], values);
        Assert.True(NumberText.For(["1,234", "2,000"]).TryRead("1,234", out var open));
        Assert.Equal(1234, open);
        Assert.True(NumberText.For(["1,234", "2,000"], commaElsewhere: true).TryRead("1,234", out var comma));
        Assert.Equal(1.234, comma);
    }

    [Fact]
    public void A_feature_with_a_decimal_comma_or_a_stray_word_stays_a_number()
    {
        var comma = Assert.IsType<NumberColumn>(FeatureText.Read("income", ["1.200,50", "900,00", "?", "12,5"]));
        Assert.Equal([1200.5, 900, double.NaN, 12.5], comma.Values);
        var words = Assert.IsType<NumberColumn>(FeatureText.Read("charges", [.. Enumerable.Range(0, 99).Select(i => $"{i}"), "unknown"]));
        Assert.Equal(1, words.Words);
        Assert.True(words.IsMissing(99));
        Assert.IsType<ChoiceColumn>(FeatureText.Read("grade", [.. Enumerable.Range(0, 99).Select(i => $"{i % 5}"), "unknown"]));
    }

    [Theory]
    [InlineData("¥1,200", "CNY")]
    [InlineData("1200 元", "CNY")]
    [InlineData("￥12", "CNY")]
    [InlineData("$1,200.50", "USD")]
    [InlineData("US$5", "USD")]
    [InlineData("-€5", "EUR")]
    [InlineData("(5,25 EUR)", "EUR")]
    [InlineData("1200.5", null)]
    [InlineData("abc", null)]
    public void The_currency_of_a_cell_has_one_name_however_it_is_written(string cell, string? currency) => Assert.Equal(currency, NumberText.CurrencyOf(cell));
}
