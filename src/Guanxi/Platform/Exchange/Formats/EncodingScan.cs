using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>One pass over the bytes of a text: counts what tells the Unicode encodings, and keeps a sample of the places with other bytes than ASCII.</summary>
sealed class EncodingScan(int sampleSize)
{
    const int HeadSize = 4096;
    const int Around = 24;

    readonly List<byte> sample = [];
    readonly byte[] head = new byte[HeadSize];
    readonly Queue<byte> before = new(Around);
    readonly long[] zeros = new long[2];
    int headLength;
    int keep;
    int pending;
    int minimum;
    long total;
    long validUtf8;
    bool utf16NewlinesLittle, utf16NewlinesBig;
    byte previous;

    public ReadOnlySpan<byte> Head => head.AsSpan(0, headLength);

    /// <summary>Passages with bytes beyond ASCII, with some context.</summary>
    public ReadOnlySpan<byte> Sample => sample.ToArray();

    public long InvalidUtf8 { get; private set; }

    public bool HasNonAscii { get; private set; }

    /// <summary>Whether the text is UTF-8, a few broken characters among many good ones allowed: some exports cut cells by bytes.</summary>
    public bool IsUtf8 => InvalidUtf8 == 0 ? pending == 0 || validUtf8 > 0 : InvalidUtf8 * 200 < validUtf8;

    /// <summary>UTF-16 shows by zero bytes on one side, or by line ends where a text holds no ASCII.</summary>
    public Encoding? LooksLikeUtf16
    {
        get
        {
            long few = total / 100;
            if (total % 2 != 0 || total < 4 || (zeros[0] > few && zeros[1] > few))
            {
                return null;
            }

            bool little = zeros[1] > total / 20 || (utf16NewlinesLittle && zeros[1] > 0);
            bool big = zeros[0] > total / 20 || (utf16NewlinesBig && zeros[0] > 0);
            return little == big ? null : little ? new UnicodeEncoding(false, false) : new UnicodeEncoding(true, false);
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (headLength < HeadSize)
        {
            int length = Math.Min(bytes.Length, HeadSize - headLength);
            bytes[..length].CopyTo(head.AsSpan(headLength));
            headLength += length;
        }

        foreach (byte b in bytes)
        {
            if (b == 0)
            {
                zeros[total % 2]++;
                utf16NewlinesLittle |= previous == (byte)'\n' && total % 2 == 1;
            }
            else
            {
                utf16NewlinesBig |= b == (byte)'\n' && previous == 0 && total > 0 && total % 2 == 1;
            }

            Utf8(b);
            Collect(b);
            previous = b;
            total++;
        }
    }

    // Follows RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
    void Utf8(byte b)
    {
        if (pending > 0)
        {
            bool good = b is >= 0x80 and <= 0xBF && b >= minimum && !(minimum == -1 && b > 0x9F) && !(minimum == -2 && b > 0x8F);
            minimum = 0;
            if (good)
            {
                pending--;
                validUtf8 += pending == 0 ? 1 : 0;
                return;
            }

            InvalidUtf8++;
            pending = 0;
        }

        if (b < 0x80)
        {
            return;
        }

        HasNonAscii = true;
        pending = b switch { >= 0xC2 and <= 0xDF => 1, >= 0xE0 and <= 0xEF => 2, >= 0xF0 and <= 0xF4 => 3, _ => 0 };
        minimum = b switch { 0xE0 => 0xA0, 0xED => -1, 0xF0 => 0x90, 0xF4 => -2, _ => 0 };
        InvalidUtf8 += pending == 0 ? 1 : 0;
    }

    void Collect(byte b)
    {
        if (sample.Count >= sampleSize)
        {
            return;
        }

        // A passage ends at a space or a line end: there no encoding is in the middle of a character.
        if (b >= 0x80)
        {
            if (keep == 0)
            {
                sample.AddRange(AfterBoundary());
                before.Clear();
            }

            keep = Around;
        }

        if (keep > 0)
        {
            sample.Add(b);
            keep = b is (byte)'\n' or (byte)'\r' or (byte)' ' or (byte)',' or (byte)'\t' && --keep < Around - 4 ? 0 : keep;
            return;
        }

        if (before.Count == Around)
        {
            before.Dequeue();
        }

        before.Enqueue(b);
    }

    IEnumerable<byte> AfterBoundary() => before;
}
