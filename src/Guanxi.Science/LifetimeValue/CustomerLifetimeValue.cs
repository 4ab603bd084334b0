namespace Guanxi.Science.LifetimeValue;

/// <summary>The money side of lifetime value.</summary>
/// <param name="Margin">Share of the amount that remains after the cost of goods, 0…1.</param>
/// <param name="CostPerPurchase">Service and delivery cost of one purchase, in money.</param>
/// <param name="DiscountRate">Discount per unit of time, such as 0.0018 a week for 10 % a year.</param>
/// <param name="Horizon">How far to look, in units of time; null for the whole remaining life.</param>
/// <param name="ReferralsPerPurchase">New customers won by each purchase.</param>
/// <param name="ValueOfReferral">Money a referred customer is worth.</param>
public sealed record ValueTerms(double Margin = 1, double CostPerPurchase = 0, double DiscountRate = 0, double? Horizon = 52, double ReferralsPerPurchase = 0, double ValueOfReferral = 0)
{
    /// <summary>Money left of one purchase: spend × margin − cost + referrals × their value.</summary>
    public double Contribution(double spend) => (spend * Margin) - CostPerPurchase + (ReferralsPerPurchase * ValueOfReferral);

    /// <summary>The rate per unit of time that compounds to the yearly one.</summary>
    public static double PerUnit(double yearly, TimeUnit unit) => Math.Pow(1 + yearly, PurchaseLog.DaysPer(unit) / PurchaseLog.DaysPer(TimeUnit.Year)) - 1;
}

/// <summary>The visible arithmetic behind one customer's value: value = discounted purchases × contribution.</summary>
/// <param name="ProbabilityAlive">P(alive).</param>
/// <param name="ExpectedPurchases">Purchases expected within the horizon, undiscounted; null for the whole remaining life.</param>
/// <param name="DiscountedPurchases">The same, discounted.</param>
/// <param name="ExpectedSpend">Expected amount per purchase.</param>
/// <param name="Contribution">Money left of one purchase: spend × margin − cost + referrals × their value.</param>
/// <param name="Value">Discounted purchases × contribution.</param>
public sealed record CustomerValue(double ProbabilityAlive, double? ExpectedPurchases, double DiscountedPurchases, double ExpectedSpend, double Contribution, double Value);

/// <summary>
/// Customer lifetime value as expected future transactions times expected contribution, with timing and spend independent
/// (Fader, Hardie and Lee 2005, RFM and CLV, eq. 1).
/// </summary>
public static class CustomerLifetimeValue
{
    /// <summary>The value of one customer from now on.</summary>
    /// <param name="model">When the customer buys.</param>
    /// <param name="customer">The customer's history.</param>
    /// <param name="expectedSpend">Expected amount per purchase, such as from <see cref="GammaGamma.ExpectedSpend"/>.</param>
    /// <param name="terms">Margin, cost, discount, horizon.</param>
    public static CustomerValue Of(IPurchaseModel model, in PurchaseSummary customer, double expectedSpend, ValueTerms terms)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(terms);
        var contribution = terms.Contribution(expectedSpend);
        double? expected = terms.Horizon is { } horizon ? model.ConditionalExpectation(customer, horizon) : null;
        var discounted = terms.Horizon is null ? model.DiscountedExpectedTransactions(customer, double.LogP1(terms.DiscountRate)) : Discounted(model, customer, terms, expected!.Value);
        return new CustomerValue(model.ProbabilityAlive(customer), expected, discounted, expectedSpend, contribution, discounted * contribution);
    }

    /// <summary>Splits the horizon into at most 12 pieces and discounts each at its middle: the error is of second order in one piece's discount.</summary>
    private static double Discounted(IPurchaseModel model, in PurchaseSummary customer, ValueTerms terms, double expected)
    {
        if (terms.DiscountRate == 0)
        {
            return expected;
        }

        const int pieces = 12;
        var width = terms.Horizon!.Value / pieces;
        double before = 0, sum = 0;
        for (var piece = 1; piece <= pieces; piece++)
        {
            var now = piece == pieces ? expected : model.ConditionalExpectation(customer, piece * width);
            sum += (now - before) * Math.Pow(1 + terms.DiscountRate, -(piece - 0.5) * width);
            before = now;
        }

        return sum;
    }
}
