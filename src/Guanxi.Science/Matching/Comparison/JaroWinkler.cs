namespace Guanxi.Science.Matching.Comparison;

/// <summary>
/// Jaro similarity (Jaro 1989, JASA 84(406)) and Winkler's prefix bonus (Winkler 1990, eq. 1): 0 for nothing in common, 1 for equal strings.
/// </summary>
public static class JaroWinkler
{
    private const int StackLimit = 256;

    /// <summary>Winkler's similarity: jaro + prefix · weight · (1 − jaro), prefix counted up to four characters.</summary>
    /// <param name="prefixWeight">Weight of one common leading character, 0 to 0.25; 0 gives plain Jaro.</param>
    /// <exception cref="ArgumentOutOfRangeException">The prefix weight lies outside 0 to 0.25, where the result could exceed 1.</exception>
    public static double Similarity(ReadOnlySpan<char> first, ReadOnlySpan<char> second, double prefixWeight = 0.1)
    {
        if (prefixWeight is < 0 or > 0.25 || double.IsNaN(prefixWeight))
        {
            throw new ArgumentOutOfRangeException(nameof(prefixWeight), prefixWeight, "The prefix weight lies between 0 and 0.25.");
        }

        var jaro = Jaro(first, second);
        var prefix = first[..Math.Min(4, first.Length)].CommonPrefixLength(second);
        return jaro + (prefix * prefixWeight * (1 - jaro));
    }

    /// <summary>Jaro's similarity: the mean of the shares of matched characters and of those in order.</summary>
    public static double Jaro(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return first.Length == second.Length ? 1 : 0;
        }

        var window = Math.Max(0, (Math.Max(first.Length, second.Length) / 2) - 1);
        var firstMatched = first.Length <= StackLimit ? stackalloc bool[first.Length] : new bool[first.Length];
        var secondMatched = second.Length <= StackLimit ? stackalloc bool[second.Length] : new bool[second.Length];
        firstMatched.Clear();
        secondMatched.Clear();
        var matches = 0;
        for (var i = 0; i < first.Length; i++)
        {
            var end = Math.Min(second.Length, i + window + 1);
            for (var j = Math.Max(0, i - window); j < end; j++)
            {
                if (!secondMatched[j] && first[i] == second[j])
                {
                    firstMatched[i] = secondMatched[j] = true;
                    matches++;
                    break;
                }
            }
        }

        if (matches == 0)
        {
            return 0;
        }

        var outOfOrder = 0;
        var next = 0;
        for (var i = 0; i < first.Length; i++)
        {
            if (!firstMatched[i])
            {
                continue;
            }

            while (!secondMatched[next])
            {
                next++;
            }

            outOfOrder += first[i] == second[next++] ? 0 : 1;
        }

        double m = matches;
        return ((m / first.Length) + (m / second.Length) + ((m - (outOfOrder / 2)) / m)) / 3;
    }
}
