namespace Guanxi.Science.Matching.Comparison;

/// <summary>Similarities of the sets and bags of q neighbouring characters (Ukkonen 1992).</summary>
public static class QGrams
{
    /// <summary>Jaccard index of the two sets of q-grams; a string shorter than q counts as one gram.</summary>
    /// <exception cref="ArgumentOutOfRangeException">q is below 1.</exception>
    public static double Jaccard(string first, string second, int q = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(q, 1);
        var left = Count(first, q);
        var right = Count(second, q);
        if (left.Count == 0 && right.Count == 0)
        {
            return 1;
        }

        var common = left.Keys.Count(right.ContainsKey);
        return common / (double)(left.Count + right.Count - common);
    }

    /// <summary>Cosine of the two vectors of q-gram counts; 0 when one string is empty and the other is not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">q is below 1.</exception>
    public static double Cosine(string first, string second, int q = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(q, 1);
        var left = Count(first, q);
        var right = Count(second, q);
        if (left.Count == 0 || right.Count == 0)
        {
            return left.Count == right.Count ? 1 : 0;
        }

        var dot = left.Sum(gram => (double)gram.Value * right.GetValueOrDefault(gram.Key));
        return Math.Min(1, dot / (Norm(left) * Norm(right)));
    }

    private static double Norm(Dictionary<string, int> grams) => Math.Sqrt(grams.Values.Sum(count => (double)count * count));

    private static Dictionary<string, int> Count(string text, int q)
    {
        var grams = new Dictionary<string, int>(StringComparer.Ordinal);
        if (text.Length > 0 && text.Length < q)
        {
            grams[text] = 1;
        }

        for (var i = 0; i + q <= text.Length; i++)
        {
            var gram = text.Substring(i, q);
            grams[gram] = grams.GetValueOrDefault(gram) + 1;
        }

        return grams;
    }
}
