using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>A record of a delimited text: the line it begins on, and its cells or what is wrong with it.</summary>
readonly record struct DelimitedRecord(long Line, List<string?> Cells, (string ZhHans, string En)? Problem);

/// <summary>
/// Cuts a text into records after RFC 4180, forgiving as Excel is: a quote counts only at the beginning of a cell, text behind a closing quote belongs to the cell, lines end with LF, CR or both.
/// A quote that is never closed costs only its own line: reading goes on with the next one.
/// </summary>
sealed class DelimitedRecords(TextReader reader, char delimiter)
{
    // A cell may hold line breaks, but hundreds of lines mean that a closing quote is missing.
    const int MaxLinesOfRecord = 500;
    const int MaxLengthOfRecord = 4_000_000;

    readonly LinkedList<string> returned = [];
    readonly StringBuilder lineBuffer = new();
    long line;

    public IEnumerable<DelimitedRecord> Read()
    {
        while (NextLine() is { } first)
        {
            long number = ++line;
            var following = new List<string>();
            string record = first;
            List<string?>? cells;
            while ((cells = Split(record)) is null && following.Count < MaxLinesOfRecord && record.Length < MaxLengthOfRecord && NextLine() is { } next)
            {
                following.Add(next);
                record += next;
            }

            if (cells is null)
            {
                for (int i = following.Count - 1; i >= 0; i--)
                {
                    returned.AddFirst(following[i]);
                }

                yield return new(number, SplitIgnoringQuotes(first), ("引号没有闭合", "A quotation mark is never closed"));
                continue;
            }

            line += following.Count;
            yield return new(number, cells, null);
        }
    }

    // With its line end, which belongs to the text where it stands within quotes.
    string? NextLine()
    {
        if (returned.First is { } kept)
        {
            returned.RemoveFirst();
            return kept.Value;
        }

        int c;
        lineBuffer.Clear();
        while ((c = reader.Read()) >= 0)
        {
            lineBuffer.Append((char)c);
            if (c == '\n' || (c == '\r' && reader.Peek() != '\n'))
            {
                break;
            }

            if (lineBuffer.Length > MaxLengthOfRecord)
            {
                throw new UnreadableFileException($"第 {line + 1} 行太长，这不像表格文件", $"Line {line + 1} is too long; this does not look like a table");
            }
        }

        return lineBuffer.Length == 0 ? null : lineBuffer.ToString();
    }

    List<string?>? Split(string record)
    {
        var cells = new List<string?>();
        int end = WithoutLineEnd(record);
        for (int i = 0; ;)
        {
            int next;
            string? cell;
            if (i < end && record[i] == '"')
            {
                if (!TryQuoted(record, i, end, out cell, out next))
                {
                    return null;
                }
            }
            else
            {
                next = record.IndexOf(delimiter, i, end - i);
                next = next < 0 ? end : next;
                cell = record[i..next];
            }

            cells.Add(cell);
            if (next >= end)
            {
                return cells;
            }

            i = next + 1;
        }
    }

    bool TryQuoted(string record, int start, int end, out string? cell, out int next)
    {
        var text = new StringBuilder();
        int i = start + 1;
        while (true)
        {
            int quote = record.IndexOf('"', i);
            if (quote < 0)
            {
                (cell, next) = (null, end);
                return false;
            }

            text.Append(record, i, quote - i);
            if (quote + 1 < record.Length && record[quote + 1] == '"')
            {
                text.Append('"');
                i = quote + 2;
                continue;
            }

            next = quote + 1 >= end ? end : record.IndexOf(delimiter, quote + 1, end - quote - 1);
            next = next < 0 ? end : next;
            cell = text.Append(record.AsSpan(quote + 1, Math.Max(0, next - quote - 1)).TrimEnd()).ToString();
            return true;
        }
    }

    List<string?> SplitIgnoringQuotes(string text) => [.. text[..WithoutLineEnd(text)].Split(delimiter)];

    static int WithoutLineEnd(string text)
    {
        int end = text.Length;
        end -= end > 0 && text[end - 1] == '\n' ? 1 : 0;
        return end > 0 && text[end - 1] == '\r' ? end - 1 : end;
    }
}
