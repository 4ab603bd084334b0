using Guanxi.Platform.Lists;

namespace Guanxi.Tests.Platform.Lists;

public sealed class PeriodTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    // Half past midnight on Sunday the 22nd in Shanghai, still the 21st in UTC.
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 16, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("today", "2026-11-22", "2026-11-23")]
    [InlineData("yesterday", "2026-11-21", "2026-11-22")]
    [InlineData("today-30d", "2026-10-23", "2026-10-24")]
    [InlineData("thisWeek", "2026-11-16", "2026-11-23")]
    [InlineData("nextWeek", "2026-11-23", "2026-11-30")]
    [InlineData("thisMonth", "2026-11-01", "2026-12-01")]
    [InlineData("thisMonth-1m", "2026-10-01", "2026-11-01")]
    [InlineData("lastQuarter", "2026-07-01", "2026-10-01")]
    [InlineData("thisYear", "2026-01-01", "2027-01-01")]
    [InlineData("2026-10-01", "2026-10-01", "2026-10-02")]
    [InlineData("today+1w", "2026-11-29", "2026-11-30")]
    public void Words_mean_days_where_the_person_is(string text, string from, string until)
    {
        var period = Period.Parse(text, Now, Shanghai)!.Value;
        Assert.Equal(DateOnly.Parse(from), period.FirstDay(Shanghai));
        Assert.Equal(DateOnly.Parse(until), period.DayAfter(Shanghai));
    }

    [Fact]
    public void A_week_begins_on_monday() => Assert.Equal(DayOfWeek.Monday, Period.Parse("thisWeek", Now, Shanghai)!.Value.FirstDay(Shanghai).DayOfWeek);

    [Theory]
    [InlineData("sometime")]
    [InlineData("today-")]
    [InlineData("today-5x")]
    [InlineData("today-999999999d")]
    [InlineData("2026-13-01")]
    [InlineData("9999-12-31")]
    [InlineData("")]
    public void What_is_no_time_is_told(string text) => Assert.Null(Period.Parse(text, Now, Shanghai));
}
