using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Cells of one column that were joined into one; rows from 1, the column from 0.</summary>
readonly record struct MergedCells(int Column, long First, long Last);

/// <summary>
/// Puts the value of cells joined downwards into each of their rows: whoever joined three rows under one company meant the company for all three.
/// Rows that hold nothing of their own stay empty.
/// </summary>
sealed class MergeFilling(IEnumerable<MergedCells> merges)
{
    readonly Queue<MergedCells> waiting = new(merges.Where(merge => merge.Last > merge.First).OrderBy(merge => merge.First));
    readonly List<(MergedCells Cells, string? Text)> open = [];

    /// <summary>Fills a row in; rows come in the order of the sheet.</summary>
    public void Fill(long number, ref string?[] cells)
    {
        while (waiting.TryPeek(out MergedCells next) && next.First <= number)
        {
            waiting.Dequeue();
            if (next.Last >= number)
            {
                open.Add((next, next.First == number && next.Column < cells.Length ? cells[next.Column] : null));
            }
        }

        if (open.Count == 0)
        {
            return;
        }

        open.RemoveAll(merge => merge.Cells.Last < number);
        if (Array.TrueForAll(cells, string.IsNullOrWhiteSpace))
        {
            return;
        }

        foreach ((MergedCells merge, string? text) in open)
        {
            if (merge.First < number && text is not null)
            {
                if (merge.Column >= cells.Length)
                {
                    Array.Resize(ref cells, merge.Column + 1);
                }

                cells[merge.Column] ??= text;
            }
        }
    }
}

/// <summary>Finds the joined cells of an xlsx sheet. They are named behind the rows, so the part is run through once for them, as bytes.</summary>
static partial class MergeScan
{
    const int Most = 200_000;
    const int Overlap = 256;

    public static List<MergedCells> Of(Stream part)
    {
        var found = new List<MergedCells>();
        var buffer = new byte[256 * 1024];
        int kept = 0;
        bool behindRows = false;
        for (int read; (read = part.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            int length = kept + read;
            ReadOnlySpan<byte> bytes = buffer.AsSpan(0, length);
            if (!behindRows)
            {
                int end = bytes.IndexOf("sheetData>"u8);
                while (end > 0 && bytes[end - 1] is not ((byte)'/' or (byte)':'))
                {
                    int more = bytes[(end + 1)..].IndexOf("sheetData>"u8);
                    end = more < 0 ? -1 : end + 1 + more;
                }

                behindRows = end > 0 || bytes.IndexOf("<mergeCells"u8) >= 0;
                bytes = end > 0 ? bytes[end..] : bytes;
            }

            if (behindRows)
            {
                foreach (Match match in Reference().Matches(Encoding.ASCII.GetString(bytes)))
                {
                    Add(match, found);
                }
            }

            kept = Math.Min(Overlap, length);
            buffer.AsSpan(length - kept, kept).CopyTo(buffer);
        }

        return [.. found.Distinct()];
    }

    static void Add(Match match, List<MergedCells> found)
    {
        string column = match.Groups["column"].Value;
        int number = 0;
        foreach (char letter in column)
        {
            number = (number * 26) + (letter - 'A' + 1);
        }

        long first = long.Parse(match.Groups["first"].ValueSpan, CultureInfo.InvariantCulture);
        long last = long.Parse(match.Groups["last"].ValueSpan, CultureInfo.InvariantCulture);
        if (found.Count < Most && last > first && number <= 16_384)
        {
            found.Add(new MergedCells(number - 1, first, last));
        }
    }

    [GeneratedRegex("""mergeCell [^>]{0,80}?ref="(?<column>[A-Z]{1,3})(?<first>\d{1,7}):[A-Z]{1,3}(?<last>\d{1,7})["]""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Reference();
}
