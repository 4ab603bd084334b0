namespace Guanxi.Platform.Exchange.Formats;

/// <summary>What the caller knows better than the file, and what is too much.</summary>
public sealed record TableReadingOptions
{
    /// <summary>The internet name of the encoding of a text file; null to find it.</summary>
    public string? Encoding { get; init; }

    /// <summary>What separates the cells of a text file; null to find it.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Whether the first row names the columns; null to find it.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>The sheet of a workbook; null for the first that has rows.</summary>
    public string? Sheet { get; init; }

    public int MaxColumns { get; init; } = 1000;

    /// <summary>The most characters of a cell; more is a problem of its row.</summary>
    public int MaxCellLength { get; init; } = 200_000;

    /// <summary>The most bytes a workbook may unpack to, when it is packed more tightly than rows of a table ever are.</summary>
    public long MaxUnpackedBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>How many times smaller than its contents an honest workbook may be; beyond it is meant to fill the memory.</summary>
    public int MaxRatio { get; init; } = 40;

    /// <summary>What is known of the workbook from a reading before; readings of the same file share it.</summary>
    internal WorkbookMemory? Memory { get; init; }
}
