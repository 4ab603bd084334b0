using System.Globalization;
using Guanxi.Platform.Calendar;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Calendar;

public sealed class WorkingCalendarTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly WorkingCalendar Chinese = new(Shanghai, WorkingCalendar.ParseHours(WorkingCalendar.UsualHours)!, ChineseHolidays.Days().Select(day => KeyValuePair.Create(day.Day, day.Works)));

    private static DateTimeOffset At(string local) => new(DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromHours(8));

    [Theory]
    [InlineData("2026-11-20 17:00", 2, "2026-11-23 10:00")] // Friday over the weekend
    [InlineData("2026-11-23 11:00", 2, "2026-11-23 14:30")] // over noon
    [InlineData("2026-11-22 10:00", 1, "2026-11-23 10:00")] // begun on a Sunday
    [InlineData("2026-09-30 16:00", 3, "2026-10-08 10:00")] // over the national holiday, seven days
    [InlineData("2026-02-14 16:00", 3, "2026-02-24 10:00")] // a Saturday that is worked, then Spring Festival
    [InlineData("2025-01-27 17:30", 1, "2025-02-05 09:30")]
    [InlineData("2026-11-23 09:00", 75, "2026-12-04 18:00")] // ten days of seven and a half hours
    public void Hours_are_counted_when_people_work(string from, int hours, string until)
    {
        Assert.Equal(At(until), Chinese.Add(At(from), TimeSpan.FromHours(hours)));
        Assert.Equal(TimeSpan.FromHours(hours), Chinese.Between(At(from), At(until)));
    }

    [Fact]
    public void What_is_counted_forward_is_counted_back()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var from = At("2025-01-02 00:00").AddMinutes(random.Next(0, 500_000));
            var hours = TimeSpan.FromMinutes(random.Next(1, 6000));
            Assert.Equal(hours, Chinese.Between(from, Chinese.Add(from, hours)));
        }

        Assert.Equal(TimeSpan.Zero, Chinese.Between(At("2026-11-24 09:00"), At("2026-11-23 09:00")));
    }

    [Fact]
    public void A_year_of_the_decree_has_248_working_days()
    {
        var first = new DateOnly(2026, 1, 1);
        Assert.Equal(248, Enumerable.Range(0, 365).Count(day => Chinese.IsWorkingDay(first.AddDays(day))));
        Assert.Equal(248, Enumerable.Range(0, 365).Count(day => Chinese.IsWorkingDay(new DateOnly(2025, 1, 1).AddDays(day))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("9-18")]
    [InlineData("18:00-09:00")]
    [InlineData("09:00-12:00,11:00-18:00")]
    public void Hours_that_are_none_are_not_taken(string text) => Assert.Null(WorkingCalendar.ParseHours(text));

    [Theory, BothDatabases]
    public async Task The_company_s_days_are_records_that_an_administrator_changes(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await ChineseHolidays.EnsureAsync(company.Workspace);
        await ChineseHolidays.EnsureAsync(company.Workspace);
        await company.CreateAsync(company.WangFang, "working-days", new { name = "厂庆", day = "2026-11-23" });
        Assert.Equal(422, (await Refused.ByAsync(() => company.CreateAsync(company.WangFang, "working-days", new { name = "又一次", day = "2026-11-23" }))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "working-days", new { name = "我的假", day = "2026-11-24" }))).Status);
        await using var session = await company.Workspace.Database.ReadAsync();
        var calendar = await WorkingCalendar.ReadAsync(session);
        Assert.False(calendar.IsWorkingDay(new DateOnly(2026, 11, 23)));
        Assert.True(calendar.IsWorkingDay(new DateOnly(2026, 10, 10)));
        Assert.Equal(TimeSpan.FromHours(7.5), calendar.PerDay);
    }
}
