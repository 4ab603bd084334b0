using System.Runtime.InteropServices;

namespace Guanxi.Science.Matching.Fields;

/// <summary>One degree of agreement of two values of a field.</summary>
/// <param name="Name">Stable camelCase code, shown in reasons.</param>
/// <param name="MatchPrior">Prior share of this degree among pairs that are the same thing.</param>
/// <param name="OtherPrior">Prior share among pairs that are not.</param>
internal sealed record AgreementLevel(string Name, double MatchPrior, double OtherPrior);

/// <summary>How values of one kind are normalised, compared and cut into blocking atoms.</summary>
internal abstract class FieldComparator
{
    /// <summary>Level of a pair in which one value is missing; fits the four bits a level has in a pattern.</summary>
    public const int Missing = 15;

    /// <summary>Parts the pieces of a normalised value.</summary>
    protected const char Separator = '\u001f';

    /// <summary>Degrees of agreement; the first is equality of the normalised values.</summary>
    public abstract IReadOnlyList<AgreementLevel> Levels { get; }

    /// <summary>Number of atoms a value may have.</summary>
    public abstract int AtomCount { get; }

    /// <summary>True when a lower level always speaks more for a match than a higher one.</summary>
    public virtual bool IsOrdered => false;

    /// <summary>Level that makes two records related, not the same; −1 when the kind knows none.</summary>
    public virtual int RelatedLevel => -1;

    /// <summary>Canonical form of a value that is not missing; empty when nothing usable is left.</summary>
    public abstract string Normalise(string value);

    /// <summary>Level of two different normalised values.</summary>
    public abstract int Compare(string first, string second);

    /// <summary>Writes hashes of the parts on which records with this value may be brought together; 0 is none.</summary>
    public abstract void WriteAtoms(string value, Span<uint> atoms);

    /// <summary>Learns from the distinct values of the column, once, before comparing.</summary>
    public virtual void Learn(ValuePool pool)
    {
    }

    /// <summary>Level of two different values of the column.</summary>
    public virtual int Compare(ValuePool pool, int first, int second) => Compare(pool[first], pool[second]);

    /// <summary>Where within its level the likeness lies: 0 at the lower bound, 1 at the upper; a half when the kind has no finer measure.</summary>
    public virtual double PositionInLevel(ValuePool pool, int first, int second) => 0.5;

    /// <summary>FNV-1a over UTF-16 units, never 0 for text and always 0 for nothing.</summary>
    protected static uint Hash(ReadOnlySpan<char> text, uint seed = 0)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        var hash = 2166136261u ^ seed;
        foreach (var unit in MemoryMarshal.Cast<char, ushort>(text))
        {
            hash = (hash ^ unit) * 16777619u;
        }

        hash ^= hash >> 15;
        hash *= 2246822519u;
        hash ^= hash >> 13;
        return hash == 0 ? 1 : hash;
    }

    protected static ReadOnlySpan<char> Part(ReadOnlySpan<char> value, int index)
    {
        for (; index > 0; index--)
        {
            var at = value.IndexOf(Separator);
            if (at < 0)
            {
                return [];
            }

            value = value[(at + 1)..];
        }

        var end = value.IndexOf(Separator);
        return end < 0 ? value : value[..end];
    }
}
