namespace Guanxi.Science.Forecasting;

/// <summary>A forecast of the next values of a series.</summary>
/// <param name="Method">The method that made it.</param>
/// <param name="Mean">Point forecasts, one a period.</param>
/// <param name="StandardDeviation">Standard deviation of the forecast error of each period, taken as normal for the intervals.</param>
/// <param name="Parameters">Fitted parameters by their names in the literature (alpha, beta, gamma, phi …).</param>
/// <param name="Note">A sentence on a choice made or a limit met; null when there is nothing to say.</param>
public sealed record Forecast(string Method, IReadOnlyList<double> Mean, IReadOnlyList<double> StandardDeviation, IReadOnlyDictionary<string, double> Parameters, string? Note = null)
{
    private const double Normal80 = 1.2815515655446004;
    private const double Normal95 = 1.959963984540054;

    /// <summary>Whether the search for the parameters came to rest; true where there is nothing to search for.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>Bounds that hold the value with 80 % probability if the model is right.</summary>
    public IReadOnlyList<double> Lower80 => Bound(-Normal80);

    /// <inheritdoc cref="Lower80"/>
    public IReadOnlyList<double> Upper80 => Bound(Normal80);

    /// <summary>Bounds that hold the value with 95 % probability if the model is right.</summary>
    public IReadOnlyList<double> Lower95 => Bound(-Normal95);

    /// <inheritdoc cref="Lower95"/>
    public IReadOnlyList<double> Upper95 => Bound(Normal95);

    private double[] Bound(double deviations) => [.. Mean.Zip(StandardDeviation, (mean, deviation) => mean + (deviations * deviation))];
}
