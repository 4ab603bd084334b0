using System.Globalization;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Which row names the columns, and the names.</summary>
static class HeaderRow
{
    /// <summary>How many rows are looked at.</summary>
    public const int Lookahead = 20;

    /// <summary>
    /// The index of the row that names the columns among the first ones, −1 when none does. Titles above a table fill fewer cells than the table itself and are passed over.
    /// </summary>
    public static int Find(IReadOnlyList<IReadOnlyList<string?>> rows, bool? hasHeader)
    {
        int widest = rows.Count == 0 ? 0 : rows.Max(Filled);
        int first = 0;
        while (first < rows.Count && Filled(rows[first]) < Math.Max(1, widest * 0.6) && first < 10)
        {
            first++;
        }

        first = first == rows.Count || first == 10 ? 0 : first;
        return rows.Count == 0 || hasHeader == false || (hasHeader is null && LooksLikeData(rows[first])) ? -1 : first;
    }

    /// <summary>More than any name of a column, and few enough for a screen.</summary>
    const int LongestName = 500;

    /// <summary>Names for the columns: empty ones get the letter of the column, repeated ones a number.</summary>
    /// <exception cref="UnreadableFileException">A name is no name: a text without line ends read as one, say.</exception>
    public static string[] Names(IReadOnlyList<string?> header, int count)
    {
        var names = new string[count];
        var used = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < count; i++)
        {
            string given = i < header.Count ? string.Join(' ', (header[i] ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Trim('\uFEFF', '\u200B', '\0') : "";
            if (given.Length > LongestName)
            {
                throw new UnreadableFileException($"{Letter(i)} 列的列名超过 {LongestName} 字：请确认第一行是列名", $"The name of column {Letter(i)} is longer than {LongestName} characters: is the first row the one that names the columns?");
            }

            string name = given.Length > 0 ? given : "列 " + Letter(i);
            for (int n = 2; !used.Add(name); n++)
            {
                name = $"{(given.Length > 0 ? given : "列 " + Letter(i))} ({n})";
            }

            names[i] = name;
        }

        return names;
    }

    static int Filled(IReadOnlyList<string?> row) => row.Count(cell => !string.IsNullOrWhiteSpace(cell));

    // A header is words. A row with an address, a phone, a date, or mostly numbers is already data.
    static bool LooksLikeData(IReadOnlyList<string?> row)
    {
        string[] cells = [.. row.Where(cell => !string.IsNullOrWhiteSpace(cell)).Select(cell => cell!.Trim())];
        if (cells.Any(cell => cell.Contains('@', StringComparison.Ordinal) && cell.Contains('.', StringComparison.Ordinal)) || cells.Any(IsLongNumber) || cells.Any(IsDate))
        {
            return true;
        }

        int numbers = cells.Count(cell => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        return cells.Length > 0 && numbers * 2 >= cells.Length;
    }

    static bool IsLongNumber(string cell) => cell.Length >= 7 && cell.All(c => char.IsAsciiDigit(c) || c is '-' or '+' or ' ') && cell.Count(char.IsAsciiDigit) >= 7;

    static bool IsDate(string cell) => cell.Length >= 8 && char.IsAsciiDigit(cell[0]) && DateTime.TryParse(cell, CultureInfo.InvariantCulture, out _);

    /// <summary>The letters of a column, as spreadsheets name it.</summary>
    public static string Letter(int index)
    {
        string letters = "";
        for (int i = index; i >= 0; i = (i / 26) - 1)
        {
            letters = (char)('A' + (i % 26)) + letters;
        }

        return letters;
    }
}
