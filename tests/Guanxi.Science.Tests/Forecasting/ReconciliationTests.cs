using Guanxi.Science.Common;
using Guanxi.Science.Forecasting;

namespace Guanxi.Science.Tests.Forecasting;

/// <summary>Forecasts of a tree that agree, against closed forms and what the papers prove.</summary>
public sealed class ReconciliationTests
{
    // Total; two teams; three sellers in the first, two in the second.
    private static readonly int[] Parents = [-1, 0, 0, 1, 1, 1, 2, 2];

    private static void Agrees(double[] forecasts)
    {
        for (var node = 0; node < Parents.Length; node++)
        {
            var below = Enumerable.Range(0, Parents.Length).Where(child => Parents[child] == node).ToArray();
            if (below.Length > 0)
            {
                Assert.Equal(forecasts[node], below.Sum(child => forecasts[child]), 9);
            }
        }
    }

    [Fact]
    public void Whatever_was_forecast_the_parts_sum_to_the_whole_afterwards()
    {
        double[] forecasts = [100, 70, 45, 30, 20, 10, 25, 15];
        var random = new Random(3);
        double[] Errors() => [.. Enumerable.Range(0, 12).Select(_ => random.NextDouble() - 0.5)];
        Agrees(Reconciliation.BottomUp(Parents, forecasts));
        Agrees(Reconciliation.LeastSquares(Parents, forecasts));
        Agrees(Reconciliation.MinT(Parents, forecasts, [9, 4, 4, 1, 1, 1, 1, 1]));
        Agrees(Reconciliation.MinT(Parents, forecasts, [.. Parents.Select(_ => Errors())]));
        Assert.Equal([100, 60, 40, 30, 20, 10, 25, 15], Reconciliation.BottomUp(Parents, forecasts));
    }

    [Fact]
    public void Forecasts_that_agree_already_are_left_alone()
    {
        double[] forecasts = [100, 60, 40, 30, 20, 10, 25, 15];
        foreach (var reconciled in new[] { Reconciliation.LeastSquares(Parents, forecasts), Reconciliation.MinT(Parents, forecasts, [9, 4, 4, 1, 2, 3, 1, 1]) })
        {
            Assert.All(forecasts.Zip(reconciled), pair => Assert.Equal(pair.First, pair.Second, 9));
        }
    }

    [Fact]
    public void With_two_leaves_least_squares_is_the_closed_form_of_the_paper()
    {
        // S = [1 1; 1 0; 0 1]: (SᵀS)⁻¹Sᵀ = [1 2 −1; 1 −1 2]/3 (Hyndman et al. 2011).
        var reconciled = Reconciliation.LeastSquares([-1, 0, 0], [12.0, 4, 5]);
        Assert.Equal((12 + (2 * 4) - 5) / 3.0, reconciled[1], 12);
        Assert.Equal((12 - 4 + (2 * 5)) / 3.0, reconciled[2], 12);
        Assert.Equal(reconciled[1] + reconciled[2], reconciled[0], 12);
    }

    [Fact]
    public void MinT_trusts_whoever_erred_little_and_least_squares_is_its_equal_case()
    {
        var trusting = Reconciliation.MinT([-1, 0, 0], [12.0, 4, 5], [0.0001, 1, 1]);
        Assert.Equal(12, trusting[0], 3);
        Assert.Equal(5.5, trusting[1], 3);
        var leaves = Reconciliation.MinT([-1, 0, 0], [12.0, 4, 5], [1e6, 1, 1]);
        Assert.Equal(9, leaves[0], 3);
        Assert.All(Reconciliation.MinT([-1, 0, 0], [12.0, 4, 5], [3.0, 3, 3]).Zip(Reconciliation.LeastSquares([-1, 0, 0], [12.0, 4, 5])), pair => Assert.Equal(pair.First, pair.Second, 9));
    }

    [Fact]
    public void Reconciled_forecasts_err_less_than_the_base_forecasts_they_come_from()
    {
        var random = new Random(8);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double before = 0, after = 0;
        for (var round = 0; round < 400; round++)
        {
            double[] truth = [0, 0, 0, 30, 20, 10, 25, 15];
            (truth[1], truth[2]) = (truth[3] + truth[4] + truth[5], truth[6] + truth[7]);
            truth[0] = truth[1] + truth[2];
            double[] deviations = [2, 3, 3, 4, 4, 4, 4, 4];
            double[] forecasts = [.. truth.Select((value, i) => value + (deviations[i] * Normal()))];
            var reconciled = Reconciliation.MinT(Parents, forecasts, [.. deviations.Select(deviation => deviation * deviation)]);
            before += truth.Select((value, i) => (value - forecasts[i]) * (value - forecasts[i])).Sum();
            after += truth.Select((value, i) => (value - reconciled[i]) * (value - reconciled[i])).Sum();
        }

        Assert.True(after < 0.75 * before, $"{after} against {before}");
    }

    [Fact]
    public void Bad_trees_and_too_few_errors_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Reconciliation.BottomUp([-1, 0], [1.0]));
        Assert.Throws<ArgumentException>(() => Reconciliation.LeastSquares([1, 0], [1.0, 2]));
        Assert.Throws<ArgumentException>(() => Reconciliation.BottomUp([], []));
        Assert.Throws<UnsuitableDataException>(() => Reconciliation.MinT([-1, 0, 0], [1.0, 2, 3], [[1.0], [2.0], [3.0]]));
        // A node that never erred, and nodes whose errors are the same, still give finite figures.
        Assert.All(Reconciliation.MinT([-1, 0, 0], [12.0, 4, 5], [[1.0, 1, 1], [1.0, 1, 1], [0.0, 0, 0]]), value => Assert.True(double.IsFinite(value)));
    }
}
