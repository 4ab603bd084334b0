using Guanxi.Science.Common;
using Guanxi.Science.Mining;

namespace Guanxi.Science.Tests.Mining;

public sealed class AssociationRuleTests
{
    [Theory]
    [InlineData(0.001, 0.8, 1, 410)]
    [InlineData(0.006, 0.25, 2, 463)]
    [InlineData(0.01, 0.5, 1, 15)]
    [InlineData(0.005, 0.5, 1, 120)]
    [InlineData(0.01, 0.2, 2, 231)]
    [InlineData(0.001, 0.9, 1, 129)]
    public void Groceries_give_the_published_number_of_rules(double support, double confidence, int shortest, int count) =>
        Assert.Equal(count, AssociationRules.Mine(Groceries(), support, confidence, shortest).Count);

    [Fact]
    public void The_strongest_rules_of_groceries_have_the_published_measures()
    {
        var data = Groceries();
        var rules = AssociationRules.Mine(data, 0.001, 0.8);
        Assert.Equal(1619.7498, rules.Sum(rule => rule.Lift), 4);
        Assert.Equal([29, 229, 140, 12], rules.GroupBy(rule => rule.Left.Count).OrderBy(group => group.Key).Select(group => group.Count()));
        Assert.Equal(["liquor", "red/blush wine"], rules[0].Left.Select(item => data.Items[item]).Order(StringComparer.Ordinal));
        Assert.Equal("bottled beer", data.Items[rules[0].Right]);
        Assert.Equal(19, rules[0].Count);
        Assert.Equal(0.0019319, rules[0].Support, 6);
        Assert.Equal(0.9047619, rules[0].Confidence, 6);
        Assert.Equal(11.235269, rules[0].Lift, 6);
        Assert.Equal(942.2477, AssociationRules.Mine(data, 0.006, 0.25).Sum(rule => rule.Lift), 4);
    }

    [Fact]
    public void Frequent_sets_are_those_a_count_over_all_subsets_finds()
    {
        var random = new Random(11);
        var data = new BasketData();
        var baskets = Enumerable.Range(0, 60).Select(_ => Enumerable.Range(0, 7).Where(_ => random.Next(2) == 0).ToArray()).ToList();
        baskets.ForEach(basket => data.Add(basket.Select(item => $"i{item}")));
        var found = FrequentPatternGrowth.Mine(data, 9).ToDictionary(set => string.Join('+', set.Items.Select(item => data.Items[item]).Order(StringComparer.Ordinal)), set => set.Count);
        for (var mask = 1; mask < 128; mask++)
        {
            var items = Enumerable.Range(0, 7).Where(item => (mask & (1 << item)) != 0).ToArray();
            var count = baskets.Count(basket => items.All(basket.Contains));
            Assert.Equal(count >= 9 ? count : 0, found.GetValueOrDefault(string.Join('+', items.Select(item => $"i{item}"))));
        }
    }

    [Fact]
    public void Items_that_differ_by_a_blank_are_two_items()
    {
        var data = new BasketData();
        data.Add(["cheese ", "cheese", "cheese"]);
        Assert.Equal(["cheese ", "cheese"], data.Items);
    }

    [Fact]
    public void No_baskets_are_refused_in_a_sentence() =>
        Assert.Equal("There are no baskets.", Assert.Throws<UnsuitableDataException>(() => AssociationRules.Mine(new BasketData(), 0.1, 0.5)).Message);

    private static BasketData Groceries()
    {
        var data = new BasketData();
        foreach (var line in File.ReadLines(SharedData.Path("basket_groceries/groceries.csv")))
        {
            data.Add(line.Split(','));
        }

        return data;
    }
}
