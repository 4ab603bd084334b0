namespace Guanxi.Science.LifetimeValue;

/// <summary>One estimated parameter under its name in the paper.</summary>
/// <param name="Name">Name in the paper, such as <c>r</c> or <c>alpha</c>.</param>
/// <param name="Value">Maximum-likelihood estimate.</param>
/// <param name="StandardError">From the inverse Hessian by the delta method; null when the Hessian cannot be inverted.</param>
public sealed record ParameterEstimate(string Name, double Value, double? StandardError);

/// <summary>A model with the evidence for it.</summary>
/// <param name="Model">The fitted model.</param>
/// <param name="Parameters">Estimates in the order of the paper.</param>
/// <param name="LogLikelihood">Log-likelihood at the estimates, in the units of the data.</param>
/// <param name="Converged">Whether the estimates are an interior maximum.</param>
/// <param name="Warning">Why the fit must not be trusted; null when it converged.</param>
/// <param name="Customers">Customers behind the fit, counts included.</param>
/// <param name="LogLikelihoodByStart">Where each start ended; equal values speak for a global maximum. Beyond 40,000 distinct summaries the starts run on an even sample, whose likelihood is scaled up.</param>
public sealed record ModelFit<TModel>(
    TModel Model,
    IReadOnlyList<ParameterEstimate> Parameters,
    double LogLikelihood,
    bool Converged,
    string? Warning,
    long Customers,
    IReadOnlyList<double> LogLikelihoodByStart)
    where TModel : class
{
    /// <summary>Akaike's information criterion, 2k − 2 ln L.</summary>
    public double AkaikeCriterion => (2 * Parameters.Count) - (2 * LogLikelihood);

    /// <summary>Bayes' information criterion, k ln n − 2 ln L.</summary>
    public double BayesCriterion => (Parameters.Count * Math.Log(Customers)) - (2 * LogLikelihood);
}
