namespace Guanxi.Platform.Language;

/// <summary>
/// How Chinese names are read. Syllables are written with v for ü; what has no reading (Latin words, digits, other writings) stands as it is, in lower case.
/// Readings come from Unihan, phrases and surnames from pinyin-pro and the lists in tools/language.
/// </summary>
public static class Pinyin
{
    const int MaxKey = 512;

    /// <summary>
    /// A key whose ordinal order is the order of the Chinese dictionary: syllable, then tone, then the next character: 重庆 → "chong2 qing4".
    /// Latin words stand among the Chinese ones by their letters. ASCII unless the text holds other writings.
    /// </summary>
    /// <param name="personName">Whether the text begins with a surname: 曾国藩 → "zeng1 guo2 fan1", 单雄信 → "shan4 xiong2 xin4".</param>
    public static string SortKey(string? text, bool personName)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        Span<char> scratch = stackalloc char[256];
        ReadOnlySpan<char> prepared = TextPreparation.Prepare(text, scratch);
        Span<PinyinUnit> units = stackalloc PinyinUnit[PinyinUnits.MaxUnits];
        units = units[..PinyinUnits.Cut(prepared, personName, units)];
        Span<char> key = stackalloc char[MaxKey];
        int length = 0;
        foreach (ref readonly PinyinUnit unit in units)
        {
            ReadOnlySpan<char> part = unit.Syllable < 0 ? prepared.Slice(unit.Start, unit.Length) : PinyinTable.Instance.Numbered[unit.Syllable];
            if (length + part.Length + 1 > key.Length)
            {
                break;
            }

            if (length > 0)
            {
                key[length++] = ' ';
            }

            part.CopyTo(key[length..]);
            length += part.Length;
        }

        return new string(key[..length]);
    }

    /// <summary>The ways a text can be read, likeliest first, as syllables without tones: 长沙 → ["chang","sha"], ["zhang","sha"]. Empty for an empty text.</summary>
    /// <param name="max">The greatest number of readings, at most 32.</param>
    public static IReadOnlyList<string[]> Readings(string? text, bool personName, int max = 16)
    {
        if (string.IsNullOrEmpty(text))
        {
            return [];
        }

        Span<char> scratch = stackalloc char[256];
        ReadOnlySpan<char> prepared = TextPreparation.Prepare(text, scratch);
        Span<PinyinUnit> units = stackalloc PinyinUnit[PinyinUnits.MaxUnits];
        units = units[..PinyinUnits.Cut(prepared, personName, units)];
        if (units.IsEmpty)
        {
            return [];
        }

        Span<PinyinAlternative> alternatives = stackalloc PinyinAlternative[PinyinAlternatives.Max];
        alternatives = alternatives[..PinyinAlternatives.Collect(units, alternatives)];
        Span<(int First, int Second)> choices = stackalloc (int, int)[Math.Clamp(max, 1, 32)];
        choices = choices[..PinyinAlternatives.Choose(alternatives, choices)];

        var readings = new string[choices.Length][];
        readings[0] = BestReading(prepared, units);
        for (int i = 1; i < readings.Length; i++)
        {
            readings[i] = [.. readings[0]];
            Change(readings[i], alternatives[choices[i].First]);
            if (choices[i].Second >= 0)
            {
                Change(readings[i], alternatives[choices[i].Second]);
            }
        }

        return readings;
    }

    /// <summary>The first letter of each syllable in the likeliest reading, words as they are: 长沙银行 → "csyh", TCL科技 → "tclkj".</summary>
    public static string Initials(string? text, bool personName)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        Span<char> scratch = stackalloc char[256];
        ReadOnlySpan<char> prepared = TextPreparation.Prepare(text, scratch);
        Span<PinyinUnit> units = stackalloc PinyinUnit[PinyinUnits.MaxUnits];
        units = units[..PinyinUnits.Cut(prepared, personName, units)];
        Span<char> initials = prepared.Length <= 256 ? stackalloc char[256] : new char[prepared.Length];
        int length = 0;
        foreach (ref readonly PinyinUnit unit in units)
        {
            ReadOnlySpan<char> part = unit.Syllable < 0 ? prepared.Slice(unit.Start, unit.Length) : PinyinTable.Instance.Letters[unit.Syllable].AsSpan(0, 1);
            part.CopyTo(initials[length..]);
            length += part.Length;
        }

        return new string(initials[..length]);
    }

    static string[] BestReading(ReadOnlySpan<char> prepared, ReadOnlySpan<PinyinUnit> units)
    {
        var reading = new string[units.Length];
        for (int i = 0; i < units.Length; i++)
        {
            reading[i] = units[i].Syllable < 0 ? new string(prepared.Slice(units[i].Start, units[i].Length)) : PinyinTable.Instance.Letters[units[i].Syllable];
        }

        return reading;
    }

    static void Change(string[] reading, PinyinAlternative alternative) =>
        reading[alternative.Unit] = PinyinTable.Instance.Letters[alternative.Syllable];
}
