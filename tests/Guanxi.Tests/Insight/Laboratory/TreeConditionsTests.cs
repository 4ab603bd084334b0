using Guanxi.Insight.Laboratory;
using Guanxi.Science.Mining;

namespace Guanxi.Tests.Insight.Laboratory;

/// <summary>A tree may ask whether a number is known, and says so.</summary>
public sealed class TreeConditionsTests
{
    /// <summary>Who bought once has no days between orders, and all of them are lost: that is the rule, and no band of days.</summary>
    [Fact]
    public void A_missing_number_is_a_branch_of_its_own()
    {
        double[] days = [.. Enumerable.Range(0, 200).Select(i => i < 80 ? double.NaN : 10 + (i % 60))];
        var conditions = TreeConditions.Of([new TreeColumn("Days between orders", days, null), new TreeColumn("Orders", [.. days.Select((_, i) => (double)(i % 7))], null)]);
        var tree = DecisionTree.Fit(conditions.Columns, [.. days.Select(day => double.IsNaN(day) || day > 50 ? "✓" : "✗")]);
        string[] rules = [.. tree.Rules.Select(rule => $"{string.Join(" & ", conditions.Said(rule.Conditions, "en"))} → {rule.Class} {rule.Count}")];
        Assert.Contains(rules, rule => rule == "Days between orders missing → ✓ 80");
        Assert.DoesNotContain(rules, rule => rule.Contains('-', StringComparison.Ordinal));
        Assert.Contains(tree.Rules, rule => conditions.Said(rule.Conditions, "zh-Hans").Contains("Days between orders 缺失"));
    }

    [Theory]
    [InlineData("Days ≤ -900", "Days missing")]
    [InlineData("Days > -900", "Days known")]
    [InlineData("Days ≤ 30", "Days missing or ≤ 30")]
    [InlineData("Days > -900|Days ≤ 30", "Days known|Days ≤ 30")]
    [InlineData("Days > 20|Days ≤ 30", "Days > 20|Days ≤ 30")]
    [InlineData("Orders ≤ 3", "Orders ≤ 3")]
    [InlineData("Region in {北京市, 河北省}", "Region is one of 北京市, 河北省")]
    [InlineData("Region in {北京市}", "Region is 北京市")]
    public void Conditions_say_what_becomes_of_the_missing(string conditions, string said) =>
        Assert.Equal(said.Split('|'), TreeConditions.Of([new TreeColumn("Days", [10, double.NaN, 40], null), new TreeColumn("Orders", [1, 2, 3], null), new TreeColumn("Region", null, ["北京市", "河北省", "广东省"])]).Said(conditions.Split('|'), "en"));
}
