using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Value;

/// <summary>
/// When the company's customers buy and what they spend, fitted to its own orders: BG/NBD or MBG/NBD, whichever explains them better,
/// and Gamma-Gamma; the past rate where there is too little to fit a model to, and it says so.
/// </summary>
public sealed class ValueModel
{
    /// <summary>Fewer customers who came back say too little about coming back.</summary>
    public const int FewestRepeaters = 30;

    private readonly IPurchaseModel? model;
    private readonly double hiatus;

    private ValueModel(IPurchaseModel? model, SpendModel spend, double hiatus) => (this.model, Spend, this.hiatus) = (model, spend, hiatus);

    /// <summary>The model's name, or that of the rule of thumb in its place.</summary>
    public string Name => model?.Name ?? "past rate";

    public bool IsFitted => model is not null;

    public IReadOnlyList<ParameterEstimate> Parameters { get; private init; } = [];

    public SpendModel Spend { get; }

    public double? LogLikelihood { get; private init; }

    public IReadOnlyList<Finding> Findings { get; private init; } = [];

    /// <summary>What the model would have foretold of the last year, against what happened; null when there is no such year.</summary>
    public HoldoutReport? Holdout { get; private init; }

    /// <summary>Repeat purchases so far and as the model has them, week by week.</summary>
    public IReadOnlyList<TrackingPoint> Tracking { get; private init; } = [];

    /// <param name="money">What the customers of the sample paid, by place; where it is empty first purchases do not count for what customers pay.</param>
    internal static ValueModel Fit(OrderHistories histories, IReadOnlyDictionary<int, SampleMoney.Taken> money)
    {
        var findings = new List<Finding>();
        var summaries = Enumerable.Range(0, histories.Count).Where(place => histories.Purchases[place] > 0).Select(histories.Summary).ToArray();
        var repeaters = summaries.Count(summary => summary.Frequency > 0);
        var hiatus = Silence(histories);
        if (repeaters < FewestRepeaters)
        {
            findings.Add(new Finding("too-few-repeats", FindingWeight.Warning, $"Only {repeaters} customers have bought twice; a model needs {FewestRepeaters}. Until then each is expected to go on as before."));
            return new ValueModel(null, SpendModel.Plain(histories), hiatus) { Findings = findings };
        }

        var (model, parameters, likelihood) = Purchases(summaries, findings);
        var spend = SpendModel.Fit(histories, SpendModel.CountsFirst([.. money.Values], findings), findings);
        var sample = Sample(histories);
        return new ValueModel(model, spend, hiatus)
        {
            Parameters = parameters,
            LogLikelihood = likelihood,
            Holdout = Validate(sample, findings),
            Tracking = model is null || sample.Length == 0 ? [] : Science.LifetimeValue.Holdout.Track(model, Split(sample, null), 120),
            Findings = findings,
        };
    }

    /// <summary>The same model with a mean chance of dropping out after a purchase times the factor; null where no model is fitted.</summary>
    public ValueModel? WithDropOut(double factor)
    {
        // Beta(a, b) keeps its weight a + b and moves its mean.
        (double, double) Moved(double a, double b)
        {
            var mean = Math.Clamp(a / (a + b) * factor, 1e-6, 0.999);
            return (mean * (a + b), (1 - mean) * (a + b));
        }

        IPurchaseModel? other = null;
        if (model is BgNbd plain)
        {
            var (a, b) = Moved(plain.A, plain.B);
            other = plain with { A = a, B = b };
        }
        else if (model is MbgNbd modified)
        {
            var (a, b) = Moved(modified.A, modified.B);
            other = modified with { A = a, B = b };
        }

        return other is null ? null : new ValueModel(other, Spend, hiatus);
    }

