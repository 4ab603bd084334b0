using System.Text;

namespace Guanxi.Insight.Files;

/// <summary>Opens text files of unknown encoding: byte order mark, UTF-8, else GB18030, else Windows-1252.</summary>
internal static class TextFile
{
    private const int SampleLength = 1 << 20;

    static TextFile() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>A reader of the file's text; a byte order mark is not part of it.</summary>
    public static StreamReader Open(string path)
    {
        var stream = File.OpenRead(path);
        var encoding = Detect(stream);
        stream.Position = 0;
        return new StreamReader(stream, encoding, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
    }

    private static Encoding Detect(FileStream stream)
    {
        var sample = new byte[Math.Min(SampleLength, stream.Length)];
        stream.ReadExactly(sample);
        if (sample is [0xff, 0xfe, ..] or [0xfe, 0xff, ..] or [0xef, 0xbb, 0xbf, ..])
        {
            return Encoding.UTF8;
        }

        var whole = sample.Length == stream.Length;
        foreach (var name in (ReadOnlySpan<string>)["utf-8", "GB18030"])
        {
            var strict = Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            if (Decodes(strict, sample, whole))
            {
                return Encoding.GetEncoding(name);
            }
        }

        return Encoding.GetEncoding(1252);
    }

    private static bool Decodes(Encoding encoding, byte[] sample, bool whole)
    {
        try
        {
            encoding.GetDecoder().GetCharCount(sample, 0, sample.Length, flush: whole);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
