using Guanxi.Science.Common;

namespace Guanxi.Science.Forecasting;

/// <summary>Errors of forecasts against what happened (Hyndman and Koehler 2006). Percentages are null where an actual value is zero.</summary>
/// <param name="Mae">Mean absolute error.</param>
/// <param name="Rmse">Root of the mean squared error.</param>
/// <param name="Mape">Mean of 100·|a − f| / |a|.</param>
/// <param name="Smape">Mean of 200·|a − f| / (|a| + |f|), 0 where both are zero.</param>
/// <param name="Mase">Mean absolute error over that of the seasonal naive method within the training series; null when that is zero or the series too short.</param>
public sealed record ForecastErrors(double Mae, double Rmse, double? Mape, double Smape, double? Mase)
{
    /// <summary>Errors of one forecast.</summary>
    /// <param name="training">What the method saw, for the scale of MASE.</param>
    /// <param name="season">Periods in a season, 1 for none.</param>
    /// <exception cref="UnsuitableDataException">There is nothing to compare.</exception>
    public static ForecastErrors Of(IReadOnlyList<double> actual, IReadOnlyList<double> forecast, IReadOnlyList<double> training, int season)
    {
        var count = Math.Min(actual.Count, forecast.Count);
        if (count == 0)
        {
            throw new UnsuitableDataException("There is no actual value to compare the forecast with.");
        }

        double absolute = 0, squared = 0, percent = 0, symmetric = 0;
        var hasZero = false;
        for (var i = 0; i < count; i++)
        {
            var error = Math.Abs(actual[i] - forecast[i]);
            absolute += error;
            squared += error * error;
            hasZero |= actual[i] == 0;
            percent += actual[i] == 0 ? 0 : 100 * error / Math.Abs(actual[i]);
            var size = Math.Abs(actual[i]) + Math.Abs(forecast[i]);
            symmetric += size == 0 ? 0 : 200 * error / size;
        }

        var scale = 0.0;
        for (var t = season; t < training.Count; t++)
        {
            scale += Math.Abs(training[t] - training[t - season]);
        }

        scale /= Math.Max(1, training.Count - season);
        return new ForecastErrors(absolute / count, Math.Sqrt(squared / count), hasZero ? null : percent / count, symmetric / count, scale > 0 ? absolute / count / scale : null);
    }
}
