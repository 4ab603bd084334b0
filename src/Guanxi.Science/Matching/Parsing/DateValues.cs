using System.Globalization;

namespace Guanxi.Science.Matching.Parsing;

/// <summary>Dates in the notations found in customer lists, as eight digits yyyyMMdd; a part of a date alone stays the number it is.</summary>
public static class DateValues
{
    /// <summary>
    /// Reads yyyyMMdd, yyyy-M-d, d/M/yyyy, M/d/yyyy, yyyy年M月d日 and month names, with or without a time. When day and month cannot be told
    /// apart the day is taken first, in both records alike. What is no date comes back as its letters and digits, so that it can still be compared.
    /// </summary>
    public static string Normalise(string folded)
    {
        Span<int> parts = stackalloc int[3];
        Span<int> lengths = stackalloc int[3];
        var count = 0;
        var month = MonthByName(folded);
        for (var i = 0; i < folded.Length && count < 3;)
        {
            if (!char.IsAsciiDigit(folded[i]))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < folded.Length && char.IsAsciiDigit(folded[i]))
            {
                i++;
            }

            if (i - start > 9)
            {
                return TextFolding.LettersAndDigits(folded);
            }

            parts[count] = int.Parse(folded.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture);
            lengths[count++] = i - start;
        }

        if (count >= 1 && lengths[0] == 8 && month == 0)
        {
            return parts[0].ToString("D8", CultureInfo.InvariantCulture);
        }

        if (month > 0 && count >= 2)
        {
            return lengths[0] == 4 ? Write(parts[0], month, parts[1]) : Write(parts[1], month, parts[0]);
        }

        if (count < 3)
        {
            return TextFolding.LettersAndDigits(folded);
        }

        if (lengths[0] == 4)
        {
            return Write(parts[0], parts[1], parts[2]);
        }

        var year = lengths[2] <= 2 ? parts[2] + (parts[2] < 30 ? 2000 : 1900) : parts[2];
        return parts[1] > 12 ? Write(year, parts[0], parts[1]) : Write(year, parts[1], parts[0]);
    }

    /// <summary>True for the eight digits of a whole date.</summary>
    public static bool IsWhole(ReadOnlySpan<char> value) => value.Length == 8 && value.IndexOfAnyExceptInRange('0', '9') < 0;

    private static string Write(int year, int month, int day) => year is >= 0 and <= 9999 && month is >= 0 and <= 99 && day is >= 0 and <= 99
        ? string.Create(CultureInfo.InvariantCulture, $"{year:D4}{month:D2}{day:D2}")
        : string.Create(CultureInfo.InvariantCulture, $"{year}{month}{day}");

    private static int MonthByName(string folded)
    {
        ReadOnlySpan<string> names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        for (var i = 0; i < names.Length; i++)
        {
            if (folded.Contains(names[i], StringComparison.Ordinal))
            {
                return i + 1;
            }
        }

        return 0;
    }
}
