using Guanxi.Science.Common;

namespace Guanxi.Science.Mining;

/// <summary>k-means: Lloyd's iterations (1982) from centres drawn by k-means++ (Arthur and Vassilvitskii 2007).</summary>
public static class KMeans
{
    private const int MostIterations = 300;

    /// <summary>Where there are more points, the starts are compared on a sample of so many, and the best is carried on over all.</summary>
    internal const int LargestSample = 20_000;

    /// <summary>Of so many points one may still move where there are that many: the last of a million take hundreds of rounds and move no centre that one would see.</summary>
    private const int FewMove = 10_000;

    /// <summary>The best of several starts.</summary>
    /// <param name="points">Points of equal length, finite numbers on comparable scales.</param>
    /// <param name="count">Number of clusters, at most the number of different points.</param>
    /// <param name="seed">Seed of the starts.</param>
    /// <exception cref="UnsuitableDataException">There are fewer different points than clusters.</exception>
    public static Clusters Fit(IReadOnlyList<double[]> points, int count, int seed, int starts = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var distinct = points.Distinct(PointComparer.Instance).Take(count).Count();
        if (distinct < count)
        {
            throw new UnsuitableDataException($"{count} clusters need as many different rows; there are {distinct}.");
        }

        var random = new Random(seed);
        var sample = points.Count > LargestSample ? [.. Points.Sample(points.Count, LargestSample, random).Select(i => points[i])] : points;
        Clusters? best = null;
        for (var start = 0; start < starts; start++)
        {
            var found = Lloyd(sample, PlusPlus(sample, count, random));
            best = best is null || found.Cost < best.Cost ? found : best;
        }

        return (sample == points ? best! : Lloyd(points, [.. best!.Centres.Select(centre => (double[])[.. centre])], points.Count / FewMove)).Ordered();
    }

    private static double[][] PlusPlus(IReadOnlyList<double[]> points, int count, Random random)
    {
        var centres = new List<double[]> { points[random.Next(points.Count)] };
        var nearest = points.Select(point => Points.SquaredDistance(point, centres[0])).ToArray();
        while (centres.Count < count)
        {
            var aim = random.NextDouble() * nearest.Sum();
            var chosen = 0;
            for (var i = 0; i < nearest.Length; i++)
            {
                if (nearest[i] > 0)
                {
                    chosen = i;
                    aim -= nearest[i];
                    if (aim <= 0)
                    {
                        break;
                    }
                }
            }

            centres.Add(points[chosen]);
            for (var i = 0; i < nearest.Length; i++)
            {
                nearest[i] = Math.Min(nearest[i], Points.SquaredDistance(points[i], points[chosen]));
            }
        }

        return [.. centres.Select(centre => (double[])[.. centre])];
    }

    /// <param name="points">The points.</param>
    /// <param name="centres">Where to begin.</param>
    /// <param name="still">The search is at rest when no more points than this change their cluster.</param>
    private static Clusters Lloyd(IReadOnlyList<double[]> points, double[][] centres, int still = 0)
    {
        var assignment = Enumerable.Repeat(-1, points.Count).ToArray();
        var distances = new double[points.Count];
        var converged = false;
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            var moved = 0;
            Parallel.For(0, points.Count, i =>
            {
                var (best, least) = (0, double.PositiveInfinity);
                for (var c = 0; c < centres.Length; c++)
                {
                    var distance = Points.SquaredDistance(points[i], centres[c]);
                    (best, least) = distance < least ? (c, distance) : (best, least);
                }

                distances[i] = least;
                if (assignment[i] != best)
                {
                    assignment[i] = best;
                    Interlocked.Increment(ref moved);
                }
            });
            if (moved <= still)
            {
                converged = true;
                break;
            }

            Move(points, assignment, distances, centres);
        }

        return new Clusters(assignment, centres, null, distances.Sum()) { Converged = converged };
    }

    private static void Move(IReadOnlyList<double[]> points, int[] assignment, double[] distances, double[][] centres)
    {
        var counts = new int[centres.Length];
        var sums = centres.Select(centre => new double[centre.Length]).ToArray();
        for (var i = 0; i < assignment.Length; i++)
        {
            counts[assignment[i]]++;
            for (var k = 0; k < points[i].Length; k++)
            {
                sums[assignment[i]][k] += points[i][k];
            }
        }

        for (var c = 0; c < centres.Length; c++)
        {
            if (counts[c] > 0)
            {
                centres[c] = [.. sums[c].Select(sum => sum / counts[c])];
                continue;
            }

            // A cluster that lost all its points starts again at the worst served one.
            var farthest = Array.IndexOf(distances, distances.Max());
            centres[c] = [.. points[farthest]];
            distances[farthest] = 0;
        }
    }
}
