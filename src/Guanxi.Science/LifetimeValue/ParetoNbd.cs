using Guanxi.Science.Common;
using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.LifetimeValue;

/// <summary>
/// Pareto/NBD: purchases at a Poisson rate λ ~ Gamma(r, α) until an exponential lifetime with rate μ ~ Gamma(s, β) ends.
/// Schmittlein, Morrison and Colombo (1987), Counting Your Customers, Management Science 33(1), 1–24.
/// </summary>
/// <param name="R">Shape of the purchase rates.</param>
/// <param name="Alpha">Inverse scale of the purchase rates, in units of time.</param>
/// <param name="S">Shape of the dropout rates.</param>
/// <param name="Beta">Inverse scale of the dropout rates, in units of time.</param>
public sealed record ParetoNbd(double R, double Alpha, double S, double Beta) : IPurchaseModel
{
    /// <inheritdoc/>
    public string Name => "Pareto/NBD";

    /// <summary>Maximum-likelihood estimates from several starts.</summary>
    /// <exception cref="UnsuitableDataException">No customers, no repeat purchase at all, or impossible summaries.</exception>
    public static ModelFit<ParetoNbd> Fit(IReadOnlyList<PurchaseSummary> customers)
    {
        var (estimate, count) = ParetoNbdLikelihood.Fit(customers);
        var p = estimate.Parameters;
        return estimate.ToFit(new ParetoNbd(p[0], p[1], p[2], p[3]), ParetoNbdLikelihood.Names, count);
    }

    /// <inheritdoc/>
    public double LogLikelihood(in PurchaseSummary customer)
    {
        var (alive, gone) = Branches(customer);
        return LogGamma(R + customer.Frequency) - LogGamma(R) + (R * Math.Log(Alpha)) + (S * Math.Log(Beta)) + LogAddExp(alive, gone);
    }

    /// <inheritdoc/>
    /// <remarks>Fader and Hardie (2005), A Note on Deriving the Pareto/NBD Model, eq. 18, in the integral form of the likelihood.</remarks>
    public double ProbabilityAlive(in PurchaseSummary customer)
    {
        var (alive, gone) = Branches(customer);
        return Sigmoid(alive - gone);
    }

    /// <inheritdoc/>
    /// <remarks>Fader and Hardie (2005), eq. 22.</remarks>
    public double ConditionalExpectation(in PurchaseSummary customer, double horizon) => ProbabilityAlive(customer) * Posterior(customer).Expectation(horizon);

    /// <inheritdoc/>
    public double ConditionalProbability(in PurchaseSummary customer, int purchases, double horizon)
    {
        var alive = ProbabilityAlive(customer);
        return (alive * Posterior(customer).Probability(purchases, horizon)) + (purchases == 0 ? 1 - alive : 0);
    }

    /// <inheritdoc/>
    /// <remarks>rβ/(α(s−1)) [1 − (β/(β+t))^(s−1)]; Fader and Hardie (2005), eq. 17. s = 1 is a removable singularity.</remarks>
    public double Expectation(double horizon)
    {
        if (horizon <= 0)
        {
            return 0;
        }

        var log = double.LogP1(horizon / Beta);
        var lifetime = Math.Abs(S - 1) < 1e-9 ? log : -double.ExpM1(-(S - 1) * log) / (S - 1);
        return R * Beta / Alpha * lifetime;
    }

    /// <inheritdoc/>
    /// <remarks>P(alive at t)·P(x | λ, t) plus the integral over the moment of dropout; Fader and Hardie (2006), Deriving an Expression for P(X(t) = x) Under the Pareto/NBD Model.</remarks>
    public double Probability(int purchases, double horizon)
    {
        if (purchases < 0)
        {
            return 0;
        }

        if (horizon <= 0)
        {
            return purchases == 0 ? 1 : 0;
        }

        var alive = Math.Exp(LogNegativeBinomial(purchases, horizon, R, Alpha) - (S * double.LogP1(horizon / Beta)));
        var (nodes, weights) = Quadrature.GaussLegendre(24);
        // In ln(m+u), m the smaller of α and β, the integrand is smooth on every scale the parameters set.
        var smaller = Math.Min(Alpha, Beta);
        var length = double.LogP1(horizon / smaller);
        var panels = Math.Max(4, (int)Math.Ceiling(length)) + (purchases / 20);
        double gone = 0;
        for (var panel = 0; panel < panels; panel++)
        {
            for (var i = 0; i < nodes.Length; i++)
            {
                var u = smaller * double.ExpM1((panel + nodes[i]) * length / panels);
                var log = LogNegativeBinomial(purchases, u, R, Alpha) + Math.Log(S / (Beta + u)) - (S * double.LogP1(u / Beta)) + Math.Log(smaller + u);
                gone += weights[i] * Math.Exp(log);
            }
        }

        return alive + (gone * length / panels);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// P(alive)·(r+x)/(α+T)·E[1/(μ+δ)], the form of Fader, Hardie and Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base
    /// Analysis, J. Marketing Research 42(4), eq. 4, with E[1/(μ+δ)] = (β+T)ˢ δ^(s−1) Ψ(s, s; δ(β+T)) written as an integral.
    /// </remarks>
    public double DiscountedExpectedTransactions(in PurchaseSummary customer, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        var age = customer.Age;
        var lifetime = Quadrature.HalfLine(u => Math.Exp((-rate * u) - (S * double.LogP1(u / (Beta + age)))), Math.Min(1 / rate, Beta + age));
        return ProbabilityAlive(customer) * (R + customer.Frequency) / (Alpha + age) * lifetime;
    }

    /// <summary>The customer's own rates, given the history and that the customer is alive at T.</summary>
    private ParetoNbd Posterior(in PurchaseSummary customer) => new(R + customer.Frequency, Alpha + customer.Age, S, Beta + customer.Age);

    /// <summary>Logarithms of the two ways to the history: still alive at T, or gone in (t_x, T).</summary>
    private (double Alive, double Gone) Branches(in PurchaseSummary customer)
    {
        Span<double> means = stackalloc double[4];
        var shape = R + customer.Frequency;
        var alive = (-shape * Math.Log(Alpha + customer.Age)) - (S * Math.Log(Beta + customer.Age));
        return (alive, ParetoNbdIntegral.Log(shape, Alpha, S, Beta, customer.Recency, customer.Age, means));
    }
}
