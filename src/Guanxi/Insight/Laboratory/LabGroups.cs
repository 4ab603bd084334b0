using System.Text.Json;
using Guanxi.Science.Common;
using Guanxi.Science.Mining;

namespace Guanxi.Insight.Laboratory;

/// <summary>Groups of customers that are alike, found by k-means; the number of groups by the silhouette where none is asked for.</summary>
internal static class LabGroups
{
    private const int Most = 8;

    /// <param name="Model">The middles, on their scale.</param>
    /// <param name="Assignment">Place of each customer's group among the middles.</param>
    /// <param name="Silhouettes">Numbers of groups that were tried, with their silhouette.</param>
    /// <param name="Converged">Whether the search for the middles came to rest.</param>
    internal sealed record Found(GroupModel Model, IReadOnlyList<int> Assignment, IReadOnlyList<(int Count, double Score)> Silhouettes, bool Converged);

    /// <exception cref="UnsuitableDataException">The customers cannot be told apart, or not into as many groups.</exception>
    public static Found Find(IReadOnlyDictionary<string, double[]> columns, int rows, int? asked)
    {
        var scale = GroupScale.Of(columns.Select(column => (column.Key, column.Value)));
        var points = scale.Points(columns, rows);
        var (clusters, silhouettes) = Find(points, asked);
        var counts = new double[clusters.Count];
        foreach (var place in clusters.Assignment)
        {
            counts[place]++;
        }

        var model = new GroupModel(scale, [.. clusters.Centres.Select(centre => centre.ToArray())], [.. Enumerable.Range(1, clusters.Count)], [.. counts.Select(count => count / rows)], clusters.Cost / rows);
        return new Found(model, clusters.Assignment, silhouettes, clusters.Converged);
    }

    /// <summary>The same for points that are on one scale already.</summary>
    public static (Clusters Clusters, IReadOnlyList<(int Count, double Score)> Silhouettes) Find(double[][] points, int? asked)
    {
        if (points.Length == 0 || points[0].Length == 0)
        {
            throw new UnsuitableDataException("Groups are found by numbers, and no column with different numbers is among those chosen.");
        }

        if (asked is { } count)
        {
            return (KMeans.Fit(points, count, 1), []);
        }

        var different = points.Select(point => string.Join(';', point)).Distinct(StringComparer.Ordinal).Take(Most + 2).Count();
        (int Count, double Score)[] scores = [.. ClusterCount.BySilhouette(points, Math.Min(Most, different - 1), 1).Select(score => (score.Count, score.Score))];
        return scores.Length > 0 ? (KMeans.Fit(points, scores.MaxBy(score => score.Score).Count, 1), scores) : throw new UnsuitableDataException("The rows differ too little to be told apart.");
    }

    /// <summary>Numbers for groups formed anew: each takes that of the old group it shares most customers with, the pair that shares most first.</summary>
    public static int[] Followed(int[] before, IReadOnlyList<int> assignment, int count)
    {
        var shared = before.Zip(assignment).CountBy(pair => pair).OrderByDescending(item => item.Value).ThenBy(item => item.Key).Select(item => item.Key);
        var numbers = new int[count];
        var taken = new HashSet<int>();
        foreach (var (number, place) in shared)
        {
            if (numbers[place] == 0 && taken.Add(number))
            {
                numbers[place] = number;
            }
        }

        for (var place = 0; place < count; place++)
        {
            if (numbers[place] == 0)
            {
                numbers[place] = Enumerable.Range(1, count).First(taken.Add);
            }
        }

        return numbers;
    }

    /// <summary>The groups, the largest first, with what sets each apart.</summary>
    public static void Write(Utf8JsonWriter writer, Found found, IReadOnlyList<TreeColumn> columns, IEnumerable<Finding> findings, string language) =>
        Write(writer, found.Assignment, found.Silhouettes, found.Converged, columns, findings, language, found.Model.Numbers);

    /// <inheritdoc cref="Write(Utf8JsonWriter, Found, IReadOnlyList{TreeColumn}, IEnumerable{Finding}, string)"/>
    /// <param name="numbers">The number of each group; in the order of their size when null.</param>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<int> assignment, IReadOnlyList<(int Count, double Score)> silhouettes, bool converged, IReadOnlyList<TreeColumn> columns, IEnumerable<Finding> findings, string language, IReadOnlyList<int>? numbers = null)
    {
        if (!converged)
        {
            writer.WriteBoolean("converged", false);
        }

        writer.Points("scores", silhouettes.Select(score => new[] { score.Count, score.Score }));
        writer.WriteStartArray("clusters");
        foreach (var profile in ClusterProfiles.Describe(assignment, columns).OrderByDescending(profile => profile.Count))
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", numbers?[profile.Cluster] ?? profile.Cluster + 1);
            writer.WriteNumber("customers", profile.Count);
            writer.Number("share", profile.Share);
            writer.WriteStartArray("sentences");
            foreach (var trait in profile.Traits)
            {
                writer.WriteStringValue(FindingWords.Of(trait).In(language));
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Findings(findings, language);
    }
}
