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
    public sealed record YearBefore(int Customers, double Predicted, double Low, double High, double Actual, int Inside, int Of, double RelativeError);

    public static Simulation Of(OrderHistories histories, ValueModel model, double weeks)
    {
        var sample = histories.SampledDays.Where(item => item.Days.Count > 0).ToList();
        var now = Expected(sample.Select(item => histories.Summary(item.Place)), model, model, weeks);
        return new Simulation
        {
            Retention = [.. Steps.Select(percent => (percent, now > 0 && model.WithDropOut(1 - (percent / 100)) is { } other ? Expected(sample.Select(item => histories.Summary(item.Place)), model, other, weeks) / now : 1))],
            Past = BackTest(sample.Select(item => item.Days).ToList(), histories.AsOf.DayNumber),
        };
    }

    /// <summary>Purchases of those who are still customers as things stood, if from now on they drop out as the other model has it.</summary>
    private static double Expected(IEnumerable<PurchaseSummary> customers, ValueModel model, ValueModel then, double weeks) => customers.Sum(customer =>
    {
        var alive = then.Expect(customer, weeks, 0);
        return alive.Alive > 0 ? model.Expect(customer, weeks, 0).Alive * alive.Purchases / alive.Alive : 0;
    });

    /// <summary>Fits to what was known a year ago and foretells the year that is over. Bounds come from the customers of even places, and are tried on groups of the odd ones.</summary>
    internal static YearBefore? BackTest(IReadOnlyList<IReadOnlyList<int>> days, int today)
    {
        var then = today - YearInDays;
        var known = days.Where(own => own[0] <= then - 7).ToList();
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
            var places = Enumerable.Range(0, predicted.Length).Where(i => i % 2 == 1 && i / 2 % Groups == group).ToList();
            inside += Math.Abs(places.Sum(i => predicted[i]) - places.Sum(i => actual[i])) <= Width(places) ? 1 : 0;
        }

        var (total, came, width) = (predicted.Sum(), actual.Sum(), Width(Enumerable.Range(0, predicted.Length)));
        if (total <= 0)
        {
            return null;
        }

        var (chance, miss) = (width / 1.96 / total, Math.Abs(total - came) / total);
        return new YearBefore(known.Count, total, total - width, total + width, came, inside, Groups, Math.Sqrt((chance * chance) + (miss * miss)));
    }
}
