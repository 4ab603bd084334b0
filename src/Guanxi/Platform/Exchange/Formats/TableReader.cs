namespace Guanxi.Platform.Exchange.Formats;

public enum TableKind
{
    DelimitedText,
    Workbook,
    VCard,
}

/// <summary>
/// A table that is read row by row, so that memory does not grow with the file. Open one with <see cref="TableReading.Open"/>.
/// The rows can be read once.
/// </summary>
public abstract class TableReader : IDisposable
{
    const int MaxRemarks = 1000;

    readonly List<RowRemark> remarks = [];

    public abstract TableKind Kind { get; }

    /// <summary>The names of the columns, all different and none empty.</summary>
    public IReadOnlyList<string> Columns { get; protected set; } = [];

    /// <summary>The row that names the columns; 0 when none does.</summary>
    public long HeaderNumber { get; protected set; }

    /// <summary>The internet name of the encoding; null where the format settles it.</summary>
    public string? Encoding { get; protected init; }

    /// <summary>What separates the cells; null where the format settles it.</summary>
    public char? Delimiter { get; protected init; }

    /// <summary>The sheet that is read; null where there are none.</summary>
    public string? Sheet { get; protected init; }

    /// <summary>All sheets of the workbook.</summary>
    public IReadOnlyList<string> Sheets { get; protected init; } = [];

    /// <summary>What was odd so far about rows that were taken; at most a thousand.</summary>
    public IReadOnlyList<RowRemark> Remarks => remarks;

    /// <summary>The rows below the header that are not empty.</summary>
    /// <exception cref="UnreadableFileException">The file proves damaged on the way.</exception>
    public abstract IEnumerable<ImportRow> Rows(CancellationToken cancellation = default);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    protected void Remark(long number, string zhHans, string en)
    {
        if (remarks.Count < MaxRemarks)
        {
            remarks.Add(new(number, (zhHans, en)));
        }
    }

    /// <summary>Fits the cells of a row to the columns: short rows are filled, empty cells beyond are dropped, others are a problem.</summary>
    protected ImportRow Fit(long number, IReadOnlyList<string?> cells, TableReadingOptions options, bool reportShort)
    {
        var fitted = new string?[Columns.Count];
        (string, string)? problem = null;
        int filled = 0;
        for (int i = 0; i < cells.Count; i++)
        {
            string? cell = CellText.Read(cells[i]);
            if (i < fitted.Length)
            {
                fitted[i] = cell;
            }
            else if (cell is not null)
            {
                filled = i + 1;
            }

            problem ??= CellText.ProblemOf(cell, options.MaxCellLength);
        }

        if (filled > fitted.Length)
        {
            problem ??= ($"这一行有 {filled} 个单元格，而表头只有 {fitted.Length} 列，可能有未加引号的分隔符", $"This row has {filled} cells, the header {fitted.Length}: perhaps a separator that should be in quotes");
        }
        else if (reportShort && cells.Count < fitted.Length)
        {
            Remark(number, $"这一行只有 {cells.Count} 个单元格，其余按空处理", $"This row has only {cells.Count} cells; the others are taken as empty");
        }

        return new(number, fitted, problem);
    }
}
