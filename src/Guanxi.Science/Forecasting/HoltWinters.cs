namespace Guanxi.Science.Forecasting;

/// <summary>
/// Holt–Winters smoothing (Winters 1960) with initial states from the decomposition of the first two seasons and parameters of least squared one-step error,
/// as the statistics package of R defines it.
/// </summary>
public sealed class HoltWinters
{
    private readonly double[] _season;
    private readonly double[] _series;
    private readonly double _level;
    private readonly double _trend;

    private HoltWinters(double[] series, bool multiplicative, double[] parameters, double squaredError, (double Level, double Trend, double[] Season) state)
    {
        (_series, IsMultiplicative) = (series, multiplicative);
        (Alpha, Beta, Gamma) = (parameters[0], parameters[1], parameters[2]);
        SquaredError = squaredError;
        (_level, _trend, _season) = state;
    }

    /// <summary>Smoothing of the level.</summary>
    public double Alpha { get; }

    /// <summary>Smoothing of the trend.</summary>
    public double Beta { get; }

    /// <summary>Smoothing of the season.</summary>
    public double Gamma { get; }

    /// <summary>Whether the season multiplies the level; else it is added.</summary>
    public bool IsMultiplicative { get; }

    /// <summary>Whether the search for the parameters came to rest.</summary>
    public bool Converged { get; private init; }

    /// <summary>Sum of the squared one-step errors from the second season on.</summary>
    public double SquaredError { get; }

    /// <summary>Fits by least squares from several starts within the unit cube.</summary>
    /// <param name="series">At least two seasons and one value.</param>
    /// <param name="season">Periods in a season, 2 or more.</param>
    public static HoltWinters Fit(double[] series, int season, bool multiplicative)
    {
        var (level, trend, figure) = Start(series, season, multiplicative);
        (double[] Point, double Value, bool Converged) best = ([], double.PositiveInfinity, false);
        foreach (var start in (double[][])[[0.3, 0.1, 0.1], [0.7, 0.05, 0.6], [0.2, 0.02, 0.9]])
        {
            var found = BoundedNelderMead.Minimise(point => Run(series, multiplicative, point, level, trend, [.. figure], out _), start, [0, 0, 0], [1, 1, 1], 1500, 1e-12);
            best = found.Value < best.Value ? found : best;
        }

        var error = Run(series, multiplicative, best.Point, level, trend, [.. figure], out var state);
        return new HoltWinters(series, multiplicative, best.Point, error, state) { Converged = best.Converged };
    }

    /// <summary>Forecast of the next periods; deviations as of the additive model (Hyndman et al. 2008, table 6.1), scaled by the season when it multiplies.</summary>
    public Forecast Forecast(int horizon)
    {
        var season = _season.Length;
        var mean = new double[horizon];
        var deviation = new double[horizon];
        var residual = Math.Sqrt(SquaredError / Math.Max(1, _series.Length - season - 3));
        var sum = 1.0;
        for (var h = 1; h <= horizon; h++)
        {
            var figure = _season[(h - 1) % season];
            mean[h - 1] = IsMultiplicative ? (_level + (h * _trend)) * figure : _level + (h * _trend) + figure;
            if (h > 1)
            {
                var weight = Alpha * (1 + ((h - 1) * Beta)) + ((h - 1) % season == 0 && !IsMultiplicative ? Gamma * (1 - Alpha) : 0);
                sum += weight * weight;
            }

            deviation[h - 1] = residual * Math.Sqrt(sum) * (IsMultiplicative ? Math.Abs(figure) : 1);
        }

        return new Forecast(IsMultiplicative ? "holt-winters-multiplicative" : "holt-winters-additive", mean, deviation,
            new Dictionary<string, double> { ["alpha"] = Alpha, ["beta"] = Beta, ["gamma"] = Gamma, ["sse"] = SquaredError }) { Converged = Converged };
    }

    private static (double Level, double Trend, double[] Season) Start(double[] series, int season, bool multiplicative)
    {
        var decomposition = Decomposition.Of(series.AsSpan(0, 2 * season), season, multiplicative);
        var trend = decomposition.Trend.Where(value => value is not null).Select(value => value!.Value).ToArray();
        var (intercept, slope) = Line(trend);
        return (intercept, slope, decomposition.Season);
    }

    /// <summary>Least-squares line through the values at 1, 2, 3 …</summary>
    internal static (double Intercept, double Slope) Line(ReadOnlySpan<double> values)
    {
        var centre = (values.Length + 1) / 2.0;
        var (mean, cross, square) = (0.0, 0.0, 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            mean += values[i] / values.Length;
            cross += (i + 1 - centre) * values[i];
            square += (i + 1 - centre) * (i + 1 - centre);
        }

        var slope = square > 0 ? cross / square : 0;
        return (mean - (slope * centre), slope);
    }

    private static double Run(double[] series, bool multiplicative, double[] parameters, double level, double trend, double[] season, out (double Level, double Trend, double[] Season) state)
    {
        var error = 0.0;
        for (var t = season.Length; t < series.Length; t++)
        {
            var place = t % season.Length;
            var figure = season[place];
            var expected = multiplicative ? (level + trend) * figure : level + trend + figure;
            error += (series[t] - expected) * (series[t] - expected);
            var before = level;
            level = (parameters[0] * (multiplicative ? series[t] / figure : series[t] - figure)) + ((1 - parameters[0]) * (level + trend));
            trend = (parameters[1] * (level - before)) + ((1 - parameters[1]) * trend);
            season[place] = (parameters[2] * (multiplicative ? series[t] / level : series[t] - level)) + ((1 - parameters[2]) * figure);
        }

        var rotated = new double[season.Length];
        for (var h = 0; h < season.Length; h++)
        {
            rotated[h] = season[(series.Length + h) % season.Length];
        }

        state = (level, trend, rotated);
        return error;
    }
}
