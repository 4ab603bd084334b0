using System.Globalization;
using Guanxi.Science.Common;
using Guanxi.Science.Segments;

namespace Guanxi.Science.Tests.Segments;

public sealed class RfmTests
{
    internal static IReadOnlyList<RfmValues> Cdnow() => Rfm.Measure(
        SharedData.Rows("clv_cdnow/cdnow_clvtools.csv").Select(row => new CustomerOrder(row[0], DateOnly.Parse(row[1], CultureInfo.InvariantCulture), decimal.Parse(row[3], CultureInfo.InvariantCulture))),
        new DateOnly(1998, 7, 1));

    internal static IReadOnlyList<RfmValues> Northwind()
    {
        var orders = SharedData.Rows("crm_northwind/orders.csv").ToDictionary(row => row[0], row => (Customer: row[1], Date: DateOnly.Parse(row[3][..10], CultureInfo.InvariantCulture)));
        decimal Number(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return Rfm.Measure(
            SharedData.Rows("crm_northwind/order_details.csv").Select(row => new CustomerOrder(orders[row[0]].Customer, orders[row[0]].Date, Number(row[2]) * Number(row[3]) * (1 - Number(row[4])), row[0])),
            new DateOnly(1998, 5, 7));
    }

    private static double Median(IEnumerable<int> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
    }

    [Fact]
    public void Cdnow_customers_fall_into_the_expected_cells()
    {
        var values = Cdnow();
        var scores = Rfm.Score(values);

        Assert.Equal(2357, values.Count);
        Assert.Equal(474, Median(values.Select(customer => customer.Recency)));
        Assert.Equal(2.8409, values.Average(customer => customer.Frequency), 4);
        Assert.Equal(103.5604, (double)values.Average(customer => customer.Monetary), 4);
        Assert.Equal(248, scores.Count(score => score.Cell == "555"));
        Assert.Equal(171, scores.Count(score => score.Cell == "111"));
        Assert.Equal(67, scores.Select(score => score.Cell).Distinct().Count());
    }

    [Fact]
    public void Northwind_customers_fall_into_the_expected_cells()
    {
        var values = Northwind();
        var scores = Rfm.Score(values);

        Assert.Equal(89, values.Count);
        Assert.Equal(1265793.04m, Math.Round(values.Sum(customer => customer.Monetary), 2));
        Assert.Equal(24, Median(values.Select(customer => customer.Recency)));
        Assert.Equal(9.3258, values.Average(customer => customer.Frequency), 4);
        Assert.Equal(6, scores.Count(score => score.Cell == "555"));
        Assert.Equal(6, scores.Count(score => score.Cell == "111"));
        Assert.Equal(48, scores.Select(score => score.Cell).Distinct().Count());
    }

    [Fact]
    public void Ties_are_ranked_by_ascending_key_with_numbers_by_value()
    {
        var day = new DateOnly(2026, 1, 1);
        var scores = Rfm.Score(Rfm.Measure(Enumerable.Range(6, 5).Select(i => new CustomerOrder($"{i}", day, 10)), day));

        Assert.Equal(["6:111", "7:222", "8:333", "9:444", "10:555"], scores.Select(score => $"{score.Values.Customer}:{score.Cell}"));
    }

    [Fact]
    public void Own_limits_score_by_the_number_of_limits_reached()
    {
        var scores = Rfm.Score([new("王芳", 20, 12, 900), new("李伟", 400, 1, 50)], [365, 180, 90, 30], [2, 4, 8, 16], [100, 500, 1000, 5000]);

        Assert.Equal(["543", "111"], scores.Select(score => score.Cell));
    }

    [Fact]
    public void Orders_after_the_date_do_not_count() =>
        Assert.Throws<UnsuitableDataException>(() => Rfm.Measure([new("王芳", new DateOnly(2026, 2, 1), 1)], new DateOnly(2026, 1, 1)));

    [Fact]
    public void An_order_with_more_returned_than_bought_lowers_the_money_and_is_no_purchase()
    {
        var day = new DateOnly(2026, 3, 1);
        var values = Rfm.Measure([new("王芳", day, 100, "a"), new("王芳", day.AddDays(9), -30, "b"), new("王芳", day.AddDays(2), -5, "c"), new("王芳", day.AddDays(2), 20, "c"), new("李伟", day, -8)], day.AddDays(10), out var returns, out var returners);

        Assert.Equal([new RfmValues("王芳", 8, 2, 85)], values);
        Assert.Equal((2, 1), (returns, returners));
        Assert.Contains("returns only", Assert.Throws<UnsuitableDataException>(() => Rfm.Measure([new("李伟", day, -8)], day)).Message, StringComparison.Ordinal);
    }
}
