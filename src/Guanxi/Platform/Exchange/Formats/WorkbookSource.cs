namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The sheets and rows of a workbook of one file format.</summary>
interface IWorkbookSource : IDisposable
{
    IReadOnlyList<string> Sheets { get; }

    /// <summary>Goes to the beginning of a sheet, of the first visible one with rows for null. Null when there is no such sheet.</summary>
    string? Open(string? sheet);

    /// <summary>The cells of a sheet that are joined downwards.</summary>
    IReadOnlyList<MergedCells> Merges(string sheet);

    /// <summary>The next row of the sheet with its number from 1; null at the end.</summary>
    (long Number, object?[] Values, string?[] Formats)? Read();
}
