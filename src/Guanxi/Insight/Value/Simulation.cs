using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Value;

/// <summary>
/// What a year ahead depends on: how the purchases expected move when fewer customers drop out, and how far totals foretold a year ago lay from what came. Reckoned on a sample with the run,
/// so that asking "what if" takes no time.
/// </summary>
internal sealed record Simulation
{
    private const int YearInDays = 365;
    private const int Groups = 20;
    private static readonly double[] Steps = [-50, -40, -30, -20, -10, 0, 10, 20, 30, 40, 50];

    /// <summary>Percent fewer drop-outs, and the purchases expected then over those expected now.</summary>
    public required IReadOnlyList<(double Percent, double Ratio)> Retention { get; init; }

    /// <summary>The last year foretold from what was known before it; null where there is no such year.</summary>
    public YearBefore? Past { get; init; }

    /// <param name="Customers">Customers foretold.</param>
    /// <param name="Predicted">Purchases foretold, with the bounds that hold 95 % of such totals.</param>
    /// <param name="Actual">Purchases that came.</param>
    /// <param name="Inside">Of <paramref name="Of"/> groups drawn by chance, none of which the bounds were made from, how many lay inside theirs.</param>
    /// <param name="RelativeError">Standard deviation of a total over the total, dispersion and the miss of that year together.</param>
    /// <param name="Money">What these purchases were to bring and brought; null where that was not asked.</param>
    public sealed record YearBefore(int Customers, double Predicted, double Low, double High, double Actual, int Inside, int Of, double RelativeError, MoneyBefore? Money = null);

    /// <param name="Income">Income foretold, the purchases at what each customer was expected to pay.</param>
    /// <param name="Margin">Of that what the company's margin until then leaves.</param>
    /// <param name="IncomeError">Standard deviation of the total over the total, dispersion and the miss of that year together.</param>
    /// <param name="MarginRateError">By how much the share of income that remains lay off, 0…1.</param>
    public sealed record MoneyBefore(double Income, double IncomeCame, double Margin, double MarginCame, double IncomeError, double MarginRateError);

    public static Simulation Of(OrderHistories histories, ValueModel model, IReadOnlyDictionary<int, SampleMoney.Taken> money, double weeks)
    {
        var sample = histories.SampledDays.Where(item => item.Days.Count > 0).ToList();
        var now = Expected(sample.Select(item => histories.Summary(item.Place)), model, model, weeks);
        return new Simulation
        {
            Retention = [.. Steps.Select(percent => (percent, now > 0 && model.WithDropOut(1 - (percent / 100)) is { } other ? Expected(sample.Select(item => histories.Summary(item.Place)), model, other, weeks) / now : 1))],
            Past = BackTest(sample.Select(item => item.Days).ToList(), histories.AsOf.DayNumber, [.. sample.Select(item => money.GetValueOrDefault(item.Place))], model.Spend.OfAll),
        };
    }

    /// <summary>Purchases of those who are still customers as things stood, if from now on they drop out as the other model has it.</summary>
    private static double Expected(IEnumerable<PurchaseSummary> customers, ValueModel model, ValueModel then, double weeks) => customers.Sum(customer =>
    {
        var alive = then.Expect(customer, weeks, 0);
        return alive.Alive > 0 ? model.Expect(customer, weeks, 0).Alive * alive.Purchases / alive.Alive : 0;
    });

