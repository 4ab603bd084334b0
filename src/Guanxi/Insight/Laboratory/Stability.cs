using System.Text.Json;

namespace Guanxi.Insight.Laboratory;

/// <summary>
/// How far a distribution of probabilities has moved: the population stability index Σ (p − q) ln(p / q) over the tenths it was trained on
/// (Siddiqi 2006, Credit Risk Scorecards, chapter 9): below 0.1 hardly, above 0.25 clearly.
/// </summary>
internal static class Stability
{
    public const double Moved = 0.25;

    private const double Least = 1e-4;

    /// <summary>The nine inner edges of the tenths.</summary>
    public static double[] Edges(IReadOnlyList<double> probabilities)
    {
        double[] sorted = [.. probabilities.Order()];
        return [.. Enumerable.Range(1, 9).Select(tenth => sorted[Math.Min(sorted.Length - 1, tenth * sorted.Length / 10)])];
    }

    /// <summary>The edges that a training wrote down.</summary>
    public static double[] EdgesOf(JsonElement report) => [.. report.GetProperty("edges").EnumerateArray().Select(edge => edge.GetDouble())];

    /// <summary>The index of shares of parts that stay what they are, such as groups.</summary>
    public static double OfShares(IReadOnlyList<double> expected, IReadOnlyList<double> actual) =>
        expected.Select((share, i) => (P: Math.Max(Least, actual[i]), Q: Math.Max(Least, share))).Sum(pair => (pair.P - pair.Q) * Math.Log(pair.P / pair.Q));

    /// <summary>The index of probabilities that came later; equal edges are one part.</summary>
    public static double Index(IReadOnlyList<double> edges, IReadOnlyList<double> probabilities)
    {
        if (probabilities.Count == 0 || edges.Count == 0)
        {
            return 0;
        }

        double[] cuts = [.. edges.Distinct()];
        var expected = new double[cuts.Length + 1];
        var actual = new double[cuts.Length + 1];
        expected[^1] = (10 - edges.Count(edge => edge <= cuts[^1])) / 10.0;
        var below = 0;
        for (var i = 0; i < cuts.Length; i++)
        {
            // A tenth ends at each edge; those that end at the same value lie in one part, the part above the value beginning there.
            var ended = edges.Count(edge => edge <= cuts[i]);
            expected[i] = (ended - below) / 10.0;
            below = ended;
        }

        foreach (var probability in probabilities)
        {
            actual[cuts.Count(cut => probability >= cut)]++;
        }

        return OfShares(expected, [.. actual.Select(count => count / probabilities.Count)]);
    }
}
