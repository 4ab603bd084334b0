using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Forecasts;
using Guanxi.Insight.Targets;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales;
using Guanxi.Sales.Deals;
using Guanxi.Sales.Receivables;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales;

public sealed class KeptSumTests
{
    private static readonly object TwoStages = new { stages = new object[] { new { key = "a", name = "一", probability = 10, mayGoBack = true }, new { key = "b", name = "二", probability = 60, mayGoBack = true } }, lossReasons = new[] { "价格" } };

    /// <summary>Entries that differ from what the rows come to, either way.</summary>
    private static async Task<List<string>> DifferencesAsync(Company company)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        async Task<HashSet<string>> ReadAsync(Sql sql, int columns) => [.. await session.ListAsync(sql, row => string.Join('|', Enumerable.Range(0, columns).Select(at => row.IsNull(at) ? "-" : row.Any(at) switch { byte[] bytes => new Guid(bytes, bigEndian: true).ToString(), var value => Convert.ToString(value, CultureInfo.InvariantCulture) })))];
        var keys = DealSums.Kept.Keys;
        var open = Sql.Of($"t.deleted_at IS NULL AND t.status = 'open'");
        var (kept, rows) = (await ReadAsync(DealSums.By(keys, Sql.Of($"1 = 1"), [], open), keys.Count + 5), await ReadAsync(DealSums.By(keys, null, [Sql.Of($"1 = 1")], open), keys.Count + 5));
        foreach (var (kind, table) in new[] { ("invoices", "invoice"), ("payment-plans", "payment_plan") })
        {
            kept.UnionWith(await ReadAsync(Sql.Of($"SELECT kind, access_owner_id, owner_id, due_on, SUM(records), SUM(open_home) FROM receivable_sum WHERE kind = {kind} GROUP BY 1, 2, 3, 4 HAVING SUM(records) <> 0 OR SUM(open_home) <> 0"), 6));
            rows.UnionWith(await ReadAsync(Sql.Of($"SELECT {new SqlName($"'{kind}'")}, access_owner_id, owner_id, due_on, COUNT(*), SUM(open_home) FROM {new SqlName(table)} WHERE deleted_at IS NULL AND open_home > 0 GROUP BY 1, 2, 3, 4"), 6));
            kept.UnionWith(await ReadAsync(Sql.Of($"SELECT kind, 'customer', customer_id, access_owner_id, records, open_home FROM receivable_customer WHERE kind = {kind}"), 6));
            rows.UnionWith(await ReadAsync(Sql.Of($"SELECT {new SqlName($"'{kind}'")}, 'customer', customer_id, access_owner_id, COUNT(*), SUM(open_home) FROM {new SqlName(table)} WHERE deleted_at IS NULL AND open_home > 0 GROUP BY 3, 4"), 6));
        }

