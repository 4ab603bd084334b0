namespace Guanxi.Science.Mining;

/// <summary>How well a number of clusters fits.</summary>
/// <param name="Count">Number of clusters.</param>
/// <param name="Score">Mean silhouette, or the gap.</param>
/// <param name="StandardError">Standard error of the gap; 0 for the silhouette.</param>
public sealed record ClusterCountScore(int Count, double Score, double StandardError);

/// <summary>A way of clustering: points, number of clusters, seed.</summary>
public delegate Clusters ClusterMethod(IReadOnlyList<double[]> points, int count, int seed);

/// <summary>Chooses the number of clusters, by the method that is to be used with it. Where there are more points than the method's sample, a sample is looked at.</summary>
public static class ClusterCount
{
    private const int LargestSample = 1500;
    private const int ReferenceSets = 10;

    /// <summary>Most points looked at for k-means.</summary>
    public const int MostPoints = 10_000;

    /// <summary>Mean silhouette width (Rousseeuw 1987), on a sample of at most 1,500 points: −1 to 1, the higher the clearer; 0 when there is one cluster.</summary>
    public static double Silhouette(IReadOnlyList<double[]> points, IReadOnlyList<int> assignment, int seed)
    {
        var sample = Points.Sample(points.Count, LargestSample, new Random(seed));
        var clusters = assignment.Max() + 1;
        var widths = new double[sample.Length];
        var sizes = new int[clusters];
        foreach (var i in sample)
        {
            sizes[assignment[i]]++;
        }

        Parallel.For(0, sample.Length, s =>
        {
            var own = assignment[sample[s]];
            var sums = new double[clusters];
            foreach (var other in sample)
            {
                sums[assignment[other]] += Points.Distance(points[sample[s]], points[other]);
            }

            if (sizes[own] > 1 && clusters > 1)
            {
                var within = sums[own] / (sizes[own] - 1);
                var between = Enumerable.Range(0, clusters).Where(c => c != own && sizes[c] > 0).Select(c => sums[c] / sizes[c]).DefaultIfEmpty(within).Min();
                widths[s] = Math.Max(within, between) > 0 ? (between - within) / Math.Max(within, between) : 0;
            }
        });
        return widths.Average();
    }

    /// <summary>Silhouettes for each number; the best is the one with the highest score.</summary>
    /// <param name="method">How the points are to be clustered; k-means when null.</param>
    /// <param name="sample">Most points looked at.</param>
    public static IReadOnlyList<ClusterCountScore> BySilhouette(IReadOnlyList<double[]> points, int most, int seed, ClusterMethod? method = null, int sample = MostPoints)
    {
        points = Even(points, sample, seed);
        return [.. Enumerable.Range(2, Math.Max(0, most - 1)).Select(count => new ClusterCountScore(count, Silhouette(points, (method ?? Means(starts: 5))(points, count, seed).Assignment, seed), 0))];
    }

    /// <summary>
    /// Gap statistic (Tibshirani, Walther and Hastie 2001) against uniform points in the box of the data; the best is the least number whose gap
    /// is at least the next one's less its standard error. Unlike the silhouette it can answer one cluster.
    /// </summary>
    public static IReadOnlyList<ClusterCountScore> ByGap(IReadOnlyList<double[]> points, int most, int seed, ClusterMethod? method = null, int sample = MostPoints)
    {
        points = Even(points, sample, seed);
        method ??= Means(starts: 3);
        double LogCost(IReadOnlyList<double[]> of, int count) => Math.Log(Math.Max(1e-300, method(of, count, seed).Cost));
        var random = new Random(seed);
        var low = Enumerable.Range(0, points[0].Length).Select(k => points.Min(point => point[k])).ToArray();
        var high = Enumerable.Range(0, points[0].Length).Select(k => points.Max(point => point[k])).ToArray();
        var references = Enumerable.Range(0, ReferenceSets).Select(_ => points.Select(_ => low.Select((least, k) => least + (random.NextDouble() * (high[k] - least))).ToArray()).ToList()).ToList();
        return [.. Enumerable.Range(1, most).Select(count =>
        {
            var logs = references.Select(reference => LogCost(reference, count)).ToArray();
            var mean = logs.Average();
            var deviation = Math.Sqrt(logs.Average(log => (log - mean) * (log - mean)));
            return new ClusterCountScore(count, mean - LogCost(points, count), deviation * Math.Sqrt(1 + (1.0 / ReferenceSets)));
        })];
    }

    /// <summary>The number chosen from scores of the gap.</summary>
    public static int ChooseByGap(IReadOnlyList<ClusterCountScore> scores)
    {
        for (var i = 0; i + 1 < scores.Count; i++)
        {
            if (scores[i].Score >= scores[i + 1].Score - scores[i + 1].StandardError)
            {
                return scores[i].Count;
            }
        }

        return scores[^1].Count;
    }

    private static ClusterMethod Means(int starts) => (points, count, seed) => KMeans.Fit(points, count, seed, starts);

    private static IReadOnlyList<double[]> Even(IReadOnlyList<double[]> points, int most, int seed) =>
        points.Count <= most ? points : [.. Points.Sample(points.Count, most, new Random(seed)).Select(i => points[i])];
}
