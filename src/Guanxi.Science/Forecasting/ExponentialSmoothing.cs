using MathNet.Numerics.LinearAlgebra;

namespace Guanxi.Science.Forecasting;

/// <summary>Parts of a model of the family ETS: error, trend, season (Hyndman, Koehler, Ord and Snyder 2008, table 2.2–2.3).</summary>
/// <param name="MultiplicativeError">Errors are relative.</param>
/// <param name="Trend">Whether there is an additive trend.</param>
/// <param name="Damped">Whether the trend dies away by phi a period.</param>
/// <param name="Season">N none, A additive, M multiplicative.</param>
public sealed record SmoothingModel(bool MultiplicativeError, bool Trend, bool Damped, char Season)
{
    /// <summary>Name such as ETS(M,Ad,A).</summary>
    public override string ToString() => $"ETS({(MultiplicativeError ? 'M' : 'A')},{(Trend ? Damped ? "Ad" : "A" : "N")},{Season})";
}

/// <summary>A fitted model of the family ETS in its state-space form.</summary>
public sealed class ExponentialSmoothing
{
    private const int SimulatedPaths = 1000;
    private const int SeasonRounds = 4;

    /// <summary>Of the models that were fitted roughly, so many of the best are fitted to the end, if they come this near to the best.</summary>
    private const int Finalists = 4;

    private const double FinalistDistance = 8;

    /// <summary>A gain of −2 log likelihood that tells nothing any more.</summary>
    private const double LeastGain = 0.01;

    private readonly double[] _series;
    private readonly int _season;
    private readonly SmoothingState _end;
    private readonly SmoothingParameters _parameters;
    private readonly double _variance;

    private ExponentialSmoothing(double[] series, int season, SmoothingModel model, SmoothingParameters parameters, SmoothingState end, double likelihood, double squaredError, double variance)
    {
        (_series, _season, Model, _parameters, _end, SquaredError, _variance) = (series, season, model, parameters, end, squaredError, variance);
        double count = series.Length;
        var free = 2 + (model.Trend ? 2 : 0) + (model.Damped ? 1 : 0) + (model.Season == 'N' ? 0 : season) + 1.0;
        Aicc = count - free - 1 > 0 ? likelihood + (2 * free) + (2 * free * (free + 1) / (count - free - 1)) : double.PositiveInfinity;
    }

    /// <summary>The form of the model.</summary>
    public SmoothingModel Model { get; }

    /// <summary>Akaike's criterion corrected for short series; infinite when the series is too short for the model.</summary>
    public double Aicc { get; }

    /// <summary>Whether the search for the parameters came to rest.</summary>
    public bool Converged { get; private init; }

    /// <summary>Sum of squared one-step errors, relative ones when errors multiply.</summary>
    public double SquaredError { get; }

    /// <summary>Fits one model: smoothing parameters and first level and trend by likelihood from the classical decomposition's season, then that season too.</summary>
    public static ExponentialSmoothing Fit(double[] series, int season, SmoothingModel model) => Fit(series, season, model, rough: false);

    /// <param name="series">The values.</param>
    /// <param name="season">Periods in a season.</param>
    /// <param name="model">The form.</param>
    /// <param name="rough">Whether parameters to two or three digits are enough, as for choosing among models.</param>
    internal static ExponentialSmoothing Fit(double[] series, int season, SmoothingModel model, bool rough)
    {
        var start = SmoothingState.Initial(series, season, model);
        var scale = series.Max() - series.Min() is var range and > 0 ? range : 1;
        List<double> from = [0.3];
        List<double> lower = [1e-4];
        List<double> upper = [0.9999];
        void Add(double value, double least, double most)
        {
            from.Add(Math.Clamp(value, least, most));
            lower.Add(least);
            upper.Add(most);
        }

        if (model.Trend)
        {
            Add(0.3, 1e-4, 0.9999);
        }

        if (model.Season != 'N')
        {
            Add(0.2, 1e-4, 0.9999);
        }

        if (model.Damped)
        {
            Add(0.95, 0.8, 0.98);
        }

        Add(start.Level, start.Level - scale, start.Level + scale);
        if (model.Trend)
        {
            Add(start.Trend, start.Trend - (scale / 4), start.Trend + (scale / 4));
        }

        var figures = new double[start.Season.Count];
        double Value(double[] candidate)
        {
            start.CopySeason(figures);
            var (parameters, level, trend) = Unpack(candidate, model);
            return Run(series, model, parameters, ref level, ref trend, figures, out _, null);
        }

        (double[] Point, double Value, bool Converged) Search(double[] at) =>
            BoundedNelderMead.Minimise(Value, at, [.. lower], [.. upper], (rough ? 40 : 120) * from.Count, rough ? 1e-5 : 1e-8, rough ? 1e-2 : 1e-7);
        var (point, value, converged) = Search([.. from]);
        for (var round = 0; model.Season != 'N' && round < (rough ? 1 : SeasonRounds); round++)
        {
            var before = start;
            start = BetterSeason(series, model, Unpack(point, model, start));
            var found = Search(point);
            if (!(found.Value < value - LeastGain))
            {
                start = found.Value < value ? start : before;
                (point, value, converged) = found.Value < value ? found : (point, value, converged);
                break;
            }

            (point, value, converged) = found;
        }

        var chosen = Unpack(point, model, start);
        var likelihood = Likelihood(series, model, chosen, out var end, out var squares);
        var degrees = Math.Max(1, series.Length - from.Count);
        return new ExponentialSmoothing(series, season, model, chosen.Parameters, end, likelihood, squares, squares / degrees) { Converged = converged };
    }

