namespace Guanxi.Science.Mining;

/// <summary>A partition of points.</summary>
/// <param name="Assignment">Cluster of each point, from 0; clusters are numbered by falling size.</param>
/// <param name="Centres">Mean of each cluster, or the medoid's coordinates.</param>
/// <param name="Medoids">Point that stands for each cluster; null where centres are means.</param>
/// <param name="Cost">Sum of squared distances to the centres, or of distances to the medoids.</param>
public sealed record Clusters(IReadOnlyList<int> Assignment, IReadOnlyList<IReadOnlyList<double>> Centres, IReadOnlyList<int>? Medoids, double Cost)
{
    /// <summary>Whether the search for the centres came to rest before its steps were used up.</summary>
    public bool Converged { get; init; } = true;

    /// <summary>Number of clusters.</summary>
    public int Count => Centres.Count;

    /// <summary>Numbers the clusters by falling size, ties by their first point, so that equal partitions look equal.</summary>
    internal Clusters Ordered()
    {
        var sizes = new int[Centres.Count];
        var firsts = Enumerable.Repeat(int.MaxValue, Centres.Count).ToArray();
        for (var i = 0; i < Assignment.Count; i++)
        {
            sizes[Assignment[i]]++;
            firsts[Assignment[i]] = Math.Min(firsts[Assignment[i]], i);
        }

        var order = Enumerable.Range(0, Centres.Count).OrderByDescending(cluster => sizes[cluster]).ThenBy(cluster => firsts[cluster]).ToArray();
        var place = new int[order.Length];
        for (var rank = 0; rank < order.Length; rank++)
        {
            place[order[rank]] = rank;
        }

        return new Clusters([.. Assignment.Select(cluster => place[cluster])], [.. order.Select(cluster => Centres[cluster])], Medoids is null ? null : [.. order.Select(cluster => Medoids[cluster])], Cost) { Converged = Converged };
    }
}

/// <summary>Distances between points.</summary>
internal static class Points
{
    public static double SquaredDistance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
        {
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        }

        return sum;
    }

    public static double Distance(double[] a, double[] b) => Math.Sqrt(SquaredDistance(a, b));

    /// <summary>A sample without replacement in ascending order; all points when there are no more.</summary>
    public static int[] Sample(int count, int size, Random random)
    {
        if (count <= size)
        {
            return [.. Enumerable.Range(0, count)];
        }

        var all = Enumerable.Range(0, count).ToArray();
        for (var i = 0; i < size; i++)
        {
            var j = random.Next(i, count);
            (all[i], all[j]) = (all[j], all[i]);
        }

        return [.. all.Take(size).Order()];
    }
}

/// <summary>Points are the same when all their numbers are.</summary>
public sealed class PointComparer : IEqualityComparer<double[]>
{
    /// <summary>The one there is.</summary>
    public static PointComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(double[]? x, double[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode(double[] obj)
    {
        var hash = default(HashCode);
        foreach (var value in obj)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
