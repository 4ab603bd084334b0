using Guanxi.Science.Matching.Comparison;
using Guanxi.Science.Matching.Parsing;

namespace Guanxi.Science.Matching.Fields;

/// <summary>Street addresses.</summary>
internal sealed class AddressComparator(ITextNormalizer normalizer) : FieldComparator
{
    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.62, 0.0005), new("nearlySame", 0.12, 0.0005), new("part", 0.08, 0.001), new("similar", 0.06, 0.006), new("sameNumber", 0.04, 0.01), new("sameStreet", 0.03, 0.01), new("different", 0.05, 0.972),
    ];

    public override int AtomCount => 4;

    public override string Normalise(string value)
    {
        var normalised = Addresses.Normalise(TextFolding.Fold(value, normalizer));
        return normalised.Length <= 1 ? "" : normalised;
    }

    public override int Compare(string first, string second)
    {
        var numbersA = Addresses.Numbers(first);
        var numbersB = Addresses.Numbers(second);
        var streetA = Addresses.Street(first);
        var streetB = Addresses.Street(second);
        var street = StreetSimilarity(streetA, streetB);
        if (numbersA.SequenceEqual(numbersB))
        {
            return street >= 0.8 ? 1 : street >= 0.6 ? 3 : numbersA.IsEmpty ? 6 : 4;
        }

        var contained = numbersA.IsEmpty || numbersB.IsEmpty || StartsWithNumber(numbersA, numbersB) || StartsWithNumber(numbersB, numbersA);
        if (street >= 0.8)
        {
            return contained ? 2 : EditDistance.WithinOneEdit(numbersA, numbersB) ? 3 : 5;
        }

        return contained && street >= 0.6 && !numbersA.IsEmpty && !numbersB.IsEmpty ? 3 : 6;
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        var numbers = Addresses.Numbers(value);
        var street = Addresses.Street(value);
        var firstNumber = numbers.IndexOf(' ') is var blank and >= 0 ? numbers[..blank] : numbers;
        var word = LongestWord(street);
        atoms[0] = firstNumber.IsEmpty ? 0 : Hash(word, Hash(firstNumber));
        atoms[1] = Hash(street, 1);
        atoms[2] = Hash(word.Length > 5 ? word[..5] : word, 2);
        atoms[3] = Hash(firstNumber, 3);
    }

    private static bool StartsWithNumber(ReadOnlySpan<char> all, ReadOnlySpan<char> start) => all.StartsWith(start) && all[start.Length] == ' ';

    private static double StreetSimilarity(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.IsEmpty || b.IsEmpty)
        {
            return a.Length == b.Length ? 1 : 0;
        }

        if (a.SequenceEqual(b))
        {
            return 1;
        }

        if (TextFolding.HasHan(a) || TextFolding.HasHan(b))
        {
            var brief = a.Length < b.Length ? a : b;
            var full = a.Length < b.Length ? b : a;
            return brief.Length >= 2 && full.EndsWith(brief) ? 0.95 : EditDistance.LevenshteinSimilarity(a, b);
        }

        var words = (WordSimilarity(a, b) + WordSimilarity(b, a)) / 2;
        return words >= 0.8 || !MayBeAlike(a, b) ? words : Math.Max(words, EditDistance.LevenshteinSimilarity(a, b));
    }

    // Too different in length, or neither beginning nor end in common: the edit distance need not be counted.
    private static bool MayBeAlike(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        Math.Min(a.Length, b.Length) >= 0.6 * Math.Max(a.Length, b.Length) && (a[0] == b[0] || a[^1] == b[^1]);

    // Share of the letters of one street whose words have a partner in the other.
    private static double WordSimilarity(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var (sum, letters) = (0.0, 0);
        foreach (var range in a.Split(' '))
        {
            var word = a[range];
            var best = 0.0;
            foreach (var otherRange in b.Split(' '))
            {
                var other = b[otherRange];
                if (2 * Math.Min(word.Length, other.Length) >= Math.Max(word.Length, other.Length))
                {
                    best = Math.Max(best, word.SequenceEqual(other) ? 1 : JaroWinkler.Similarity(word, other));
                }
            }

            sum += best >= 0.8 ? best * word.Length : 0;
            letters += word.Length;
        }

        return sum / letters;
    }

    private static ReadOnlySpan<char> LongestWord(ReadOnlySpan<char> street)
    {
        ReadOnlySpan<char> longest = [];
        foreach (var range in street.Split(' '))
        {
            longest = street[range].Length > longest.Length && !IsStreetType(street[range]) ? street[range] : longest;
        }

        return longest.IsEmpty ? street : longest;
    }

    private static bool IsStreetType(ReadOnlySpan<char> word) => word is "street" or "avenue" or "boulevard" or "crescent" or "circuit" or "terrace" or "highway" or "parkway" or "place" or "drive" or "close" or "court" or "road" or "lane" or "square";
}
