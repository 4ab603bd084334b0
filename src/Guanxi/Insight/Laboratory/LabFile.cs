using Guanxi.Insight.Files;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Laboratory;

/// <summary>A file brought to the laboratory: CSV in any of the usual writings, or a workbook; read once, used, and forgotten.</summary>
public static class LabFile
{
    public const long Largest = 30L * 1024 * 1024;
    public const int MostLines = 300_000;
    public const int MostColumns = 200;

    private const int FirstLines = 20;

    /// <exception cref="RefusedException">The file is too large, damaged, empty or of no known format.</exception>
    /// <exception cref="UnsuitableDataException">The file is no text.</exception>
    internal static DataTable Read(string path, string fileName, CancellationToken cancel = default)
    {
        if (new FileInfo(path).Length > Largest)
        {
            throw Wrong(new Label($"文件太大：实验室最多读 {Largest >> 20} MB", $"The file is too large: the laboratory reads at most {Largest >> 20} MB"));
        }

        var source = SourceFile.Open(path, fileName, new ImportOptions { Type = "customers" });
        if (source.Columns.Count > MostColumns)
        {
            throw Wrong(new Label($"文件有 {source.Columns.Count} 列，最多 {MostColumns} 列", $"The file has {source.Columns.Count} columns; at most {MostColumns} are read"));
        }

        if (source.Columns.Any(IsNoText))
        {
            throw new UnsuitableDataException($"{fileName} is not a text file; export it as CSV.");
        }

        var rows = new List<string[]>();
        if (source.HeaderRow > 0)
        {
            rows.Add([.. source.Columns]);
        }

        foreach (var row in source.Rows(cancel))
        {
            if (rows.Count > MostLines)
            {
                throw Wrong(new Label($"文件超过 {MostLines} 行：请先汇总或抽样", $"The file has more than {MostLines} rows: sum it up or take a sample first"));
            }

            if (rows.Count < FirstLines && row.Cells.Any(IsNoText))
            {
                throw new UnsuitableDataException($"{fileName} is not a text file; export it as CSV.");
            }

            rows.Add([.. row.Cells.Select(cell => cell?.Trim() ?? "")]);
        }

        return DataTable.Of(rows, fileName);
    }

    /// <summary>Signs that no text has, as pictures and programs do.</summary>
    private static bool IsNoText(string? cell) => cell?.Any(sign => char.IsControl(sign) && sign is not ('\t' or '\n' or '\r')) == true;

    private static RefusedException Wrong(Label error) => new(Refusal.Invalid("file", error));
}
