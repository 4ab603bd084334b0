using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;
using static Guanxi.Science.Tests.LifetimeValue.Published;

namespace Guanxi.Science.Tests.LifetimeValue;

public sealed class PurchaseLogTests
{
    private static readonly DateOnly CalibrationEnd = new(1997, 9, 30);

    private static CalibrationSplit Cdnow() => PurchaseLog.Split(
        SharedData.Rows("clv_cdnow/cdnowElog.csv").Select(row => new Purchase(row[1], DateOnly.ParseExact(row[2], "yyyyMMdd"), Number(row[4]))),
        CalibrationEnd);

    [Fact]
    public void The_log_of_cdnow_gives_the_summaries_that_were_published()
    {
        var published = SharedData.Rows("clv_cdnow/cdnowSummary_cbs_with_holdout.csv").ToArray();
        var split = Cdnow();
        var customers = split.Customers.OrderBy(customer => int.Parse(customer.Customer)).ToArray();

        Assert.Equal(2357, customers.Length);
        Assert.Equal(39, split.HoldoutLength);
        for (var i = 0; i < customers.Length; i++)
        {
            Assert.Equal(int.Parse(published[i][0]), customers[i].Summary.Frequency);
            Assert.Equal(Number(published[i][1]), customers[i].Summary.Recency, 6);
            Assert.Equal(Number(published[i][2]), customers[i].Summary.Age, 6);
            Assert.Equal(int.Parse(published[i][3]), customers[i].HoldoutPurchases);
        }
    }

    [Fact]
    public void Every_model_beats_the_rules_of_thumb_on_the_cdnow_holdout()
    {
        var split = Cdnow();
        var summaries = split.Customers.Select(customer => customer.Summary).ToArray();
        foreach (var model in (IPurchaseModel[])[BgNbd.Fit(summaries).Model, MbgNbd.Fit(summaries).Model, ParetoNbd.Fit(summaries).Model])
        {
            var report = Holdout.Evaluate(model, split);

            Assert.True(report.Model.RootMeanSquaredError < report.Baselines[0].RootMeanSquaredError);
            Assert.True(report.Model.MeanAbsoluteError < report.Baselines.Min(baseline => baseline.MeanAbsoluteError));
            Assert.Equal(1882, report.Model.TotalActual);
            Assert.Empty(report.Findings);
            Assert.Equal(2357, report.ByFrequency.Sum(group => group.Customers));
        }
    }

    [Fact]
    public void Tracking_ends_at_all_repeat_purchases_and_stays_near_them()
    {
        var split = Cdnow();
        var model = BgNbd.Fit(split.Customers.Select(customer => customer.Summary).ToArray()).Model;

        var track = Holdout.Track(model, split);

        Assert.Equal(77, track.Count);
        var last = track[^1];
        Assert.Equal(split.Customers.Sum(customer => customer.PurchaseDays.Skip(1).Count(day => day <= new DateOnly(1997, 1, 1).AddDays(7 * 77))), last.CumulativeActual);
        Assert.InRange(last.CumulativeExpected / last.CumulativeActual, 0.9, 1.1);
    }

    [Fact]
    public void Two_purchases_on_a_day_are_one_and_a_return_is_none()
    {
        var day = new DateOnly(2026, 1, 1);
        var split = PurchaseLog.Split(
        [
            new("王芳", day, 100), new("王芳", day, 20), new("王芳", day.AddDays(7), 50), new("王芳", day.AddDays(10), -30), new("王芳", day.AddDays(400), 10),
            new("李伟", day.AddDays(30), 5),
        ],
            day.AddDays(20),
            observationEnd: day.AddDays(60));

        var only = Assert.Single(split.Customers);
        Assert.Equal(new PurchaseSummary(1, 1, 20 / 7.0), only.Summary);
        Assert.Equal(50, only.MeanSpend);
        Assert.Equal(140, only.TotalSpend);
        Assert.Equal(["future-purchases", "returns", "customers-after-calibration"], split.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void One_purchase_is_refused_with_what_can_be_shown_all_the_same()
    {
        var split = PurchaseLog.Split([new("王芳", new DateOnly(2026, 1, 1), 100)]);

        var finding = Assert.Single(Suitability.Check(split));
        Assert.Equal(FindingWeight.Refusal, finding.Weight);
        Assert.Contains("revenue so far", finding.Sentence);
    }

    [Fact]
    public void Buyers_on_a_fixed_rhythm_are_named()
    {
        var log = Enumerable.Range(0, 200).SelectMany(customer => Enumerable.Range(0, 8).Select(k => new Purchase($"{customer}", new DateOnly(2026, 1, 1).AddDays((customer % 20) + (14 * k) + (customer * k % 3)))));

        Assert.Contains(Suitability.Check(PurchaseLog.Split(log)), finding => finding.Code == "regular-buyers");
    }

    [Fact]
    public void Value_is_discounted_purchases_times_contribution()
    {
        var model = new BgNbd(0.243, 4.414, 0.793, 2.426);
        var customer = new PurchaseSummary(2, 30.43, 38.86);

        var plain = CustomerLifetimeValue.Of(model, customer, 40, new ValueTerms(Margin: 0.3, CostPerPurchase: 2, Horizon: 39));
        var discounted = CustomerLifetimeValue.Of(model, customer, 40, new ValueTerms(Margin: 0.3, CostPerPurchase: 2, DiscountRate: ValueTerms.PerUnit(0.15, TimeUnit.Week), Horizon: 39));
        var forever = CustomerLifetimeValue.Of(model, customer, 40, new ValueTerms(Margin: 0.3, CostPerPurchase: 2, DiscountRate: ValueTerms.PerUnit(0.15, TimeUnit.Week), Horizon: null));

        Close(1.2259 * 10, plain.Value, 0.001);
        Assert.InRange(discounted.Value / plain.Value, 0.93, 0.97);
        Assert.True(forever.Value > discounted.Value);
    }

    [Fact]
    public void A_customer_who_brings_others_is_worth_what_they_bring()
    {
        var model = new BgNbd(0.243, 4.414, 0.793, 2.426);
        var customer = new PurchaseSummary(2, 30.43, 38.86);
        var alone = new ValueTerms(Margin: 0.3, CostPerPurchase: 2, Horizon: 39);

        var value = CustomerLifetimeValue.Of(model, customer, 40, alone with { ReferralsPerPurchase = 0.05, ValueOfReferral = 60 });

        Assert.Equal((40 * 0.3) - 2 + (0.05 * 60), value.Contribution, 12);
        Assert.Equal(CustomerLifetimeValue.Of(model, customer, 40, alone).Value + (0.05 * 60 * value.ExpectedPurchases!.Value), value.Value, 12);
    }

    [Fact]
    public void An_end_of_calibration_after_the_last_purchase_is_told()
    {
        Purchase[] log = [new("王芳", new DateOnly(2026, 1, 1)), new("王芳", new DateOnly(2026, 2, 1)), new("李伟", new DateOnly(2026, 2, 3))];

        Assert.Equal(["calibration-after-log"], PurchaseLog.Split(log, new DateOnly(2026, 6, 30)).Findings.Select(finding => finding.Code));
        Assert.Empty(PurchaseLog.Split(log, new DateOnly(2026, 2, 5)).Findings);
        Assert.Empty(PurchaseLog.Split(log, observationEnd: new DateOnly(2026, 6, 30)).Findings);
    }
}
