using Guanxi.Science.Common;

namespace Guanxi.Science.Forecasting;

/// <summary>Forecasts a series by a named method.</summary>
public static class Forecaster
{
    /// <summary>The methods by name.</summary>
    public static IReadOnlyList<string> Methods { get; } =
        ["automatic", "naive", "seasonal-naive", "mean", "drift", "simple", "holt", "damped", "holt-winters-additive", "holt-winters-multiplicative", "ets", "theta", "combination"];

    /// <summary>Forecasts the next periods.</summary>
    /// <param name="series">Values in order of time, one a period, without gaps.</param>
    /// <param name="season">Periods in a season, such as 12 for months; 1 for none.</param>
    /// <param name="horizon">Number of periods ahead.</param>
    /// <param name="method">One of <see cref="Methods"/>. Automatic combines what the length of the series can bear.</param>
    /// <exception cref="UnsuitableDataException">A value is not finite, or the series is too short for the method; the message says what it needs.</exception>
    public static Forecast Forecast(IReadOnlyList<double> series, int season, int horizon, string method = "automatic")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(season, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (series.Count == 0)
        {
            throw new UnsuitableDataException("The series is empty.");
        }

        if (series.Any(value => !double.IsFinite(value) || Math.Abs(value) > 1e100))
        {
            throw new UnsuitableDataException("The series holds a value that is not a finite number.");
        }

        double[] values = [.. series];
        var forecast = method switch
        {
            "naive" => SimpleMethods.Naive(values, horizon),
            "mean" => SimpleMethods.Mean(values, horizon),
            "drift" => SimpleMethods.Drift(values, horizon),
            "seasonal-naive" => SimpleMethods.SeasonalNaive(Long(values, season, method), season, horizon),
            "simple" => Smooth(values, new SmoothingModel(false, false, false, 'N'), horizon, method),
            "holt" => Smooth(values, new SmoothingModel(false, true, false, 'N'), horizon, method),
            "damped" => Smooth(values, new SmoothingModel(false, true, true, 'N'), horizon, method),
            "holt-winters-additive" => HoltWinters.Fit(Seasonal(values, season, method), season, multiplicative: false).Forecast(horizon),
            "holt-winters-multiplicative" => HoltWinters.Fit(Positive(Seasonal(values, season, method), method), season, multiplicative: true).Forecast(horizon),
            "ets" => ExponentialSmoothing.Choose(Long(values, 4, method), season).Forecast(horizon),
            "theta" => Theta.Forecast(Long(values, 3, method), season, horizon),
            "combination" => Combine("combination", Long(values, 5, method), season, horizon),
            "automatic" => Automatic(values, season, horizon),
            _ => throw new UnsuitableDataException($"There is no method {method}; there are {string.Join(", ", Methods)}."),
        };

        // A level that crosses zero under seasons that multiply ends in a division by it.
        return forecast.Mean.Concat(forecast.StandardDeviation).All(double.IsFinite) ? forecast
            : throw new UnsuitableDataException($"The method {method} does not end in finite numbers on this series; take the additive one or automatic.");
    }

    /// <summary>
    /// One-step to horizon-step errors from origins that roll to the end of the series, each forecast made from what was known then. The form of exponential smoothing is chosen
    /// at the first origin and kept, its parameters are fitted anew.
    /// </summary>
    /// <param name="origins">Number of origins, the last one horizon before the end.</param>
    /// <exception cref="UnsuitableDataException">The series leaves no room for the origins.</exception>
    public static ForecastErrors RollingErrors(IReadOnlyList<double> series, int season, int horizon, string method, int origins = 5)
    {
        var first = series.Count - horizon - origins + 1;
        if (first < 1)
        {
            throw new UnsuitableDataException($"Rolling errors over {origins} origins and {horizon} periods need more than {horizon + origins} values; there are {series.Count}.");
        }

        var errors = new List<ForecastErrors>();
        SmoothingModel? form = null;
        for (var origin = first; origin <= series.Count - horizon; origin++)
        {
            var training = series.Take(origin).ToArray();
            errors.Add(ForecastErrors.Of([.. series.Skip(origin).Take(horizon)], RollingMean(training, season, horizon, method, ref form), training, season));
        }

        return new ForecastErrors(errors.Average(e => e.Mae), Math.Sqrt(errors.Average(e => e.Rmse * e.Rmse)), errors.All(e => e.Mape is not null) ? errors.Average(e => e.Mape) : null, errors.Average(e => e.Smape),
            errors.All(e => e.Mase is not null) ? errors.Average(e => e.Mase) : null);
    }

