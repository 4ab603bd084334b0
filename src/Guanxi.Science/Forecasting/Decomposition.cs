namespace Guanxi.Science.Forecasting;

/// <summary>Classical decomposition into trend and season by centred moving averages (Makridakis, Wheelwright and Hyndman 1998, ch. 3).</summary>
internal sealed record Decomposition(double[] Season, double?[] Trend, bool IsMultiplicative)
{
    public static Decomposition Of(ReadOnlySpan<double> series, int season, bool multiplicative)
    {
        var trend = new double?[series.Length];
        var half = season / 2;
        for (var t = half; t < series.Length - half; t++)
        {
            var sum = 0.0;
            for (var k = -half; k <= half; k++)
            {
                sum += series[t + k] * (season % 2 == 0 && Math.Abs(k) == half ? 0.5 : 1);
            }

            trend[t] = sum / season;
        }

        var figure = new double[season];
        var counts = new int[season];
        for (var t = 0; t < series.Length; t++)
        {
            if (trend[t] is { } level && (!multiplicative || level != 0))
            {
                figure[t % season] += multiplicative ? series[t] / level : series[t] - level;
                counts[t % season]++;
            }
        }

        for (var k = 0; k < season; k++)
        {
            figure[k] = counts[k] > 0 ? figure[k] / counts[k] : multiplicative ? 1 : 0;
        }

        var mean = figure.Average();
        for (var k = 0; k < season; k++)
        {
            figure[k] = multiplicative ? figure[k] / mean : figure[k] - mean;
        }

        return new Decomposition(figure, trend, multiplicative);
    }

    public double[] Adjusted(ReadOnlySpan<double> series)
    {
        var adjusted = new double[series.Length];
        for (var t = 0; t < series.Length; t++)
        {
            adjusted[t] = IsMultiplicative ? series[t] / Season[t % Season.Length] : series[t] - Season[t % Season.Length];
        }

        return adjusted;
    }

    /// <summary>Whether the autocorrelation at the seasonal lag is significant at 90 % (Assimakopoulos and Nikolopoulos 2000, §3).</summary>
    public static bool IsSeasonal(ReadOnlySpan<double> series, int season)
    {
        if (season < 2 || series.Length < 2 * season + 1)
        {
            return false;
        }

        var mean = 0.0;
        foreach (var value in series)
        {
            mean += value / series.Length;
        }

        var variance = 0.0;
        foreach (var value in series)
        {
            variance += (value - mean) * (value - mean);
        }

        if (variance == 0)
        {
            return false;
        }

        var (squares, last) = (0.0, 0.0);
        for (var lag = 1; lag <= season; lag++)
        {
            last = 0;
            for (var t = lag; t < series.Length; t++)
            {
                last += (series[t] - mean) * (series[t - lag] - mean) / variance;
            }

            squares += lag < season ? last * last : 0;
        }

        return Math.Abs(last) > 1.645 * Math.Sqrt((1 + (2 * squares)) / series.Length);
    }
}
