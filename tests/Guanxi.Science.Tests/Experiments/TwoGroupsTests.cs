using Guanxi.Science.Common;
using Guanxi.Science.Experiments;

namespace Guanxi.Science.Tests.Experiments;

public sealed class TwoGroupsTests
{
    /// <summary>Table II of Newcombe (1998), the rows of method 10.</summary>
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 20, 0.6791, 1.0)]
    [InlineData(6, 7, 2, 7, 0.0582, 0.8062)]
    [InlineData(5, 56, 0, 29, -0.0381, 0.1926)]
    [InlineData(0, 10, 0, 20, -0.1611, 0.2775)]
    public void The_difference_of_two_shares_is_as_published(int a, int m, int b, int n, double low, double high)
    {
        var found = TwoGroups.ShareDifference(a, m, b, n);
        Assert.Equal((low, high), (Math.Round(found.Low, 4), Math.Round(found.High, 4)));
        Assert.Equal(low > 0, found.IsClear);
    }

    /// <summary>Newcombe (1998, two-sided intervals for the single proportion): 81 of 263 and 15 of 148.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void The_interval_of_one_share_is_as_published(int successes, int count, double low, double high)
    {
        var found = TwoGroups.Share(successes, count);
        Assert.Equal((low, high), (Math.Round(found.Low, 4), Math.Round(found.High, 4)));
    }

    /// <summary>Student's sleep data (1908) as R's t.test gives them: −1.58, interval −3.3654832 … 0.2054832.</summary>
    [Fact]
    public void The_difference_of_two_means_is_that_of_welch()
    {
        double[] first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        var found = TwoGroups.MeanDifference(first, second);
        Assert.Equal((-1.58, -3.3654832, 0.2054832), (Math.Round(found.Value, 2), Math.Round(found.Low, 7), Math.Round(found.High, 7)));
    }

    [Fact]
    public void Nothing_is_said_of_nobody()
    {
        Assert.Throws<UnsuitableDataException>(() => TwoGroups.Share(0, 0));
        Assert.Throws<UnsuitableDataException>(() => TwoGroups.Share(3, 2));
        Assert.Throws<UnsuitableDataException>(() => TwoGroups.MeanDifference([1], [1, 2]));
        Assert.Throws<UnsuitableDataException>(() => TwoGroups.MeanDifference([1, double.NaN], [1, 2]));
        Assert.Equal(new Interval(0, 0, 0), TwoGroups.MeanDifference([1, 1], [1, 1]));
    }
}
