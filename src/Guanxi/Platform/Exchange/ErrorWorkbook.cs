using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>The rows that were not taken as a workbook: the reason beside each, the cells it is about marked. Mended, it can be imported again by the same mapping.</summary>
public static class ErrorWorkbook
{
    private const int Page = 2_000;

    /// <summary>Writes the workbook; the stream stays open.</summary>
    /// <param name="columns">The columns of the file, in its order.</param>
    public static async Task WriteAsync(Workspace workspace, Guid batch, IReadOnlyList<string> columns, string language, Stream stream, CancellationToken cancel = default)
    {
        Label sheet = ("未通过的行", "Rejected rows");
        await using var workbook = new XlsxWriting(stream, sheet.In(language));
        await workbook.WriteHeaderAsync(RejectLog.Header(columns, language), cancel);
        await using var session = await workspace.Database.ReadAsync(cancel);
        for (var after = -1L; await ImportRows.RejectsAsync(session, batch, after, Page, cancel) is { Count: > 0 } rejects; after = rejects[^1].Row)
        {
            foreach (var reject in rejects)
            {
                await workbook.WriteRowAsync(CellsOf(reject), cancel);
            }
        }
    }

    private static object?[] CellsOf(ImportReject reject)
    {
        object?[] cells = [reject.Row, new MarkedCell(reject.Reason), .. reject.Values];
        foreach (var mark in reject.Marks.Where(mark => mark.Column + 2 < cells.Length))
        {
            cells[mark.Column + 2] = new MarkedCell(cells[mark.Column + 2]);
        }

        return cells;
    }
}
