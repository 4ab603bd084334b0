using Guanxi.Science.LifetimeValue;
using static Guanxi.Science.Tests.LifetimeValue.Published;

namespace Guanxi.Science.Tests.LifetimeValue;

public sealed class ParetoNbdTests
{
    private static readonly ParetoNbd Paper = new(0.553, 10.578, 0.606, 11.669);

    [Fact]
    public void Fit_of_the_cdnow_customers_matches_the_paper()
    {
        var fit = ParetoNbd.Fit(Cdnow());

        Close(0.553, fit.Model.R);
        Close(10.578, fit.Model.Alpha);
        Close(0.606, fit.Model.S);
        Close(11.669, fit.Model.Beta);
        Assert.True(fit.Converged, fit.Warning);
        Assert.InRange(fit.LogLikelihood, -9594.9839, -9594.97);
        double[] published = [0.0476264, 0.8427222, 0.1872594, 6.2105448];
        for (var i = 0; i < 4; i++)
        {
            Close(published[i], fit.Parameters[i].StandardError!.Value);
        }

        Close(1665.53, Cdnow().Sum(customer => fit.Model.ConditionalExpectation(customer, 39)), 1e-4);
        Assert.Equal(fit.LogLikelihood, Cdnow().Sum(customer => fit.Model.LogLikelihood(customer)), 6);
    }

    [Fact]
    public void A_heavy_buyer_matches_the_published_figures()
    {
        var customer = new PurchaseSummary(26, 30.86, 31);

        Close(25.46, Paper.ConditionalExpectation(customer, 52), 0.001);
        Close(0.9979, Paper.ProbabilityAlive(customer), 0.0001);
    }

    [Fact]
    public void Expected_purchases_match_the_published_ones()
    {
        double[] published = [0.05077821, 0.09916088, 0.14542507, 0.18979930, 0.23247466, 0.27361274, 0.31335159, 0.35181024, 0.38909211];
        for (var t = 1; t <= 9; t++)
        {
            Assert.Equal(published[t - 1], Paper.Expectation(t), 0.01);
        }
    }

    [Fact]
    public void Likelihood_stays_finite_for_four_hundred_purchases()
    {
        var extreme = new ParetoNbd(10.465, 0.00798565181, 3.0516, 2.820);
        foreach (var x in (int[])[1, 10, 100, 400, 2000])
        {
            foreach (var customer in (PurchaseSummary[])[new(x, 1, 52), new(x, 51.9, 52), new(x, 52, 52)])
            {
                var value = extreme.LogLikelihood(customer);
                Assert.True(double.IsFinite(value), $"x = {x}, t_x = {customer.Recency}");
                Assert.InRange(extreme.ProbabilityAlive(customer), 0, 1);
            }
        }

        Span<double> means = stackalloc double[4];
        for (var x = 0; x <= 400; x++)
        {
            Assert.InRange(ParetoNbdIntegral.Log(extreme.R + x, extreme.Alpha, extreme.S, extreme.Beta, 5, 6, means), -1e4, 0);
        }

        var (alive, gone) = (extreme.ProbabilityAlive(new(400, 52, 52)), extreme.ProbabilityAlive(new(400, 20, 52)));
        Assert.Equal(1, alive);
        Assert.True(gone < 1e-12);
    }

    [Fact]
    public void Probabilities_sum_to_one_and_have_the_expected_mean()
    {
        Assert.Equal(1, Enumerable.Range(0, 200).Sum(x => Paper.Probability(x, 39)), 7);
        Close(Paper.Expectation(39), Enumerable.Range(0, 200).Sum(x => x * Paper.Probability(x, 39)), 1e-5);
    }

    [Fact]
    public void Discounted_transactions_equal_the_discounted_stream()
    {
        var customer = new PurchaseSummary(2, 30.43, 38.86);
        const double rate = 0.0027;
        double sum = 0, before = 0;
        for (var week = 1; week <= 8000; week++)
        {
            var now = Paper.ConditionalExpectation(customer, week);
            sum += (now - before) * Math.Exp(-rate * (week - 0.5));
            before = now;
        }

        Close(sum, Paper.DiscountedExpectedTransactions(customer, rate), 1e-3);
    }
}
