using Guanxi.Science.Common;
using MathNet.Numerics.Distributions;

namespace Guanxi.Science.Experiments;

/// <summary>What a treatment did, from a treated group and one left alone by chance.</summary>
public static class TwoGroups
{
    /// <summary>The standard normal quantile of 97.5 %.</summary>
    private const double Usual = 1.959963984540054;

    /// <summary>A share with Wilson's score interval: ((p + z²/2n) ± z√(p(1−p)/n + z²/4n²)) / (1 + z²/n).</summary>
    /// <param name="successes">0…<paramref name="count"/>.</param>
    /// <param name="count">At least one.</param>
    /// <exception cref="UnsuitableDataException">There is nobody in the group, or there are more successes than people.</exception>
    /// <remarks>E. B. Wilson (1927), Probable inference, JASA 22, 209–212.</remarks>
    public static Interval Share(long successes, long count)
    {
        if (count <= 0 || successes < 0 || successes > count)
        {
            throw new UnsuitableDataException("A share needs at least one case, and no more successes than cases.");
        }

        double p = (double)successes / count, squared = Usual * Usual;
        var middle = p + (squared / (2 * count));
        var width = Usual * Math.Sqrt((p * (1 - p) / count) + (squared / (4.0 * count * count)));
        return new Interval(p, Math.Max(0, (middle - width) / (1 + (squared / count))), Math.Min(1, (middle + width) / (1 + (squared / count))));
    }

    /// <summary>The difference of two shares, first less second, with the interval made of the two score intervals (method 10).</summary>
    /// <exception cref="UnsuitableDataException">A group is empty.</exception>
    /// <remarks>R. G. Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in Medicine 17, 873–890.</remarks>
    public static Interval ShareDifference(long firstSuccesses, long first, long secondSuccesses, long second)
    {
        var (a, b) = (Share(firstSuccesses, first), Share(secondSuccesses, second));
        var difference = a.Value - b.Value;
        return new Interval(difference, difference - Norm(a.Value - a.Low, b.High - b.Value), difference + Norm(a.High - a.Value, b.Value - b.Low));
    }

    /// <summary>The difference of two means, first less second, with Welch's interval for unequal variances.</summary>
    /// <exception cref="UnsuitableDataException">A group has fewer than two cases, or a value is none.</exception>
    /// <remarks>B. L. Welch (1947), The generalization of Student's problem when several different population variances are involved, Biometrika 34, 28–35.</remarks>
    public static Interval MeanDifference(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count < 2 || second.Count < 2 || first.Concat(second).Any(value => !double.IsFinite(value)))
        {
            throw new UnsuitableDataException("Two means are compared with at least two cases in each group, all of them numbers.");
        }

        var ((meanA, varianceA), (meanB, varianceB)) = (Moments(first), Moments(second));
        double a = varianceA / first.Count, b = varianceB / second.Count, difference = meanA - meanB;
        if (a + b <= 0)
        {
            return new Interval(difference, difference, difference);
        }

        var freedom = (a + b) * (a + b) / ((a * a / (first.Count - 1)) + (b * b / (second.Count - 1)));
        var width = StudentT.InvCDF(0, 1, freedom, 0.975) * Math.Sqrt(a + b);
        return new Interval(difference, difference - width, difference + width);
    }

    private static (double Mean, double Variance) Moments(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return (mean, values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    private static double Norm(double a, double b) => Math.Sqrt((a * a) + (b * b));
}
