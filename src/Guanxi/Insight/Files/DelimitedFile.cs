using System.Text;

namespace Guanxi.Insight.Files;

/// <summary>
/// Reads comma-, semicolon-, tab- or bar-separated text by RFC 4180, one row at a time. The separator is the one most frequent outside quotes in the first line.
/// </summary>
internal sealed class DelimitedFile : IDisposable
{
    private readonly TextReader _reader;
    private readonly char _separator;
    private readonly StringBuilder _cell = new();

    private DelimitedFile(TextReader reader, char separator) => (_reader, _separator) = (reader, separator);

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DelimitedFile Open(string path)
    {
        char separator;
        using (var probe = TextFile.Open(path))
        {
            separator = DetectSeparator(probe);
        }

        return new DelimitedFile(TextFile.Open(path), separator);
    }

    /// <summary>The next row, or null at the end; blank lines are skipped.</summary>
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

    /// <inheritdoc/>
    public void Dispose() => _reader.Dispose();

    private static char DetectSeparator(StreamReader reader)
    {
        Span<int> counts = stackalloc int[4];
        var quoted = false;
        for (var read = 0; read < 1 << 20 && reader.Read() is var unit and >= 0; read++)
        {
            if (unit is '\n' && !quoted && (counts[0] + counts[1] + counts[2] + counts[3] > 0 || read > 4096))
            {
                break;
            }

            quoted ^= unit == '"';
            var at = ",;\t|".IndexOf((char)unit, StringComparison.Ordinal);
            if (!quoted && at >= 0)
            {
                counts[at]++;
            }
        }

        var best = 0;
        for (var i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return ",;\t|"[best];
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
        var quoted = false;
        while (true)
        {
            var unit = _reader.Read();
            if (unit < 0)
            {
                return unit;
            }

            var character = (char)unit;
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
                quoted = true;
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
