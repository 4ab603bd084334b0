using Guanxi.Science.Forecasting;

namespace Guanxi.Science.Tests.Forecasting;

/// <summary>Exponential smoothing with a season, against a series whose first season is known.</summary>
public sealed class SmoothingTests
{
    /// <summary>Eleven years of quarters whose swings grow with the level, so that the mean season of the whole is not the one it began with.</summary>
    private static double[] Growing() => [.. Enumerable.Range(0, 44).Select(t => (10 + t) * (1 + (0.3 * ((double[])[1, -1, 0.5, -0.5])[t % 4])) + (Math.Sin(t * 12.9898) * 0.4))];

    [Fact]
    public void The_first_season_is_fitted_and_not_only_taken_from_the_decomposition()
    {
        foreach (var kind in new[] { 'A', 'M' })
        {
            foreach (var multiplicative in new[] { false, true })
            {
                var fit = ExponentialSmoothing.Fit(Growing(), 4, new SmoothingModel(multiplicative, true, false, kind));
                Assert.True(double.IsFinite(fit.Aicc) && double.IsFinite(fit.SquaredError));
                Assert.All(fit.Forecast(4).Mean, value => Assert.InRange(value, 30, 80));
            }
        }

        // Additive seasons must start from those of the beginning, which are small, not from the mean of small and large ones.
        Assert.InRange(ExponentialSmoothing.Fit(Growing(), 4, new SmoothingModel(false, true, false, 'A')).SquaredError, 0, 43.2);
    }

    [Fact]
    public void The_model_chosen_after_rough_fits_is_the_one_that_full_fits_would_choose()
    {
        double[] growing = Growing();
        var every = from multiplicative in (bool[])[false, true]
                    from trend in (int[])[0, 1, 2]
                    from kind in (char[])['N', 'A', 'M']
                    where multiplicative || kind != 'M'
                    select ExponentialSmoothing.Fit(growing, 4, new SmoothingModel(multiplicative, trend > 0, trend == 2, kind));

        var best = every.MinBy(fit => fit.Aicc)!;
        var chosen = ExponentialSmoothing.Choose(growing, 4);
        Assert.Equal(best.Model, chosen.Model);
        Assert.Equal(best.Aicc, chosen.Aicc, 9);
    }
}
