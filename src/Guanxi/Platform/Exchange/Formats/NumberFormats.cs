namespace Guanxi.Platform.Exchange.Formats;

/// <summary>What a number in a sheet means by its format.</summary>
static class NumberFormats
{
    /// <summary>The formats that have a number and no text in the file (ECMA-376 part 1, 18.8.30), as far as they are dates and times.</summary>
    public static string? BuiltIn(int id) => id switch
    {
        >= 14 and <= 17 or >= 27 and <= 31 or 36 or >= 50 and <= 54 or >= 57 and <= 58 => "yyyy-mm-dd",
        >= 18 and <= 21 or >= 32 and <= 35 or >= 55 and <= 56 or 45 or 47 => "hh:mm:ss",
        22 => "yyyy-mm-dd hh:mm",
        46 => "[h]:mm:ss",
        _ => null,
    };

    /// <summary>A number as a date or a time where its format says so.</summary>
    public static object Value(double number, string? format, bool base1904)
    {
        if (format is null || !IsDate(format, out bool duration))
        {
            return number;
        }

        if (duration)
        {
            return TimeSpan.FromDays(number);
        }

        double serial = number + (base1904 ? 1462 : 0);
        // Days before March 1900 are one off, for Excel counts a 29 February 1900.
        return serial is < 0 or >= 2_958_466 ? number : DateTime.FromOADate(serial is >= 1 and < 60 ? serial + 1 : serial);
    }

    static bool IsDate(string format, out bool duration)
    {
        duration = false;
        bool date = false;
        for (int i = 0; i < format.Length; i++)
        {
            switch (format[i])
            {
                case '"':
                    int quote = format.IndexOf('"', i + 1);
                    i = quote < 0 ? format.Length : quote;
                    break;
                case '\\' or '_' or '*':
                    i++;
                    break;
                case '[':
                    int close = format.IndexOf(']', i);
                    duration |= close > i && format[(i + 1)..close].All(c => c is 'h' or 'm' or 's' or 'H' or 'M' or 'S');
                    i = close < 0 ? format.Length : close;
                    break;
                case ';':
                    return date || duration;
                case 'E' or 'e' when i + 1 < format.Length && format[i + 1] is '+' or '-':
                case 'G' when format.AsSpan(i).StartsWith("General", StringComparison.OrdinalIgnoreCase):
                case '0' or '#' or '?' or '@' or '%' when !date:
                    return duration;
                case 'y' or 'm' or 'd' or 'h' or 's' or 'Y' or 'M' or 'D' or 'H' or 'S':
                    date = true;
                    break;
            }
        }

        return date || duration;
    }
}
