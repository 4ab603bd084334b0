using System.Buffers;
using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Writes comma-separated text after RFC 4180, in UTF-8 with a byte order mark: without it Excel reads Chinese as garbage.</summary>
public sealed class CsvWriting(Stream stream, char delimiter = ',') : TableWriter
{
    const int FlushAt = 32 * 1024;

    readonly SearchValues<char> needQuotes = SearchValues.Create(['"', '\r', '\n', delimiter]);
    readonly StringBuilder buffer = new("\uFEFF");

    public override ValueTask WriteHeaderAsync(IReadOnlyList<string> columns, CancellationToken cancellation = default) => WriteRowAsync(columns, cancellation);

    public override async ValueTask WriteRowAsync(IReadOnlyList<object?> cells, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cells);
        for (int i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                buffer.Append(delimiter);
            }

            Append(TextOf(cells[i]));
        }

        buffer.Append("\r\n");
        if (buffer.Length >= FlushAt)
        {
            await FlushAsync(cancellation);
        }
    }

    protected override async ValueTask FinishAsync() => await FlushAsync(CancellationToken.None);

    // Blanks at the ends stand in quotes too: some programs trim bare cells.
    void Append(string text)
    {
        bool quoted = text.AsSpan().ContainsAny(needQuotes) || (text.Length > 0 && (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])));
        if (quoted)
        {
            buffer.Append('"').Append(text.Replace("\"", "\"\"")).Append('"');
        }
        else
        {
            buffer.Append(text);
        }
    }

    async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(buffer.ToString()), cancellation);
        buffer.Clear();
    }
}
