using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>A file on disk as rows of text; each reading starts from the beginning.</summary>
public sealed class SourceFile
{
    private readonly string path;
    private readonly string fileName;
    private readonly TableReadingOptions options;

    private SourceFile(string path, string fileName, TableReadingOptions options)
    {
        (this.path, this.fileName) = (path, fileName);
        var first = Reading(options, reader => (reader.Columns, reader.Encoding, reader.Delimiter, reader.Sheet, reader.Sheets, reader.HeaderNumber, reader.Kind));
        (Columns, Encoding, Delimiter, Sheet, Sheets, HeaderRow, Kind) = (first.Columns, first.Encoding, first.Delimiter, first.Sheet, first.Sheets, first.HeaderNumber, first.Kind);

        // Settled once, so that every reading sees the same table.
        this.options = options with { Encoding = first.Encoding ?? options.Encoding, Delimiter = first.Delimiter ?? options.Delimiter, Sheet = first.Sheet ?? options.Sheet };
    }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>The internet name of the encoding; null where the format settles it.</summary>
    public string? Encoding { get; }

    public char? Delimiter { get; }

    /// <summary>The sheet that is read; null where there are none.</summary>
    public string? Sheet { get; }

    public IReadOnlyList<string> Sheets { get; }

    /// <summary>The row that names the columns; 0 when none does.</summary>
    public long HeaderRow { get; }

    internal TableKind Kind { get; }

    /// <summary>What was odd about rows in the last reading; at most a thousand.</summary>
    internal IReadOnlyList<RowRemark> Remarks { get; private set; } = [];

    /// <exception cref="RefusedException">The file is damaged or of no known format.</exception>
    public static SourceFile Open(string path, string fileName, ImportOptions options)
    {
        if (fileName.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            // Read as a table it would be one column of brackets.
            throw new RefusedException(ImportRefusals.NoTable);
        }

        var delimiter = options.Delimiter;
        if (delimiter is { Length: > 0 } && delimiter is not ("\\t" or { Length: 1 }))
        {
            throw new RefusedException(Refusal.Invalid("delimiter", ("分隔符应为一个字符", "A delimiter is one character")));
        }

        return new SourceFile(path, fileName, new TableReadingOptions
        {
            Encoding = string.IsNullOrWhiteSpace(options.Encoding) ? null : options.Encoding,
            Delimiter = string.IsNullOrEmpty(delimiter) ? null : delimiter == "\\t" ? '\t' : delimiter[0],
            Sheet = string.IsNullOrWhiteSpace(options.Sheet) ? null : options.Sheet,
            HasHeader = options.HasHeader,
            Memory = new WorkbookMemory(),
        });
    }

    /// <summary>The rows below the header.</summary>
    /// <exception cref="RefusedException">The file proves damaged on the way.</exception>
    public IEnumerable<ImportRow> Rows(CancellationToken cancel = default)
    {
        using var stream = Stream();
        using var reader = Reader(stream, options);
        using var rows = reader.Rows(cancel).GetEnumerator();
        for (var number = reader.HeaderNumber; Next(rows, number); number = rows.Current.Number)
        {
            yield return rows.Current;
        }

        Remarks = reader.Remarks;
    }

    private T Reading<T>(TableReadingOptions with, Func<TableReader, T> look)
    {
        using var stream = Stream();
        using var reader = Reader(stream, with);
        return look(reader);
    }

    private FileStream Stream() => new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 128 * 1024, Options = FileOptions.SequentialScan });

    private TableReader Reader(Stream stream, TableReadingOptions with)
    {
        try
        {
            return TableReading.Open(stream, fileName, with);
        }
        catch (UnreadableFileException damage)
        {
            throw new RefusedException(ImportRefusals.Damaged(0, damage.Reason));
        }
    }

    private static bool Next(IEnumerator<ImportRow> rows, long before)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (UnreadableFileException damage)
        {
            throw new RefusedException(ImportRefusals.Damaged(before + 1, damage.Reason));
        }
    }
}
