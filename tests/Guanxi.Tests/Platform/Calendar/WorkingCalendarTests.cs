using System.Globalization;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Records;
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

    [Fact]
    public void Whoever_works_on_saturdays_says_so_and_the_ends_of_the_day_can_be_moved_alone()
    {
        var rules = WorkingRules.Parse("""{"hours":"09:00-12:00,13:30-18:00","days":[1,2,3,4,5,6],"respondWithin":30}""");
        var calendar = new WorkingCalendar(Shanghai, WorkingCalendar.ParseHours(rules.Hours)!, [], rules.Days);
        Assert.True(calendar.IsOpen(At("2026-11-21 09:00")));
        Assert.False(calendar.IsOpen(At("2026-11-21 12:30")));
        Assert.False(calendar.IsOpen(At("2026-11-22 10:00")));
        Assert.Equal("08:30-12:00,13:30-18:00", rules.With(Company.Json(new { from = "08:30" })).Hours);
        Assert.Equal("09:00-11:00", rules.With(Company.Json(new { to = "11:00" })).Hours);
        foreach (var body in new object[] { new { from = "18:00", to = "09:00" }, new { days = new[] { 8 } }, new { days = Array.Empty<int>() }, new { respondWithin = 0 }, new { hours = "9-5" } })
        {
            Assert.Equal(422, Assert.Throws<RefusedException>(() => rules.With(Company.Json(body))).Refusal.Status);
        }
    }

    [Theory]
    [InlineData("08:30-17:30", "08:30-17:30")]
    [InlineData("""{"days":[1,2,3,4,5],"from":"08:30","to":"17:00","holidays":[],"respondWithin":60}""", "08:30-12:00,13:30-17:00")]
    [InlineData("nonsense", WorkingCalendar.UsualHours)]
    [InlineData(null, WorkingCalendar.UsualHours)]
    public void What_earlier_versions_kept_is_still_read(string? kept, string hours) => Assert.Equal(hours, WorkingRules.Parse(kept).Hours);

    [Theory, BothDatabases]
    public async Task A_lead_s_clock_and_a_step_s_clock_are_the_same_clock(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.Workspace.WriteAsync(company.WangFang, context => WorkingRules.Usual.With(Company.Json(new { hours = "10:00-16:00", days = new[] { 1, 2, 3 } })).KeepAsync(context));
        await using var session = await company.Workspace.Database.ReadAsync();
        var calendar = await WorkingCalendar.ReadAsync(session);
        Assert.Equal(At("2026-11-23 12:00"), calendar.Add(At("2026-11-18 15:00"), TimeSpan.FromHours(3)));
    }
}
