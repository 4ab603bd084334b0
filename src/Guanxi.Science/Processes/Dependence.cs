using MathNet.Numerics.Distributions;

namespace Guanxi.Science.Processes;

/// <summary>
/// How the time in a stage hangs together with the time that has passed before it: a Gaussian copula (Nelsen 2006, §2.3; the correlation of normal scores, van der Waerden 1952) between the two.
/// The curve of the stage stays as it is; only which part of it a case meets depends on how long it has taken so far.
/// </summary>
internal sealed class Dependence
{
    private const int LeastPairs = 30;
    private const double Significant = 2;
    private const double Edge = 1e-9;
    private const int Quantiles = 64;
    private const int Points = 257;
    private const double Farthest = 5;
    private readonly double[] arrivals;
    private readonly double correlation;
    private readonly double rest;
    private readonly double mean;
    private readonly double deviation;
    private readonly double[] levels = new double[Points];

    private Dependence(double[] arrivals, double correlation, double mean, double deviation)
    {
        (this.arrivals, this.correlation, rest, this.mean, this.deviation) = (arrivals, correlation, Math.Sqrt(1 - (correlation * correlation)), mean, deviation);

        // Many cases may have taken equally long, so the sum of both parts is no normal variate: its own distribution takes it back to even chances, and the stage's curve stays what it was.
        var scores = Enumerable.Range(0, Quantiles).Select(at => Standard(arrivals[(int)((at + 0.5) * arrivals.Length / Quantiles)])).ToArray();
        for (var i = 0; i < Points; i++)
        {
            var at = Farthest * ((2.0 * i / (Points - 1)) - 1);
            levels[i] = scores.Average(score => Normal.CDF(0, 1, (at - (correlation * score)) / rest));
        }
    }

    /// <summary>What the visits to a stage say; null when they are few, or no more alike than chance makes them.</summary>
    /// <param name="visits">Days that had passed when each began, how long it took, and whether the case went on from it.</param>
    public static Dependence? Of(IReadOnlyCollection<(double Before, double Days, bool WentOn)> visits)
    {
        var arrivals = visits.Select(visit => visit.Before).Order().ToArray();
        var on = visits.Where(visit => visit.WentOn).ToList();
        if (on.Count < LeastPairs)
        {
            return null;
        }

        var (mean, deviation) = Spread([.. arrivals.Select(before => Score(arrivals, before))]);
        var days = on.Select(visit => visit.Days).Order().ToArray();
        var (first, second) = (on.Select(visit => Score(arrivals, visit.Before)).ToArray(), on.Select(visit => Score(days, visit.Days)).ToArray());
        var ((meanOfFirst, spreadOfFirst), (meanOfSecond, spreadOfSecond)) = (Spread(first), Spread(second));
        if (deviation == 0 || spreadOfFirst == 0 || spreadOfSecond == 0)
        {
            return null;
        }

        var correlation = first.Zip(second, (a, b) => (a - meanOfFirst) * (b - meanOfSecond)).Average() / (spreadOfFirst * spreadOfSecond);
        return Math.Abs(correlation) * Math.Sqrt(on.Count - 1) < Significant ? null : new Dependence(arrivals, Math.Clamp(correlation, -0.999, 0.999), mean, deviation);
    }

    /// <summary>The same tie, told among other arrivals: those that the model itself brings to the stage, so that its curve is met evenly.</summary>
    public Dependence Among(IReadOnlyCollection<double> before)
    {
        var sorted = before.Order().ToArray();
        if (sorted.Length < LeastPairs)
        {
            return this;
        }

        var (average, spread) = Spread([.. sorted.Select(value => Score(sorted, value))]);
        return spread == 0 ? this : new Dependence(sorted, correlation, average, spread);
    }

    /// <summary>A chance between 0 and 1, moved to where cases that took so long before are found.</summary>
    public double Move(double chance, double before)
    {
        var sum = (correlation * Standard(before)) + (rest * Normal.InvCDF(0, 1, Math.Clamp(chance, Edge, 1 - Edge)));
        var place = Math.Clamp(((sum / Farthest) + 1) / 2 * (Points - 1), 0, Points - 1.000001);
        var low = (int)place;
        return Math.Clamp(levels[low] + ((place - low) * (levels[low + 1] - levels[low])), Edge, 1 - Edge);
    }

    private double Standard(double before) => (Score(arrivals, before) - mean) / deviation;

    /// <summary>The normal score of a value among sorted ones: of the middle of those like it.</summary>
    private static double Score(double[] sorted, double value) => Normal.InvCDF(0, 1, Math.Clamp((Below(sorted, value, orEqual: false) + Below(sorted, value, orEqual: true)) / (2.0 * sorted.Length), 0.5 / sorted.Length, 1 - (0.5 / sorted.Length)));

    private static int Below(double[] sorted, double value, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < value || (orEqual && sorted[middle] == value) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static (double Mean, double Deviation) Spread(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))));
    }
}
