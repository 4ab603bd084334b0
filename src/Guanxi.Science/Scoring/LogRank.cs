using Guanxi.Science.Common;
using MathNet.Numerics;

namespace Guanxi.Science.Scoring;

/// <summary>Whether groups differ in when their events happen.</summary>
/// <param name="Expected">Events each group would have if all were alike.</param>
/// <param name="Observed">Events it had.</param>
/// <param name="ChiSquare">(O − E)ᵀ V⁻¹ (O − E).</param>
/// <param name="Freedom">Groups less one.</param>
/// <param name="Probability">Of so large a difference by chance, if all were alike.</param>
public sealed record LogRankTest(IReadOnlyList<double> Expected, IReadOnlyList<int> Observed, double ChiSquare, int Freedom, double Probability)
{
    /// <summary>The log-rank test (Mantel 1966, Cancer Chemotherapy Reports 50, 163–170) of two groups or more.</summary>
    /// <param name="groups">The records of each group, at least one in each.</param>
    /// <exception cref="UnsuitableDataException">Fewer than two groups, a time that is not positive, no event, or groups that are never watched together.</exception>
    public static LogRankTest Of(IReadOnlyList<IReadOnlyList<SurvivalTime>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Count < 2 || groups.Any(group => group.Count == 0))
        {
            throw new UnsuitableDataException("Two groups with records are needed to compare when their events happen.");
        }

        var all = groups.SelectMany((group, i) => SurvivalData.Sorted(group).Select(record => (record.Time, record.Event, Group: i))).OrderBy(record => record.Time).ToArray();
        var k = groups.Count;
        int[] atRisk = [.. groups.Select(group => group.Count)], observed = new int[k], now = new int[k], gone = new int[k];
        double[] expected = new double[k];
        var variance = new double[k - 1, k - 1];
        for (var from = 0; from < all.Length;)
        {
            var to = from;
            Array.Clear(now);
            Array.Clear(gone);
            for (; to < all.Length && all[to].Time.Equals(all[from].Time); to++)
            {
                gone[all[to].Group]++;
                now[all[to].Group] += all[to].Event ? 1 : 0;
            }

            double n = all.Length - from, events = now.Sum();
            for (var i = 0; i < k && events > 0; i++)
            {
                observed[i] += now[i];
                expected[i] += events * atRisk[i] / n;
                for (var j = 0; j < k - 1 && i < k - 1 && n > 1; j++)
                {
                    variance[i, j] += events * (n - events) / (n - 1) * (atRisk[i] / n) * ((i == j ? 1 : 0) - (atRisk[j] / n));
                }
            }

            for (var i = 0; i < k; i++)
            {
                atRisk[i] -= gone[i];
            }

            from = to;
        }

        if (observed.Sum() == 0)
        {
            throw new UnsuitableDataException("No event has happened yet, so nothing can be said about when it does.");
        }

        double[] difference = [.. Enumerable.Range(0, k - 1).Select(i => observed[i] - expected[i])];
        if (DenseSolver.Independent(variance) is not { Length: > 0 } active || active.Length < k - 1 || DenseSolver.Solve(variance, difference, active) is not { } solved)
        {
            throw new UnsuitableDataException("The groups are never watched at the same time, so they cannot be compared.");
        }

        var square = Math.Max(0, difference.Zip(solved, (d, s) => d * s).Sum());
        return new LogRankTest(expected, observed, square, k - 1, SpecialFunctions.GammaUpperRegularized((k - 1) / 2.0, square / 2));
    }
}
