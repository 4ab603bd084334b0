using System.Collections.Frozen;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The letters beyond ASCII of one language and the company they keep.</summary>
sealed class LanguageModel
{
    // What a reading in another script loses where most letters are plain Latin ones.
    const double ForeignAmongLatin = 0.25;

    readonly FrozenSet<char> letters;
    readonly FrozenSet<string> trigrams;
    readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup;
    readonly bool isLatin;

    /// <param name="columns">Language, letters, trigrams separated by |.</param>
    public LanguageModel(string[] columns)
    {
        isLatin = columns[1].Any(c => c < '\u0250');
        trigrams = columns[2].Split('|').ToFrozenSet(StringComparer.Ordinal);
        letters = (columns[1].Length > 0 ? columns[1] : columns[2].Replace("|", "")).Where(c => c > 0x7F).ToFrozenSet();
        lookup = trigrams.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>What is taken from the score of each letter, by the share of plain Latin letters among all letters of the text.</summary>
    public double Reluctance(double latinShare) => isLatin ? 0 : ForeignAmongLatin * latinShare;

    /// <summary>What a letter says for the language: −1 when the language does not have it, up to 1 when its neighbours are usual.</summary>
    public double Letter(string text, int index)
    {
        char c = text[index];
        if (IsThai(c))
        {
            return (IsThai(At(text, index - 1)) ? 0.3 : 0) + (IsThai(At(text, index + 1)) ? 0.3 : 0);
        }

        char lower = char.ToLowerInvariant(c);
        if (!letters.Contains(lower))
        {
            return -1;
        }

        double score = isLatin ? 0.35 : 0.1;
        Span<char> window = [At(text, index - 2), At(text, index - 1), lower, At(text, index + 1), At(text, index + 2)];
        for (int start = 0; start < 3; start++)
        {
            score += lookup.Contains(window.Slice(start, 3)) ? 0.3 : 0;
        }

        return score - Oddities(text, index);
    }

    // A capital after a small letter within a word is how many wrong readings of Cyrillic and Latin look.
    static double Oddities(string text, int index)
    {
        char c = text[index];
        char before = index > 0 ? text[index - 1] : ' ', after = index + 1 < text.Length ? text[index + 1] : ' ';
        double odd = char.IsUpper(c) && char.IsLower(before) ? 0.8 : 0;
        odd += char.IsLower(c) && char.IsUpper(before) && char.IsUpper(after) ? 0.4 : 0;
        bool mixed = c > 0x24F && (char.IsAsciiLetter(before) || char.IsAsciiLetter(after));
        return odd + (mixed && c < '\u1E00' ? 0.8 : 0);
    }

    // Thai has no trigrams in the table: a word wholly in the script is what can be asked of it.
    static bool IsThai(char c) => c is >= '\u0E00' and <= '\u0E7F';

    static char At(string text, int index) =>
        index >= 0 && index < text.Length && (char.IsLetter(text[index]) || text[index] == '\'') ? char.ToLowerInvariant(text[index]) : ' ';
}
