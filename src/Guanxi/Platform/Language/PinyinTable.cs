namespace Guanxi.Platform.Language;

/// <summary>The readings of characters, phrases and surnames. A syllable is an index into <see cref="Numbered"/> and <see cref="Letters"/>.</summary>
sealed class PinyinTable
{
    static readonly Lazy<PinyinTable> Loaded = new(Load);

    readonly ushort[] flat;
    readonly int[] setStarts;
    readonly ushort[][] blocks;
    readonly int[] blockStarts;

    PinyinTable(LanguageTables tables)
    {
        Numbered = tables.Lines();
        Letters = Array.ConvertAll(Numbered, syllable => string.Intern(syllable[..^1]));
        flat = tables.Values();
        setStarts = StartsOf(flat);
        blocks = new ushort[tables.Int32()][];
        blockStarts = new int[blocks.Length];
        for (int i = 0; i < blocks.Length; i++)
        {
            blockStarts[i] = tables.Int32();
            blocks[i] = tables.Values();
        }

        Phrases = new PhraseTable<ushort>(tables.Text(), tables.Values(), anchoredAtEnd: true);
        Surnames = new PhraseTable<ushort>(tables.Text(), tables.Values(), anchoredAtEnd: false);
    }

    public static PinyinTable Instance => Loaded.Value;

    /// <summary>Syllables with v for ü and the tone as a digit, 5 for the neutral one: "lv3".</summary>
    public string[] Numbered { get; }

    /// <summary>The same syllables without tone: "lv". Equal letters are the same string object.</summary>
    public string[] Letters { get; }

    public PhraseTable<ushort> Phrases { get; }

    public PhraseTable<ushort> Surnames { get; }

    /// <summary>The number of the set of readings of a character; 0 when it has none.</summary>
    public int SetOf(int rune)
    {
        for (int i = blockStarts.Length - 1; i >= 0; i--)
        {
            int offset = rune - blockStarts[i];
            if (offset >= 0)
            {
                return offset < blocks[i].Length ? blocks[i][offset] : 0;
            }
        }

        return 0;
    }

    /// <summary>The readings of a set, distinct in letters: the default, then the common ones, then the rare ones.</summary>
    public ReadOnlySpan<ushort> Readings(int set) => flat.AsSpan(setStarts[set] + 1, flat[setStarts[set]] & 0xFF);

    /// <summary>How many of the readings are heard in ordinary speech; at least 1.</summary>
    public int CommonCount(int set) => flat[setStarts[set]] >> 8;

    static int[] StartsOf(ushort[] flat)
    {
        var starts = new List<int> { 0 };
        for (int i = 0; i < flat.Length; i += (flat[i] & 0xFF) + 1)
        {
            starts.Add(i);
        }

        return [.. starts];
    }

    static PinyinTable Load()
    {
        using LanguageTables tables = LanguageTables.Open("pinyin.bin.br");
        return new PinyinTable(tables);
    }
}
