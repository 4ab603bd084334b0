using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// BG/NBD: purchases at a Poisson rate λ ~ Gamma(r, α); after each repeat purchase the customer drops out with probability p ~ Beta(a, b).
/// Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2), 275–284.
/// </summary>
/// <param name="R">Shape of the purchase rates.</param>
/// <param name="Alpha">Inverse scale of the purchase rates, in units of time.</param>
/// <param name="A">First parameter of the dropout probabilities.</param>
/// <param name="B">Second parameter of the dropout probabilities.</param>
public sealed record BgNbd(double R, double Alpha, double A, double B) : IPurchaseModel
{
    /// <inheritdoc/>
    public string Name => "BG/NBD";

    /// <summary>Maximum-likelihood estimates from several starts.</summary>
    /// <exception cref="Common.UnsuitableDataException">No customers, no repeat purchase at all, or impossible summaries.</exception>
    public static ModelFit<BgNbd> Fit(IReadOnlyList<PurchaseSummary> customers)
    {
        var (estimate, count) = BetaGeometricLikelihood.Fit(customers, chancesAtStart: 0);
        var p = estimate.Parameters;
        return estimate.ToFit(new BgNbd(p[0], p[1], p[2], p[3]), BetaGeometricLikelihood.Names, count);
    }

    /// <inheritdoc/>
    public double LogLikelihood(in PurchaseSummary customer)
    {
        var k = customer.Frequency;
        var shape = R + customer.Frequency;
        var alive = -shape * Math.Log(Alpha + customer.Age);
        var gone = k == 0 ? double.NegativeInfinity : Math.Log(A / (B + k - 1)) - (shape * Math.Log(Alpha + customer.Recency));
        return LogGamma(shape) - LogGamma(R) + (R * Math.Log(Alpha)) + LogBeta(A, B + k) - LogBeta(A, B) + LogAddExp(alive, gone);
    }

    /// <inheritdoc/>
    /// <remarks>Eq. 7 of the note by Fader, Hardie and Lee; exactly 1 when x = 0.</remarks>
    public double ProbabilityAlive(in PurchaseSummary customer)
    {
        if (customer.Frequency == 0)
        {
            return 1;
        }

        var logOdds = Math.Log(A / (B + customer.Frequency - 1)) + ((R + customer.Frequency) * Math.Log((Alpha + customer.Age) / (Alpha + customer.Recency)));
        return Sigmoid(-logOdds);
    }

    /// <inheritdoc/>
    /// <remarks>Fader, Hardie and Lee (2005), eq. 10.</remarks>
    public double ConditionalExpectation(in PurchaseSummary customer, double horizon) =>
        ProbabilityAlive(customer) * Posterior(customer).Expectation(horizon);

    /// <inheritdoc/>
    public double ConditionalProbability(in PurchaseSummary customer, int purchases, double horizon)
    {
        var alive = ProbabilityAlive(customer);
        return (alive * Posterior(customer).Probability(purchases, horizon)) + (purchases == 0 ? 1 - alive : 0);
    }

    /// <inheritdoc/>
    public double Expectation(double horizon) => new BetaGeometricProcess(R, Alpha, A, B).Expectation(horizon);

    /// <inheritdoc/>
    public double Probability(int purchases, double horizon) => new BetaGeometricProcess(R, Alpha, A, B).Probability(purchases, horizon);

    /// <inheritdoc/>
    public double DiscountedExpectedTransactions(in PurchaseSummary customer, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        return ProbabilityAlive(customer) * Posterior(customer).DiscountedExpectation(rate);
    }

    /// <summary>The customer's own rate and dropout, given the history and that the customer is alive at T.</summary>
    private BetaGeometricProcess Posterior(in PurchaseSummary customer) =>
        new(R + customer.Frequency, Alpha + customer.Age, A, B + customer.Frequency);
}
