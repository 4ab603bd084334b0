namespace Guanxi.Platform.Language;

public static partial class SearchTerms
{
    // Only the first characters behind a start vary: a mistake further on is met by the tokens of later starts.
    const int VaryingUnits = 6;

    static void CollectPinyin(ReadOnlySpan<char> prepared, bool personName, ICollection<string> into)
    {
        Span<PinyinUnit> units = stackalloc PinyinUnit[PinyinUnits.MaxUnits];
        units = units[..PinyinUnits.Cut(prepared, personName, units)];
        if (!HasHan(units))
        {
            return;
        }

        Span<PinyinAlternative> all = stackalloc PinyinAlternative[PinyinAlternatives.Max * 2];
        all = all[..PinyinAlternatives.Collect(units, all)];
        Span<PinyinAlternative> near = stackalloc PinyinAlternative[PinyinAlternatives.Max];
        Span<(int First, int Second)> choices = stackalloc (int, int)[ReadingsPerStart];
        for (int start = 0; start < Math.Min(units.Length, InitialStarts); start++)
        {
            bool lastOfMany = start > 0 && start == units.Length - 1;
            int near1 = Near(all, start, units, forInitials: true, near);
            int count = lastOfMany ? 0 : PinyinAlternatives.Choose(near[..near1], choices);
            for (int c = 0; c < count; c++)
            {
                into.Add(Initials(prepared, units, start, near, choices[c]));
            }

            if (start < SyllableStarts)
            {
                int near2 = Near(all, start, units, forInitials: false, near);
                count = PinyinAlternatives.Choose(near[..near2], choices);
                for (int c = 0; c < count; c++)
                {
                    into.Add(Syllables(prepared, units, start, near, choices[c]));
                }
            }
        }
    }

    static bool HasHan(ReadOnlySpan<PinyinUnit> units)
    {
        foreach (ref readonly PinyinUnit unit in units)
        {
            if (unit.Syllable >= 0)
            {
                return true;
            }
        }

        return false;
    }

    static int Near(ReadOnlySpan<PinyinAlternative> all, int start, ReadOnlySpan<PinyinUnit> units, bool forInitials, Span<PinyinAlternative> near)
    {
        string[] letters = PinyinTable.Instance.Letters;
        int count = 0;
        foreach (PinyinAlternative alternative in all)
        {
            bool within = alternative.Unit >= start && alternative.Unit < start + VaryingUnits && count < near.Length;
            if (within && (!forInitials || letters[alternative.Syllable][0] != letters[units[alternative.Unit].Syllable][0]))
            {
                near[count++] = alternative;
            }
        }

        return count;
    }

    static string Initials(ReadOnlySpan<char> prepared, ReadOnlySpan<PinyinUnit> units, int start, ReadOnlySpan<PinyinAlternative> near, (int First, int Second) choice)
    {
        Span<char> token = stackalloc char[MaxInitials + 2];
        "0i".CopyTo(token);
        int length = 2;
        for (int i = start; i < units.Length && length < token.Length; i++)
        {
            int syllable = SyllableOf(units, i, near, choice);
            Append(token, ref length, syllable < 0 ? prepared.Slice(units[i].Start, units[i].Length) : PinyinTable.Instance.Letters[syllable].AsSpan(0, 1));
        }

        return new string(token[..length]);
    }

    static string Syllables(ReadOnlySpan<char> prepared, ReadOnlySpan<PinyinUnit> units, int start, ReadOnlySpan<PinyinAlternative> near, (int First, int Second) choice)
    {
        Span<char> token = stackalloc char[MaxSyllableLetters + 2];
        "0y".CopyTo(token);
        int length = 2;
        for (int i = start; i < units.Length && length < token.Length; i++)
        {
            int syllable = SyllableOf(units, i, near, choice);
            Append(token, ref length, syllable < 0 ? prepared.Slice(units[i].Start, units[i].Length) : PinyinTable.Instance.Letters[syllable]);
        }

        return new string(token[..length]);
    }

    static int SyllableOf(ReadOnlySpan<PinyinUnit> units, int index, ReadOnlySpan<PinyinAlternative> near, (int First, int Second) choice)
    {
        if (choice.First >= 0 && near[choice.First].Unit == index)
        {
            return near[choice.First].Syllable;
        }

        return choice.Second >= 0 && near[choice.Second].Unit == index ? near[choice.Second].Syllable : units[index].Syllable;
    }

    static void Append(Span<char> token, ref int length, ReadOnlySpan<char> part)
    {
        part = part[..Math.Min(part.Length, token.Length - length)];
        part.CopyTo(token[length..]);
        length += part.Length;
    }
}
