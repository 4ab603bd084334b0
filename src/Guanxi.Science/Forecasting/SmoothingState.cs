using System.Runtime.InteropServices;

namespace Guanxi.Science.Forecasting;

/// <summary>Smoothing parameters of a model of the family ETS.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmoothingParameters(double Alpha, double Beta, double Gamma, double Phi);

/// <summary>Level, trend and season at a moment. The season of period t stands at t modulo its length.</summary>
internal sealed class SmoothingState(double level, double trend, double[] season)
{
    public double Level { get; set; } = level;

    public double Trend { get; set; } = trend;

    public IReadOnlyList<double> Season => season;

    public void CopySeason(Span<double> to) => season.CopyTo(to);

    public void Shift(int place, double by) => season[place] += by;

    /// <summary>First guess: season by decomposition, level and trend by a line through the first values without season.</summary>
    public static SmoothingState Initial(double[] series, int season, SmoothingModel model)
    {
        double[] figure = [];
        var adjusted = series;
        if (model.Season != 'N')
        {
            var decomposition = Decomposition.Of(series, season, model.Season == 'M');
            figure = model.Season == 'M' ? [.. decomposition.Season.Select(value => Math.Max(value, 1e-2))] : decomposition.Season;
            adjusted = decomposition.Adjusted(series);
        }

        var (intercept, slope) = HoltWinters.Line(adjusted.AsSpan(0, Math.Min(adjusted.Length, Math.Max(10, season))));
        return model.Trend ? new SmoothingState(intercept, slope, figure) : new SmoothingState(adjusted.Take(Math.Max(10, season)).Average(), 0, figure);
    }

    public SmoothingState Copy() => new(Level, Trend, [.. season]);

    public double Expected(SmoothingModel model, SmoothingParameters parameters, int t)
    {
        var basis = Level + (parameters.Phi * Trend);
        return model.Season switch
        {
            'A' => basis + season[t % season.Length],
            'M' => basis * season[t % season.Length],
            _ => basis,
        };
    }

    /// <summary>Moves one period on, in the error-correction form of table 2.2 and 2.3.</summary>
    public void Update(SmoothingModel model, SmoothingParameters parameters, int t, double value, double expected)
    {
        var error = value - expected;
        var basis = Level + (parameters.Phi * Trend);
        var place = season.Length > 0 ? t % season.Length : 0;
        if (model.Season == 'M')
        {
            var figure = season[place];
            season[place] = figure + (parameters.Gamma * error / basis);
            error /= figure;
        }
        else if (model.Season == 'A')
        {
            season[place] += parameters.Gamma * error;
        }

        Level = basis + (parameters.Alpha * error);
        Trend = (parameters.Phi * Trend) + (parameters.Beta * error);
    }
}
