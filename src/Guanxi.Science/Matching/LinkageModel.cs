using Guanxi.Science.Matching.Fields;
using Guanxi.Science.Matching.Linkage;

namespace Guanxi.Science.Matching;

/// <summary>
/// Parameters of the model of Fellegi and Sunter (1969, JASA 64(328)): of each field the share m of every level of agreement among matches
/// and u among other pairs, and the share λ of matches among all pairs. The weight of a level is log2(m/u) bits.
/// </summary>
public sealed class LinkageModel
{
    /// <summary>Bits beyond which one field alone may not speak: a single column is never beyond doubt.</summary>
    private const double LargestWeight = 24;

    private readonly double[][] _weights;

    internal LinkageModel(IReadOnlyList<MatchField> fields, double[][] match, double[][] other, double prior, double[] meanFrequency, bool hasConverged, int iterations)
    {
        (Fields, Match, Other, Prior, MeanFrequency, HasConverged, Iterations) = (fields, match, other, prior, meanFrequency, hasConverged, iterations);
        _weights = [.. match.Select((levels, field) => Weights(levels, other[field], FieldComparators.For(fields[field].Kind, PlainTextNormalizer.Instance)))];
    }

    /// <summary>The fields, in the order of the levels.</summary>
    public IReadOnlyList<MatchField> Fields { get; }

    /// <summary>m: share of each level among matches, by field.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Match { get; }

    /// <summary>u: share of each level among other pairs, by field.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Other { get; }

    /// <summary>λ: share of matches among all pairs.</summary>
    public double Prior { get; }

    /// <summary>Chance that two records agree exactly, by field: what the frequency of a value is compared with.</summary>
    public IReadOnlyList<double> MeanFrequency { get; }

    /// <summary>True when expectation maximisation came to rest; false for a model of priors or one stopped at its limit.</summary>
    public bool HasConverged { get; }

    /// <summary>Rounds of expectation maximisation.</summary>
    public int Iterations { get; }

    /// <summary>A model of priors alone, for a first check on entry before there is data to learn from.</summary>
    /// <param name="fields">The fields of the records.</param>
    /// <param name="records">Number of records there are; one match is expected for each ten.</param>
    public static LinkageModel FromPriors(IReadOnlyList<MatchField> fields, int records)
    {
        var levels = fields.Select(field => FieldComparators.For(field.Kind, PlainTextNormalizer.Instance).Levels).ToList();
        return new LinkageModel(
            [.. fields],
            [.. levels.Select(list => list.Select(level => level.MatchPrior / list.Sum(other => other.MatchPrior)).ToArray())],
            [.. levels.Select(list => list.Select(level => level.OtherPrior / list.Sum(other => other.OtherPrior)).ToArray())],
            0.2 / Math.Max(2, records),
            [.. levels.Select(list => list[0].OtherPrior)],
            hasConverged: false,
            iterations: 0);
    }

    /// <summary>A model stored earlier.</summary>
    /// <exception cref="ArgumentException">The parameters do not fit the levels of the fields, or are no probabilities.</exception>
    public static LinkageModel Restore(IReadOnlyList<MatchField> fields, IReadOnlyList<IReadOnlyList<double>> match, IReadOnlyList<IReadOnlyList<double>> other, double prior, IReadOnlyList<double> meanFrequency)
    {
        var fits = match.Count == fields.Count && other.Count == fields.Count && meanFrequency.Count == fields.Count && prior is > 0 and < 1;
        for (var field = 0; fits && field < fields.Count; field++)
        {
            var levels = LevelNames(fields[field].Kind).Count;
            fits = match[field].Count == levels && other[field].Count == levels && match[field].Concat(other[field]).All(share => share is > 0 and <= 1);
        }

        return fits ? new LinkageModel([.. fields], [.. match.Select(levels => levels.ToArray())], [.. other.Select(levels => levels.ToArray())], prior, [.. meanFrequency], hasConverged: true, iterations: 0)
            : throw new ArgumentException("The parameters do not belong to these fields.", nameof(match));
    }

    /// <summary>Stable camelCase codes of the levels of a field, the first meaning equality.</summary>
    public static IReadOnlyList<string> LevelNames(FieldKind kind) => [.. FieldComparators.For(kind, PlainTextNormalizer.Instance).Levels.Select(level => level.Name)];

    /// <summary>Probability of a match from a weight in bits that includes the prior.</summary>
    public static double Probability(double bits) => bits > 60 ? 1 : 1 / (1 + Math.Pow(2, -bits));

    internal double Weight(int field, int level) => level == FieldComparator.Missing ? 0 : _weights[field][level];

    internal double PriorBits => Math.Log2(Prior / (1 - Prior));

    private static double[] Weights(double[] match, double[] other, FieldComparator comparator)
    {
        var weights = match.Select((m, level) => Math.Clamp(Math.Log2(m / other[level]), -LargestWeight, LargestWeight)).ToArray();
        if (comparator.IsOrdered)
        {
            for (var level = weights.Length - 2; level >= 0; level--)
            {
                weights[level] = Math.Max(weights[level], weights[level + 1]);
            }
        }

        // Equality can speak a little against a match by chance of a small sample, never by nature; and disagreement never for one.
        weights[0] = Math.Max(weights[0], 0);
        var different = comparator.Levels.ToList().FindIndex(level => level.Name == "different");
        weights[different] = Math.Min(weights[different], 0);
        return weights;
    }
}
