using System.Text;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Files;

/// <summary>
/// Reads comma-, semicolon-, tab- or bar-separated text by RFC 4180, one row at a time. The separator is found from the first lines.
/// </summary>
internal sealed class DelimitedFile : IDisposable
{
    private const int MostShared = 4096;

    private readonly TextReader _reader;
    private readonly char _separator;
    private readonly StringBuilder _cell = new();
    private readonly List<HashSet<string>> _seen = [];
    private int _line = 1;

    private DelimitedFile(TextReader reader, char separator) => (_reader, _separator) = (reader, separator);

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DelimitedFile Open(string path)
    {
        var encoding = TextFile.Detect(path);
        using (var probe = TextFile.Open(path, encoding))
        {
            // Excel's own hint on the first line: sep=;
            if (probe.ReadLine() is { Length: 5 } hint && hint.StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
            {
                var told = new DelimitedFile(TextFile.Open(path, encoding), hint[4]);
                told._reader.ReadLine();
                told._line++;
                return told;
            }
        }

        using (var probe = TextFile.Open(path, encoding))
        {
            return new DelimitedFile(TextFile.Open(path, encoding), DetectSeparator(probe));
        }
    }

    /// <summary>The next row, or null at the end; blank lines are skipped.</summary>
    /// <exception cref="UnsuitableDataException">A quote is never closed.</exception>
    public List<string>? Read()
    {
        while (_reader.Peek() >= 0)
        {
            var row = ReadRow();
            if (row.Count > 1 || row[0].Length > 0)
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>
    /// The next row without blanks around its cells. A text that a column has again and again is kept once, which is what makes a table of a million rows fit:
    /// most of its columns have few values.
    /// </summary>
    public string[]? ReadTrimmed()
    {
        if (Read() is not { } row)
        {
            return null;
        }

        var cells = new string[row.Count];
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = row[i].Trim();
            if (_seen.Count <= i)
            {
                _seen.Add(new HashSet<string>(StringComparer.Ordinal));
            }

            if (_seen[i].TryGetValue(cell, out var known))
            {
                cell = known;
            }
            else if (_seen[i].Count < MostShared)
            {
                _seen[i].Add(cell);
            }

            cells[i] = cell;
        }

        return cells;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    /// <summary>
    /// The separator that stands equally often in each of the first lines; of several such, tab and semicolon before bar and comma, for a comma may be the mark before a
    /// fraction. Where none does, the one most frequent in the first line that has any.
    /// </summary>
    private static char DetectSeparator(StreamReader reader)
    {
        const string marks = "\t;|,";
        var lines = Counted(reader, marks);
        var even = Enumerable.Range(0, marks.Length).Where(mark => lines.Count > 1 && lines[0][mark] > 0 && lines.TrueForAll(line => line[mark] == lines[0][mark])).ToList();
        if (even.Count > 0)
        {
            return marks[even[0]];
        }

        var first = lines.Find(line => line.Any(count => count > 0)) ?? [0, 0, 0, 1];
        return marks[Array.LastIndexOf(first, first.Max())];
    }

    /// <summary>How often each mark stands outside quotes in each of the first lines.</summary>
    private static List<int[]> Counted(StreamReader reader, string marks)
    {
        const int most = 20;
        var lines = new List<int[]>();
        var (line, quoted, empty) = (new int[marks.Length], false, true);
        for (var read = 0; read < 1 << 18 && lines.Count < most && reader.Read() is var unit and >= 0; read++)
        {
            if (unit is '\n' && !quoted)
            {
                if (!empty)
                {
                    lines.Add(line);
                }

                (line, empty) = (new int[marks.Length], true);
                continue;
            }

            empty &= char.IsWhiteSpace((char)unit) && unit != '\t';
            quoted ^= unit == '"';
            if (!quoted && marks.IndexOf((char)unit, StringComparison.Ordinal) is var at and >= 0)
            {
                line[at]++;
            }
        }

        if (!empty && lines.Count < most)
        {
            lines.Add(line);
        }

        return lines;
    }

    private List<string> ReadRow()
    {
        var row = new List<string>();
        while (true)
        {
            var end = ReadCell();
            row.Add(_cell.ToString());
            if (end != _separator)
            {
                return row;
            }
        }
    }

    private int ReadCell()
    {
        _cell.Clear();
        var (quoted, opened) = (false, 0);
        while (true)
        {
            var unit = _reader.Read();
            if (unit < 0)
            {
                return quoted ? throw new UnsuitableDataException($"The quote that opens on line {opened} is never closed, so all that follows is one cell; close it, or double it if it belongs to the text.") : unit;
            }

            var character = (char)unit;
            _line += character == '\n' ? 1 : 0;
            if (quoted)
            {
                if (character != '"')
                {
                    _cell.Append(character);
                }
                else if (_reader.Peek() == '"')
                {
                    _cell.Append((char)_reader.Read());
                }
                else
                {
                    quoted = false;
                }
            }
            else if (character == '"' && IsBlank())
            {
                _cell.Clear();
                (quoted, opened) = (true, _line);
            }
            else if (character == _separator || character == '\n')
            {
                return character;
            }
            else if (character == '\r')
            {
                if (_reader.Peek() == '\n')
                {
                    _ = _reader.Read();
                }

                _line++;
                return '\n';
            }
            else
            {
                _cell.Append(character);
            }
        }
    }

    private bool IsBlank()
    {
        for (var i = 0; i < _cell.Length; i++)
        {
            if (!char.IsWhiteSpace(_cell[i]))
            {
                return false;
            }
        }

        return true;
    }
}
