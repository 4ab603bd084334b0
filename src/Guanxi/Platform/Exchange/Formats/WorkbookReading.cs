using System.Text;
using ExcelDataReader.Exceptions;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Reads workbooks: xlsx, xls and xlsb. Cells come as the text a person sees, numbers with all their digits, dates in ISO form.</summary>
sealed class WorkbookReading : TableReader
{
    readonly IWorkbookSource source;
    readonly TableReadingOptions options;
    readonly MergeFilling merges;
    readonly Queue<(long Number, string?[] Cells)> ahead = new();

    static WorkbookReading() => System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public WorkbookReading(Func<IWorkbookSource> open, TableReadingOptions options)
    {
        this.options = options;
        source = Guarded(open);
        try
        {
            Sheets = source.Sheets;
            Sheet = Guarded(() => source.Open(options.Sheet))
                ?? throw new UnreadableFileException($"工作簿里没有名为“{options.Sheet}”的工作表", $"The workbook has no sheet named {options.Sheet}");
            merges = new MergeFilling(Guarded(() => source.Merges(Sheet)));
            ReadHeader();
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    public override TableKind Kind => TableKind.Workbook;

    public override IEnumerable<ImportRow> Rows(CancellationToken cancellation = default)
    {
        while (Next() is { } row)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Array.TrueForAll(row.Cells, string.IsNullOrWhiteSpace))
            {
                continue;
            }

            yield return Fit(row.Number, row.Cells, options, reportShort: false);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    void ReadHeader()
    {
        while (ahead.Count < HeaderRow.Lookahead && Read() is { } row)
        {
            if (!Array.TrueForAll(row.Cells, string.IsNullOrWhiteSpace))
            {
                ahead.Enqueue(row);
            }
        }

        (long Number, string?[] Cells)[] first = [.. ahead];
        int header = HeaderRow.Find([.. first.Select(row => (IReadOnlyList<string?>)row.Cells)], options.HasHeader);
        int count = first.Skip(Math.Max(header, 0)).Select(row => Array.FindLastIndex(row.Cells, cell => !string.IsNullOrWhiteSpace(cell)) + 1).DefaultIfEmpty(0).Max();
        if (count > options.MaxColumns)
        {
            throw new UnreadableFileException($"表格有 {count} 列，最多 {options.MaxColumns} 列", $"The table has {count} columns; at most {options.MaxColumns} are read");
        }

        Columns = HeaderRow.Names(header >= 0 ? first[header].Cells : [], count);
        HeaderNumber = header >= 0 ? first[header].Number : 0;
        for (int i = 0; i <= header; i++)
        {
            ahead.Dequeue();
        }
    }

    (long Number, string?[] Cells)? Next() => ahead.TryDequeue(out var waiting) ? waiting : Read();

    (long Number, string?[] Cells)? Read()
    {
        if (Guarded(source.Read) is not { } row)
        {
            return null;
        }

        var cells = new string?[row.Values.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            if (row.Values[i] is MissingValue missing)
            {
                Remark(row.Number, $"{Letter(i)}{row.Number}：{missing.ZhHans}", $"{Letter(i)}{row.Number}: {missing.En}");
                continue;
            }

            cells[i] = SheetCell.Text(row.Values[i], row.Formats[i]);
            if (row.Values[i] is double value && Math.Abs(value) >= 1e15)
            {
                Remark(row.Number, "超过 15 位的数字在 Excel 中已丢失末尾几位，请把这一列设为文本后重新导出", "Numbers of more than 15 digits have lost their last digits in Excel; format the column as text and export again");
            }
        }

        merges.Fill(row.Number, ref cells);
        return (row.Number, cells);
    }

    static string Letter(int index) => HeaderRow.Letter(index);

    static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidPasswordException error)
        {
            throw new UnreadableFileException("工作簿设有密码，请先在 Excel 中取消密码再导入", "The workbook is protected by a password; remove it in Excel first", error);
        }
        catch (Exception error) when (error is not (UnreadableFileException or OutOfMemoryException))
        {
            throw new UnreadableFileException("工作簿已损坏或不是 Excel 文件，请在 Excel 中打开后另存为 xlsx", "The workbook is damaged or is no Excel file; open it in Excel and save it as xlsx", error);
        }
    }
}
