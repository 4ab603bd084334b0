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
    private readonly FileStream file;
    private readonly CsvWriting csv;
    private readonly List<ImportReject> first = [];
    private bool complete;

    private RejectLog(FileStream file) => (this.file, csv) = (file, new CsvWriting(file));

    public static async ValueTask<RejectLog> OpenAsync(string path, IReadOnlyList<string> columns, string language)
    {
        var log = new RejectLog(new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read));
        Label row = ("行号", "Row");
        Label reason = ("原因", "Reason");
        await log.csv.WriteHeaderAsync([row.In(language), reason.In(language), .. columns]);
        return log;
    }

    public IReadOnlyList<ImportReject> First => first;

    public long Count { get; private set; }

    public async ValueTask AddAsync(long row, string reason, IReadOnlyList<string?> cells)
    {
        Count++;
        if (first.Count < Shown)
        {
            first.Add(new ImportReject(row, reason, cells));
        }

        await csv.WriteRowAsync([row, reason, .. cells]);
    }

    /// <summary>Ends the file; answers its text, cut at a size that a database row can bear, or null when nothing was rejected.</summary>
    public async Task<string?> CompleteAsync(CancellationToken cancel)
    {
        complete = true;
        await csv.DisposeAsync();
        await file.FlushAsync(cancel);
        if (Count == 0)
        {
            return null;
        }

        file.Position = 0;
        using var reader = new StreamReader(file, leaveOpen: true);
        var text = new char[Math.Min(MostKept, file.Length)];
        var length = await reader.ReadBlockAsync(text, cancel);

        // A cut must not end within a row.
        return new string(text, 0, length < text.Length || file.Length <= MostKept ? length : Array.LastIndexOf(text, '\n', length - 1) + 1);
    }

    public async ValueTask DisposeAsync()
    {
        if (!complete)
        {
            await csv.DisposeAsync();
        }

        await file.DisposeAsync();
    }
}
