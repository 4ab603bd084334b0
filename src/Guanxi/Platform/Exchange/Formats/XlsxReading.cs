using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Reads workbooks: xlsx and xls. Cells come as the text a person sees, numbers with all their digits, dates in ISO form.</summary>
sealed class XlsxReading : TableReader
{
    readonly IExcelDataReader reader;
    readonly TableReadingOptions options;
    readonly Queue<(long Number, string?[] Cells)> ahead = new();

    static XlsxReading() => System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public XlsxReading(Stream stream, TableReadingOptions options)
    {
        this.options = options;
        reader = Guarded(() => ExcelReaderFactory.CreateReader(stream, new ExcelReaderConfiguration { FallbackEncoding = TextEncodingDetector.ByName("gb18030"), LeaveOpen = true }));
        try
        {
            Sheets = SheetNames();
            Sheet = Guarded(ChooseSheet);
            ReadHeader();
        }
        catch
        {
            reader.Dispose();
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
            reader.Dispose();
        }

        base.Dispose(disposing);
    }

    List<string> SheetNames()
    {
        var names = new List<string>();
        Guarded(() =>
        {
            do
            {
                names.Add(reader.Name);
            }
            while (reader.NextResult());
            reader.Reset();
            return true;
        });
        return names;
    }

    // A workbook often begins with an empty sheet or one that is hidden.
    string ChooseSheet()
    {
        do
        {
            bool wanted = options.Sheet is null ? reader.VisibleState == "visible" && reader.RowCount > 0 && reader.FieldCount > 0 : string.Equals(reader.Name, options.Sheet, StringComparison.OrdinalIgnoreCase);
            if (wanted)
            {
                return reader.Name;
            }
        }
        while (reader.NextResult());
        if (options.Sheet is not null)
        {
            throw new UnreadableFileException($"工作簿里没有名为“{options.Sheet}”的工作表", $"The workbook has no sheet named {options.Sheet}");
        }

        reader.Reset();
        return reader.Name;
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
        if (!Guarded(reader.Read))
        {
            return null;
        }

        long number = reader.Depth + 1;
        var cells = new string?[reader.FieldCount];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = SheetCell.Text(reader.GetValue(i), reader.GetNumberFormatString(i));
            if (reader.GetValue(i) is double value && Math.Abs(value) >= 1e15)
            {
                Remark(number, "超过 15 位的数字在 Excel 中已丢失末尾几位，请把这一列设为文本后重新导出", "Numbers of more than 15 digits have lost their last digits in Excel; format the column as text and export again");
            }
        }

        return (number, cells);
    }

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
