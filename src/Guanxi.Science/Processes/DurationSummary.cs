namespace Guanxi.Science.Processes;

/// <summary>Durations in days.</summary>
public sealed record DurationSummary(double Mean, double Median, double Minimum, double Maximum, double Percentile90)
{
    /// <summary>Summary of at least one duration; percentiles interpolate between order statistics (Hyndman and Fan 1996, type 7).</summary>
    public static DurationSummary Of(IReadOnlyCollection<double> days)
    {
        var sorted = days.Order().ToArray();
        return new DurationSummary(sorted.Average(), Quantile(sorted, 0.5), sorted[0], sorted[^1], Quantile(sorted, 0.9));
    }

    internal static double MedianOf(IEnumerable<double> values) => Quantile([.. values.Order()], 0.5);

    private static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }
}
