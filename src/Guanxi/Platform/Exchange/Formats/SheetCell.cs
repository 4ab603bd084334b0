using System.Globalization;
using System.Numerics;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The text of a cell of a sheet.</summary>
static class SheetCell
{
    public static string? Text(object? value, string? format) => value switch
    {
        null => null,
        string text => text,
        double number => Number(number, format),
        int number => number.ToString(CultureInfo.InvariantCulture),
        bool yes => yes ? "TRUE" : "FALSE",
        DateTime moment => Moment(WholeSeconds(moment)),
        TimeSpan time => Duration(TimeSpan.FromSeconds(Math.Round(time.TotalSeconds))),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    // A phone shown as 1.38E+10 is still 13800138000 in the file; 010010 shown by the format 000000 keeps its zeros.
    static string Number(double number, string? format)
    {
        if (!double.IsFinite(number))
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }

        if (number == Math.Truncate(number))
        {
            string digits = Math.Abs(number) < 1e15 ? ((long)number).ToString(CultureInfo.InvariantCulture) : new BigInteger(number).ToString(CultureInfo.InvariantCulture);
            bool padded = format is { Length: > 1 } && format.AsSpan().IndexOfAnyExcept('0') < 0 && number >= 0;
            return padded ? digits.PadLeft(format!.Length, '0') : digits;
        }

        // 0.1 + 0.2 is 0.3 to a person: fifteen digits are what Excel shows and keeps.
        return Math.Abs(number) is > 1e-9 and < 1e15
            ? ((decimal)number).ToString("0.#############################", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }

    // Times are fractions of a day in the file: twelve minutes may come as 11:59.9999.
    static DateTime WholeSeconds(DateTime moment) => new((moment.Ticks + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, moment.Kind);

    static string Duration(TimeSpan time) =>
        (time < TimeSpan.Zero ? "-" : "") + time.ToString(time.Days == 0 ? @"hh\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);

    static string Moment(DateTime moment)
    {
        // Times of day without a date stand on the epoch.
        if (moment.Year < 1900)
        {
            return moment.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        }

        return moment.ToString(moment.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
