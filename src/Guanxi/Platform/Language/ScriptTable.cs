using System.Text;

namespace Guanxi.Platform.Language;

/// <summary>One direction of the change between simplified and traditional characters: a map of characters, and the phrases it would get wrong.</summary>
sealed class ScriptTable
{
    static readonly Lazy<ScriptTable> ToSimplified = new(() => Load("simplified.bin.br"));
    static readonly Lazy<ScriptTable> ToTraditional = new(() => Load("traditional.bin.br"));

    // Other planes and changes of plane are rare: they stand in a dictionary, the basic plane in an array.
    readonly char[] basic = new char[char.MaxValue + 1];
    readonly Dictionary<int, int> others = [];
    readonly PhraseTable<char> phrases;

    ScriptTable(LanguageTables tables)
    {
        for (int c = 0; c < basic.Length; c++)
        {
            basic[c] = (char)c;
        }

        var targets = tables.Text().EnumerateRunes().Zip(tables.Text().EnumerateRunes());
        foreach ((Rune from, Rune to) in targets)
        {
            if (from.IsBmp && to.IsBmp)
            {
                basic[from.Value] = (char)to.Value;
            }
            else
            {
                others[from.Value] = to.Value;
            }
        }

        string keys = tables.Text();
        phrases = new PhraseTable<char>(keys, tables.Text().Replace("\n", "").ToCharArray(), anchoredAtEnd: false);
    }

    public static ScriptTable Simplified => ToSimplified.Value;

    public static ScriptTable Traditional => ToTraditional.Value;

    /// <summary>The character of the other script, itself when it has none in the basic plane.</summary>
    public char this[char c] => basic[c];

    /// <summary>Changes character by character, so that any part of a text changes as it does within the whole.</summary>
    public void FoldCharacters(Span<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = basic[text[i]];
        }
    }

    /// <summary>Changes a text, the longest known phrase at each place first.</summary>
    public string Convert(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length;)
        {
            ReadOnlySpan<char> phrase = LongestPhrase(text.AsSpan(i));
            if (!phrase.IsEmpty)
            {
                result.Append(phrase);
                i += phrase.Length;
            }
            else
            {
                i += AppendCharacter(result, text, i);
            }
        }

        return result.ToString();
    }

    ReadOnlySpan<char> LongestPhrase(ReadOnlySpan<char> text)
    {
        for (int length = Math.Min(phrases.LongestAt(text[0]), text.Length); length > 1; length--)
        {
            ReadOnlySpan<char> found = phrases.Find(text[..length]);
            if (!found.IsEmpty)
            {
                return found;
            }
        }

        return default;
    }

    int AppendCharacter(StringBuilder result, string text, int index)
    {
        if (!Rune.TryGetRuneAt(text, index, out Rune rune))
        {
            result.Append(text[index]);
            return 1;
        }

        if (others.TryGetValue(rune.Value, out int other))
        {
            result.Append(new Rune(other).ToString());
        }
        else if (rune.IsBmp)
        {
            result.Append(basic[rune.Value]);
        }
        else
        {
            result.Append(text, index, 2);
        }

        return rune.Utf16SequenceLength;
    }

    static ScriptTable Load(string name)
    {
        using LanguageTables tables = LanguageTables.Open(name);
        return new ScriptTable(tables);
    }
}