    /// <summary>The model of least AICc; errors and seasons multiply only where all values are positive.</summary>
    public static ExponentialSmoothing Choose(double[] series, int season) => Choose(series, season, rough: false);

    internal static ExponentialSmoothing Choose(double[] series, int season, bool rough)
    {
        var positive = series.All(value => value > 0);
        char[] seasons = season > 1 && series.Length >= (2 * season) + 1 ? positive ? ['N', 'A', 'M'] : ['N', 'A'] : ['N'];
        var models = from multiplicative in positive ? (bool[])[false, true] : [false]
                     from trend in (int[])[0, 1, 2]
                     from kind in seasons
                     where multiplicative || kind != 'M'
                     select new SmoothingModel(multiplicative, trend > 0, trend == 2, kind);
        var tried = models.Select(model => Fit(series, season, model, rough: true)).OrderBy(fit => fit.Aicc).ToList();
        return rough ? tried[0] : tried.Where(fit => !(fit.Aicc > tried[0].Aicc + FinalistDistance)).Take(Finalists).Select(fit => Fit(series, season, fit.Model)).MinBy(fit => fit.Aicc)!;
    }

    /// <summary>Forecast of the next periods. Deviations are exact where errors add (table 6.1 of the book), else those of a thousand simulated paths.</summary>
    /// <param name="seed">Seed of the simulation.</param>
    public Forecast Forecast(int horizon, int seed = 1)
    {
        var mean = Means(horizon);
        var deviation = Model.MultiplicativeError ? Simulate(horizon, seed) : Exact(horizon);
        var parameters = new Dictionary<string, double> { ["alpha"] = _parameters.Alpha };
        if (Model.Trend)
        {
            parameters["beta"] = _parameters.Beta;
        }

        if (Model.Season != 'N')
        {
            parameters["gamma"] = _parameters.Gamma;
        }

        if (Model.Damped)
        {
            parameters["phi"] = _parameters.Phi;
        }

        parameters["sse"] = SquaredError;
        if (double.IsFinite(Aicc))
        {
            parameters["aicc"] = Aicc;
        }

        return new Forecast(Model.ToString(), mean, deviation, parameters) { Converged = Converged };
    }

    /// <summary>Point forecasts alone.</summary>
    internal double[] Means(int horizon)
    {
        var mean = new double[horizon];
        var state = _end.Copy();
        for (var h = 0; h < horizon; h++)
        {
            mean[h] = state.Expected(Model, _parameters, _series.Length + h);
            state.Update(Model, _parameters, _series.Length + h, mean[h], mean[h]);
        }

        return mean;
    }

    private static (SmoothingParameters Parameters, SmoothingState Start) Unpack(double[] point, SmoothingModel model, SmoothingState start)
    {
        var (parameters, level, trend) = Unpack(point, model);
        var state = start.Copy();
        (state.Level, state.Trend) = (level, trend);
        return (parameters, state);
    }

    private static (SmoothingParameters Parameters, double Level, double Trend) Unpack(double[] point, SmoothingModel model)
    {
        var at = 0;
        var alpha = point[at++];
        var beta = model.Trend ? alpha * point[at++] : 0;
        var gamma = model.Season != 'N' ? (1 - alpha) * point[at++] : 0;
        var phi = model.Damped ? point[at++] : 1;
        var level = point[at++];
        return (new SmoothingParameters(alpha, beta, gamma, phi), level, model.Trend ? point[at] : 0);
    }