    /// <summary>What the next <paramref name="weeks"/> hold for one customer.</summary>
    /// <returns>P(alive), purchases, discounted purchases, and these if the customer were surely still one.</returns>
    public (double Alive, double Purchases, double Discounted, double IfAlive) Expect(in PurchaseSummary customer, double weeks, double weeklyDiscount)
    {
        if (model is null)
        {
            var alive = customer.Age - customer.Recency > hiatus ? 0.0 : 1.0;
            var rate = Heuristics.PastRate(customer, weeks);
            var worth = rate * Math.Pow(1 + weeklyDiscount, -weeks / 2);
            return (alive, alive * rate, alive * worth, worth);
        }

        // Discounted at the middle of two halves: a year at ten percent is off by 0.03 % of it.
        var early = model.ConditionalExpectation(customer, weeks / 2);
        var all = model.ConditionalExpectation(customer, weeks);
        var (probability, discounted) = (model.ProbabilityAlive(customer), (early * Math.Pow(1 + weeklyDiscount, -weeks / 4)) + ((all - early) * Math.Pow(1 + weeklyDiscount, -weeks * 3 / 4)));
        return (probability, all, discounted, probability > 0 ? discounted / probability : 0);
    }

    /// <summary>The amount of a customer's next purchase.</summary>
    public double ExpectedSpend(OrderHistories histories, int place) => Spend.Expected(SpendModel.PaidBy(histories, place));

    private static (IPurchaseModel? Model, IReadOnlyList<ParameterEstimate> Parameters, double? LogLikelihood) Purchases(PurchaseSummary[] summaries, List<Finding> findings)
    {
        try
        {
            var plain = BgNbd.Fit(summaries);
            var modified = MbgNbd.Fit(summaries);
            var better = modified.Converged && (!plain.Converged || modified.LogLikelihood > plain.LogLikelihood);
            var (converged, warning) = better ? (modified.Converged, modified.Warning) : (plain.Converged, plain.Warning);
            if (!converged)
            {
                findings.Add(new Finding("not-converged", FindingWeight.Warning, $"{warning ?? "The fit did not converge."} Each customer is expected to go on as before."));
                return (null, [], null);
            }

            findings.AddRange(Suitability.GoodnessOfFit(better ? modified.Model : plain.Model, summaries).Finding is { } poor ? [poor] : []);
            return better ? (modified.Model, modified.Parameters, modified.LogLikelihood) : (plain.Model, plain.Parameters, plain.LogLikelihood);
        }
        catch (UnsuitableDataException unsuitable)
        {
            findings.Add(new Finding("unsuitable", FindingWeight.Warning, unsuitable.Message));
            return (null, [], null);
        }
    }

    private static Purchase[] Sample(OrderHistories histories) =>
        [.. histories.SampledDays.SelectMany(sample => sample.Days.Select(day => new Purchase(histories.Ids[sample.Place].ToString(), DateOnly.FromDayNumber(day))))];

    private static CalibrationSplit Split(Purchase[] log, DateOnly? calibrationEnd) => PurchaseLog.Split(log, calibrationEnd, TimeUnit.Week);

    /// <summary>The silence, in weeks, that nine of ten gaps between two purchases do not exceed.</summary>
    private static double Silence(OrderHistories histories)
    {
        var log = Sample(histories);
        return log.Length == 0 ? double.MaxValue : Heuristics.Hiatus(Split(log, null).Customers);
    }

    private static HoldoutReport? Validate(Purchase[] log, List<Finding> findings)
    {
        if (log.Length == 0)
        {
            return null;
        }

        var (from, to) = (log.Min(item => item.Date), log.Max(item => item.Date));
        var end = to.AddDays(-Math.Min(365, (to.DayNumber - from.DayNumber) / 3));
        try
        {
            var split = Split(log, end);
            if (split.Customers.Count(customer => customer.Summary.Frequency > 0) < FewestRepeaters || split.HoldoutLength < 8)
            {
                return null;
            }

            var summaries = split.Customers.Select(customer => customer.Summary).ToArray();
            var (model, _, _) = Purchases(summaries, []);
            if (model is null)
            {
                return null;
            }

            var report = Science.LifetimeValue.Holdout.Evaluate(model, split);
            findings.AddRange(report.Findings);
            return report;
        }
        catch (UnsuitableDataException)
        {
            // Too short a past to hold a part of it back.
            return null;
        }
    }
}
