using Guanxi.Science.Common;

namespace Guanxi.Science.Mining;

/// <summary>How the distance of two groups is formed.</summary>
public enum Linkage
{
    /// <summary>Least growth of the squared error (Ward 1963).</summary>
    Ward,

    /// <summary>Mean distance of the pairs.</summary>
    Average,

    /// <summary>Largest distance of a pair.</summary>
    Complete,
}

/// <summary>Two groups become one.</summary>
/// <param name="First">A point, or from the number of points on an earlier merge.</param>
/// <param name="Second">The other one.</param>
/// <param name="Height">Their distance.</param>
public sealed record Merge(int First, int Second, double Height);

/// <summary>Agglomerative clustering by the nearest-neighbour chain (Murtagh 1983) with Lance–Williams updates (1967); for samples of some thousand points.</summary>
public static class HierarchicalClustering
{
    /// <summary>Largest number of points: the distances of all pairs are held.</summary>
    public const int LargestSample = 3000;

    /// <summary>The merges, by rising height.</summary>
    /// <exception cref="UnsuitableDataException">There are too many points, or fewer than two.</exception>
    public static IReadOnlyList<Merge> Fit(IReadOnlyList<double[]> points, Linkage linkage)
    {
        var count = points.Count;
        if (count is < 2 or > LargestSample)
        {
            throw new UnsuitableDataException($"Hierarchical clustering takes 2 to {LargestSample} rows, not {count}; take a sample.");
        }

        var distance = new double[count, count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                distance[i, j] = distance[j, i] = Points.Distance(points[i], points[j]);
            }
        }

        return Label(Chain(distance, count, linkage), count);
    }

    /// <summary>Cluster of each point when the tree is cut into the given number of groups.</summary>
    public static int[] Cut(IReadOnlyList<Merge> merges, int clusters)
    {
        var count = merges.Count + 1;
        var parent = Enumerable.Range(0, (2 * count) - 1).ToArray();
        for (var step = 0; step < count - clusters; step++)
        {
            parent[merges[step].First] = parent[merges[step].Second] = count + step;
        }

        var numbers = new Dictionary<int, int>();
        return [.. Enumerable.Range(0, count).Select(point =>
        {
            while (parent[point] != point)
            {
                point = parent[point];
            }

            return numbers.TryGetValue(point, out var number) ? number : numbers[point] = numbers.Count;
        })];
    }

    /// <summary>Cuts the tree of a sample of at most 2,000 points and gives the other points to the nearest centre.</summary>
    /// <exception cref="UnsuitableDataException">There are fewer points than clusters, or fewer than two.</exception>
    public static Clusters FitSample(IReadOnlyList<double[]> points, Linkage linkage, int clusters, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        if (points.Count < clusters)
        {
            throw new UnsuitableDataException($"{clusters} clusters need as many rows; there are {points.Count}.");
        }

        var sample = Points.Sample(points.Count, 2000, new Random(seed));
        var cut = Cut(Fit([.. sample.Select(i => points[i])], linkage), clusters);
        var centres = Enumerable.Range(0, clusters).Select(cluster =>
        {
            var members = sample.Where((_, s) => cut[s] == cluster).ToArray();
            return Enumerable.Range(0, points[0].Length).Select(k => members.Average(i => points[i][k])).ToArray();
        }).ToArray();
        var assignment = new int[points.Count];
        for (var i = 0; i < assignment.Length; i++)
        {
            var distances = centres.Select(centre => Points.SquaredDistance(points[i], centre)).ToArray();
            assignment[i] = Array.IndexOf(distances, distances.Min());
        }

        for (var s = 0; s < sample.Length; s++)
        {
            assignment[sample[s]] = cut[s];
        }

        return new Clusters(assignment, centres, null, assignment.Select((cluster, i) => Points.SquaredDistance(points[i], centres[cluster])).Sum()).Ordered();
    }

    private static List<(int First, int Second, double Height)> Chain(double[,] distance, int count, Linkage linkage)
    {
        var sizes = Enumerable.Repeat(1, count).ToArray();
        var merges = new List<(int, int, double)>();
        var chain = new Stack<int>();
        while (merges.Count < count - 1)
        {
            if (chain.Count == 0)
            {
                chain.Push(Array.FindIndex(sizes, size => size > 0));
            }

            var current = chain.Pop();
            var previous = chain.Count > 0 ? chain.Peek() : -1;
            // The one before in the chain wins ties, or the chain would run in a circle.
            var (nearest, least) = previous >= 0 ? (previous, distance[current, previous]) : (-1, double.PositiveInfinity);
            for (var other = 0; other < count; other++)
            {
                if (sizes[other] > 0 && other != current && distance[current, other] < least)
                {
                    (nearest, least) = (other, distance[current, other]);
                }
            }

            if (nearest != previous)
            {
                chain.Push(current);
                chain.Push(nearest);
                continue;
            }

            chain.Pop();
            merges.Add((current, nearest, least));
            for (var other = 0; other < count; other++)
            {
                if (sizes[other] > 0 && other != current && other != nearest)
                {
                    distance[nearest, other] = distance[other, nearest] = Updated(distance[current, other], distance[nearest, other], least, sizes[current], sizes[nearest], sizes[other], linkage);
                }
            }

            sizes[nearest] += sizes[current];
            sizes[current] = 0;
        }

        return merges;
    }

    private static double Updated(double first, double second, double between, int firstSize, int secondSize, int otherSize, Linkage linkage) => linkage switch
    {
        Linkage.Complete => Math.Max(first, second),
        Linkage.Average => ((firstSize * first) + (secondSize * second)) / (firstSize + secondSize),
        _ => Math.Sqrt(Math.Max(0, (((firstSize + otherSize) * first * first) + ((secondSize + otherSize) * second * second) - (otherSize * between * between)) / (firstSize + secondSize + otherSize))),
    };

    private static List<Merge> Label(List<(int First, int Second, double Height)> merges, int count)
    {
        var group = Enumerable.Range(0, count).ToArray();
        var label = Enumerable.Range(0, count).ToArray();
        int Root(int point)
        {
            while (group[point] != point)
            {
                point = group[point] = group[group[point]];
            }

            return point;
        }

        var labelled = new List<Merge>();
        foreach (var (first, second, height) in merges.OrderBy(merge => merge.Height))
        {
            var (a, b) = (Root(first), Root(second));
            labelled.Add(new Merge(Math.Min(label[a], label[b]), Math.Max(label[a], label[b]), height));
            group[a] = b;
            label[b] = count + labelled.Count - 1;
        }

        return labelled;
    }
}
