namespace Guanxi.Science.Forecasting;

/// <summary>The baselines (Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., §5.2 and table 5.2 for the deviations).</summary>
internal static class SimpleMethods
{
    private static readonly Dictionary<string, double> None = [];

    public static Forecast Naive(double[] series, int horizon)
    {
        var deviation = Deviation(Differences(series, 1), 0);
        return new Forecast("naive", Fill(horizon, _ => series[^1]), Fill(horizon, h => deviation * Math.Sqrt(h)), None);
    }

    public static Forecast SeasonalNaive(double[] series, int season, int horizon)
    {
        var deviation = Deviation(Differences(series, season), 0);
        return new Forecast("seasonal-naive", Fill(horizon, h => series[series.Length - season + ((h - 1) % season)]), Fill(horizon, h => deviation * Math.Sqrt(((h - 1) / season) + 1)), None);
    }

    public static Forecast Mean(double[] series, int horizon)
    {
        var mean = series.Average();
        var deviation = Deviation([.. series.Select(value => value - mean)], 1);
        return new Forecast("mean", Fill(horizon, _ => mean), Fill(horizon, _ => deviation * Math.Sqrt(1 + (1.0 / series.Length))), new Dictionary<string, double> { ["mean"] = mean });
    }

    public static Forecast Drift(double[] series, int horizon)
    {
        var steps = Math.Max(1, series.Length - 1);
        var slope = (series[^1] - series[0]) / steps;
        var deviation = Deviation([.. Differences(series, 1).Select(step => step - slope)], 1);
        return new Forecast("drift", Fill(horizon, h => series[^1] + (h * slope)), Fill(horizon, h => deviation * Math.Sqrt(h * (1 + (h / (double)steps)))), new Dictionary<string, double> { ["slope"] = slope });
    }

    public static double[] Fill(int horizon, Func<int, double> value) => [.. Enumerable.Range(1, horizon).Select(value)];

    private static double[] Differences(double[] series, int lag) => [.. Enumerable.Range(lag, Math.Max(0, series.Length - lag)).Select(t => series[t] - series[t - lag])];

    private static double Deviation(double[] residuals, int parameters) =>
        residuals.Length == 0 ? 0 : Math.Sqrt(residuals.Sum(residual => residual * residual) / Math.Max(1, residuals.Length - parameters));
}
