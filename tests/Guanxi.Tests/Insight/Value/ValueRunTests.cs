using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Value;
using Guanxi.Platform.Records;
using Guanxi.Science.Tests;
using Guanxi.Tests.Sales;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Value;

public sealed class ValueRunTests
{
    private static Task<ValueRunResult> RunAsync(Company company) => ValueRun.RunAsync(company.Workspace, company.WangFang);

    private static Task<Record> OrderAsync(Company company, Record customer, string day, decimal amount, decimal? cost = null, string kind = "sale", string status = "confirmed") =>
        company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = day, kind, status, amount = new { amount = amount.ToString(CultureInfo.InvariantCulture), currency = "CNY" }, cost = cost is { } known ? new { amount = known.ToString(CultureInfo.InvariantCulture), currency = "CNY" } : null });

    private static async Task<JsonElement> ValueAsync(Company company, Record customer) => (await company.ListAsync(company.WangFang, "customers", $"id = {customer.Id}")).GetProperty("items")[0];

    private static decimal Amount(JsonElement item, string field) => decimal.Parse(item.GetProperty(field).GetProperty("amount").GetString()!, CultureInfo.InvariantCulture);

    [Theory, BothDatabases]
    public async Task Returns_drafts_and_costs_are_reckoned_as_an_accountant_would(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var other = await company.CustomerAsync(company.ZhangWei, "湘江新材");
        await OrderAsync(company, customer, "2025-01-10", 1000, 600);
        await OrderAsync(company, customer, "2026-06-01", 500, 300);
        await OrderAsync(company, customer, "2026-06-01", 200);
        await OrderAsync(company, customer, "2026-08-01", 100, 60, kind: "return");
        await OrderAsync(company, customer, "2026-09-01", 9999, 1, status: "draft");
        await OrderAsync(company, customer, "2026-09-02", 9999, 1, status: "cancelled");

        var result = await RunAsync(company);
        Assert.Equal((1, 4L, "past rate"), (result.Customers, result.Orders, result.Model));
        var worth = await ValueAsync(company, customer);
        Assert.Equal((1600m, 400m + 200 + 60 - 40, 200m + 60 - 40), (Amount(worth, "value.revenue"), Amount(worth, "value.historical"), Amount(worth, "value.current")));
        Assert.Equal((2, "2025-01-10", "2026-06-01", "vip"), (worth.GetProperty("value.orders").GetInt32(), worth.GetProperty("value.firstOrderOn").GetString(), worth.GetProperty("value.lastOrderOn").GetString(), worth.GetProperty("value.tier").GetString()));
        Assert.False((await ValueAsync(company, other)).TryGetProperty("value.tier", out _));
        Assert.True((await company.VerifyAsync()).Whole);
    }

    [Theory, BothDatabases]
    public async Task A_run_takes_the_place_of_the_one_before_with_its_indexes_and_throws_away_what_a_broken_one_left(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (bank, gone) = (await company.CustomerAsync(company.ZhangWei, "长沙银行"), await company.CustomerAsync(company.ZhangWei, "退货商行"));
        await OrderAsync(company, bank, "2026-06-01", 500, 300);
        var order = await OrderAsync(company, gone, "2026-06-02", 700, 300);
        await RunAsync(company);
        await company.Workspace.Database.WriteAsync(session => NextValues.BeginAsync(session, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, order.Type, order.Id);
        await RunAsync(company);
        await RunAsync(company);
        Assert.Equal("vip", (await ValueAsync(company, bank)).GetProperty("value.tier").GetString());
        Assert.False((await ValueAsync(company, gone)).TryGetProperty("value.tier", out _));
        Assert.Equal(3, await company.CountAsync(db == Db.Sqlite
            ? "SELECT COUNT(*) FROM sqlite_master WHERE type = 'index' AND tbl_name = 'customer_value' AND sql IS NOT NULL"
            : "SELECT COUNT(*) FROM pg_indexes WHERE tablename = 'customer_value' AND indexdef NOT LIKE '%UNIQUE%'"));
        Assert.Equal(0, await company.CountAsync(db == Db.Sqlite ? "SELECT COUNT(*) FROM sqlite_master WHERE name = 'customer_value_next'" : "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'customer_value_next'"));
        Assert.Equal(1, await company.CountAsync(db == Db.Sqlite ? "SELECT COUNT(*) FROM pragma_foreign_key_list('customer_value')" : "SELECT COUNT(*) FROM pg_constraint WHERE conrelid = 'customer_value'::regclass AND contype = 'f' AND confdeltype = 'c'"));
    }

    [Theory, BothDatabases]
    public async Task Lists_are_filtered_sorted_and_added_up_by_value_page_by_page(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        for (var i = 1; i <= 12; i++)
        {
            var customer = await company.CustomerAsync(i % 3 == 0 ? company.ZhaoMin : company.ZhangWei, $"客户{i:00}");
            await OrderAsync(company, customer, "2026-05-01", i * 100, i * 50);
        }

        await company.CustomerAsync(company.ZhangWei, "没买过");
        await RunAsync(company);
        Assert.Equal(["客户12", "客户11", "客户10"], (await company.NamesAsync(company.WangFang, "customers", sort: "-value.historical", limit: 3)));
        Assert.Equal(["客户11", "客户10", "客户08"], (await company.NamesAsync(company.ZhangWei, "customers", sort: "-value.historical", limit: 3)));
        Assert.Equal(["客户12"], await company.NamesAsync(company.WangFang, "customers", "value.tier = vip"));
        Assert.Equal(["没买过"], await company.NamesAsync(company.WangFang, "customers", "value.tier = null"));
        Assert.Equal(["客户11"], await company.NamesAsync(company.ZhangWei, "customers", "value.historical >= 550"));

        foreach (var (actor, expected) in new[] { (company.WangFang, 13), (company.ZhangWei, 9) })
        {
            foreach (var sort in new[] { "-value.historical", "value.historical", "value.tier,name", "-value.current,name" })
            {
                var all = await company.NamesAsync(actor, "customers", sort: sort, limit: 100);
                var seen = new List<string>();
                string? cursor = null;
                do
                {
                    var page = await company.ListAsync(actor, "customers", sort: sort, fields: "name,value.historical", limit: 2, cursor: cursor);
                    seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
                    cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
                }
                while (cursor is not null);
                Assert.Equal(expected, all.Length);
                Assert.Equal(all, seen);
            }
        }
    }

    [Theory, BothDatabases]
    public async Task A_second_run_takes_out_who_no_longer_bought_and_remembers_the_month_before(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var rising = await company.CustomerAsync(company.ZhangWei, "上升");
        var falling = await company.CustomerAsync(company.ZhangWei, "下降");
        var gone = await company.CustomerAsync(company.ZhangWei, "撤单");
        await OrderAsync(company, rising, "2026-05-01", 100, 50);
        await OrderAsync(company, falling, "2026-05-01", 900, 50);
        var mistaken = await OrderAsync(company, gone, "2026-05-01", 10, 5);
        await RunAsync(company);
        Assert.Equal("vip", (await ValueAsync(company, falling)).GetProperty("value.tier").GetString());

        company.Time.Pass(TimeSpan.FromDays(20));
        await OrderAsync(company, rising, "2026-12-01", 5000, 500);
        await company.ChangeAsync(company.WangFang, mistaken, new { status = "cancelled" });
        Assert.Equal(2, (await RunAsync(company)).Customers);
        var now = await ValueAsync(company, rising);
        Assert.Equal(("vip", "small"), (now.GetProperty("value.tier").GetString(), now.GetProperty("value.tierBefore").GetString()));
        Assert.False((await ValueAsync(company, gone)).TryGetProperty("value.tier", out _));
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Equal(["2026-11", "2026-12"], await session.ListAsync(Sql.Of($"SELECT period FROM customer_value_month WHERE record_id = {rising.Id} ORDER BY period"), row => row.Text(0)));
        var report = JsonDocument.Parse((await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY at DESC LIMIT 1")))!).RootElement;
        Assert.Contains(report.GetProperty("moves").EnumerateArray(), move => (move.GetProperty("from").GetString(), move.GetProperty("to").GetString(), move.GetProperty("customers").GetInt32()) == ("small", "vip", 1));
    }

    [Theory, BothDatabases]
    public async Task Nobody_has_moved_when_the_rules_of_the_tiers_changed(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        for (var i = 0; i < 20; i++)
        {
            await OrderAsync(company, await company.CustomerAsync(company.ZhangWei, $"客户{i:00}"), "2026-05-01", 100 * (i + 1), 10);
        }

        async Task<JsonElement> ReportAsync()
        {
            await RunAsync(company);
            await using var session = await company.Workspace.Database.ReadAsync();
            return JsonDocument.Parse((await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY at DESC LIMIT 1")))!).RootElement.Clone();
        }

        await ReportAsync();
        company.Time.Pass(TimeSpan.FromDays(20));
        Assert.False((await ReportAsync()).TryGetProperty("rulesChanged", out _));
        await company.Workspace.Database.WriteAsync(async session => await Guanxi.Platform.Settings.PutAsync(session, "value", (new ValueSettings() with { Tiers = [20, 20, 20] }).ToJson(), default));
        company.Time.Pass(TimeSpan.FromMinutes(5));
        var report = await ReportAsync();
        Assert.Equal("2026-11", report.GetProperty("rulesChanged").GetString());
        Assert.Empty(report.GetProperty("moves").EnumerateArray());
        await using (var session = await company.Workspace.Database.ReadAsync())
        {
            Assert.Equal(0, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer_value WHERE tier_before IS NOT NULL")));
        }

        company.Time.Pass(TimeSpan.FromDays(30));
        Assert.NotEmpty((await ReportAsync()).GetProperty("moves").EnumerateArray());
    }

    [Fact]
    public async Task The_orders_of_cdnow_give_the_published_model()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        company.WritesPastTheProgram();
        var lines = SharedData.Rows("clv_cdnow/cdnow_clvtools.csv").Select(row => (Customer: int.Parse(row[0], CultureInfo.InvariantCulture), Day: DateOnly.Parse(row[1], CultureInfo.InvariantCulture), Price: decimal.Parse(row[3], CultureInfo.InvariantCulture))).ToList();
        var ids = lines.Select(line => line.Customer).Distinct().ToDictionary(number => number, number => new Guid(number, 1, 1, [1, 1, 1, 1, 1, 1, 1, 1]));
        await company.Workspace.Database.WriteAsync(async session =>
        {
            var customers = ids.ToList();
            await BulkInsert.RunAsync(session, "customer", ["id", "version", "created_at", "updated_at", "name", "kind"], (i, row) => ((object?[])[customers[i].Value, 1L, 0L, 0L, $"{customers[i].Key}", "person"]).CopyTo(row, 0), customers.Count);
            await BulkInsert.RunAsync(
                session, "sales_order", ["id", "version", "created_at", "updated_at", "number", "customer_id", "kind", "status", "ordered_on", "amount", "amount_currency", "rate", "home_amount", "home_amount_currency"],
                (i, row) => ((object?[])[new Guid(i, 2, 2, [2, 2, 2, 2, 2, 2, 2, 2]), 1L, 0L, 0L, $"{i}", ids[lines[i].Customer], "sale", "completed", lines[i].Day.ToString("yyyy-MM-dd"), new Money(lines[i].Price, "CNY").Stored, "CNY", 1.0, new Money(lines[i].Price, "CNY").Stored, "CNY"]).CopyTo(row, 0), lines.Count);
            return true;
        });
        await using var read = await company.Workspace.Database.ReadAsync();
        var histories = await OrderHistories.ReadAsync(read, new DateOnly(1997, 9, 30), 0.3);
        var model = ValueModel.Fit(histories, new Dictionary<int, SampleMoney.Taken>());

        // MBG/NBD explains these customers a little better than BG/NBD (log-likelihood -9582.13 against -9582.43), so it is the one chosen.
        Assert.Equal((2357, "MBG/NBD"), (histories.Count, model.Name));
        foreach (var (name, published) in new[] { ("r", 0.525), ("alpha", 6.183), ("a", 0.891), ("b", 1.614) })
        {
            Assert.InRange(model.Parameters.Single(parameter => parameter.Name == name).Value, published * 0.995, published * 1.005);
        }

        Assert.InRange(model.LogLikelihood!.Value, -9582.15, -9582.12);
        var whole = await OrderHistories.ReadAsync(read, new DateOnly(1998, 7, 1), 0.3);
        Assert.Equal(244_091.94, whole.Revenue.Sum(), 2);
        byte[][] scores = [Ranks.Quintiles([.. whole.LastDay.Select(day => (double)day)]), Ranks.Quintiles([.. whole.Purchases.Select(count => (double)count)]), Ranks.Quintiles([.. whole.Revenue])];
        Assert.Equal((248, 171), (Enumerable.Range(0, 2357).Count(i => scores.All(score => score[i] == 5)), Enumerable.Range(0, 2357).Count(i => scores.All(score => score[i] == 1))));
    }
}
