using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The unfolded lines of a vCard file. Bytes stay bytes (as Latin-1 characters), for folding cuts through characters and each property may have its own charset.</summary>
sealed class VCardLines(Stream stream) : IDisposable
{
    // A portrait of some megabytes is one line.
    const int MaxLength = 32 * 1024 * 1024;

    readonly StreamReader reader = new(stream, Encoding.Latin1, false, 64 * 1024, leaveOpen: true);
    string? waiting;

    public IEnumerable<string> Read()
    {
        waiting = reader.ReadLine();
        while (waiting is not null)
        {
            var line = new StringBuilder(waiting);
            bool softBreaks = waiting.Contains("QUOTED-PRINTABLE", StringComparison.OrdinalIgnoreCase);
            waiting = reader.ReadLine();
            while (waiting is not null && Continues(line, softBreaks))
            {
                if (softBreaks && line[^1] == '=')
                {
                    line.Length--;
                    line.Append(waiting);
                }
                else
                {
                    line.Append(waiting, 1, waiting.Length - 1);
                }

                if (line.Length > MaxLength)
                {
                    throw new UnreadableFileException("名片文件中有一行过长", "A line of the vCard file is too long");
                }

                waiting = reader.ReadLine();
            }

            yield return line.ToString();
        }
    }

    public void Dispose() => reader.Dispose();

    bool Continues(StringBuilder line, bool softBreaks) =>
        (softBreaks && line.Length > 0 && line[^1] == '=') || waiting is [' ' or '\t', ..];
}
