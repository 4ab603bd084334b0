using Guanxi.Science.Common;

namespace Guanxi.Science.Mining;

/// <summary>
/// k-medoids: each cluster is stood for by one of its own points, which makes it sturdy against outliers. Swaps of one medoid at a time
/// (Kaufman and Rousseeuw 1990) with the shared removal losses of FasterPAM (Schubert and Rousseeuw 2021), on a sample where there are many points (CLARA).
/// </summary>
public static class KMedoids
{
    private const int LargestSample = 2000;

    /// <summary>Clusters by Euclidean distance.</summary>
    /// <exception cref="UnsuitableDataException">There are fewer points than clusters.</exception>
    public static Clusters Fit(IReadOnlyList<double[]> points, int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (points.Count < count)
        {
            throw new UnsuitableDataException($"{count} clusters need as many rows; there are {points.Count}.");
        }

        var random = new Random(seed);
        var sample = Points.Sample(points.Count, LargestSample, random);
        var local = Swap([.. sample.Select(i => points[i])], count, random);
        var medoids = local.Select(i => sample[i]).ToArray();
        var assignment = new int[points.Count];
        var cost = 0.0;
        for (var i = 0; i < points.Count; i++)
        {
            var distances = medoids.Select(medoid => Points.Distance(points[i], points[medoid])).ToArray();
            assignment[i] = Array.IndexOf(distances, distances.Min());
            cost += distances.Min();
        }

        return new Clusters(assignment, [.. medoids.Select(medoid => points[medoid])], medoids, cost).Ordered();
    }

    private static int[] Swap(double[][] points, int count, Random random)
    {
        var medoids = Points.Sample(points.Length, count, random);
        for (var improved = true; improved;)
        {
            improved = false;
            for (var candidate = 0; candidate < points.Length; candidate++)
            {
                if (!medoids.Contains(candidate) && Gain(points, medoids, candidate) is (var slot, > 1e-9))
                {
                    medoids[slot] = candidate;
                    improved = true;
                }
            }
        }

        return medoids;
    }

    // What the best exchange of a medoid for the candidate gains; one pass serves all medoids.
    private static (int Slot, double Gain) Gain(double[][] points, int[] medoids, int candidate)
    {
        var losses = new double[medoids.Length];
        var shared = 0.0;
        foreach (var point in points)
        {
            var (first, second, slot) = (double.PositiveInfinity, double.PositiveInfinity, 0);
            for (var m = 0; m < medoids.Length; m++)
            {
                var distance = Points.Distance(point, points[medoids[m]]);
                if (distance < first)
                {
                    (first, second, slot) = (distance, first, m);
                }
                else
                {
                    second = Math.Min(second, distance);
                }
            }

            var near = Points.Distance(point, points[candidate]);
            if (near < first)
            {
                shared += first - near;
            }
            else
            {
                losses[slot] += Math.Min(second, near) - first;
            }
        }

        var best = Array.IndexOf(losses, losses.Min());
        return (best, shared - losses[best]);
    }
}
