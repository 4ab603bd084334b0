using System.Text;
using Guanxi.Platform.Exchange.Formats;

namespace Guanxi.Insight.Files;

/// <summary>Opens text files of unknown encoding.</summary>
internal static class TextFile
{
    private const int Windows1252 = 1252;
    private const byte EuroOfWindows = 0x80;

    public static Encoding Detect(string path)
    {
        using var stream = File.OpenRead(path);
        var found = TextEncodingDetector.Detect(stream).Encoding;
        return found.IsSingleByte && OnlyEuro(stream) ? Encoding.GetEncoding(Windows1252) : found;
    }

    /// <summary>Whether the euro of Windows is all there is beyond ASCII: one sign is no language to tell an encoding by, and it stands beside most of Europe's money.</summary>
    private static bool OnlyEuro(FileStream stream)
    {
        stream.Position = 0;
        var buffer = new byte[1 << 16];
        var seen = false;
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            foreach (var one in buffer.AsSpan(0, read))
            {
                if (one > EuroOfWindows)
                {
                    return false;
                }

                seen |= one == EuroOfWindows;
            }
        }

        return seen;
    }

    /// <summary>A reader of the file's text; a byte order mark is not part of it.</summary>
    public static StreamReader Open(string path, Encoding? encoding = null) =>
        new(path, encoding ?? Detect(path), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);
}
