using Guanxi.Science.Segments;

namespace Guanxi.Science.Tests.Segments;

public sealed class PyramidTests
{
    private static Dictionary<string, decimal> Money(IReadOnlyList<RfmValues> values) => values.ToDictionary(customer => customer.Customer, customer => customer.Monetary);

    [Fact]
    public void The_best_cdnow_customers_bring_the_expected_shares()
    {
        var money = Money(RfmTests.Cdnow());
        var tiers = Pyramid.ByShare(money);

        Assert.Equal([24, 94, 354, 1885], tiers.Select(tier => tier.Customers.Count));
        Assert.Equal(244091.94m, tiers.Sum(tier => tier.Value));
        Assert.Equal(0.145540, tiers[0].ValueShare!.Value, 6);
        Assert.Equal(0.360666, tiers.Take(2).Sum(tier => tier.ValueShare!.Value), 6);
        Assert.Equal(0.674550, tiers.Take(3).Sum(tier => tier.ValueShare!.Value), 6);
        Assert.Equal(0.630917, Concentration.Gini(money.Values)!.Value, 6);
    }

    [Fact]
    public void The_best_northwind_customers_bring_the_expected_shares()
    {
        var money = Money(RfmTests.Northwind());
        var tiers = Pyramid.ByShare(money, [("A", 0.2m), ("B", 1m)]);

        Assert.Equal(18, tiers[0].Customers.Count);
        Assert.Equal(0.600570, tiers[0].ValueShare!.Value, 6);
        Assert.Equal(0.575454, Concentration.Gini(money.Values)!.Value, 6);
        Assert.Equal(["QUICK", "ERNSH", "SAVEA"], tiers[0].Customers.Take(3));
        Assert.Equal(110277.31m, Math.Round(money["QUICK"], 2, MidpointRounding.AwayFromZero));
    }

    [Fact]
    public void Limits_of_value_put_everyone_somewhere()
    {
        var tiers = Pyramid.ByValue(new Dictionary<string, decimal> { ["a"] = 100, ["b"] = 50, ["c"] = 49, ["d"] = -5 }, [("gold", 100), ("silver", 50), ("rest", 0)]);

        Assert.Equal(["a", "b", "c d"], tiers.Select(tier => string.Join(' ', tier.Customers)));
        Assert.Equal(-5, tiers[2].LowestValue);
    }

    [Fact]
    public void The_whale_curve_rises_above_one_where_customers_cost_money()
    {
        decimal[] values = [100, 50, -30, 10];

        Assert.Equal(1.23, Concentration.WhaleCurve(values).Max(point => point.Value), 2);
        Assert.Equal(new LorenzPoint(1, 1), Concentration.WhaleCurve(values)[^1]);
        Assert.Null(Concentration.Gini([-1, -2]));
    }

    [Fact]
    public void Transitions_count_who_moved_came_and_left()
    {
        var transitions = TierTransitions.Between(
            new Dictionary<string, string> { ["1"] = "A", ["2"] = "A", ["3"] = "B" },
            new Dictionary<string, string> { ["1"] = "A", ["2"] = "B", ["4"] = "B" },
            ["A", "B"]);

        Assert.Equal([1, 1, 0], transitions.Counts[0]);
        Assert.Equal([0.5, 0.5, 0], transitions.Rates[0]);
        Assert.Equal([new("2", "A", "B"), new("3", "B", ""), new TierMove("4", "", "B")], transitions.Moves);
    }
}
