using System.Globalization;
using Guanxi.Science.Common;

namespace Guanxi.Science.Mining;

/// <summary>What sets a cluster apart.</summary>
/// <param name="Cluster">Number of the cluster.</param>
/// <param name="Count">Rows in it.</param>
/// <param name="Share">Share of all rows.</param>
/// <param name="Traits">Its most telling traits, strongest first, as words and values.</param>
public sealed record ClusterProfile(int Cluster, int Count, double Share, IReadOnlyList<Phrase> Traits)
{
    /// <summary>The traits in words.</summary>
    public IReadOnlyList<string> Sentences => [.. Traits.Select(trait => trait.ToString())];
}

/// <summary>Describes clusters in words.</summary>
public static class ClusterProfiles
{
    private const int MostSentences = 5;
    private const double LeastDifference = 0.3;

    /// <summary>Profiles of the clusters by columns that may or may not have taken part in the clustering.</summary>
    public static IReadOnlyList<ClusterProfile> Describe(IReadOnlyList<int> assignment, IReadOnlyList<TreeColumn> columns) =>
        [.. Enumerable.Range(0, assignment.Max() + 1).Select(cluster =>
        {
            var rows = Enumerable.Range(0, assignment.Count).Where(row => assignment[row] == cluster).ToArray();
            var traits = columns.SelectMany(column => column.Numbers is not null ? Number(column, rows) : Categories(column, rows));
            return new ClusterProfile(cluster, rows.Length, rows.Length / (double)assignment.Count, [.. traits.OrderByDescending(trait => trait.Strength).Take(MostSentences).Select(trait => trait.Trait)]);
        })];

    private static IEnumerable<(double Strength, Phrase Trait)> Number(TreeColumn column, int[] rows)
    {
        var all = column.Numbers!.Where(double.IsFinite).ToArray();
        var own = rows.Select(row => column.Numbers![row]).Where(double.IsFinite).ToArray();
        if (all.Length == 0 || own.Length == 0)
        {
            yield break;
        }

        var (mean, ownMean) = (all.Average(), own.Average());
        var deviation = Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
        var difference = deviation > 0 ? (ownMean - mean) / deviation : 0;
        if (Math.Abs(difference) >= LeastDifference)
        {
            var side = difference > 0 ? "high" : "low";
            yield return (Math.Abs(difference), mean > 0 && ownMean > 0
                ? $"{column.Name} {side}: {Text(ownMean)} against {Text(mean)}, {ownMean / mean:0.0#} times the average"
                : (Phrase)$"{column.Name} {side}: {Text(ownMean)} against {Text(mean)}");
        }
    }

    /// <summary>As a person writes it: thousands apart, fewer digits after the point the larger it is.</summary>
    private static string Text(double value) => value.ToString(Math.Abs(value) switch { >= 1000 => "#,0", >= 10 => "0.#", >= 0.1 => "0.##", _ => "G3" }, CultureInfo.InvariantCulture);

    private static IEnumerable<(double Strength, Phrase Trait)> Categories(TreeColumn column, int[] rows)
    {
        double total = column.Count;
        var shares = column.Categories!.CountBy(value => value, StringComparer.Ordinal).ToDictionary(item => item.Key, item => item.Value / total, StringComparer.Ordinal);
        foreach (var (value, count) in rows.CountBy(row => column.Categories![row], StringComparer.Ordinal))
        {
            var own = count / (double)rows.Length;
            var lift = own / shares[value];
            // Few rows make great ratios: the lift must be more than chance, by the normal approximation of the binomial.
            var surprise = (own - shares[value]) / Math.Sqrt(shares[value] * (1 - shares[value] + 1e-12) / rows.Length);
            if (lift >= 1.3 && surprise >= 3 && value.Length > 0)
            {
                yield return (Math.Log2(lift) * own * 2, $"{lift:0.0#} times more often {column.Name} = {value}: {100 * own:0.#} % against {100 * shares[value]:0.#} %");
            }
        }
    }
}
