using Guanxi.Insight.Value;

namespace Guanxi.Tests.Insight.Value;

/// <summary>What satisfaction and trust are made of, and what they do to a class.</summary>
public sealed class FeelingsTests
{
    private static readonly ValueSettings Rules = new() { SatisfactionWorst = 1, SatisfactionBest = 5, TrustWorst = 5, TrustBest = 1 };

    [Theory]
    [InlineData(3, 0, 50)]
    [InlineData(3, 1, 30)]
    [InlineData(9, 0, 100)]
    [InlineData(1, 3, 0)]
    [InlineData(double.NaN, 0, double.NaN)]
    [InlineData(double.NaN, 2, 60)]
    [InlineData(double.NaN, 9, 0)]
    public void Satisfaction_is_the_field_on_its_scale_less_complaints_and_silence_is_no_satisfaction(double field, double complaints, double score) =>
        Assert.Equal(score, CustomerFeelings.SatisfactionOf(field, complaints, Rules), 9);

    [Theory]
    [InlineData(1, double.NaN, 100)]
    [InlineData(double.NaN, 0, 100)]
    [InlineData(double.NaN, -3, 100)]
    [InlineData(double.NaN, 30, 50)]
    [InlineData(5, 0, 50)]
    [InlineData(double.NaN, double.NaN, double.NaN)]
    public void Trust_is_the_mean_of_the_field_and_of_how_late_is_paid(double field, double late, double score) =>
        Assert.Equal(score, CustomerFeelings.TrustOf(field, late, Rules), 9);

    [Theory]
    [InlineData(0.9, 90, 90, double.NaN, double.NaN, "important")]
    [InlineData(0.9, 90, 90, 59, double.NaN, "major")]
    [InlineData(0.9, 90, 90, double.NaN, 59, "major")]
    [InlineData(0.9, 90, 90, 39, double.NaN, "risk")]
    [InlineData(0.9, 90, 90, double.NaN, 39, "risk")]
    [InlineData(0.4, 90, 90, 100, 100, "risk")]
    [InlineData(0.9, 90, 10, 100, 100, "general")]
    [InlineData(0.9, 10, 90, 100, 100, "major")]
    public void A_class_goes_by_profit_loyalty_satisfaction_and_trust(double alive, double loyalty, double profit, double satisfaction, double trust, string expected) =>
        Assert.Equal(expected, Standing.Classes[Standing.ClassOf(alive, loyalty, profit, satisfaction, trust, new ValueSettings())]);
}
