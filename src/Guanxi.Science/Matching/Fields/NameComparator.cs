using Guanxi.Science.Matching.Comparison;
using Guanxi.Science.Matching.Parsing;

namespace Guanxi.Science.Matching.Fields;

/// <summary>Given names, surnames, towns and regions.</summary>
internal sealed class NameComparator(FieldKind kind, ITextNormalizer normalizer) : FieldComparator
{
    /// <summary>Level of a pair whose given name and surname stand in each other's column.</summary>
    public const int Swapped = 7;

    private static readonly AgreementLevel[] PersonLevels =
    [
        new("same", 0.76, 0.006), new("sameSound", 0.02, 0.002), new("oneEdit", 0.08, 0.002), new("close", 0.04, 0.006), new("shortForm", 0.02, 0.01), new("similar", 0.01, 0.03), new("different", 0.06, 0.943), new("swapped", 0.01, 0.001),
    ];

    private static readonly AgreementLevel[] PlaceLevels =
    [
        new("same", 0.80, 0.06), new("sameSound", 0.01, 0.002), new("oneEdit", 0.06, 0.002), new("close", 0.03, 0.008), new("shortForm", 0.02, 0.005), new("similar", 0.01, 0.03), new("different", 0.07, 0.893),
    ];

    private readonly bool _isPlace = kind is FieldKind.City or FieldKind.Region;

    public override IReadOnlyList<AgreementLevel> Levels => _isPlace ? PlaceLevels : PersonLevels;

    public override int AtomCount => 3;

    public override string Normalise(string value)
    {
        var folded = TextFolding.Fold(value, normalizer);
        if (TextFolding.HasHan(folded))
        {
            var letters = TextFolding.LettersAndDigits(folded);
            letters = _isPlace ? ChinesePlaces.WithoutEnding(letters) : letters;
            return letters + Separator + normalizer.Pinyin(letters, kind == FieldKind.Surname);
        }

        return string.Join(' ', TextFolding.Words(folded));
    }

    public override int Compare(string first, string second) => Compare(Part(first, 0), Part(second, 0), Part(first, 1), Part(second, 1));

    public static int Compare(ReadOnlySpan<char> a, ReadOnlySpan<char> b, ReadOnlySpan<char> soundA, ReadOnlySpan<char> soundB)
    {
        if (a.SequenceEqual(b))
        {
            return 0;
        }

        if (SameSound(a, b, soundA, soundB))
        {
            return 1;
        }

        var shorter = Math.Min(a.Length, b.Length);
        if (shorter >= 3 && EditDistance.WithinOneEdit(a, b))
        {
            return 2;
        }

        var similarity = JaroWinkler.Similarity(a, b);
        if (similarity >= 0.88 && shorter >= 3)
        {
            return 3;
        }

        var brief = a.Length < b.Length ? a : b;
        var full = a.Length < b.Length ? b : a;
        if (full.StartsWith(brief) && (brief.Length is 1 or >= 3 || TextFolding.HasHan(brief)))
        {
            return 4;
        }

        return similarity >= 0.75 ? 5 : 6;
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        var name = Part(value, 0);
        var sound = Part(value, 1);
        atoms[0] = Hash(name);
        atoms[1] = sound.IsEmpty ? Hash(Soundex.Of(name), 1) : Hash(sound, 2);
        atoms[2] = name.Length >= 3 ? Hash(name[..3], 3) : 0;
    }

    // "wei" beside 伟: one record may hold the pinyin of the other's characters.
    private static bool SameSound(ReadOnlySpan<char> a, ReadOnlySpan<char> b, ReadOnlySpan<char> soundA, ReadOnlySpan<char> soundB) =>
        (!soundA.IsEmpty && (soundA.SequenceEqual(soundB) || EqualWithoutBlanks(soundA, b))) || (!soundB.IsEmpty && EqualWithoutBlanks(soundB, a));

    private static bool EqualWithoutBlanks(ReadOnlySpan<char> sound, ReadOnlySpan<char> latin)
    {
        var at = 0;
        foreach (var character in latin)
        {
            if (character == ' ')
            {
                continue;
            }

            if (at >= sound.Length || sound[at++] != character)
            {
                return false;
            }
        }

        return at == sound.Length;
    }
}
