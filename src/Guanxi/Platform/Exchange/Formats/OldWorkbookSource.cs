using ExcelDataReader;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>xls of all ages, and encrypted workbooks, which are refused.</summary>
sealed class OldWorkbookSource : IWorkbookSource
{
    readonly IExcelDataReader reader;
    readonly List<string> sheets = [];

    public OldWorkbookSource(Stream stream)
    {
        reader = ExcelReaderFactory.CreateReader(stream, new ExcelReaderConfiguration { FallbackEncoding = TextEncodingDetector.ByName("gb18030"), LeaveOpen = true });
        do
        {
            sheets.Add(reader.Name);
        }
        while (reader.NextResult());
        reader.Reset();
    }

    public IReadOnlyList<string> Sheets => sheets;

    public string? Open(string? sheet)
    {
        do
        {
            bool wanted = sheet is null ? reader.VisibleState == "visible" && reader.RowCount > 0 && reader.FieldCount > 0 : string.Equals(reader.Name, sheet, StringComparison.OrdinalIgnoreCase);
            if (wanted)
            {
                return reader.Name;
            }
        }
        while (reader.NextResult());
        reader.Reset();
        return sheet is null ? reader.Name : null;
    }

    /// <summary>Of the sheet that is open.</summary>
    public IReadOnlyList<MergedCells> Merges(string sheet) =>
        [.. (reader.MergeCells ?? []).Select(merge => new MergedCells(merge.FromColumn, merge.FromRow + 1L, merge.ToRow + 1L))];

    public (long Number, object?[] Values, string?[] Formats)? Read()
    {
        if (!reader.Read())
        {
            return null;
        }

        var values = new object?[reader.FieldCount];
        var formats = new string?[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = reader.GetValue(i);
            formats[i] = values[i] is double ? reader.GetNumberFormatString(i) : null;
        }

        return (reader.Depth + 1, values, formats);
    }

    public void Dispose() => reader.Dispose();
}
