using System.Runtime.InteropServices;

namespace Guanxi.Platform.Language;

/// <summary>One character with a reading, or one word of another writing.</summary>
[StructLayout(LayoutKind.Auto)]
struct PinyinUnit
{
    /// <summary>Where it stands in the prepared text.</summary>
    public int Start;

    public int Length;

    /// <summary>The best syllable; -1 for a word that is read as it is written.</summary>
    public int Syllable;

    /// <summary>The set of all readings of the character.</summary>
    public int Set;

    /// <summary>Whether a phrase or a surname settled the syllable.</summary>
    public bool Settled;

    /// <summary>Whether a space stood before it.</summary>
    public bool SpaceBefore;
}

/// <summary>Cuts a prepared text into characters and words and settles how each is read: surname first, then the longest phrases from the end, then the default.</summary>
static class PinyinUnits
{
    public const int MaxUnits = 96;

    /// <returns>The number of units; those beyond the capacity are left out.</returns>
    public static int Cut(ReadOnlySpan<char> prepared, bool personName, Span<PinyinUnit> units)
    {
        PinyinTable table = PinyinTable.Instance;
        int count = 0, han = 0;
        bool space = false;
        for (int i = 0; i < prepared.Length && count < units.Length;)
        {
            char c = prepared[i];
            if (c == ' ')
            {
                space = true;
                i++;
                continue;
            }

            ref PinyinUnit unit = ref units[count++];
            int set = SetAt(table, prepared, i, out int length);
            unit = new PinyinUnit { Start = i, Set = set, SpaceBefore = space, Syllable = -1 };
            if (set > 0)
            {
                unit.Syllable = table.Readings(set)[0];
                han++;
            }
            else
            {
                length = WordLength(prepared[i..]);
            }

            unit.Length = length;
            i += length;
            space = false;
        }

        if (han > 0)
        {
            Settle(table, prepared, personName, units[..count]);
        }

        return count;
    }

    static int SetAt(PinyinTable table, ReadOnlySpan<char> text, int index, out int length)
    {
        char c = text[index];
        length = 1;
        if (CharacterKinds.IsHan(c))
        {
            return table.SetOf(c);
        }

        if (char.IsHighSurrogate(c) && index + 1 < text.Length)
        {
            length = 2;
            return table.SetOf(char.ConvertToUtf32(c, text[index + 1]));
        }

        return 0;
    }

    // A word without spaces of another writing (kana, a Han character nobody knows) ends before the next Han character.
    static int WordLength(ReadOnlySpan<char> text)
    {
        int length = 1;
        while (length < text.Length && text[length] != ' ' && !CharacterKinds.IsHan(text[length]) && !char.IsHighSurrogate(text[length]))
        {
            length++;
        }

        return length;
    }

    static void Settle(PinyinTable table, ReadOnlySpan<char> prepared, bool personName, Span<PinyinUnit> units)
    {
        Span<char> folded = stackalloc char[MaxUnits];
        for (int i = 0; i < units.Length; i++)
        {
            folded[i] = units[i] is { Syllable: >= 0, Length: 1 } ? ScriptTable.Simplified[prepared[units[i].Start]] : '\0';
        }

        folded = folded[..units.Length];
        int surname = personName ? SettleSurname(table, folded, units) : 0;
        for (int end = units.Length - 1; end > surname;)
        {
            end -= SettlePhrase(table, folded[surname..(end + 1)], units[surname..(end + 1)]);
        }
    }

    static int SettleSurname(PinyinTable table, ReadOnlySpan<char> folded, Span<PinyinUnit> units)
    {
        for (int length = Math.Min(table.Surnames.LongestAt(folded[0]), folded.Length); length > 0; length--)
        {
            ReadOnlySpan<ushort> syllables = table.Surnames.Find(folded[..length]);
            if (!syllables.IsEmpty)
            {
                Apply(syllables, units);
                return length;
            }
        }

        return 0;
    }

    // From the end: Chinese compounds lean on their last character, so 南京市|长江|大桥 comes out right where 市长 would be found from the front.
    static int SettlePhrase(PinyinTable table, ReadOnlySpan<char> folded, Span<PinyinUnit> units)
    {
        for (int length = Math.Min(table.Phrases.LongestAt(folded[^1]), folded.Length); length > 1; length--)
        {
            ReadOnlySpan<ushort> syllables = table.Phrases.Find(folded[^length..]);
            if (!syllables.IsEmpty)
            {
                Apply(syllables, units[^length..]);
                return length;
            }
        }

        return 1;
    }

    static void Apply(ReadOnlySpan<ushort> syllables, Span<PinyinUnit> units)
    {
        for (int i = 0; i < syllables.Length; i++)
        {
            units[i].Syllable = syllables[i];
            units[i].Settled = true;
        }
    }
}
