using Guanxi.Science.LifetimeValue;
using static Guanxi.Science.Tests.LifetimeValue.Published;

namespace Guanxi.Science.Tests.LifetimeValue;

public sealed class BgBbTests
{
    [Fact]
    public void Fit_of_the_donors_matches_the_paper()
    {
        var fit = BgBb.Fit(Donors());

        Close(1.204, fit.Model.Alpha);
        Close(0.750, fit.Model.Beta);
        Close(0.657, fit.Model.Gamma);
        Close(2.783, fit.Model.Delta);
        Assert.True(fit.Converged, fit.Warning);
        Assert.InRange(fit.LogLikelihood, -33225.5913, -33225.57);
        Assert.Equal(11104, fit.Customers);
    }

    [Fact]
    public void What_the_model_says_of_the_donors_matches_the_published_figures()
    {
        var model = BgBb.Fit(Donors()).Model;

        Assert.Equal(0.11, model.ProbabilityAlive(new(0, 0, 6)), 0.01);
        Assert.Equal(0.59, model.ProbabilityAlive(new(2, 4, 6)), 0.01);
        Assert.Equal(0.93, model.ProbabilityAlive(new(6, 6, 6)), 0.01);
        Close(12884.2, Donors().Sum(donor => donor.Count * model.ConditionalExpectation(donor, 5)), 1e-4);
        Assert.Equal(3454.9, 11104 * model.Probability(0, 6), 0.5);
        Assert.Equal(1253.1, 11104 * model.Probability(6, 6), 0.5);
        Close(model.Expectation(6), Enumerable.Range(0, 7).Sum(x => x * model.Probability(x, 6)), 1e-9);
    }

    [Fact]
    public void Discounted_donations_equal_the_discounted_stream()
    {
        var model = new BgBb(1.204, 0.750, 0.657, 2.783);
        var donor = new OpportunitySummary(2, 4, 6);
        double sum = 0;
        for (var year = 1; year <= 400; year++)
        {
            sum += (model.ConditionalExpectation(donor, year) - model.ConditionalExpectation(donor, year - 1)) / Math.Pow(1.1, year);
        }

        Close(sum, model.DiscountedExpectedTransactions(donor, 0.1), 1e-8);
    }

    [Fact]
    public void Probabilities_of_donations_to_come_add_up_to_one_and_to_the_expectation()
    {
        var model = new BgBb(1.204, 0.750, 0.657, 2.783);
        foreach (var donor in (OpportunitySummary[])[new(0, 0, 6), new(2, 4, 6), new(6, 6, 6)])
        {
            double[] probabilities = [.. Enumerable.Range(0, 6).Select(donations => model.ConditionalProbability(donor, donations, 5))];
            Close(1, probabilities.Sum(), 1e-9);
            Close(model.ConditionalExpectation(donor, 5), probabilities.Select((probability, donations) => donations * probability).Sum(), 1e-9);
        }
    }
}
