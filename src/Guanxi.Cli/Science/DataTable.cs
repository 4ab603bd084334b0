using System.Globalization;
using System.Text;
using Guanxi.Science.Common;

namespace Guanxi.Cli.Science;

/// <summary>A text file as named columns of text cells. Separator, header and encoding are found from the content.</summary>
internal sealed class DataTable
{
    private static readonly char[] Separators = ['\t', ';', '|', ','];

    private DataTable(string[] header, bool hasHeader, List<string[]> rows, int raggedRows)
    {
        Header = header;
        HasHeader = hasHeader;
        Rows = rows;
        RaggedRows = raggedRows;
    }

    public string[] Header { get; }

    /// <summary>False when the first line already was data; columns then are called column1, column2 ….</summary>
    public bool HasHeader { get; }

    public List<string[]> Rows { get; }

    /// <summary>Lines with more or fewer cells than the header; cut or filled with empty cells.</summary>
    public int RaggedRows { get; }

    /// <exception cref="UnsuitableDataException">The file is missing, unreadable or empty; the message says which.</exception>
    public static DataTable Read(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new UnsuitableDataException($"There is no file {file.FullName}.");
        }

        string text;
        try
        {
            text = Decode(File.ReadAllBytes(file.FullName));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {failure.Message}", failure);
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new UnsuitableDataException($"{file.Name} is not a text file; export it as CSV.");
        }

        return Parse(text, file.Name);
    }

    public static DataTable Parse(string text, string name)
    {
        var lines = Cells(text).Where(cells => cells.Any(cell => cell.Length > 0)).ToList();
        if (lines.Count == 0)
        {
            throw new UnsuitableDataException($"{name} is empty.");
        }

        var first = lines[0];
        var hasHeader = !first.Any(cell => DateText.Looks(cell)) && first.Any(cell => cell.Length > 0 && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        var width = hasHeader ? first.Length : lines.GroupBy(line => line.Length).MaxBy(group => group.Count())!.Key;
        var header = hasHeader ? Unique(first) : Enumerable.Range(1, width).Select(i => $"column{i}").ToArray();
        if (hasHeader)
        {
            lines.RemoveAt(0);
        }

        if (lines.Count == 0)
        {
            throw new UnsuitableDataException($"{name} has a header but no rows.");
        }

        var ragged = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Length != width)
            {
                ragged++;
                var cells = lines[i];
                Array.Resize(ref cells, width);
                lines[i] = Array.ConvertAll(cells, cell => cell ?? "");
            }
        }

        return new DataTable(header, hasHeader, lines, ragged);
    }

    private static IEnumerable<string[]> Cells(string text)
    {
        var sample = text.Split('\n', 50).Take(49).Where(line => line.Trim().Length > 0).ToArray();
        // Quoted cells may span lines, so a separator counts that is on the first line and on most others.
        var separator = Array.Find(Separators, candidate => sample.Length > 0 && sample[0].Contains(candidate, StringComparison.Ordinal) && 2 * sample.Count(line => line.Contains(candidate, StringComparison.Ordinal)) > sample.Length);
        if (separator == default)
        {
            return text.Split('\n').Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }

        return Delimited(text, separator);
    }

    /// <summary>RFC 4180, lenient: a quote inside an unquoted cell is a character, and a file may end inside quotes.</summary>
    private static IEnumerable<string[]> Delimited(string text, char separator)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        void EndCell()
        {
            cells.Add(cell.ToString().Trim());
            cell.Clear();
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"' && (quoted || IsBlank(cell)))
            {
                quoted = !quoted;
                cell.Length = quoted ? 0 : cell.Length;
            }
            else if (quoted || (c != separator && c is not ('\r' or '\n')))
            {
                cell.Append(c);
            }
            else if (c == separator)
            {
                EndCell();
            }
            else if (cells.Count > 0 || cell.Length > 0)
            {
                EndCell();
                yield return [.. cells];
                cells.Clear();
            }
        }

        if (cells.Count > 0 || cell.Length > 0)
        {
            EndCell();
            yield return [.. cells];
        }
    }

    private static bool IsBlank(StringBuilder cell)
    {
        for (var i = 0; i < cell.Length; i++)
        {
            if (!char.IsWhiteSpace(cell[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string[] Unique(string[] header)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return header.Select((cell, i) =>
        {
            var name = cell.Trim().Length == 0 ? $"column{i + 1}" : cell.Trim();
            var unique = name;
            for (var n = 2; !seen.Add(unique); n++)
            {
                unique = $"{name} ({n})";
            }

            return unique;
        }).ToArray();
    }

    private static string Decode(byte[] bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return (bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes, 2, bytes.Length - 2);
        }

        try
        {
            var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, start, bytes.Length - start);
        }
        catch (DecoderFallbackException)
        {
            // What is not UTF-8 in a Chinese office is GB18030, the superset of GBK.
            return CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!.GetString(bytes);
        }
    }
}
