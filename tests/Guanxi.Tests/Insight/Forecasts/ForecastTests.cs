using Guanxi.Insight.Forecasts;
using Guanxi.Insight.Performance;
using Guanxi.Insight.Targets;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Forecasts;

/// <summary>What will close, what moved, and who did how much: sums that the rows add up to, for those who may see the rows.</summary>
public sealed class ForecastTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly SalesPeriod Quarter = SalesPeriod.Parse("2026-Q4");

    private static readonly object Open = new { stages = new object[] { new { key = "a", name = "一", probability = 20 }, new { key = "b", name = "二", probability = 60 } }, lossReasons = new[] { "价格" } };

    private static async Task<Record> DealAsync(Company company, Actor owner, string name, int amount, string close, object? more = null)
    {
        var customer = await company.CustomerAsync(owner, name + "公司");
        var values = new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = name, ["customer"] = customer.Id, ["amount"] = new { amount = $"{amount}", currency = "CNY" }, ["expectedClose"] = close };
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            values[property.Name] = property.GetValue(more);
        }

        return await company.CreateAsync(owner, "deals", values);
    }

    private static async Task<Company> StartAsync(Db db)
    {
        var company = await Company.OpenAsync(db);
        await company.CreateAsync(company.WangFang, "sales-processes", new { name = "流程", isDefault = true, definition = Open });
        return company;
    }

    private static Task WinAsync(Company company, Actor actor, Record deal) => company.Workspace.WriteAsync(actor, context => MoveDeal.WinAsync(context, deal.Id, null, null));

    private static async Task<T> ReadAsync<T>(Company company, Func<Guanxi.Database.DatabaseSession, Task<T>> read)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return await read(session);
    }

    [Theory, BothDatabases]
    public async Task The_forecast_adds_up_by_category_for_whoever_sees_the_deals(Db db)
    {
        await using var company = await StartAsync(db);
        await DealAsync(company, company.ZhangWei, "管道", 1000, "2026-12-31");
        await DealAsync(company, company.ZhangWei, "有望", 2000, "2026-12-01", new { forecast = "bestCase", probability = 30 });
        await DealAsync(company, company.ZhangWei, "承诺", 4000, "2026-11-30", new { probability = 90 });
        await DealAsync(company, company.ZhangWei, "不计", 8000, "2026-11-30", new { forecast = "omitted" });
        await DealAsync(company, company.ZhangWei, "明年", 16000, "2027-01-01");
        await DealAsync(company, company.ZhaoMin, "华南", 32000, "2026-12-15");
        await WinAsync(company, company.ZhangWei, await DealAsync(company, company.ZhangWei, "赢了", 64, "2027-03-01"));
        await DealAsync(company, company.ZhangWei, "拖着", 5, "2026-09-01");
        var report = await ReadAsync(company, session => ForecastReport.ReadAsync(session, company.LiQiang, Quarter, company.Workspace.Now, Cancel));
        var row = Assert.Single(report.Rows);
        Assert.Equal((company.ZhangWei.Id, 64m, 4000m, 2000m, 1000m, 8000m), (row.Person!.Value, row.Won, row.Commit, row.BestCase, row.Pipeline, row.Omitted));
        Assert.Equal((4400m, 4464m, 3L, 1L), (row.Weighted, row.Expected, row.Open, row.Late));
        Assert.Equal(2, (await ReadAsync(company, session => ForecastReport.ReadAsync(session, company.WangFang, Quarter, company.Workspace.Now, Cancel))).Rows.Count);
        Assert.Equal(32000m, Assert.Single((await ReadAsync(company, session => ForecastReport.ReadAsync(session, company.ZhaoMin, Quarter, company.Workspace.Now, Cancel))).Rows).Pipeline);

        var role = company.Workspace.Directory.Roles.Single(known => known.Key == "seller");
        await RecordUseCases.ChangeAsync(company.Workspace, company.WangFang, company.Workspace.Schema["roles"], role.Id, Company.Json(new { fieldRights = new { deals = new { amount = "hidden" } } }));
        Assert.Equal(403, (await Refused.ByAsync(() => ReadAsync(company, session => ForecastReport.ReadAsync(session, company.ZhangWei, Quarter, company.Workspace.Now, Cancel)))).Status);
    }

    [Theory, BothDatabases]
    public async Task A_snapshot_tells_afterwards_what_moved_and_why(Db db)
    {
        await using var company = await StartAsync(db);
        var slips = await DealAsync(company, company.ZhangWei, "推迟", 100, "2026-12-01");
        var grows = await DealAsync(company, company.ZhangWei, "加价", 200, "2026-12-01");
        var wins = await DealAsync(company, company.ZhangWei, "拿下", 300, "2026-12-01");
        var loses = await DealAsync(company, company.ZhangWei, "丢掉", 400, "2026-12-01");
        var early = await DealAsync(company, company.ZhangWei, "提前", 500, "2027-02-01");
        await DealAsync(company, company.ZhaoMin, "别人的", 9999, "2026-12-01");
        Assert.Equal(403, (await Refused.ByAsync(() => company.Workspace.WriteAsync(company.ZhangWei, context => ForecastSnapshots.TakeAsync(context, false)))).Status);
        var since = await company.Workspace.WriteAsync(company.LiQiang, context => ForecastSnapshots.TakeAsync(context, false));
        company.Time.Pass(TimeSpan.FromDays(1));
        await company.ChangeAsync(company.ZhangWei, slips, new { expectedClose = "2027-01-15" });
        await company.ChangeAsync(company.ZhangWei, grows, new { amount = new { amount = "250", currency = "CNY" } });
        await WinAsync(company, company.ZhangWei, wins);
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.LoseAsync(context, loses.Id, "价格", "海天", null));
        await company.ChangeAsync(company.ZhangWei, early, new { expectedClose = "2026-12-20" });
        await DealAsync(company, company.ZhangWei, "新来", 600, "2026-12-20");
        var changes = await ReadAsync(company, session => ForecastChanges.ReadAsync(session, company.LiQiang, Quarter, since, company.Workspace.Now, Cancel));
        Assert.Equal(
            [("amount", "加价", 50m), ("lost", "丢掉", -400m), ("new", "新来", 600m), ("pulledIn", "提前", 500m), ("slipped", "推迟", -100m), ("won", "拿下", 0m)],
            changes.Select(change => (change.Kind, change.Name, change.Delta)).OrderBy(change => change.Kind, StringComparer.Ordinal));
        Assert.DoesNotContain(await ReadAsync(company, session => ForecastChanges.ReadAsync(session, company.ZhaoMin, Quarter, since, company.Workspace.Now, Cancel)), change => change.Name != "别人的");
    }

    [Theory, BothDatabases]
    public async Task The_week_s_picture_is_taken_once_after_friday_evening(Db db)
    {
        await using var company = await StartAsync(db);
        Assert.False(await ForecastSnapshots.TickAsync(company.Workspace, Cancel));
        await DealAsync(company, company.ZhangWei, "一", 1, "2026-12-01");
        Assert.True(await ForecastSnapshots.TickAsync(company.Workspace, Cancel));
        Assert.False(await ForecastSnapshots.TickAsync(company.Workspace, Cancel));
        company.Time.Pass(TimeSpan.FromDays(5));
        Assert.False(await ForecastSnapshots.TickAsync(company.Workspace, Cancel));
        company.Time.Pass(TimeSpan.FromHours(11));
        Assert.True(await ForecastSnapshots.TickAsync(company.Workspace, Cancel));
    }

    [Theory, BothDatabases]
    public async Task A_manager_keeps_his_number_beside_the_seller_s_with_a_reason(Db db)
    {
        await using var company = await StartAsync(db);
        Task Adjust(Actor actor, Guid person, decimal? amount, string? note) => company.Workspace.WriteAsync(actor, context => ForecastAdjustments.SetAsync(context, Quarter, person, amount, note));
        Assert.Contains("note", (await Refused.ByAsync(() => Adjust(company.LiQiang, company.ZhangWei.Id, 100, " "))).Errors!.Keys);
        Assert.Contains("person", (await Refused.ByAsync(() => Adjust(company.LiQiang, company.ZhaoMin.Id, 100, "x"))).Errors!.Keys);
        Assert.Contains("amount", (await Refused.ByAsync(() => Adjust(company.LiQiang, company.ZhangWei.Id, -1, "x"))).Errors!.Keys);
        Assert.Equal(403, (await Refused.ByAsync(() => Adjust(company.ZhangWei, company.ZhangWei.Id, 100, "x"))).Status);
        await Adjust(company.LiQiang, company.ZhangWei.Id, 100, "先保守一点");
        await Adjust(company.LiQiang, company.ZhangWei.Id, 120, "客户又确认了");
        Assert.Equal((120m, "客户又确认了"), await ReadAsync(company, session => ForecastAdjustments.ReadAsync(session, company.LiQiang, Quarter, company.Workspace.Now, Cancel)) is var kept ? (kept[company.ZhangWei.Id].Amount, kept[company.ZhangWei.Id].Note) : default);
        Assert.Empty(await ReadAsync(company, session => ForecastAdjustments.ReadAsync(session, company.ZhaoMin, Quarter, company.Workspace.Now, Cancel)));
        await Adjust(company.LiQiang, company.ZhangWei.Id, null, "不用了");
        Assert.Empty(await ReadAsync(company, session => ForecastAdjustments.ReadAsync(session, company.LiQiang, Quarter, company.Workspace.Now, Cancel)));
    }

    [Theory, BothDatabases]
    public async Task Targets_are_set_for_one_s_own_people_and_seen_by_them_and_those_above(Db db)
    {
        await using var company = await StartAsync(db);
        Task<int> Set(Actor actor, params TargetCell[] cells) => company.Workspace.WriteAsync(actor, context => TargetBook.SetAsync(context, "amount", cells));
        var east = company.Workspace.Directory.Teams.Single(team => team.Name == "华东").Id;
        Assert.Equal(2, await Set(company.LiQiang, new TargetCell("person", company.ZhangWei.Id, null, "2026-Q4", 1000, 1200), new TargetCell("team", east, null, "2026-Q4", 3000, null)));
        Assert.Equal(1, await Set(company.LiQiang, new TargetCell("person", company.ZhangWei.Id, null, "2026-Q4", 1500, 1600)));
        Assert.Contains("cells", (await Refused.ByAsync(() => Set(company.LiQiang, new TargetCell("person", company.ZhaoMin.Id, null, "2026-Q4", 1, null)))).Errors!.Keys);
        Assert.Contains("cells", (await Refused.ByAsync(() => Set(company.LiQiang, new TargetCell("company", null, null, "2026", 1, null)))).Errors!.Keys);
        Assert.Contains("stretch", (await Refused.ByAsync(() => Set(company.WangFang, new TargetCell("company", null, null, "2026", 10, 9)))).Errors!.Keys);
        Assert.Contains("period", (await Refused.ByAsync(() => Set(company.WangFang, new TargetCell("company", null, null, "2026-13", 10, null)))).Errors!.Keys);
        Assert.Equal(403, (await Refused.ByAsync(() => Set(company.ZhangWei, new TargetCell("person", company.ZhangWei.Id, null, "2026-Q4", 1, null)))).Status);
        Assert.Equal(403, (await Refused.ByAsync(() => company.CreateAsync(company.ZhangWei, "targets", new { period = "2026", scope = "company", measure = "amount", @base = 1 }))).Status);
        // The same by the door of records, for whom it is and for whom it was.
        Assert.Equal(["person"], (await Refused.ByAsync(() => company.CreateAsync(company.LiQiang, "targets", new { period = "2027", scope = "person", person = company.ZhaoMin.Id, measure = "amount", @base = 1 }))).Errors!.Keys);
        Assert.Equal(["scope"], (await Refused.ByAsync(() => company.CreateAsync(company.LiQiang, "targets", new { period = "2027", scope = "company", measure = "amount", @base = 1 }))).Errors!.Keys);
        var own = await company.CreateAsync(company.LiQiang, "targets", new { period = "2027", scope = "person", person = company.ZhangWei.Id, measure = "amount", @base = 1 });
        Assert.Equal(["person"], (await Refused.ByAsync(() => company.ChangeAsync(company.LiQiang, own, new { person = company.ZhaoMin.Id }))).Errors!.Keys);
        Assert.Equal(1500m, Assert.Single((await ReadAsync(company, session => ForecastReport.ReadAsync(session, company.ZhangWei, Quarter, company.Workspace.Now, Cancel))).Targets)["base"]);
        Assert.Empty((await ReadAsync(company, session => ForecastReport.ReadAsync(session, company.ZhaoMin, Quarter, company.Workspace.Now, Cancel))).Targets);
        Assert.Equal(1, await Set(company.LiQiang, new TargetCell("person", company.ZhangWei.Id, null, "2026-Q4", null, null)));
        Assert.Empty((await ReadAsync(company, session => ForecastReport.ReadAsync(session, company.ZhangWei, Quarter, company.Workspace.Now, Cancel))).Targets);
    }

    [Theory, BothDatabases]
    public async Task The_past_speaks_with_an_interval_and_says_when_it_is_thin(Db db)
    {
        await using var company = await StartAsync(db);
        Assert.Null(await ReadAsync(company, session => StatisticalForecast.ReadAsync(session, company.WangFang, Quarter, company.Workspace.Now, Cancel)));
        for (var month = 0; month < 6; month++)
        {
            await WinAsync(company, company.ZhangWei, await DealAsync(company, company.ZhangWei, $"月 {month}", 1000 + (month * 10), "2026-12-01"));
            company.Time.Pass(TimeSpan.FromDays(31));
        }

        var period = SalesPeriod.Parse("2027-Q2");
        var past = (await ReadAsync(company, session => StatisticalForecast.ReadAsync(session, company.LiQiang, period, company.Workspace.Now, Cancel)))!;
        Assert.Equal("noSeason", past.Thin);
        Assert.InRange(past.Mean, 2500m, 4500m);
        Assert.True(past.Lower <= past.Mean && past.Mean <= past.Upper && past.Lower >= past.WonBefore);
        Assert.Equal([1000m, 1010m, 1020m, 1030m, 1040m, 1050m], past.Months.Select(month => month.Won));
        Assert.InRange(past.Error!.Value, 0, 0.5);
        Assert.Null(await ReadAsync(company, session => StatisticalForecast.ReadAsync(session, company.ZhaoMin, period, company.Workspace.Now, Cancel)));
    }

    [Theory, BothDatabases]
    public async Task What_the_past_says_of_teams_and_people_sums_to_what_it_says_of_the_whole(Db db)
    {
        await using var company = await StartAsync(db);
        for (var month = 0; month < 6; month++)
        {
            await WinAsync(company, company.ZhangWei, await DealAsync(company, company.ZhangWei, $"东 {month}", 1000 + (month * 10), "2026-12-01"));
            await WinAsync(company, company.ZhaoMin, await DealAsync(company, company.ZhaoMin, $"南 {month}", 500 - (month * 40), "2026-12-01"));
            company.Time.Pass(TimeSpan.FromDays(31));
        }

        var period = SalesPeriod.Parse("2027-Q2");
        var past = (await ReadAsync(company, session => StatisticalForecast.ReadAsync(session, company.WangFang, period, company.Workspace.Now, Cancel)))!;
        Assert.Equal([("总部", true, 1), ("华东", true, 2), ("张伟", false, 3), ("华南", true, 2), ("赵敏", false, 3)], past.Parts.Select(part => (part.Name, part.IsTeam, part.Depth)));
        Assert.Equal(past.Mean, past.Parts.Where(part => part.Depth == 2).Sum(part => part.Mean), 1);
        Assert.Equal(past.Mean, past.Parts.Where(part => !part.IsTeam).Sum(part => part.Mean), 1);
        Assert.True(past.Parts[2].Mean > past.Parts[4].Mean);
        Assert.Empty((await ReadAsync(company, session => StatisticalForecast.ReadAsync(session, company.LiQiang, period, company.Workspace.Now, Cancel)))!.Parts);
    }

    [Theory, BothDatabases]
    public async Task Performance_counts_what_the_viewer_may_see_and_margins_for_those_who_see_costs(Db db)
    {
        await using var company = await StartAsync(db);
        var won = await DealAsync(company, company.ZhangWei, "赢", 1000, "2026-12-01", new { productLine = "车床", competitors = new[] { "海天", "纽威" } });
        var lost = await DealAsync(company, company.ZhangWei, "输", 500, "2026-12-01", new { productLine = "车床", competitors = new[] { "海天", "纽威" } });
        company.Time.Pass(TimeSpan.FromDays(4));
        await WinAsync(company, company.ZhangWei, won);
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.LoseAsync(context, lost.Id, "价格", "海天", null));
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "visit", content = "拜访", customer = won.Reference("customer") });
        await company.CreateAsync(company.ZhangWei, "leads", new { company = "线索" });
        await company.CreateAsync(company.WangFang, "orders", new { customer = won.Reference("customer"), owner = company.ZhangWei.Id, amount = new { amount = "1000", currency = "CNY" }, cost = new { amount = "600", currency = "CNY" } });
        async Task<PerformanceRow> Of(Actor actor) => Assert.Single(await ReadAsync(company, session => PerformanceReport.ReadAsync(session, actor, Quarter, PerformanceBy.Person, company.Workspace.Now, Cancel)));
        var row = await Of(company.LiQiang);
        Assert.Equal((1L, 1L, 1L, 1L, 2L, 0.5, 4.0, 1000m, 400m), (row.Activities, row.Visits, row.Won, row.Lost, row.Made, row.WinRate!.Value, row.CycleDays, row.Amount!.Value, row.Margin!.Value));
        Assert.Null((await Of(company.ZhangWei)).Margin);
        Assert.Empty(await ReadAsync(company, session => PerformanceReport.ReadAsync(session, company.ZhaoMin, Quarter, PerformanceBy.Person, company.Workspace.Now, Cancel)));
        var line = Assert.Single(await ReadAsync(company, session => PerformanceReport.ReadAsync(session, company.LiQiang, Quarter, PerformanceBy.ProductLine, company.Workspace.Now, Cancel)), item => item.Key == "车床");
        Assert.Equal((1L, 1L, 1000m), (line.Won, line.Lost, line.Amount!.Value));
        var rivals = await ReadAsync(company, session => PerformanceReport.CompetitorsAsync(session, company.LiQiang, Quarter, company.Workspace.Now, Cancel));
        Assert.Equal([("海天", 1L, 1L, 500m), ("纽威", 1L, 0L, 0m)], rivals.Select(rival => (rival.Name, rival.Won, rival.Lost, rival.LostAmount!.Value)));
        Assert.Empty(await ReadAsync(company, session => PerformanceReport.CompetitorsAsync(session, company.ZhaoMin, Quarter, company.Workspace.Now, Cancel)));
    }

    [Theory, BothDatabases]
    public async Task Products_are_judged_by_the_lines_of_deals_and_orders(Db db)
    {
        await using var company = await StartAsync(db);
        async Task<Record> ProductAsync(string code, string line) => await company.CreateAsync(company.WangFang, "products", new { code, name = code, productLine = line, listPrice = new { amount = "100", currency = "CNY" } });
        var (lathe, tool) = (await ProductAsync("车床一号", "车床"), await ProductAsync("刀具", "耗材"));
        var won = await DealAsync(company, company.ZhangWei, "赢", 500, "2026-12-01", new { productLine = "车床" });
        foreach (var (product, quantity) in new[] { (lathe, 3), (tool, 2) })
        {
            await company.CreateAsync(company.ZhangWei, "deal-lines", new { deal = won.Id, product = product.Id, quantity });
        }

        await WinAsync(company, company.ZhangWei, won);
        var order = await company.CreateAsync(company.WangFang, "orders", new { customer = won.Reference("customer"), owner = company.ZhangWei.Id, amount = new { amount = "0", currency = "CNY" } });
        await company.CreateAsync(company.WangFang, "order-lines", new { order = order.Id, product = tool.Id, description = "刀具", quantity = 5, unitPrice = new { amount = "90", currency = "CNY" }, unitCost = new { amount = "40", currency = "CNY" } });
        Task<IReadOnlyList<PerformanceRow>> Of(Actor actor, PerformanceBy by) => ReadAsync(company, session => PerformanceReport.ReadAsync(session, actor, Quarter, by, company.Workspace.Now, Cancel));
        var rows = (await Of(company.WangFang, PerformanceBy.Product)).ToDictionary(row => row.Key);
        Assert.Equal((1L, 1L, 300m, null), (rows[lathe.Id.ToString()].Won, rows[lathe.Id.ToString()].Made, rows[lathe.Id.ToString()].Amount, rows[lathe.Id.ToString()].Ordered));
        Assert.Equal((1L, 200m, 450m, 250m), (rows[tool.Id.ToString()].Won, rows[tool.Id.ToString()].Amount, rows[tool.Id.ToString()].Ordered, rows[tool.Id.ToString()].Margin));
        Assert.Equal((450m, 250m), (Assert.Single(await Of(company.WangFang, PerformanceBy.ProductLine), row => row.Key == "耗材").Ordered, (await Of(company.WangFang, PerformanceBy.ProductLine)).Single(row => row.Key == "耗材").Margin));

        // Margins are for who reads costs; another team's goods are nobody else's business.
        Assert.All(await Of(company.ZhangWei, PerformanceBy.Product), row => Assert.Null(row.Margin));
        Assert.Empty(await Of(company.ZhaoMin, PerformanceBy.Product));
    }

    [Fact]
    public void A_period_knows_its_parts_and_what_was_before_it()
    {
        var year = SalesPeriod.Parse("2026");
        Assert.Equal(["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"], year.Parts.Select(part => part.Key));
        Assert.Equal(["2026-10", "2026-11", "2026-12"], Quarter.Parts.Select(part => part.Key));
        Assert.Equal(("2026-Q3", "2025", "2025-12"), (Quarter.Previous.Key, year.Previous.Key, SalesPeriod.Parse("2026-01").Previous.Key));
        foreach (var wrong in new[] { "", "26", "2026-Q5", "2026-00", "2026-1", "2026-11-01", "abcd", "1999" })
        {
            Assert.Throws<RefusedException>(() => SalesPeriod.Parse(wrong));
        }
    }
}
