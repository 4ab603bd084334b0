using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>What a text is encoded in.</summary>
/// <param name="PreambleLength">Bytes of the byte order mark to skip.</param>
/// <param name="HasInvalidBytes">Whether some bytes mean nothing in it: they are read as U+FFFD.</param>
public sealed record DetectedEncoding(Encoding Encoding, int PreambleLength, bool HasInvalidBytes)
{
    /// <summary>The name on the internet, such as "utf-8" or "gb18030".</summary>
    public string Name => Encoding.WebName;
}

/// <summary>
/// Finds the encoding of a text: byte order mark, then strict UTF-8 over the whole text, then UTF-16 without mark, then ISO-2022, then the candidate whose reading looks most like a language.
/// </summary>
public static class TextEncodingDetector
{
    const int SampleSize = 12 * 1024;

    static TextEncodingDetector() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>An encoding by its internet name, code pages of old systems included; null when there is none.</summary>
    public static Encoding? ByName(string name)
    {
        try
        {
            // GBK and GB2312 are subsets of GB18030, and files that claim them use characters beyond.
            return name.ToLowerInvariant() is "gbk" or "gb2312" or "cp936" or "gb_2312-80" ? Encoding.GetEncoding("gb18030") : Encoding.GetEncoding(name);
        }
        catch (Exception unknown) when (unknown is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Reads a seekable stream through once, with bounded memory, and leaves it at its beginning.</summary>
    public static DetectedEncoding Detect(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Position = 0;
        var scan = new EncodingScan(SampleSize);
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            scan.Add(buffer.AsSpan(0, read));
        }

        stream.Position = 0;
        return Decide(scan);
    }

    /// <summary>Whether every byte of a text means something in an encoding; a few broken characters among many are let pass, as cut cells have them. Leaves the stream at its beginning.</summary>
    /// <param name="least">How many characters beyond ASCII there have to be for the answer to mean something.</param>
    public static bool Fits(Stream stream, Encoding encoding, long least = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(encoding);
        stream.Position = 0;
        Decoder decoder = Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("\uFFFF")).GetDecoder();
        var (bytes, characters) = (new byte[64 * 1024], new char[66 * 1024]);
        (long broken, long beyond) = (0, 0);
        for (int read; (read = stream.Read(bytes)) > 0;)
        {
            int count = decoder.GetChars(bytes, 0, read, characters, 0);
            broken += characters.AsSpan(0, count).Count('\uFFFF');
            foreach (char character in characters.AsSpan(0, count))
            {
                beyond += character > '\x7F' ? 1 : 0;
            }

        }

        stream.Position = 0;
        return broken * 100 <= beyond && beyond >= least;
    }

    public static DetectedEncoding Detect(ReadOnlySpan<byte> bytes)
    {
        var scan = new EncodingScan(SampleSize);
        scan.Add(bytes);
        return Decide(scan);
    }

    static DetectedEncoding Decide(EncodingScan scan)
    {
        ReadOnlySpan<byte> head = scan.Head;
        if (ByMark(head) is { } marked)
        {
            return marked;
        }

        if (scan.LooksLikeUtf16 is { } utf16)
        {
            return new(utf16, 0, false);
        }

        if (scan.IsUtf8)
        {
            return ByEscape(head) is { } escaped && !scan.HasNonAscii ? new(escaped, 0, false) : new(new UTF8Encoding(false), 0, scan.InvalidUtf8 > 0);
        }

        return new(EncodingCandidates.Best(scan.Sample), 0, false);
    }

    static DetectedEncoding? ByMark(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => new(new UTF8Encoding(true), 3, false),
        [0xFF, 0xFE, 0, 0, ..] => new(Encoding.UTF32, 4, false),
        [0, 0, 0xFE, 0xFF, ..] => new(new UTF32Encoding(true, true), 4, false),
        [0xFF, 0xFE, ..] => new(Encoding.Unicode, 2, false),
        [0xFE, 0xFF, ..] => new(Encoding.BigEndianUnicode, 2, false),
        [0x84, 0x31, 0x95, 0x33, ..] => new(Encoding.GetEncoding("gb18030"), 4, false),
        _ => null,
    };

    // ISO-2022 texts are ASCII with escape sequences that choose the character set.
    static Encoding? ByEscape(ReadOnlySpan<byte> head)
    {
        if (head.IndexOf("\u001b$)C"u8) >= 0)
        {
            return Encoding.GetEncoding("iso-2022-kr");
        }

        return head.IndexOf("\u001b$B"u8) >= 0 || head.IndexOf("\u001b$@"u8) >= 0 ? Encoding.GetEncoding("iso-2022-jp") : null;
    }
}
