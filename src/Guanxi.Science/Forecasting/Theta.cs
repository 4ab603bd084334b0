namespace Guanxi.Science.Forecasting;

/// <summary>
/// The Theta method (Assimakopoulos and Nikolopoulos 2000) as simple smoothing with half the slope of the trend line as drift
/// (Hyndman and Billah 2003), after taking off a significant season by classical decomposition.
/// </summary>
internal static class Theta
{
    public static Forecast Forecast(double[] series, int season, int horizon)
    {
        var isSeasonal = Decomposition.IsSeasonal(series, season);
        var multiplicative = series.All(value => value > 0);
        var decomposition = isSeasonal ? Decomposition.Of(series, season, multiplicative) : null;
        if (decomposition is { IsMultiplicative: true } && decomposition.Season.Any(figure => figure < 1e-6))
        {
            decomposition = Decomposition.Of(series, season, multiplicative: false);
        }

        var adjusted = decomposition?.Adjusted(series) ?? series;
        var (alpha, level, squares) = SimpleSmoothing(adjusted);
        var slope = HoltWinters.Line(adjusted).Slope / 2;
        var count = adjusted.Length;
        var mean = new double[horizon];
        var deviation = new double[horizon];
        var residual = Math.Sqrt(squares / Math.Max(1, count - 2));
        for (var h = 1; h <= horizon; h++)
        {
            var figure = decomposition?.Season[(count + h - 1) % season] ?? 0;
            var value = level + (slope * (h - 1 + ((1 - Math.Pow(1 - alpha, count)) / alpha)));
            mean[h - 1] = decomposition is null ? value : decomposition.IsMultiplicative ? value * figure : value + figure;
            deviation[h - 1] = residual * Math.Sqrt(1 + ((h - 1) * alpha * alpha)) * (decomposition is { IsMultiplicative: true } ? figure : 1);
        }

        return new Forecast("theta", mean, deviation, new Dictionary<string, double> { ["alpha"] = alpha, ["drift"] = slope });
    }

    /// <summary>Simple exponential smoothing with parameter and first level of least squares.</summary>
    internal static (double Alpha, double Level, double SquaredError) SimpleSmoothing(double[] series)
    {
        (double Alpha, double Level, double SquaredError) At(double alpha)
        {
            // The errors are linear in the first level: e_t = u_t − (1 − α)^t·l₀, so the best one is a ratio.
            var (level, carry, cross, square) = (0.0, 1.0, 0.0, 0.0);
            foreach (var value in series)
            {
                cross += carry * (value - level);
                square += carry * carry;
                level += alpha * (value - level);
                carry *= 1 - alpha;
            }

            level = cross / square;
            var squares = 0.0;
            foreach (var value in series)
            {
                squares += (value - level) * (value - level);
                level += alpha * (value - level);
            }

            return (alpha, level, squares);
        }

        var (best, bestAlpha) = (double.PositiveInfinity, 0.5);
        for (var step = 0; step <= 50; step++)
        {
            var alpha = Math.Clamp(step / 50.0, 1e-4, 0.9999);
            var squares = At(alpha).SquaredError;
            (best, bestAlpha) = squares < best ? (squares, alpha) : (best, bestAlpha);
        }

        var (low, high) = (Math.Max(1e-4, bestAlpha - 0.02), Math.Min(0.9999, bestAlpha + 0.02));
        var ratio = (Math.Sqrt(5) - 1) / 2;
        while (high - low > 1e-9)
        {
            var (a, b) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            (low, high) = At(a).SquaredError < At(b).SquaredError ? (low, b) : (a, high);
        }

        return At((low + high) / 2);
    }
}