    /// <summary>Fits to what was known a year ago and foretells the year that is over. Bounds come from the customers of even places, and are tried on groups of the odd ones.</summary>
    internal static YearBefore? BackTest(IReadOnlyList<IReadOnlyList<int>> days, int today, IReadOnlyList<SampleMoney.Taken?>? money = null, bool ofAll = false)
    {
        var then = today - YearInDays;
        int[] places = [.. Enumerable.Range(0, days.Count).Where(i => days[i][0] <= then - 7)];
        var known = places.Select(i => days[i]).ToList();
        var summaries = known.Select(own =>
        {
            var before = own.Count(day => day <= then);
            return new PurchaseSummary(before - 1, before > 1 ? (own[before - 1] - own[0]) / 7.0 : 0, (then - own[0]) / 7.0);
        }).ToArray();
        if (summaries.Count(summary => summary.Frequency > 0) < ValueModel.FewestRepeaters || known.Count < 2 * Groups)
        {
            return null;
        }

        IPurchaseModel model;
        try
        {
            var (plain, modified) = (BgNbd.Fit(summaries), MbgNbd.Fit(summaries));
            model = modified.Converged && (!plain.Converged || modified.LogLikelihood > plain.LogLikelihood) ? modified.Model : plain.Model;
            if (!plain.Converged && !modified.Converged)
            {
                return null;
            }
        }
        catch (UnsuitableDataException)
        {
            return null;
        }

        double[] predicted = [.. summaries.Select(summary => model.ConditionalExpectation(summary, YearInDays / 7.0))];
        double[] actual = [.. known.Select(own => (double)own.Count(day => day > then && day <= today))];
        // A customer's count scatters as μ + k μ² (negative binomial); k by moments.
        double scatter = 0, squares = 0;
        for (var i = 0; i < predicted.Length; i += 2)
        {
            scatter += ((actual[i] - predicted[i]) * (actual[i] - predicted[i])) - predicted[i];
            squares += predicted[i] * predicted[i];
        }

        var k = squares > 0 ? Math.Max(0, scatter / squares) : 0;
        double Width(IEnumerable<int> places) => 1.96 * Math.Sqrt(places.Sum(i => predicted[i] + (k * predicted[i] * predicted[i])));
        var inside = 0;
        for (var group = 0; group < Groups; group++)
        {
            var drawn = Enumerable.Range(0, predicted.Length).Where(i => i % 2 == 1 && i / 2 % Groups == group).ToList();
            inside += Math.Abs(drawn.Sum(i => predicted[i]) - drawn.Sum(i => actual[i])) <= Width(drawn) ? 1 : 0;
        }

        var (total, came, width) = (predicted.Sum(), actual.Sum(), Width(Enumerable.Range(0, predicted.Length)));
        if (total <= 0)
        {
            return null;
        }

        var (chance, miss) = (width / 1.96 / total, Math.Abs(total - came) / total);
        return new YearBefore(known.Count, total, total - width, total + width, came, inside, Groups, Math.Sqrt((chance * chance) + (miss * miss)), money is null ? null : Money(predicted, [.. places.Select(i => money[i])], ofAll));
    }

    /// <summary>The money of the purchases foretold, reckoned from what was known then; null where nothing came or nothing was foretold.</summary>
    private static MoneyBefore? Money(double[] purchases, SampleMoney.Taken?[] customers, bool ofAll)
    {
        if (customers.Any(customer => customer is null))
        {
            return null;
        }

        var taken = customers.OfType<SampleMoney.Taken>().ToList();
        var spend = SpendModel.Fit([.. taken.Select(SpendModel.PaidBefore)], ofAll);
        double[] foretold = [.. taken.Select((customer, i) => purchases[i] * spend.Expected(SpendModel.PaidBefore(customer)))];
        var (income, came, before) = (foretold.Sum(), taken.Sum(customer => customer.After.Income), taken.Sum(customer => customer.Before.Income));
        if (income <= 0 || came <= 0 || before <= 0)
        {
            return null;
        }

        var (rate, rateCame) = (taken.Sum(customer => customer.Before.Margin) / before, taken.Sum(customer => customer.After.Margin) / came);
        var (chance, miss) = (Math.Sqrt(taken.Select((customer, i) => Math.Pow(customer.After.Income - foretold[i], 2)).Sum()) / income, Math.Abs(income - came) / income);
        return new MoneyBefore(income, came, income * rate, came * rateCame, Math.Sqrt((chance * chance) + (miss * miss)), Math.Abs(rate - rateCame));
    }
}
