using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>The rows that were not taken: the first of them for the answer, and all as a file that can be mended and imported again where one is asked for.</summary>
internal sealed class RejectLog : IAsyncDisposable
{
    /// <summary>How many go into the answer of an import.</summary>
    public const int Shown = 100;

    private readonly FileStream? file;
    private readonly CsvWriting? csv;
    private readonly List<ImportReject> first = [];

    private RejectLog(FileStream? file) => (this.file, csv) = (file, file is null ? null : new CsvWriting(file));

    /// <param name="path">Where all rejected rows go as CSV; null for nowhere.</param>
    public static async ValueTask<RejectLog> OpenAsync(string? path, IReadOnlyList<string> columns, string language)
    {
        var log = new RejectLog(path is null ? null : new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read));
        if (log.csv is not null)
        {
            await log.csv.WriteHeaderAsync(Header(columns, language));
        }

        return log;
    }

    /// <summary>The columns of a file of rejects: number and reason before those of the file.</summary>
    public static IReadOnlyList<string> Header(IReadOnlyList<string> columns, string language)
    {
        Label row = ("行号", "Row");
        Label reason = ("原因", "Reason");
        return [row.In(language), reason.In(language), .. columns];
    }

    public IReadOnlyList<ImportReject> First => first;

    public async ValueTask AddAsync(ImportReject reject)
    {
        if (first.Count < Shown)
        {
            first.Add(reject);
        }

        if (csv is not null)
        {
            await csv.WriteRowAsync([reject.Row, reject.Reason, .. reject.Values]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (csv is not null)
        {
            await csv.DisposeAsync();
            await file!.DisposeAsync();
        }
    }
}
