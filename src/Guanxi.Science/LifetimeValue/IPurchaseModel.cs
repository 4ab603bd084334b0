namespace Guanxi.Science.LifetimeValue;

/// <summary>A continuous-time model of when customers buy and when they stop. All times are in the unit of the summaries it was fitted to.</summary>
public interface IPurchaseModel
{
    /// <summary>The model's usual name, such as <c>BG/NBD</c>.</summary>
    string Name { get; }

    /// <summary>ln of the probability density of one customer's history.</summary>
    double LogLikelihood(in PurchaseSummary customer);

    /// <summary>P(alive | x, t_x, T): the probability that the customer has not dropped out by T.</summary>
    double ProbabilityAlive(in PurchaseSummary customer);

    /// <summary>E[Y(t) | x, t_x, T]: expected purchases in (T, T + t].</summary>
    double ConditionalExpectation(in PurchaseSummary customer, double horizon);

    /// <summary>P(Y(t) = n | x, t_x, T): probability of exactly <paramref name="purchases"/> in (T, T + t].</summary>
    double ConditionalProbability(in PurchaseSummary customer, int purchases, double horizon);

    /// <summary>E[X(t)]: expected repeat purchases of a customer picked at random, in t after the first purchase.</summary>
    double Expectation(double horizon);

    /// <summary>P(X(t) = x) for a customer picked at random, in t after the first purchase.</summary>
    double Probability(int purchases, double horizon);

    /// <summary>
    /// Discounted expected residual transactions, ∫₀^∞ e^(−δt) dE[Y(t) | x, t_x, T], with the continuous rate δ per unit of time.
    /// </summary>
    double DiscountedExpectedTransactions(in PurchaseSummary customer, double rate);
}
