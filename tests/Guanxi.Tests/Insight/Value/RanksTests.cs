using Guanxi.Insight.Value;

namespace Guanxi.Tests.Insight.Value;

public sealed class RanksTests
{
    [Fact]
    public void The_pyramid_takes_the_ceiling_of_each_share_and_breaks_ties_by_place()
    {
        var tiers = Standing.TiersOf([.. Enumerable.Range(1, 89).Select(i => (double)i)], [1, 4, 15]);
        Assert.Equal([1, 4, 13, 71], Enumerable.Range(0, 4).Select(t => tiers.Count(tier => tier == t)));
        Assert.Equal(0, tiers[88]);
        Assert.Equal([0, 1, 2, 3], Standing.TiersOf([5, 5, 5, 5], [25, 25, 25]).Select(tier => (int)tier));
    }

    [Fact]
    public void A_percentile_counts_half_of_the_equal_ones()
    {
        Assert.Equal([0, 50, 50, 100], Ranks.Percentiles([1, 2, 2, 9]));
        Assert.Equal([50, 50], Ranks.Percentiles([3, 3]));
        Assert.Equal([50], Ranks.Percentiles([7]));
    }

    [Fact]
    public void Quintiles_follow_the_rule_of_the_library()
    {
        double[] values = [3, 1, 2, 2, 5, 4, 9, 8, 7, 6, 2];
        var expected = Guanxi.Science.Segments.Rfm.Score([.. values.Select((value, i) => new Guanxi.Science.Segments.RfmValues($"{i:00}", 0, (int)value, 0))]).Select(score => (byte)score.F);
        Assert.Equal(expected, Ranks.Quintiles(values));
    }

    [Fact]
    public void A_margin_is_drawn_towards_the_companys_the_less_is_known()
    {
        Assert.Equal(0.3, Standing.MarginShare(0, 0, 100, 0.3), 9);
        Assert.Equal(0.5, Standing.MarginShare(200, 140, 100, 0.3), 9);
        Assert.InRange(Standing.MarginShare(100_000, 70_000, 100, 0.3), 0.699, 0.7);
    }
}
