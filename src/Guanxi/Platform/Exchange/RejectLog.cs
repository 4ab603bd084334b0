using System.Text;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>The rows that were not taken, as a file that can be mended and imported again: number, reason and the row as it was.</summary>
internal sealed class RejectLog : IAsyncDisposable
{
    /// <summary>How many go into the answer of an import.</summary>
    public const int Shown = 100;

    /// <summary>How much of the file is kept with the batch, in characters; about a hundred thousand rows.</summary>
    private const int MostKept = 16_000_000;
    private readonly StreamWriter writer;
    private readonly string path;
    private readonly List<ImportReject> first = [];

    public RejectLog(string path, IReadOnlyList<string> columns, string language)
    {
        this.path = path;
        writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Label row = ("行号", "Row");
        Label reason = ("原因", "Reason");
        Write([row.In(language), reason.In(language), .. columns]);
    }

    public IReadOnlyList<ImportReject> First => first;

    public long Count { get; private set; }

    public void Add(long row, string reason, IReadOnlyList<string?> cells)
    {
        Count++;
        if (first.Count < Shown)
        {
            first.Add(new ImportReject(row, reason, cells));
        }

        Write([row.ToString(System.Globalization.CultureInfo.InvariantCulture), reason, .. cells]);
    }

    /// <summary>The file as text, cut at a size that a database row can bear; null when nothing was rejected.</summary>
    public async Task<string?> TextAsync(CancellationToken cancel)
    {
        await writer.FlushAsync(cancel);
        if (Count == 0)
        {
            return null;
        }

        using var reader = new StreamReader(path);
        var text = new StringBuilder();
        while (text.Length < MostKept && await reader.ReadLineAsync(cancel) is { } line)
        {
            text.Append(line).Append("\r\n");
        }

        return text.ToString();
    }

    public async ValueTask DisposeAsync() => await writer.DisposeAsync();

    private void Write(IReadOnlyList<string?> cells)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(',');
            }

            var text = CellText.Neutralized(cells[i] ?? "");
            if (text.AsSpan().ContainsAny(",\"\r\n"))
            {
                writer.Write('"');
                writer.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
                writer.Write('"');
            }
            else
            {
                writer.Write(text);
            }
        }

        writer.Write("\r\n");
    }
}
