using Guanxi.Platform.Calendar;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Calendar;

public sealed class HolidayTests
{
    /// <summary>As the State Council published it for 2026, abridged to what says a day.</summary>
    private const string Notice = """
        国务院办公厅关于2026年部分节假日安排的通知
        各省、自治区、直辖市人民政府：经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
        一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
        二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
        三、清明节：4月4日（周六）至6日（周一）放假，共3天。
        四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
        五、端午节：6月19日（周五）至21日（周日）放假，共3天。
        六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
        七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
        国务院办公厅 2025年11月4日
        """;

    [Fact]
    public void The_notice_as_it_is_published_gives_the_same_days_as_the_table_of_the_program() =>
        Assert.Equal(ChineseHolidays.Days().Where(day => day.Day.Year == 2026).OrderBy(day => day.Day), HolidayNotice.Read(Notice, 2031));

    [Fact]
    public void Plain_lines_do_as_well()
    {
        var days = HolidayNotice.Read("2027-01-01至2027-01-03 元旦\n2027-01-04 上班\n2027/2/5 春节", 2027);
        Assert.Equal([(new DateOnly(2027, 1, 1), "元旦", false), (new DateOnly(2027, 1, 2), "元旦", false), (new DateOnly(2027, 1, 3), "元旦", false), (new DateOnly(2027, 1, 4), "调休上班", true), (new DateOnly(2027, 2, 5), "春节", false)], days);
    }

    [Theory]
    [InlineData("明年放假安排另行通知")]
    [InlineData("一、元旦：2月30日放假")]
    [InlineData("一、春节：2月5日至3月12日放假")]
    [InlineData("2027-01-05至2027-01-01 元旦")]
    public void What_names_no_day_or_an_impossible_one_is_refused(string text) => Assert.Equal(422, Assert.Throws<RefusedException>(() => HolidayNotice.Read(text, 2027)).Refusal.Status);

    [Fact]
    public void Thirteen_days_are_given_by_the_law_whatever_is_announced()
    {
        string[] Days(int year) => [.. StatutoryHolidays.Of(year).Select(day => day.Day.ToString("MM-dd", System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(["01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15", "10-01", "10-02", "10-03"], Days(2027));
        foreach (var year in new[] { 2025, 2026 })
        {
            // What was announced for a year holds every day that the law gives.
            Assert.Empty(StatutoryHolidays.Of(year).Select(day => day.Day).Except(ChineseHolidays.Days().Where(day => !day.Works).Select(day => day.Day)));
        }

        Assert.All(Enumerable.Range(StatutoryHolidays.First, StatutoryHolidays.Last - StatutoryHolidays.First + 1), year => Assert.InRange(StatutoryHolidays.Of(year).Count, 12, 13));
        Assert.Empty(StatutoryHolidays.Of(1999));
    }

    [Theory, BothDatabases]
    public async Task A_year_is_entered_at_once_and_brought_up_to_date_by_the_notice(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Task<IReadOnlyList<EnteredDay>> EnterAsync(IReadOnlyList<(DateOnly Day, string Name, bool Works)> days, bool tryOnly = false) => company.Workspace.WriteAsync(company.WangFang, context => EnterDays.RunAsync(context, days, tryOnly));
        var (source, law) = EnterDays.Known(2027);
        Assert.Equal(DaySource.Law, source);
        Assert.All(await EnterAsync(law, tryOnly: true), day => Assert.Equal("new", day.Change));
        await EnterAsync(law);
        var second = await EnterAsync(HolidayNotice.Read("2027-01-01 元旦\n2027-01-03 上班\n2027-10-01 国庆", 2027));
        Assert.Equal(["same", "new", "changed"], second.Select(day => day.Change));
        await using var session = await company.Workspace.Database.ReadAsync();
        var calendar = await WorkingCalendar.ReadAsync(session);
        Assert.False(calendar.IsWorkingDay(new DateOnly(2027, 2, 8)));
        Assert.True(calendar.IsWorkingDay(new DateOnly(2027, 1, 3)));
        Assert.Equal(403, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.LiQiang, context => EnterDays.RunAsync(context, law, tryOnly: true)))).Status);
    }
}
