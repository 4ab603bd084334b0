using System.Globalization;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>
/// Writes a table row by row to a stream that need not be seekable, with memory that does not grow. The stream stays open; the file is complete when the writer is disposed.
/// Cells are null, text, <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="decimal"/>, <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="DateTime"/> or <see cref="DateTimeOffset"/> (in the reader's own time zone).
/// Phones, identity numbers and codes are text: a spreadsheet would round them. Text that a spreadsheet would run goes out behind an apostrophe; reading takes it off again.
/// </summary>
public abstract class TableWriter : IAsyncDisposable
{
    /// <summary>Writes the names of the columns.</summary>
    public abstract ValueTask WriteHeaderAsync(IReadOnlyList<string> columns, CancellationToken cancellation = default);

    public abstract ValueTask WriteRowAsync(IReadOnlyList<object?> cells, CancellationToken cancellation = default);

    public async ValueTask DisposeAsync()
    {
        await FinishAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask FinishAsync();

    /// <summary>A value as text that reads the same everywhere; text is neutralised.</summary>
    protected static string TextOf(object? value) => value switch
    {
        null => "",
        string text => CellText.Neutralized(text),
        bool yes => yes ? "true" : "false",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        DateTimeOffset moment => moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => CellText.Neutralized(value.ToString() ?? ""),
    };
}
