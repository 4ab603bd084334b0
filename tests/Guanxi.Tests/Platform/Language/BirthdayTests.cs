using Guanxi.Platform.Language;
using Xunit;

namespace Guanxi.Tests.Platform.Language;

public sealed class BirthdayTests
{
    [Theory]
    [InlineData("1990-05-12", "1990-05-12")]
    [InlineData("--05-12", "--05-12")]
    [InlineData("05-12", "--05-12")]
    [InlineData("--02-29", "--02-29")]
    [InlineData("lunar:1990-08-15", "lunar:1990-08-15")]
    [InlineData("lunar:1990-L05-15", "lunar:1990-L05-15")]
    [InlineData("lunar:--08-15", "lunar:--08-15")]
    [InlineData("lunar:--L06-15", "lunar:--L06-15")]
    [InlineData("1990/5/12", "1990-05-12")]
    [InlineData("19900512", "1990-05-12")]
    [InlineData("1990年5月12日", "1990-05-12")]
    [InlineData("5月12日", "--05-12")]
    [InlineData("农历八月十五", "lunar:--08-15")]
    [InlineData("農曆1990年閏五月廿三", "lunar:1990-L05-23")]
    [InlineData("阴历腊月三十", "lunar:--12-30")]
    [InlineData("农历正月初一", "lunar:--01-01")]
    public void Birthdays_are_read_and_written(string text, string written)
    {
        Birthday? birthday = Birthday.Parse(text);
        Assert.Equal(written, birthday?.ToString());
        Assert.Equal(birthday, Birthday.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1990-02-30")]
    [InlineData("1991-02-29")]
    [InlineData("1990-13-01")]
    [InlineData("--00-10")]
    [InlineData("lunar:1990-L06-15")]
    [InlineData("lunar:2024-12-30")]
    [InlineData("lunar:1850-01-01")]
    [InlineData("1990-L05-15")]
    [InlineData("昨天")]
    public void Days_that_do_not_exist_are_refused(string text) => Assert.Null(Birthday.Parse(text));

    [Theory]
    [InlineData("1990-05-12", "2026-05-12", "2026-05-12")]
    [InlineData("1990-05-12", "2026-05-13", "2027-05-12")]
    [InlineData("--02-29", "2027-01-01", "2027-02-28")]
    [InlineData("--02-29", "2028-01-01", "2028-02-29")]
    [InlineData("lunar:--08-15", "2025-01-01", "2025-10-06")]
    [InlineData("lunar:--08-15", "2026-01-01", "2026-09-25")]
    [InlineData("lunar:--01-01", "2026-01-01", "2026-02-17")]
    [InlineData("lunar:--01-01", "2027-12-31", "2028-01-26")]
    [InlineData("lunar:--12-30", "2025-01-01", "2025-01-28")]
    [InlineData("lunar:--12-30", "2026-01-01", "2026-02-16")]
    [InlineData("lunar:--12-30", "2027-01-01", "2027-02-05")]
    [InlineData("lunar:--12-30", "2028-01-01", "2028-01-25")]
    [InlineData("lunar:--12-30", "2029-01-01", "2029-02-12")]
    [InlineData("lunar:--L06-15", "2025-01-01", "2025-08-08")]
    [InlineData("lunar:--L06-15", "2026-01-01", "2026-07-28")]
    [InlineData("lunar:--06-15", "2025-01-01", "2025-07-09")]
    public void The_next_birthday_is_a_solar_day(string birthday, string from, string next) =>
        Assert.Equal(DateOnly.Parse(next), Birthday.Parse(birthday)!.Value.Next(DateOnly.Parse(from)));

    [Theory]
    [InlineData("1990-05-12", "2026-05-11", 35)]
    [InlineData("1990-05-12", "2026-05-12", 36)]
    [InlineData("1992-02-29", "2026-02-28", 34)]
    [InlineData("lunar:1990-08-15", "2026-09-24", 35)]
    [InlineData("lunar:1990-08-15", "2026-09-25", 36)]
    [InlineData("lunar:1990-12-20", "2026-02-07", 35)]
    [InlineData("lunar:1990-12-20", "2026-02-06", 34)]
    [InlineData("--05-12", "2026-05-12", null)]
    [InlineData("2030-05-12", "2026-05-12", null)]
    public void Age_counts_completed_years(string birthday, string on, int? age) =>
        Assert.Equal(age, Birthday.Parse(birthday)!.Value.Age(DateOnly.Parse(on)));

    [Fact]
    public void Every_lunar_birthday_comes_once_a_lunar_year_from_2024_to_2030()
    {
        foreach (int month in Enumerable.Range(1, 12))
        {
            foreach (bool leap in new[] { false, true })
            {
                Birthday birthday = Birthday.Lunar(null, month, 30, leap)!.Value;
                DateOnly day = new(2024, 1, 1);
                for (int i = 0; i < 7; i++)
                {
                    DateOnly next = birthday.Next(day)!.Value;
                    Assert.InRange(next.DayNumber - day.DayNumber, 0, 400);
                    day = next.AddDays(1);
                }
            }
        }
    }
}
