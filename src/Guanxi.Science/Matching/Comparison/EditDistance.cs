namespace Guanxi.Science.Matching.Comparison;

/// <summary>Edit distances between strings, counted in UTF-16 units.</summary>
public static class EditDistance
{
    private const int StackLimit = 256;

    /// <summary>Levenshtein (1966): the fewest insertions, deletions and substitutions.</summary>
    public static int Levenshtein(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => Distance(first, second, false);

    /// <summary>Damerau (1964) in the restricted form (optimal string alignment): a swap of neighbours counts one, and no substring is edited twice.</summary>
    public static int Damerau(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => Distance(first, second, true);

    /// <summary>1 − distance / longer length; 1 for two empty strings.</summary>
    public static double LevenshteinSimilarity(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var longer = Math.Max(first.Length, second.Length);
        return longer == 0 ? 1 : 1 - (Levenshtein(first, second) / (double)longer);
    }

    /// <summary>True when one insertion, deletion, substitution or swap of neighbours makes the strings equal; linear time.</summary>
    public static bool WithinOneEdit(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        if (Math.Abs(first.Length - second.Length) > 1)
        {
            return false;
        }

        var start = first.CommonPrefixLength(second);
        first = first[start..];
        second = second[start..];
        while (first.Length > 0 && second.Length > 0 && first[^1] == second[^1])
        {
            first = first[..^1];
            second = second[..^1];
        }

        return (first.Length <= 1 && second.Length <= 1)
            || (first.Length == 2 && second.Length == 2 && first[0] == second[1] && first[1] == second[0]);
    }

    private static int Distance(ReadOnlySpan<char> first, ReadOnlySpan<char> second, bool swaps)
    {
        var width = second.Length + 1;
        var buffer = 3 * width <= StackLimit ? stackalloc int[3 * width] : new int[3 * width];
        var beforePrevious = buffer[..width];
        var previous = buffer[width..(2 * width)];
        var current = buffer[(2 * width)..];
        for (var j = 0; j < width; j++)
        {
            previous[j] = j;
        }

        for (var i = 1; i <= first.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j < width; j++)
            {
                var cost = first[i - 1] == second[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + cost);
                if (swaps && i > 1 && j > 1 && first[i - 1] == second[j - 2] && first[i - 2] == second[j - 1])
                {
                    best = Math.Min(best, beforePrevious[j - 2] + 1);
                }

                current[j] = best;
            }

            var recycled = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = recycled;
        }

        return previous[second.Length];
    }
}