    /// <summary>
    /// One step of Gauss and Newton on the first season, the rest held: where errors and seasons add, the errors are linear in it and the step is exact.
    /// The level is held too, since a season may be shifted against it without changing any error; that leaves the season's level to the data of its own periods.
    /// </summary>
    private static SmoothingState BetterSeason(double[] series, SmoothingModel model, (SmoothingParameters Parameters, SmoothingState Start) candidate)
    {
        var season = candidate.Start.Season.Count;
        var errors = new double[series.Length];
        var least = Likelihood(series, model, candidate, out _, out _, errors);
        var slopes = new double[season][];
        for (var k = 0; k < season; k++)
        {
            var moved = candidate.Start.Copy();
            var step = 1e-6 * Math.Max(1, Math.Abs(moved.Season[k]));
            moved.Shift(k, step);
            slopes[k] = new double[series.Length];
            if (!double.IsFinite(Likelihood(series, model, (candidate.Parameters, moved), out _, out _, slopes[k])))
            {
                return candidate.Start;
            }

            for (var t = 0; t < series.Length; t++)
            {
                slopes[k][t] = (slopes[k][t] - errors[t]) / step;
            }
        }

        var normal = Matrix<double>.Build.Dense(season, season, (i, k) => slopes[i].Zip(slopes[k], (a, b) => a * b).Sum() * (i == k ? 1 + 1e-9 : 1));
        var right = Vector<double>.Build.Dense(season, k => -slopes[k].Zip(errors, (a, b) => a * b).Sum());
        var change = normal.Solve(right);
        for (var scale = 1.0; scale > 0.05; scale /= 2)
        {
            var moved = candidate.Start.Copy();
            for (var k = 0; k < season; k++)
            {
                moved.Shift(k, scale * change[k]);
            }

            if (Enumerable.Range(0, season).All(k => double.IsFinite(moved.Season[k]) && (model.Season == 'A' || moved.Season[k] > 1e-2)) && Likelihood(series, model, (candidate.Parameters, moved), out _, out _) < least)
            {
                return moved;
            }
        }

        return candidate.Start;
    }

    // −2 log likelihood less a constant: n log Σε² + 2 Σ log|r| (Hyndman et al. 2008, eq. 5.3).
    private static double Likelihood(double[] series, SmoothingModel model, (SmoothingParameters Parameters, SmoothingState Start) candidate, out SmoothingState end, out double squares, double[]? errors = null)
    {
        var figures = new double[candidate.Start.Season.Count];
        candidate.Start.CopySeason(figures);
        var (level, trend) = (candidate.Start.Level, candidate.Start.Trend);
        var likelihood = Run(series, model, candidate.Parameters, ref level, ref trend, figures, out squares, errors);
        end = new SmoothingState(level, trend, figures);
        return likelihood;
    }

    // The recursion of SmoothingState over the whole series with its state in registers: a fit goes over the series some thousand times.
    private static double Run(double[] series, SmoothingModel model, SmoothingParameters parameters, ref double level, ref double trend, double[] figures, out double squares, double[]? errors)
    {
        var (alpha, beta, gamma, phi) = (parameters.Alpha, parameters.Beta, parameters.Gamma, parameters.Phi);
        var (relative, kind, place) = (model.MultiplicativeError, model.Season, 0);
        squares = 0;
        double logs = 0, product = 1;
        for (var t = 0; t < series.Length; t++)
        {
            var basis = level + (phi * trend);
            var figure = kind == 'N' ? 0 : figures[place];
            var expected = kind switch { 'A' => basis + figure, 'M' => basis * figure, _ => basis };
            var difference = series[t] - expected;
            var error = difference;
            if (relative)
            {
                if (expected <= 0)
                {
                    return double.PositiveInfinity;
                }

                error /= expected;
                // One logarithm for many factors.
                product *= expected;
                if (product is > 1e100 or < 1e-100)
                {
                    logs += Math.Log(product);
                    product = 1;
                }
            }

            squares += error * error;
            if (errors is not null)
            {
                errors[t] = error;
            }

            if (kind == 'M')
            {
                figures[place] = figure + (gamma * difference / basis);
                difference /= figure;
            }
            else if (kind == 'A')
            {
                figures[place] += gamma * difference;
            }

            level = basis + (alpha * difference);
            trend = (phi * trend) + (beta * difference);
            place = ++place >= figures.Length ? 0 : place;
        }

        return (series.Length * Math.Log(Math.Max(squares, 1e-300))) + (2 * (logs + Math.Log(product)));
    }

    private double[] Exact(int horizon)
    {
        var deviation = new double[horizon];
        var (sum, damping, power) = (1.0, 0.0, 1.0);
        for (var h = 0; h < horizon; h++)
        {
            if (h > 0)
            {
                power *= _parameters.Phi;
                damping += power;
                var weight = _parameters.Alpha + (_parameters.Beta * damping) + (Model.Season != 'N' && h % _season == 0 ? _parameters.Gamma : 0);
                sum += weight * weight;
            }

            deviation[h] = Math.Sqrt(_variance * sum);
        }

        return deviation;
    }

    private double[] Simulate(int horizon, int seed)
    {
        var random = new Random(seed);
        var sums = new double[horizon];
        var squares = new double[horizon];
        var deviation = Math.Sqrt(_variance);
        for (var path = 0; path < SimulatedPaths; path++)
        {
            var state = _end.Copy();
            for (var h = 0; h < horizon; h++)
            {
                var expected = state.Expected(Model, _parameters, _series.Length + h);
                var value = expected * (1 + Math.Max(-0.99, deviation * Normal(random)));
                sums[h] += value;
                squares[h] += value * value;
                state.Update(Model, _parameters, _series.Length + h, value, expected);
            }
        }

        return [.. sums.Select((sum, h) => Math.Sqrt(Math.Max(0, (squares[h] - (sum * sum / SimulatedPaths)) / (SimulatedPaths - 1))))];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
