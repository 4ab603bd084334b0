using System.Globalization;

namespace Guanxi.Platform.Records;

/// <summary>Dates and times as files and people write them.</summary>
public static class DateText
{
    private static readonly string[] DateForms =
    [
        "yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyyMMdd", "yyyy年M月d日", "yyyy年M月d号", "M/d/yyyy", "d.M.yyyy", "d MMM yyyy", "MMM d, yyyy",
    ];

    private static readonly string[] TimeForms = ["", " H:mm", " H:mm:ss", " HH:mm:ss.FFF", "THH:mm:ss.FFF", "THH:mm"];

    public static bool TryDate(string text, out DateOnly date)
    {
        if (DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out date))
        {
            return InRange(date.Year);
        }

        if (TryInstant(text, out var instant))
        {
            date = DateOnly.FromDateTime(instant.DateTime);
            return true;
        }

        return false;
    }

    /// <summary>An instant; text without a zone is read as UTC unless <paramref name="zone"/> says otherwise.</summary>
    public static bool TryInstant(string text, out DateTimeOffset instant, TimeZoneInfo? zone = null)
    {
        if (text.Length >= 16 && text.Contains('T', StringComparison.Ordinal) && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant))
        {
            instant = Truncate(instant.ToUniversalTime());
            return InRange(instant.Year);
        }

        foreach (var timeForm in TimeForms)
        {
            foreach (var dateForm in DateForms)
            {
                if (DateTime.TryParseExact(text, dateForm + timeForm, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var local) && InRange(local.Year))
                {
                    instant = zone is null ? new DateTimeOffset(local, TimeSpan.Zero) : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
                    return true;
                }
            }
        }

        instant = default;
        return false;
    }

    /// <summary>Whole milliseconds, as they are stored.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    /// <summary>Years that somebody may mean; any other is a slip of the key, and too near the end of the calendar to be reckoned with.</summary>
    public static bool InRange(int year) => year is >= 1800 and <= 2200;
}
