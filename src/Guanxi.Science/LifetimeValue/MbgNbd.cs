using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// MBG/NBD: as BG/NBD, but a customer may also drop out right after the first purchase, so that one without repeat purchases is not alive for certain.
/// Batislam, Denizel and Filiztekin (2007), Empirical validation and comparison of models for customer base analysis, IJRM 24, 201–209.
/// </summary>
/// <param name="R">Shape of the purchase rates.</param>
/// <param name="Alpha">Inverse scale of the purchase rates, in units of time.</param>
/// <param name="A">First parameter of the dropout probabilities.</param>
/// <param name="B">Second parameter of the dropout probabilities.</param>
public sealed record MbgNbd(double R, double Alpha, double A, double B) : IPurchaseModel
{
    /// <inheritdoc/>
    public string Name => "MBG/NBD";

    /// <summary>Maximum-likelihood estimates from several starts.</summary>
    /// <exception cref="Common.UnsuitableDataException">No customers, no repeat purchase at all, or impossible summaries.</exception>
    public static ModelFit<MbgNbd> Fit(IReadOnlyList<PurchaseSummary> customers)
    {
        var (estimate, count) = BetaGeometricLikelihood.Fit(customers, chancesAtStart: 1);
        var p = estimate.Parameters;
        return estimate.ToFit(new MbgNbd(p[0], p[1], p[2], p[3]), BetaGeometricLikelihood.Names, count);
    }

    /// <inheritdoc/>
    public double LogLikelihood(in PurchaseSummary customer)
    {
        var k = customer.Frequency + 1;
        var shape = R + customer.Frequency;
        var alive = -shape * Math.Log(Alpha + customer.Age);
        var gone = k == 0 ? double.NegativeInfinity : Math.Log(A / (B + k - 1)) - (shape * Math.Log(Alpha + customer.Recency));
        return LogGamma(shape) - LogGamma(R) + (R * Math.Log(Alpha)) + LogBeta(A, B + k) - LogBeta(A, B) + LogAddExp(alive, gone);
    }

    /// <inheritdoc/>
    /// <remarks>Batislam, Denizel and Filiztekin (2007), eq. 5.</remarks>
    public double ProbabilityAlive(in PurchaseSummary customer)
    {
        var logOdds = Math.Log(A / (B + customer.Frequency)) + ((R + customer.Frequency) * Math.Log((Alpha + customer.Age) / (Alpha + customer.Recency)));
        return Sigmoid(-logOdds);
    }

    /// <inheritdoc/>
    /// <remarks>Batislam, Denizel and Filiztekin (2007), eq. 6.</remarks>
    public double ConditionalExpectation(in PurchaseSummary customer, double horizon) =>
        ProbabilityAlive(customer) * Posterior(customer).Expectation(horizon);

    /// <inheritdoc/>
    public double ConditionalProbability(in PurchaseSummary customer, int purchases, double horizon)
    {
        var alive = ProbabilityAlive(customer);
        return (alive * Posterior(customer).Probability(purchases, horizon)) + (purchases == 0 ? 1 - alive : 0);
    }

    /// <inheritdoc/>
    /// <remarks>The first chance to drop out, survived with probability b/(a+b), leaves p ~ Beta(a, b + 1).</remarks>
    public double Expectation(double horizon) => B / (A + B) * new BetaGeometricProcess(R, Alpha, A, B + 1).Expectation(horizon);

    /// <inheritdoc/>
    public double Probability(int purchases, double horizon) =>
        (B / (A + B) * new BetaGeometricProcess(R, Alpha, A, B + 1).Probability(purchases, horizon)) + (purchases == 0 ? A / (A + B) : 0);

    /// <inheritdoc/>
    public double DiscountedExpectedTransactions(in PurchaseSummary customer, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        return ProbabilityAlive(customer) * Posterior(customer).DiscountedExpectation(rate);
    }

    /// <summary>The customer's own rate and dropout, given the history and that the customer is alive at T.</summary>
    private BetaGeometricProcess Posterior(in PurchaseSummary customer) =>
        new(R + customer.Frequency, Alpha + customer.Age, A, B + customer.Frequency + 1);
}
