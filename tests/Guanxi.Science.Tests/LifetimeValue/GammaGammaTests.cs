using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;
using static Guanxi.Science.Tests.LifetimeValue.Published;

namespace Guanxi.Science.Tests.LifetimeValue;

public sealed class GammaGammaTests
{
    [Fact]
    public void Fit_of_the_cdnow_spend_matches_the_note()
    {
        var fit = GammaGamma.Fit(CdnowSpend());

        Close(6.25, fit.Model.P);
        Close(3.74, fit.Model.Q);
        Close(15.44, fit.Model.V);
        Assert.True(fit.Converged, fit.Warning);
        Assert.Equal(946, fit.Customers);
        Assert.InRange(fit.LogLikelihood, -4055.9332, -4055.91);
        Close(35.1710, fit.Model.MeanSpend!.Value, 1e-4);
    }

    [Fact]
    public void Expected_spend_of_the_first_customers_matches_the_note()
    {
        var model = GammaGamma.Fit(CdnowSpend()).Model;
        double[] published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17];

        Assert.Equal(published, CdnowSpend().Take(10).Select(customer => model.ExpectedSpend(customer)!.Value), (a, b) => Math.Abs(a - b) < 0.1);
    }

    [Fact]
    public void Equal_spend_everywhere_is_refused_in_words() =>
        Assert.Contains("exactly 5", Assert.Throws<UnsuitableDataException>(() => GammaGamma.Fit([new(1, 5), new(3, 5)])).Message);
}
