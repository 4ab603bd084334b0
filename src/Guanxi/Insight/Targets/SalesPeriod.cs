using System.Globalization;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Targets;

/// <summary>A year, a quarter or a month of the calendar: 2026, 2026-Q4, 2026-11.</summary>
/// <param name="From">Its first day.</param>
/// <param name="Months">12, 3 or 1.</param>
public sealed record SalesPeriod(DateOnly From, int Months)
{
    /// <summary>The day after its last.</summary>
    public DateOnly Until => From.AddMonths(Months);

    public string Key => Months switch
    {
        12 => From.ToString("yyyy", CultureInfo.InvariantCulture),
        3 => string.Create(CultureInfo.InvariantCulture, $"{From.Year}-Q{((From.Month - 1) / 3) + 1}"),
        _ => From.ToString("yyyy-MM", CultureInfo.InvariantCulture),
    };

    /// <summary>The parts that add up to it: quarters of a year, months of a quarter, none of a month.</summary>
    public IReadOnlyList<SalesPeriod> Parts => Months == 1 ? [] : [.. Enumerable.Range(0, Months == 12 ? 4 : 3).Select(part => new SalesPeriod(From.AddMonths(part * (Months == 12 ? 3 : 1)), Months == 12 ? 3 : 1))];

    public SalesPeriod Previous => this with { From = From.AddMonths(-Months) };

    /// <summary>Its first moment and that of the period after, in the company's time zone.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) Moments(TimeZoneInfo zone) => (At(From, zone), At(Until, zone));

    private static DateTimeOffset At(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    public static SalesPeriod QuarterOf(DateOnly day) => new(new DateOnly(day.Year, (((day.Month - 1) / 3) * 3) + 1, 1), 3);

    /// <exception cref="RefusedException">The text is none of the three.</exception>
    public static SalesPeriod Parse(string text, string field = "period")
    {
        if (text is [_, _, _, _, ..] && int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 2000 and <= 2199)
        {
            switch (text.Length)
            {
                case 4:
                    return new SalesPeriod(new DateOnly(year, 1, 1), 12);
                case 7 when text[4] == '-' && text[5] == 'Q' && text[6] is >= '1' and <= '4':
                    return new SalesPeriod(new DateOnly(year, ((text[6] - '1') * 3) + 1, 1), 3);
                case 7 when text[4] == '-' && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var month) && month is >= 1 and <= 12:
                    return new SalesPeriod(new DateOnly(year, month, 1), 1);
            }
        }

        throw new RefusedException(Refusal.Invalid(field, ("时期应写成 2026、2026-Q4 或 2026-11", "A period is written 2026, 2026-Q4 or 2026-11")));
    }
}