        return [.. kept.Except(rows).Select(entry => "kept " + entry).Concat(rows.Except(kept).Select(entry => "rows " + entry))];
    }

    private static async Task<string> SumsOfBoardAsync(Company company, Actor actor, Guid process, string? filter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync();
        await DealBoard.WriteAsync(buffer, session, actor, process, filter, null, company.Workspace.Now);
        using var board = JsonDocument.Parse(buffer.WrittenMemory);
        return string.Join("; ", board.RootElement.GetProperty("columns").EnumerateArray().Select(column => $"{column.GetProperty("stage")} {column.GetProperty("count")} {column.GetProperty("sum")} {column.GetProperty("weighted")}"));
    }

    private static Task FoldAsync(Company company) => Task.WhenAll(SalesSums.All.Select(sum => sum.FoldAsync(company.Workspace.Database, worth: 1)));

    [Theory, BothDatabases]
    public async Task Whatever_is_done_to_deals_the_kept_sums_say_what_the_rows_say(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var process = await company.ProcessAsync(TwoStages);
        var random = new Random(7);
        var customers = new List<Record> { await company.CustomerAsync(company.ZhangWei, "长沙银行"), await company.CustomerAsync(company.ZhaoMin, "广州贸易"), await company.CustomerAsync(company.LiQiang, "苏州机械") };
        var deals = new List<Record>();
        for (var i = 0; i < 120; i++)
        {
            var deal = deals.Count == 0 ? null : deals[random.Next(deals.Count)];
            Task Step(Func<SaveContext, Task> step) => company.Workspace.WriteAsync(company.WangFang, async context =>
            {
                await step(context);
                return true;
            });
            try
            {
                switch (random.Next(deal is null ? 1 : 9))
                {
                    case 0 or 1:
                        deals.Add(await company.CreateAsync(company.WangFang, "deals", new { name = $"第{i}单", customer = customers[random.Next(3)].Id, amount = MoneyWorld.Yuan(random.Next(1, 2_000_000_000) / 100m), expectedClose = $"2027-0{random.Next(1, 9)}-15", owner = (random.Next(2) == 0 ? company.ZhangWei : company.ZhaoMin).Id }));
                        break;
                    case 2:
                        await company.ChangeAsync(company.WangFang, deal!, new { amount = MoneyWorld.Yuan(random.Next(1, 1000)), expectedClose = $"2026-1{random.Next(0, 3)}-01" });
                        break;
                    case 3:
                        await company.MoveAsync(company.WangFang, deal!, random.Next(2) == 0 ? "a" : "b");
                        break;
                    case 4:
                        await Step(context => random.Next(2) == 0 ? MoveDeal.LoseAsync(context, deal!.Id, "价格", null, null) : MoveDeal.ReopenAsync(context, deal!.Id));
                        break;
                    case 5:
                        await company.ChangeAsync(company.WangFang, deal!, new { forecast = new[] { "commit", "omitted", null }[random.Next(3)] });
                        break;
                    case 6:
                        await company.ChangeAsync(company.WangFang, customers[random.Next(3)], new { owner = (random.Next(2) == 0 ? company.ZhangWei : company.ZhaoMin).Id });
                        break;
                    case 7:
                        await (random.Next(2) == 0 ? RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, company.Workspace.Schema["deals"], deal!.Id) : RecordUseCases.RestoreAsync(company.Workspace, company.WangFang, company.Workspace.Schema["deals"], deal!.Id));
                        break;
                    default:
                        await FoldAsync(company);
                        break;
                }
            }
            catch (RefusedException)
            {
                // What is refused is not done at all, and the sums must say that too.
            }
        }

        Assert.Empty(await DifferencesAsync(company));
        foreach (var actor in new[] { company.WangFang, company.LiQiang, company.ZhangWei, company.ZhaoMin })
        {
            Assert.Equal(await SumsOfBoardAsync(company, actor, process.Id, "amount >= 0 OR amount < 0"), await SumsOfBoardAsync(company, actor, process.Id, null));
        }

        await FoldAsync(company);
        Assert.Empty(await DifferencesAsync(company));
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM deal_sum WHERE fresh = 1"));
        Assert.True(await company.CountAsync("SELECT COUNT(*) FROM deal_sum") > 3);
    }

    [Theory, BothDatabases]
    public async Task What_is_reached_otherwise_than_through_ones_people_is_counted_once_in_board_forecast_and_aging(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var process = await company.ProcessAsync(TwoStages);
        var (bank, trade) = (await company.CustomerAsync(company.ZhangWei, "长沙银行"), await company.CustomerAsync(company.ZhaoMin, "广州贸易"));
        Task<Record> DealAsync(Record customer, decimal amount, Actor owner) => company.CreateAsync(company.WangFang, "deals", new { name = $"{amount}", customer = customer.Id, amount = MoneyWorld.Yuan(amount), expectedClose = "2026-12-20", owner = owner.Id });
        await DealAsync(bank, 1_000, company.ZhangWei);
        await DealAsync(trade, 20_000, company.ZhaoMin);
        await DealAsync(trade, 300_000, company.ZhangWei);
        await company.InvoiceAsync(bank, 40, issued: new(2026, 9, 1), due: new(2026, 10, 1));
        var theirs = await company.CreateAsync(company.ZhaoMin, "invoices", new { customer = trade.Id, kind = "ordinary", amount = MoneyWorld.Yuan(5) });
        await company.StepAsync(company.WangFang, context => InvoiceSteps.IssueAsync(context, theirs.Id, null, new(2026, 11, 1), new(2026, 12, 1)));

        async Task<(string Board, decimal Open, decimal Owed, long Customers)> SeenAsync(Actor actor)
        {
            await using var session = await company.Workspace.Database.ReadAsync();
            var forecast = await ForecastReport.ReadAsync(session, actor, SalesPeriod.Parse("2026-Q4"), company.Workspace.Now);
            var aging = await Aging.RunAsync(session, actor, actor.Today(company.Workspace.Now), "customer", plans: false, company.Workspace.Now);
            Assert.Equal(aging.Total.Total, aging.Rows.Sum(row => row.Total));
            Assert.Equal(aging.RowCount, aging.Rows.Count);
            return ((await SumsOfBoardAsync(company, actor, process.Id, null)).Split(';')[0], forecast.Rows.Sum(row => row.Pipeline), aging.Total.Total, aging.RowCount);
        }

        Assert.Equal(("a 3 321000 32100", 321_000m, 45m, 2L), await SeenAsync(company.WangFang));
        Assert.Equal(("a 2 301000 30100", 301_000m, 40m, 1L), await SeenAsync(company.ZhangWei));
        Assert.Equal(("a 2 320000 32000", 320_000m, 5m, 1L), await SeenAsync(company.ZhaoMin));
        await Grants.AddAsync(company.Workspace, company.ZhaoMin, trade.Type, trade.Id, company.ZhangWei.Id, null, "read", null, null);
        Assert.Equal(("a 3 321000 32100", 321_000m, 45m, 2L), await SeenAsync(company.ZhangWei));
    }

    [Theory, BothDatabases]
    public async Task Whatever_is_done_to_money_the_kept_sums_say_what_the_rows_say(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var (bank, trade) = (await company.CustomerAsync(company.ZhangWei, "长沙银行"), await company.CustomerAsync(company.ZhangWei, "广州贸易"));
        var contract = await company.ContractAsync(bank, 1_000, approved: false);
        await company.StepAsync(company.ZhangWei, context => Plans.SetAsync(context, contract.Id, (amount, _) => Plans.OfTerms(amount, new(2026, 11, 27), [new("首付", 50, 0), new("尾款", 50, 60)])));
        await company.ApproveAsync(contract);
        var first = await company.InvoiceAsync(bank, 400, contract, issued: new(2026, 11, 1), due: new(2026, 11, 24));
        await company.InvoiceAsync(trade, 70, issued: new(2026, 11, 1), due: new(2026, 11, 24));
        var gone = await company.InvoiceAsync(trade, 9, issued: new(2026, 11, 1), due: new(2026, 11, 24));
        Assert.Empty(await DifferencesAsync(company));
        Assert.Equal((2L, 1L), (await company.CountAsync("SELECT COUNT(*) FROM receivable_customer WHERE kind = 'invoices'"), await company.CountAsync("SELECT COUNT(*) FROM receivable_customer WHERE kind = 'payment-plans'")));

        await company.ReceiveAsync(company.WangFang, bank, 150, contract, oldestFirst: true);
        Assert.Empty(await DifferencesAsync(company));
        await company.StepAsync(company.WangFang, context => InvoiceSteps.VoidAsync(context, gone.Id, "抬头有误"));
        await company.ChangeAsync(company.WangFang, trade, new { owner = company.ZhaoMin.Id });
        Assert.Empty(await DifferencesAsync(company));
        await FoldAsync(company);
        await company.ReceiveAsync(company.WangFang, bank, 850, contract, oldestFirst: true);
        await company.ReceiveAsync(company.WangFang, trade, 70, oldestFirst: true);
        Assert.Empty(await DifferencesAsync(company));
        Assert.Equal(0, await company.CountAsync("SELECT COUNT(*) FROM receivable_customer WHERE kind = 'invoices'"));
        Assert.Equal("paid", await company.TextAsync(first, "payment"));
    }
}
