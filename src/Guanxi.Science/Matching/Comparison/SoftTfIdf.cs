namespace Guanxi.Science.Matching.Comparison;

/// <summary>
/// Soft TF-IDF (Cohen, Ravikumar and Fienberg 2003, "A comparison of string distance metrics for name-matching tasks", §2.4):
/// the cosine of two token vectors in which tokens that are merely alike (Jaro–Winkler above a bound) count by their likeness.
/// </summary>
public sealed class SoftTfIdf
{
    private readonly Dictionary<string, int> _documents = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Likeness from which two different tokens count as the same; the paper takes 0.9.</summary>
    public double TokenThreshold { get; init; } = 0.9;

    /// <summary>Number of texts learnt from.</summary>
    public int DocumentCount => _count;

    /// <summary>Counts the tokens of one text of the corpus.</summary>
    public void Learn(IEnumerable<string> tokens)
    {
        _count++;
        foreach (var token in tokens.Distinct(StringComparer.Ordinal))
        {
            _documents[token] = _documents.GetValueOrDefault(token) + 1;
        }
    }

    /// <summary>log(1 + N / n): how much a token tells; a token never seen counts as seen once.</summary>
    public double InverseDocumentFrequency(string token) => Math.Log(1 + (Math.Max(1, _count) / (double)Math.Max(1, _documents.GetValueOrDefault(token))));

    /// <summary>Similarity from 0 to 1; the two directions are averaged, so that the order of the arguments does not matter.</summary>
    public double Similarity(IReadOnlyList<string> first, IReadOnlyList<string> second)
    {
        if (first.Count == 0 || second.Count == 0)
        {
            return first.Count == second.Count ? 1 : 0;
        }

        var firstWeights = Weights(first);
        var secondWeights = Weights(second);
        return Math.Min(1, (Directed(first, firstWeights, second, secondWeights) + Directed(second, secondWeights, first, firstWeights)) / 2);
    }

    private double[] Weights(IReadOnlyList<string> tokens)
    {
        var weights = new double[tokens.Count];
        var squares = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = InverseDocumentFrequency(tokens[i]);
            squares += weights[i] * weights[i];
        }

        var norm = Math.Sqrt(squares);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] /= norm;
        }

        return weights;
    }

    private double Directed(IReadOnlyList<string> from, double[] fromWeights, IReadOnlyList<string> to, double[] toWeights)
    {
        var sum = 0.0;
        for (var i = 0; i < fromWeights.Length; i++)
        {
            var (best, partner) = (0.0, -1);
            for (var j = 0; j < toWeights.Length && best < 1; j++)
            {
                var likeness = string.Equals(from[i], to[j], StringComparison.Ordinal) ? 1 : JaroWinkler.Similarity(from[i], to[j]);
                (best, partner) = likeness > best ? (likeness, j) : (best, partner);
            }

            if (best >= TokenThreshold)
            {
                sum += fromWeights[i] * toWeights[partner] * best;
            }
        }

        return sum;
    }
}
