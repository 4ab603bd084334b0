using Guanxi.Insight;
using Guanxi.Insight.Value;
using Guanxi.Science.Common;

namespace Guanxi.Tests.Insight.Value;

/// <summary>What a customer is expected to pay each time, and whether the first purchase counts for it.</summary>
public sealed class SpendModelTests
{
    private const int Then = 800;

    /// <summary>Customers who pay about the same each time, each on another level; some buy once, some come back in the year.</summary>
    private static List<SampleMoney.Taken> Customers(double firstTimes)
    {
        var random = new Random(11);
        var customers = new List<SampleMoney.Taken>();
        for (var i = 0; i < 600; i++)
        {
            var level = 1000 * Math.Exp(2 * random.NextDouble());
            var orders = Enumerable.Range(0, 1 + (i % 4)).Select(k => (Day: (k * 100) + random.Next(90), Amount: level * (0.8 + (0.4 * random.NextDouble())) * (k == 0 ? firstTimes : 1), Margin: 0.0)).ToList();
            if (i % 3 == 0)
            {
                orders.Add((Then + 50, level, 0));
            }

            customers.Add(SampleMoney.Of(orders, Then));
        }

        return customers;
    }

    [Fact]
    public void First_purchases_like_the_later_count_and_one_large_order_makes_a_large_one_likely()
    {
        var findings = new List<Finding>();
        var customers = Customers(1);
        Assert.True(SpendModel.CountsFirst(customers, findings));
        var said = FindingWords.Of(Assert.Single(findings, finding => finding.Code == "spend-of-all"));
        Assert.Contains("按全部订单（含首单）学习", said.ZhHans, StringComparison.Ordinal);
        Assert.DoesNotContain("{", said.En, StringComparison.Ordinal);

        List<SpendModel.Paid> paid = [.. customers.Select(SpendModel.PaidBefore)];
        var (all, repeats) = (SpendModel.Fit(paid, true), SpendModel.Fit(paid, false));
        var big = new SpendModel.Paid(1, 100_000, 0);
        Assert.InRange(repeats.Expected(big), 1000, 7000);
        Assert.True(all.Expected(big) > 10 * repeats.Expected(big), $"{all.Expected(big)} {repeats.Expected(big)}");
        Assert.True(all.Expected(new SpendModel.Paid(1, 1000, 0)) < all.Expected(new SpendModel.Paid(1, 5000, 0)));
    }

    [Fact]
    public void First_purchases_unlike_the_later_do_not_count_and_it_is_said()
    {
        var findings = new List<Finding>();
        Assert.False(SpendModel.CountsFirst(Customers(5), findings));
        Assert.Contains("首单金额是后续订单的 4.99 倍", FindingWords.Of(Assert.Single(findings)).ZhHans, StringComparison.Ordinal);
        Assert.False(SpendModel.CountsFirst([], []));
    }

    [Fact]
    public void Money_is_told_apart_by_the_day_a_year_ago_and_a_return_is_no_purchase()
    {
        var taken = SampleMoney.Of([(1, 100, 40), (1, 20, 5), (5, -30, -10), (9, 50, 20), (Then + 1, 70, 30)], Then);
        Assert.Equal((120.0, 120.0, 2), (taken.First, taken.Later, taken.LaterPurchases));
        Assert.Equal(new SampleMoney.Part(2, 140, 50, 55), taken.Before);
        Assert.Equal(new SampleMoney.Part(1, 70, 70, 30), taken.After);
    }
}
