using System.Text;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>One row as the file has it; the header is row 1. A row with <see cref="Damage"/> can be left out, damage to the file ends the reading.</summary>
public readonly record struct SourceRow(long Number, IReadOnlyList<string?> Cells, Label? Damage = null);

/// <summary>A file as rows of text, whatever its format; each reading starts from the beginning.</summary>
public sealed class SourceFile
{
    private readonly string path;
    private readonly Encoding encoding;

    private SourceFile(string path, Encoding encoding, string delimiter)
    {
        (this.path, this.encoding) = (path, encoding);
        (Encoding, Delimiter) = (encoding.WebName, delimiter);
        Columns = [.. Read().First().Cells.Select(cell => cell ?? "")];
    }

    public IReadOnlyList<string> Columns { get; }

    public string? Encoding { get; }

    public string? Delimiter { get; }

    /// <exception cref="RefusedException">The file is damaged or of no known format.</exception>
    public static SourceFile Open(string path, string fileName, string? encoding = null, string? delimiter = null) =>
        new(path, encoding is null ? new UTF8Encoding(false, true) : System.Text.Encoding.GetEncoding(encoding, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback), delimiter ?? ",");

    /// <summary>The rows behind the header.</summary>
    public IEnumerable<SourceRow> Rows() => Read().Skip(1);

    private IEnumerable<SourceRow> Read()
    {
        using var reader = new StreamReader(path, encoding);
        for (var line = 1L; Next(reader, line) is { } text; line++)
        {
            yield return new SourceRow(line, text.Split(Delimiter));
        }
    }

    private static string? Next(StreamReader reader, long line)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException)
        {
            throw new RefusedException(ImportRefusals.Damaged(line, ("文字编码不对", "the text is not in this encoding")));
        }
    }
}
