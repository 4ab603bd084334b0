using Guanxi.Science.LifetimeValue;
using static Guanxi.Science.Tests.LifetimeValue.Published;

namespace Guanxi.Science.Tests.LifetimeValue;

public sealed class MbgNbdTests
{
    [Fact]
    public void Fit_of_the_cdnow_customers_matches_the_published_one()
    {
        var fit = MbgNbd.Fit(Cdnow());

        Close(0.525, fit.Model.R);
        Close(6.183, fit.Model.Alpha);
        Close(0.891, fit.Model.A);
        Close(1.614, fit.Model.B);
        Assert.True(fit.Converged, fit.Warning);
        Assert.InRange(fit.LogLikelihood, -9582.1428, -9582.13);
        Assert.Equal(fit.LogLikelihood, Cdnow().Sum(customer => fit.Model.LogLikelihood(customer)), 6);
    }

    [Fact]
    public void A_customer_without_repeat_purchase_may_be_gone()
    {
        var model = new MbgNbd(0.525, 6.183, 0.891, 1.614);

        Assert.InRange(model.ProbabilityAlive(new(0, 0, 38.86)), 0.1, 0.9);
        Assert.Equal(1, Enumerable.Range(0, 500).Sum(x => model.Probability(x, 39)), 6);
        Close(model.Expectation(39), Enumerable.Range(0, 500).Sum(x => x * model.Probability(x, 39)), 1e-4);
    }
}
