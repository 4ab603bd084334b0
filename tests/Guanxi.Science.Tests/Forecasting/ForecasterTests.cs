using System.Globalization;
using Guanxi.Science.Common;
using Guanxi.Science.Forecasting;

namespace Guanxi.Science.Tests.Forecasting;

public sealed class ForecasterTests
{
    private const int Horizon = 18;

    [Theory]
    [InlineData(false, 0.2479595, 21860.18, 453.4977)]
    [InlineData(true, 0.2756, 16570.78, 447.0559)]
    public void Holt_and_Winters_fit_the_air_passengers_as_r_does(bool multiplicative, double alpha, double squaredError, double first)
    {
        var fit = HoltWinters.Fit(AirPassengers(), 12, multiplicative);
        Assert.InRange(fit.SquaredError, 0, squaredError * 1.001);
        Assert.Equal(alpha, fit.Alpha, 3);
        Assert.Equal(first, fit.Forecast(12).Mean[0], 0.05);
    }

    [Theory]
    [InlineData("seasonal-naive", 47.8333, 9.9875, 1.5709)]
    [InlineData("theta", 26.3346, 5.3278, 0.8648)]
    public void The_last_year_of_air_passengers_is_missed_by_the_published_errors(string method, double absolute, double percent, double scaled)
    {
        var (training, test) = (AirPassengers()[..132], AirPassengers()[132..]);
        var errors = ForecastErrors.Of(test, Forecaster.Forecast(training, 12, 12, method).Mean, training, 12);
        Assert.Equal(absolute, errors.Mae, 0.001);
        Assert.Equal(percent, errors.Mape!.Value, 0.001);
        Assert.Equal(scaled, errors.Mase!.Value, 0.001);
    }

    [Theory]
    [InlineData("naive", 29.0571)]
    [InlineData("seasonal-naive", 26.2082)]
    [InlineData("mean", 34.1037)]
    [InlineData("drift", 31.3453)]
    public void Baselines_miss_the_micro_monthly_series_of_m3_by_the_published_errors(string method, double symmetric) =>
        Assert.Equal(symmetric, MicroMonthly().Average(series => Symmetric(series, method)), 4);

    [Fact]
    public void Theta_is_as_good_on_m3_as_submitted() => Assert.InRange(MicroMonthly().Average(series => Symmetric(series, "theta")), 21, 21.6);

    [Fact]
    public void The_automatic_method_beats_the_bound_on_a_sixth_of_m3() => Assert.True(MicroMonthly().Where((_, i) => i % 6 == 0).Average(series => Symmetric(series, "automatic")) <= 24);

    [Theory]
    [InlineData("NAIVE2", 28.508)]
    [InlineData("DAMPEN", 23.684)]
    [InlineData("THETA", 21.497)]
    public void The_measure_agrees_with_the_submitted_forecasts(string method, double symmetric)
    {
        var tests = MicroMonthly().ToDictionary(series => series.Name, StringComparer.Ordinal);
        var submitted = SharedData.Rows("forecast/m3_micro_monthly_submitted.csv").Where(row => row[0] == method).ToList();
        var errors = submitted.Select(row => ForecastErrors.Of(tests[row[1]].Test, [.. row.Skip(2).Select(Number)], tests[row[1]].Training, 12).Smape);
        Assert.Equal(symmetric, errors.Average(), 3);
    }

    [Fact]
    public void Intervals_widen_and_hold_most_of_what_came()
    {
        var (training, test) = (AirPassengers()[..120], AirPassengers()[120..]);
        var forecast = Forecaster.Forecast(training, 12, 24);
        Assert.True(forecast.StandardDeviation[23] > forecast.StandardDeviation[0]);
        Assert.True(test.Where((value, h) => value >= forecast.Lower95[h] && value <= forecast.Upper95[h]).Count() >= 18);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(13)]
    [InlineData(25)]
    public void Short_constant_zero_and_negative_series_give_finite_forecasts(int count)
    {
        foreach (var series in (double[][])[[.. Enumerable.Repeat(0.0, count)], [.. Enumerable.Repeat(7.0, count)], [.. Enumerable.Range(0, count).Select(t => t % 2 == 0 ? 0.0 : 5)], [.. Enumerable.Range(0, count).Select(t => -3.0 * t)]])
        {
            foreach (var method in Forecaster.Methods)
            {
                try
                {
                    var forecast = Forecaster.Forecast(series, 12, 15, method);
                    Assert.All(forecast.Mean.Concat(forecast.Lower95).Concat(forecast.Upper95).Concat(forecast.Parameters.Values), value => Assert.True(double.IsFinite(value), $"{method} on {count} values"));
                }
                catch (UnsuitableDataException refusal)
                {
                    Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void A_value_that_is_no_number_is_refused() =>
        Assert.Throws<UnsuitableDataException>(() => Forecaster.Forecast([1, double.NaN, 3], 1, 3));

    [Fact]
    public void Rolling_errors_of_a_straight_line_vanish_under_drift() =>
        Assert.Equal(0, Forecaster.RollingErrors([.. Enumerable.Range(1, 40).Select(t => 2.0 * t)], 1, 6, "drift").Mae, 9);

    private static double Symmetric((string Name, double[] Training, double[] Test) series, string method) =>
        ForecastErrors.Of(series.Test, Forecaster.Forecast(series.Training, 12, Horizon, method).Mean, series.Training, 12).Smape;

    private static double[] AirPassengers() => [.. SharedData.Rows("forecast/airpassengers.csv").Select(row => Number(row[1]))];

    private static List<(string Name, double[] Training, double[] Test)> MicroMonthly() =>
        [.. SharedData.Rows("forecast/m3_micro_monthly.csv").GroupBy(row => row[0], StringComparer.Ordinal)
            .Select(group => (group.Key, group.Where(row => row[6] == "train").Select(row => Number(row[7])).ToArray(), group.Where(row => row[6] == "test").Select(row => Number(row[7])).ToArray()))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
