using System.Text.RegularExpressions;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Files;

/// <summary>A text file as named columns of text cells. Separator, header and encoding are found from the content.</summary>
internal sealed partial class DataTable
{
    private const int Looked = 200;

    private DataTable(string[] header, bool hasHeader, List<string[]> rows, int raggedRows)
    {
        Header = header;
        HasHeader = hasHeader;
        Rows = rows;
        RaggedRows = raggedRows;
        CommaElsewhere = NumberText.Balance(rows.Take(Looked).SelectMany(row => row)) > 0;
    }

    public string[] Header { get; }

    /// <summary>False when the first line already was data; columns then are called column1, column2 ….</summary>
    public bool HasHeader { get; }

    public List<string[]> Rows { get; }

    /// <summary>Lines with more or fewer cells than the header; cut or filled with empty cells.</summary>
    public int RaggedRows { get; }

    /// <summary>Whether more cells of the table have a decimal comma than a decimal point, which decides for a column that leaves it open.</summary>
    public bool CommaElsewhere { get; }

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
        if (!IsText(first))
        {
            throw NoText(name);
        }

        var hasHeader = HasNames(first, lines);
        if (hasHeader && lines.Count > 1 && lines.Skip(1).All(line => line.Length == first.Length + 1))
        {
            // Either every line ends with a separator, or the first cell names the row and has no name itself, as statistics programs write it.
            var trailing = lines.Skip(1).All(line => line[^1].Length == 0);
            first = trailing ? [.. first, ""] : ["row", .. first];
        }

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

    /// <summary>Whether the first line of a file can be text at all.</summary>
    public static bool IsText(IEnumerable<string> first) => !first.Any(cell => cell.Contains('\0', StringComparison.Ordinal));

    public static UnsuitableDataException NoText(string name) => new($"{name} is not a text file; export it as CSV.");

    /// <summary>
    /// Whether the first line names the columns. It does not when a date stands in it, when all of it is numbers, or when it looks like every other line: numbers in the same
    /// places. Years and other numbers that follow one another are names all the same.
    /// </summary>
    private static bool HasNames(string[] first, List<string[]> lines)
    {
        if (first.Any(DateText.Looks) || !first.Any(cell => cell.Length > 0 && !NumberText.Point.TryRead(cell, out _)))
        {
            return false;
        }

        var numbers = Enumerable.Range(0, first.Length).Where(column => NumberText.Point.TryRead(first[column], out _)).ToArray();
        if (numbers.Length == 0 || lines.Count < 3)
        {
            return true;
        }

        var values = Array.ConvertAll(numbers, column => NumberText.Point.TryRead(first[column], out var value) ? value : 0);
        var counted = values.Length > 1 && values.Zip(values.Skip(1)).All(pair => Math.Abs(pair.Second - pair.First - 1) < 1e-9);
        var others = lines.Skip(1).Take(Looked).ToList();
        var alike = Enumerable.Range(0, first.Length).All(column =>
            others.Count(line => column < line.Length && NumberText.Point.TryRead(line[column], out _)) is var filled
            && (numbers.Contains(column) ? filled > 0.5 * others.Count : filled < 0.5 * others.Count));
        return counted || !alike;
    }

    /// <summary>How many of the rows are the same as an earlier one in every cell; by a hash of 64 bits, so that a million rows need not be written out.</summary>
    public int Repeated(IEnumerable<int> rows)
    {
        const ulong prime = 1099511628211;
        var seen = new HashSet<ulong>();
        var repeated = 0;
        foreach (var row in rows)
        {
            // FNV-1a, with a mark after each cell.
            var hash = 14695981039346656037;
            foreach (var cell in Rows[row])
            {
                foreach (var unit in cell)
                {
                    hash = (hash ^ unit) * prime;
                }

                hash = (hash ^ 0x1F) * prime;
            }

            repeated += seen.Add(hash) ? 0 : 1;
        }

        return repeated;
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

    /// <summary>Whether the first line with text has no separator but blanks, and most of those after it too, as in the files of statistics programs.</summary>
    private static bool IsSpaced(string path)
    {
        using var reader = TextFile.Open(path);
        int lines = 0, blanks = 0;
        while (lines < 20 && reader.ReadLine() is { } line)
        {
            var text = line.Trim();
            if (text.Length == 0)
            {
                continue;
            }

            lines++;
            blanks += text.AsSpan().IndexOfAny(' ', '\t') >= 0 ? 1 : 0;
            if (lines == 1 && (line.AsSpan().IndexOfAny(",;\t|") >= 0 || blanks == 0))
            {
                return false;
            }
        }

        return lines > 0 && 2 * blanks > lines;
    }

    private static IEnumerable<string[]> Spaced(string path)
    {
        using var reader = TextFile.Open(path);
        while (reader.ReadLine() is { } line)
        {
            yield return [.. Word().Matches(line).Select(match => match.Groups["quoted"] is { Success: true } quoted ? quoted.Value : match.Value)];
        }
    }

    private static IEnumerable<string[]> Delimited(string path)
    {
        using var file = DelimitedFile.Open(path);
        while (file.ReadTrimmed() is { } row)
        {
            yield return row;
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

    [GeneratedRegex("\"(?<quoted>[^\"]*)\"|\\S+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
