namespace Guanxi.Science.Processes;

/// <summary>How cases ended, and after how many days.</summary>
/// <param name="Won">Days of those that succeeded.</param>
/// <param name="Lost">Days of the others.</param>
/// <param name="Pieced">Share of the cases that nobody lived as they are: pieced together from several, 0 to 1.</param>
public sealed record SimulatedCases(IReadOnlyList<double> Won, IReadOnlyList<double> Lost, double Pieced)
{
    public int Count => Won.Count + Lost.Count;

    /// <summary>Share of the cases that succeeded.</summary>
    public double WonShare => Count == 0 ? 0 : Won.Count / (double)Count;

    /// <summary>Days of those that succeeded; null when none did.</summary>
    public DurationSummary? Cycle => Won.Count == 0 ? null : DurationSummary.Of(Won);

    /// <summary>
    /// Successes within a stretch of time, for each case that begins in it, when cases begin evenly over it: one that takes d days succeeds in time when it begins before the last d days.
    /// </summary>
    /// <param name="days">Length of the stretch, in days.</param>
    public double WonWithin(double days) => Count == 0 ? 0 : Won.Sum(took => Math.Max(0, 1 - (took / days))) / Count;

    /// <summary>Largest distance between the distributions of two samples (Kolmogorov 1933, Smirnov 1948): 0 the same, 1 apart.</summary>
    public static double Distance(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second)
    {
        var (a, b) = (first.Order().ToArray(), second.Order().ToArray());
        var (i, j, most) = (0, 0, 0.0);
        while (i < a.Length && j < b.Length)
        {
            var at = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= at)
            {
                i++;
            }

            while (j < b.Length && b[j] <= at)
            {
                j++;
            }

            most = Math.Max(most, Math.Abs((i / (double)a.Length) - (j / (double)b.Length)));
        }

        return most;
    }
}
