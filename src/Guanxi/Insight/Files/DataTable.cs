using System.Globalization;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Files;

/// <summary>A text file as named columns of text cells. Separator, header and encoding are found from the content.</summary>
internal sealed class DataTable
{
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

        try
        {
            return Of(IsSpaced(file.FullName) ? Spaced(file.FullName) : Delimited(file.FullName), file.Name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>A table of cells that were read already; the first row may be the header.</summary>
    /// <exception cref="UnsuitableDataException">There is no row.</exception>
    public static DataTable Of(IEnumerable<string[]> cells, string name)
    {
        var lines = cells.Where(line => line.Any(cell => cell.Length > 0)).ToList();
        if (lines.Count == 0)
        {
            throw new UnsuitableDataException($"{name} is empty.");
        }

        var first = lines[0];
        if (first.Any(cell => cell.Contains('\0', StringComparison.Ordinal)))
        {
            throw new UnsuitableDataException($"{name} is not a text file; export it as CSV.");
        }

        var hasHeader = !first.Any(DateText.Looks) && first.Any(cell => cell.Length > 0 && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
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

        return new DataTable(header, hasHeader, lines, MakeEven(lines, width));
    }

    private static int MakeEven(List<string[]> lines, int width)
    {
        var ragged = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (line.Length != width)
            {
                ragged++;
                lines[i] = [.. Enumerable.Range(0, width).Select(cell => cell < line.Length ? line[cell] : "")];
            }
        }

        return ragged;
    }

    /// <summary>Whether the first line with text has no separator but blanks, as in the files of statistics programs.</summary>
    private static bool IsSpaced(string path)
    {
        using var reader = TextFile.Open(path);
        var line = reader.ReadLine();
        while (line is not null && line.Trim().Length == 0)
        {
            line = reader.ReadLine();
        }

        return line is not null && line.IndexOfAny([',', ';', '\t', '|']) < 0 && line.Trim().Contains(' ', StringComparison.Ordinal);
    }

    private static IEnumerable<string[]> Spaced(string path)
    {
        using var reader = TextFile.Open(path);
        while (reader.ReadLine() is { } line)
        {
            yield return line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        }
    }

    private static IEnumerable<string[]> Delimited(string path)
    {
        using var file = DelimitedFile.Open(path);
        while (file.Read() is { } row)
        {
            yield return [.. row.Select(cell => cell.Trim())];
        }
    }

    private static string[] Unique(string[] header)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return header.Select((cell, i) =>
        {
            var name = cell.Length == 0 ? $"column{i + 1}" : cell;
            var unique = name;
            for (var n = 2; !seen.Add(unique); n++)
            {
                unique = $"{name} ({n})";
            }

            return unique;
        }).ToArray();
    }
}
