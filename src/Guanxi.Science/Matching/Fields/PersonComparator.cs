using Guanxi.Science.Matching.Comparison;
using Guanxi.Science.Matching.Parsing;

namespace Guanxi.Science.Matching.Fields;

/// <summary>Full names of people.</summary>
internal sealed class PersonComparator(ITextNormalizer normalizer) : FieldComparator
{
    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.74, 0.001), new("sameSound", 0.03, 0.0005), new("oneEdit", 0.08, 0.001), new("close", 0.05, 0.002), new("shortForm", 0.03, 0.005), new("similar", 0.02, 0.03), new("different", 0.05, 0.9605),
    ];

    public override int AtomCount => 4;

    public override string Normalise(string value)
    {
        var folded = TextFolding.Fold(value, normalizer);
        var name = PersonNames.Normalise(folded);
        return TextFolding.HasHan(name) ? name + Separator + normalizer.Pinyin(name, true) : name;
    }

    public override int Compare(string first, string second)
    {
        var a = Part(first, 0);
        var b = Part(second, 0);
        var whole = NameComparator.Compare(a, b, Part(first, 1), Part(second, 1));
        if (whole <= 3 || TextFolding.HasHan(a) || TextFolding.HasHan(b))
        {
            return whole;
        }

        var (all, abbreviated) = WordsAgree(a, b);
        return all ? abbreviated ? 4 : 3 : whole == 4 ? 4 : whole;
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        var name = Part(value, 0);
        var sound = Part(value, 1);
        atoms[0] = Hash(name);
        if (TextFolding.HasHan(name))
        {
            atoms[1] = Hash(sound, 2);
            atoms[2] = Hash(name[..1], 3);
            atoms[3] = name.Length >= 3 ? Hash(name[^2..], 4) : 0;
            return;
        }

        foreach (var word in name.Split(' '))
        {
            // Longest two words, by sound: word order and short first names do not matter.
            var hash = Hash(Soundex.Of(name[word]), 5);
            var full = Hash(name[word], 6);
            if (name[word].Length >= 3 && hash != 0)
            {
                atoms[1] ^= hash;
                atoms[2] = atoms[2] == 0 ? full : atoms[2];
                atoms[3] = full;
            }
        }
    }

    // Every word of the shorter name is found in the longer one, as itself, misspelt or as an initial.
    private static (bool All, bool Abbreviated) WordsAgree(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var brief = a.Count(' ') <= b.Count(' ') ? a : b;
        var full = a.Count(' ') <= b.Count(' ') ? b : a;
        var abbreviated = brief.Count(' ') < full.Count(' ');
        var solid = false;
        foreach (var briefRange in brief.Split(' '))
        {
            var word = brief[briefRange];
            var found = 0;
            foreach (var fullRange in full.Split(' '))
            {
                var other = full[fullRange];
                var likeness = word.SequenceEqual(other) || (word.Length >= 3 && other.Length >= 3 && JaroWinkler.Similarity(word, other) >= 0.88) ? 2
                    : other.StartsWith(word) || word.StartsWith(other) ? 1 : 0;
                found = Math.Max(found, likeness);
            }

            if (found == 0)
            {
                return (false, false);
            }

            abbreviated |= found == 1;
            solid |= found == 2 && word.Length >= 3;
        }

        return (solid, abbreviated);
    }
}
