using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Science.Tests.Scoring;

/// <summary>Remission times of leukaemia patients (Freireich et al. 1963; Gehan 1965), the textbook example of both methods.</summary>
public sealed class SurvivalTests
{
    private static readonly SurvivalTime[] Treated =
    [
        .. ((double[])[6, 6, 6, 7, 10, 13, 16, 22, 23]).Select(time => new SurvivalTime(time, true)),
        .. ((double[])[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]).Select(time => new SurvivalTime(time, false)),
    ];

    private static readonly SurvivalTime[] Placebo =
        [.. ((double[])[1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]).Select(time => new SurvivalTime(time, true))];

    [Fact]
    public void Survival_of_the_treated_is_that_of_the_textbook()
    {
        var curve = SurvivalCurve.Of(Treated);

        Assert.Equal([6, 7, 10, 13, 16, 22, 23], curve.Steps.Select(step => step.Time));
        Assert.Equal([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], curve.Steps.Select(step => Math.Round(step.Survival, 3)));
        Assert.Equal(0.0764, curve.Steps[0].StandardError, 4);
        Assert.Equal(23, curve.MedianTime);
        Assert.Equal(1, curve.At(5.9));
        Assert.All(curve.Steps, step => Assert.True(step.Lower < step.Survival && step.Survival < step.Upper));
    }

    [Fact]
    public void Hazard_ratio_of_placebo_is_that_of_the_textbook()
    {
        var table = new FeatureTable([new NumberColumn("placebo", [.. Treated.Select(_ => 0.0), .. Placebo.Select(_ => 1.0)])]);

        var fit = CoxRegression.Fit(table, [.. Treated, .. Placebo]);

        Assert.True(fit.Converged, fit.Warning);
        Assert.Equal(1.5721, fit.Terms[0].Coefficient, 4);
        Assert.Equal(0.4124, fit.Terms[0].StandardError!.Value, 4);
        Assert.InRange(fit.Concordance, 0.65, 0.72);
        Assert.InRange(fit.Survival(0, 10), fit.Survival(1, 10), fit.Survival(-1, 10));
    }

    /// <summary>R's <c>survdiff</c> prints for the same: N 21 and 21, observed 9 and 21, expected 19.3 and 10.7, chisq 16.8 on 1 degree of freedom, p = 4e-05.</summary>
    [Fact]
    public void The_groups_differ_as_the_log_rank_test_of_the_textbook_says()
    {
        var test = LogRankTest.Of([Treated, Placebo]);

        Assert.Equal([9, 21], test.Observed);
        Assert.Equal([19.25, 10.75], test.Expected.Select(expected => Math.Round(expected, 2)));
        Assert.Equal(16.793, test.ChiSquare, 3);
        Assert.InRange(test.Probability, 4.1e-5, 4.3e-5);
        Assert.Equal(1, LogRankTest.Of([Treated, Treated, Treated]).Probability, 9);
        Assert.Throws<UnsuitableDataException>(() => LogRankTest.Of([Treated]));
        Assert.Throws<UnsuitableDataException>(() => LogRankTest.Of([[new(1, false)], [new(2, false)]]));
    }

    [Fact]
    public void A_group_without_events_is_named()
    {
        var table = new FeatureTable([new NumberColumn("x", [.. Enumerable.Range(0, 40).Select(i => (double)(i % 2))])]);
        var times = Enumerable.Range(0, 40).Select(i => new SurvivalTime(1 + i, i % 2 == 1)).ToArray();

        var fit = CoxRegression.Fit(table, times);

        Assert.False(fit.Converged);
        Assert.True(double.IsFinite(fit.Terms[0].Coefficient));
    }

    [Fact]
    public void No_event_yet_is_refused_in_words() =>
        Assert.Contains("No event", Assert.Throws<UnsuitableDataException>(() => CoxRegression.Fit(new FeatureTable([new NumberColumn("x", [1, 2])]), [new(1, false), new(2, false)])).Message);
}
