using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;
using static Guanxi.Science.Tests.LifetimeValue.Published;

namespace Guanxi.Science.Tests.LifetimeValue;

public sealed class BgNbdTests
{
    private static readonly BgNbd Paper = new(0.243, 4.414, 0.793, 2.426);

    [Fact]
    public void Fit_of_the_cdnow_customers_matches_the_paper()
    {
        var fit = BgNbd.Fit(Cdnow());

        Close(0.243, fit.Model.R);
        Close(4.414, fit.Model.Alpha);
        Close(0.793, fit.Model.A);
        Close(2.426, fit.Model.B);
        Assert.True(fit.Converged, fit.Warning);
        Assert.InRange(fit.LogLikelihood, -9582.4266, -9582.42);
        Assert.All(fit.LogLikelihoodByStart, value => Assert.Equal(fit.LogLikelihood, value, 3));
        Assert.All(fit.Parameters, parameter => Assert.InRange(parameter.StandardError!.Value, 0.001, 1));
    }

    [Fact]
    public void Log_likelihood_of_single_customers_adds_up_to_that_of_the_fit()
    {
        var customers = Cdnow();
        var fit = BgNbd.Fit(customers);

        Assert.Equal(fit.LogLikelihood, customers.Sum(customer => fit.Model.LogLikelihood(customer)), 6);
    }

    [Fact]
    public void Measuring_time_in_days_only_stretches_alpha()
    {
        var weeks = BgNbd.Fit(Cdnow());
        var days = BgNbd.Fit(Cdnow().Select(c => c with { Recency = c.Recency * 7, Age = c.Age * 7 }).ToArray());

        Close(weeks.Model.R, days.Model.R, 1e-4);
        Close(weeks.Model.Alpha * 7, days.Model.Alpha, 1e-4);
        Close(weeks.Model.A, days.Model.A, 1e-4);
        Close(weeks.Model.B, days.Model.B, 1e-4);
    }

    [Fact]
    public void Expected_purchases_match_the_published_ones()
    {
        Close(1.226, Paper.ConditionalExpectation(new(2, 30.43, 38.86), 39), 0.001);
        double[] horizons = [0.1429, 1, 3, 31.8571, 32, 78];
        double[] published = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576];
        for (var i = 0; i < horizons.Length; i++)
        {
            Close(published[i], Paper.Expectation(horizons[i]));
        }

        var fitted = BgNbd.Fit(Cdnow()).Model;
        Close(1653.42, Cdnow().Sum(customer => fitted.ConditionalExpectation(customer, 39)), 1e-4);
    }

    [Fact]
    public void Probabilities_of_a_number_of_purchases_match_the_published_ones()
    {
        Close(1.07869e-07, Paper.Probability(10, 2), 1e-5);
        Close(0.5737864, Paper.Probability(0, 39), 1e-6);
        double[] published = [0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638, 0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260];
        for (var i = 0; i < published.Length; i++)
        {
            Close(published[i], Paper.Probability(11 + i, 30), 1e-6);
        }

        Assert.Equal(1, Enumerable.Range(0, 400).Sum(x => Paper.Probability(x, 39)), 6);
    }

    [Fact]
    public void A_customer_without_repeat_purchase_is_alive_for_certain() =>
        Assert.Equal(1, Paper.ProbabilityAlive(new(0, 0, 38.86)));

    [Theory]
    [InlineData(0.5, 0.2, 0.4, 0.3, 5)]
    [InlineData(400, 40, 0.8, 402, 52)]
    [InlineData(50, 3, 0.5, 0.6, 100)]
    [InlineData(0.24, 4.4, 1, 2.4, 1000)]
    [InlineData(0.24, 4.4, 0.3, 0.7, 39)]
    [InlineData(3, 1, 0.01, 5, 1e4)]
    public void Expectation_in_closed_form_equals_its_integral(double r, double alpha, double a, double b, double t)
    {
        var process = new BetaGeometricProcess(r, alpha, a, b);

        Close(process.ByQuadrature(t), process.Expectation(t), 1e-6);
    }

    [Fact]
    public void Expected_number_is_the_mean_of_its_distribution()
    {
        var customer = new PurchaseSummary(4, 20, 38.86);

        Close(Paper.ConditionalExpectation(customer, 10), Enumerable.Range(0, 200).Sum(n => n * Paper.ConditionalProbability(customer, n, 10)), 1e-6);
    }

    [Fact]
    public void Discounted_transactions_tend_to_the_expectation_when_discounting_weekly_sums()
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

    [Fact]
    public void Customers_who_never_came_back_are_refused_in_words()
    {
        var refusal = Assert.Throws<UnsuitableDataException>(() => BgNbd.Fit([new(0, 0, 10), new(0, 0, 12)]));

        Assert.Contains("second time", refusal.Message);
    }

    [Fact]
    public void Customers_who_never_drop_out_do_not_pass_as_a_converged_fit()
    {
        var regular = Enumerable.Range(0, 300).Select(i => new PurchaseSummary(10 + (i % 3), 39, 39)).ToArray();

        var fit = BgNbd.Fit(regular);

        Assert.False(fit.Converged);
        Assert.NotNull(fit.Warning);
        Assert.All(fit.Parameters, parameter => Assert.True(double.IsFinite(parameter.Value)));
    }

    [Fact]
    public void A_hundred_thousand_summaries_give_back_the_parameters_they_were_drawn_from()
    {
        var random = new Random(7);
        var customers = new PurchaseSummary[100_000];
        for (var i = 0; i < customers.Length; i++)
        {
            var age = random.Next(1, 730) / 7.0;
            var rate = 0.05 * -Math.Log(1 - random.NextDouble());
            var dropout = 1 - Math.Pow(1 - random.NextDouble(), 1 / 3.0);
            double time = 0, last = 0;
            var x = 0;
            while (true)
            {
                time += -Math.Log(1 - random.NextDouble()) / rate;
                if (time > age)
                {
                    break;
                }

                last = Math.Ceiling(time * 7) / 7;
                x++;
                if (random.NextDouble() < dropout)
                {
                    break;
                }
            }

            customers[i] = new(x, Math.Min(last, age), age);
        }

        var fit = BgNbd.Fit(customers);

        Assert.True(fit.Converged, fit.Warning);
        Close(1, fit.Model.R, 0.1);
        Close(20, fit.Model.Alpha, 0.1);
        Close(3, fit.Model.B / fit.Model.A, 0.2);
    }

    [Fact]
    public void Where_nobody_ever_leaves_a_customer_is_expected_to_buy_at_the_rate_of_all()
    {
        // What a fit runs to on a log of regular buyers; the expectation was a hundredth of it.
        foreach (var a in (double[])[1e-3, 1e-5, 3.73e-7])
        {
            Close(1.9e6 * 26 / 5.5e7, new BetaGeometricProcess(1.9e6, 5.5e7, a, 6.2e7).Expectation(26), 1e-3);
        }

        // With b of an ordinary size the closed form agrees with the quadrature.
        var process = new BetaGeometricProcess(0.243, 4.414, 0.02, 2.426);
        Close(process.Expectation(39), process.ByQuadrature(39), 1e-8);
    }
}