    private static IReadOnlyList<double> RollingMean(double[] training, int season, int horizon, string method, ref SmoothingModel? form)
    {
        var combined = method == "combination" || (method == "automatic" && training.Max() > training.Min());
        if (training.Length < 5 || !training.All(double.IsFinite) || !(combined || method == "ets"))
        {
            return Forecast(training, season, horizon, method).Mean;
        }

        var smoothing = form is null || (form is { MultiplicativeError: true } or { Season: 'M' } && training.Any(value => value <= 0))
            ? ExponentialSmoothing.Choose(training, season, rough: true) : ExponentialSmoothing.Fit(training, season, form, rough: true);
        form = smoothing.Model;
        var mean = smoothing.Means(horizon);
        return combined ? [.. Theta.Forecast(training, season, horizon).Mean.Zip(mean, (a, b) => (a + b) / 2)] : mean;
    }

    private static Forecast Automatic(double[] values, int season, int horizon)
    {
        if (values.Length < 5)
        {
            return SimpleMethods.Naive(values, horizon) with { Note = "With fewer than five values the last one is carried on." };
        }

        if (values.Max() == values.Min())
        {
            return SimpleMethods.Naive(values, horizon) with { Note = "The series is constant; it is carried on." };
        }

        return Combine("automatic", values, season, horizon);
    }

    // Combinations of simple methods beat the choice of one in the competitions (Makridakis and Hibon 2000; Petropoulos and Svetunkov 2020).
    private static Forecast Combine(string name, double[] values, int season, int horizon)
    {
        var theta = Theta.Forecast(values, season, horizon);
        var smoothing = ExponentialSmoothing.Choose(values, season).Forecast(horizon);
        var parts = new[] { theta, smoothing };
        var mean = SimpleMethods.Fill(horizon, h => parts.Average(part => part.Mean[h - 1]));
        // Deviations are averaged as if the errors went together: the combination is not claimed to be surer than its parts.
        var deviation = SimpleMethods.Fill(horizon, h => parts.Average(part => part.StandardDeviation[h - 1]));
        return new Forecast(name, mean, deviation, theta.Parameters.ToDictionary(p => $"theta.{p.Key}", p => p.Value).Concat(smoothing.Parameters.Select(p => KeyValuePair.Create($"ets.{p.Key}", p.Value))).ToDictionary(),
            $"Mean of theta and {smoothing.Method}.") { Converged = smoothing.Converged };
    }

    private static Forecast Smooth(double[] values, SmoothingModel model, int horizon, string method) =>
        ExponentialSmoothing.Fit(Long(values, 4, method), 1, model).Forecast(horizon) with { Method = method };

    private static double[] Long(double[] values, int least, string method) => values.Length >= least ? values
        : throw new UnsuitableDataException($"The method {method} needs at least {least} values; there are {values.Length}.");

    private static double[] Seasonal(double[] values, int season, string method) => season >= 2 ? Long(values, (2 * season) + 1, method)
        : throw new UnsuitableDataException($"The method {method} needs a season of at least 2 periods.");

    private static double[] Positive(double[] values, string method) => values.All(value => value > 0) ? values
        : throw new UnsuitableDataException($"The method {method} needs values above zero; take the additive one.");
}
