using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Value;

/// <summary>
/// What a customer pays each time: Gamma-Gamma, learnt from all purchases or from all but the first (Fader and Hardie, note 025, leave the first out where it is unlike the later ones).
/// Which of them is asked of the money of the last year.
/// </summary>
public sealed class SpendModel
{
    /// <summary>Spend is fitted to at most so many customers: its parameters are then known to a hundredth already.</summary>
    private const int MostCustomers = 50_000;

    private const int MostToTry = 10_000;

    /// <summary>Fewer customers who came back in the year do not say which is nearer.</summary>
    private const int FewestReturned = 30;

    /// <summary>First purchases within this factor of the later ones are like them.</summary>
    private const double Alike = 1.25;

    private readonly GammaGamma? model;
    private readonly double mean;

    private SpendModel(GammaGamma? model, double mean, bool all) => (this.model, this.mean, OfAll) = (model, mean, all);

    /// <summary>Whether the first purchases count.</summary>
    public bool OfAll { get; }

    public IReadOnlyList<ParameterEstimate> Parameters { get; private init; } = [];

    /// <summary>What one customer paid: purchases, money of all of them, and of all but the first.</summary>
    internal readonly record struct Paid(int Purchases, double Income, double Repeats)
    {
        public SpendSummary Summary(bool all) =>
            all ? new SpendSummary(Purchases, Purchases > 0 ? Income / Purchases : 0) : new SpendSummary(Math.Max(0, Purchases - 1), Purchases > 1 ? Repeats / (Purchases - 1) : 0);
    }

    /// <summary>The amount of the customer's next purchase: the own mean, drawn towards everybody's the fewer purchases there were.</summary>
    internal double Expected(Paid paid)
    {
        var own = paid.Summary(OfAll);
        return model?.ExpectedSpend(own) ?? (own.Frequency > 0 ? Math.Max(0, own.MeanSpend) : mean);
    }

    internal static SpendModel Fit(OrderHistories histories, bool all, List<Finding> findings)
    {
        var every = Math.Max(1, histories.Count / MostCustomers);
        var some = new List<Paid>();
        for (var place = 0; place < histories.Count; place += every)
        {
            some.Add(PaidBy(histories, place));
        }

        return Fit(some, all, findings);
    }

    internal static Paid PaidBy(OrderHistories histories, int place) => new(histories.Purchases[place], histories.Revenue[place], histories.RepeatSpend[place]);

    internal static SpendModel Fit(IReadOnlyList<Paid> customers, bool all, List<Finding>? findings = null)
    {
        List<SpendSummary> spends = [.. customers.Select(paid => paid.Summary(all)).Where(spend => spend.Frequency > 0 && spend.MeanSpend > 0)];
        double money = customers.Sum(paid => paid.Income), purchases = customers.Sum(paid => (double)paid.Purchases);
        var mean = spends.Count > 0 ? spends.Average(spend => spend.MeanSpend) : purchases > 0 ? Math.Max(0, money / purchases) : 0;
        try
        {
            var fit = GammaGamma.Fit(spends);
            if (GammaGamma.CorrelationWithFrequency(spends) is { } correlation && Math.Abs(correlation) > 0.3)
            {
                findings?.Add(new Finding("spend-goes-with-frequency", FindingWeight.Warning, $"Who buys often spends {(correlation > 0 ? "more" : "less")} each time (correlation {correlation:0.00}); the spend model takes the two to be independent."));
            }

            return fit is { Converged: true, Model.MeanSpend: not null } ? new SpendModel(fit.Model, mean, all) { Parameters = fit.Parameters } : new SpendModel(null, mean, all);
        }
        catch (UnsuitableDataException unsuitable)
        {
            findings?.Add(new Finding("spend-unsuitable", FindingWeight.Note, unsuitable.Message));
            return new SpendModel(null, mean, all);
        }
    }

    /// <summary>A model without one: the customer's own mean, or that of all.</summary>
    internal static SpendModel Plain(OrderHistories histories) => new(null, Mean(histories), false);

    /// <summary>Whether first purchases count: not where they are unlike the later ones, nor where last year's money lay nearer without them.</summary>
    internal static bool CountsFirst(IReadOnlyCollection<SampleMoney.Taken> customers, List<Finding> findings)
    {
        var both = customers.Where(customer => customer.LaterPurchases > 0 && customer is { First: > 0, Later: > 0 }).Select(customer => (customer.First, Later: customer.Later / customer.LaterPurchases)).ToList();
        if (both.Count < ValueModel.FewestRepeaters)
        {
            return false;
        }

        var ratio = both.Average(pair => pair.First) / both.Average(pair => pair.Later);
        var difference = both.Average(pair => pair.First - pair.Later);
        var error = Math.Sqrt(both.Sum(pair => Math.Pow(pair.First - pair.Later - difference, 2)) / (both.Count - 1.0) / both.Count);
        if (ratio is > Alike or < 1 / Alike && Math.Abs(difference) > 2 * error)
        {
            findings.Add(new Finding("first-purchases-unlike", FindingWeight.Note, $"First purchases are {ratio:0.00} times the later ones, so what customers pay is learnt from the later ones only; a customer who bought once counts as the average."));
            return false;
        }

        List<SampleMoney.Taken> known = [.. customers.Where(customer => customer.Before.Purchases > 0).Take(MostToTry)], returned = [.. known.Where(customer => customer.After is { Purchases: > 0, Income: > 0 })];
        if (returned.Count < FewestReturned)
        {
            return true;
        }

        double Missed(bool all)
        {
            var spend = Fit([.. known.Select(customer => PaidBefore(customer))], all);
            return returned.Sum(customer => Math.Abs((customer.After.Purchases * spend.Expected(PaidBefore(customer))) - customer.After.Income)) / returned.Sum(customer => customer.After.Income);
        }

        var (missedWith, missedWithout) = (Missed(true), Missed(false));
        findings.Add(missedWith <= missedWithout
            ? new Finding("spend-of-all", FindingWeight.Note, $"What customers pay is learnt from all purchases, the first included: what those who came back paid in the last year was missed by {missedWith:0%} so, and by {missedWithout:0%} without the first.")
            : new Finding("spend-of-repeats", FindingWeight.Note, $"What customers pay is learnt without the first purchase: what those who came back paid in the last year was missed by {missedWithout:0%} so, and by {missedWith:0%} with it; a customer who bought once counts as the average."));
        return missedWith <= missedWithout;
    }

    internal static Paid PaidBefore(SampleMoney.Taken customer) => new(customer.Before.Purchases, customer.Before.Income, customer.Before.Repeats);

    private static double Mean(OrderHistories histories)
    {
        double money = 0, purchases = 0;
        for (var place = 0; place < histories.Count; place++)
        {
            money += histories.Purchases[place] > 1 ? histories.RepeatSpend[place] : 0;
            purchases += Math.Max(0, histories.Purchases[place] - 1);
        }

        return purchases > 0 ? Math.Max(0, money / purchases) : histories.Purchases.Sum() is > 0 and var all ? Math.Max(0, histories.Revenue.Sum() / all) : 0;
    }
}
