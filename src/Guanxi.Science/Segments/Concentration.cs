using Guanxi.Science.Common;

namespace Guanxi.Science.Segments;

/// <summary>One point of the Lorenz curve: the poorest share of customers and their share of the value.</summary>
public readonly record struct LorenzPoint(double Customers, double Value);

/// <summary>How unequally value is spread over customers.</summary>
public static class Concentration
{
    /// <summary>
    /// Gini coefficient Σ(2i − n − 1)x₍ᵢ₎ / (n Σx), from 0 (all equal) to 1 − 1/n (one customer has all). Null when the sum is not
    /// positive. With negative values it may pass 1.
    /// </summary>
    public static double? Gini(IEnumerable<decimal> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var sorted = values.Order().ToArray();
        decimal total = 0, weighted = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            total += sorted[i];
            weighted += ((2m * (i + 1)) - sorted.Length - 1) * sorted[i];
        }

        return total > 0 ? (double)(weighted / (sorted.Length * total)) : null;
    }

    /// <summary>The Lorenz curve from (0, 0) to (1, 1), at most <paramref name="points"/> steps.</summary>
    /// <exception cref="UnsuitableDataException">The values do not sum to more than zero.</exception>
    public static IReadOnlyList<LorenzPoint> Lorenz(IEnumerable<decimal> values, int points = 100)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        var sorted = values.Order().ToArray();
        var total = sorted.Sum();
        if (total <= 0)
        {
            throw new UnsuitableDataException("The values do not sum to more than zero, so there are no shares of them.");
        }

        var curve = new List<LorenzPoint> { new(0, 0) };
        decimal sum = 0;
        var next = 1;
        for (var i = 1; i <= sorted.Length; i++)
        {
            sum += sorted[i - 1];
            if ((long)i * points >= (long)next * sorted.Length)
            {
                curve.Add(new LorenzPoint((double)i / sorted.Length, (double)(sum / total)));
                next = (int)((long)i * points / sorted.Length) + 1;
            }
        }

        return curve;
    }

    /// <summary>
    /// The whale curve: cumulative value from the most to the least valuable customer as shares of the total. It rises above 1 where
    /// customers cost money (Kaplan and Narayanan 2001, Measuring and Managing Customer Profitability).
    /// </summary>
    /// <exception cref="UnsuitableDataException">The values do not sum to more than zero.</exception>
    public static IReadOnlyList<LorenzPoint> WhaleCurve(IEnumerable<decimal> values, int points = 100)
    {
        var lorenz = Lorenz(values, points);
        return lorenz.Reverse().Select(point => new LorenzPoint(1 - point.Customers, 1 - point.Value)).ToArray();
    }
}
