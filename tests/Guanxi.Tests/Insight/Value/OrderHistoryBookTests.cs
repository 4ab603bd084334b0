using Guanxi.Database;
using Guanxi.Insight.Value;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Value;

/// <summary>A run that reads only what changed finds what one finds that reads everything.</summary>
public sealed class OrderHistoryBookTests
{
    private static object Yuan(int amount) => new { amount = $"{amount}", currency = "CNY" };

    private static Task<ValueRunResult> RunAsync(Company company) => ValueRun.RunAsync(company.Workspace, company.WangFang);

    private static async Task<List<string>> FiguresAsync(Company company)
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await session.ListAsync(
            Sql.Of($"SELECT c.name, v.purchases, v.first_on, v.last_on, v.revenue, v.historical, v.current, v.model, v.alive, v.tier, v.cost_known FROM customer_value v JOIN customer c ON c.id = v.record_id ORDER BY c.name"),
            row => string.Join(' ', Enumerable.Range(0, 11).Select(i => row.Any(i))));
    }

    [Theory, BothDatabases]
    public async Task Whatever_happens_to_orders_the_quick_run_agrees_with_the_whole_one(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var random = new Random(11);
        var customers = new List<Record>();
        for (var i = 0; i < 30; i++)
        {
            customers.Add(await company.CustomerAsync(company.ZhangWei, $"客户{i:00}"));
        }

        var orders = new List<Record>();
        async Task OrderAsync(Record customer, int daysAgo, string kind = "sale") => orders.Add(await company.CreateAsync(company.WangFang, "orders", new
        {
            customer = customer.Id, kind, orderedOn = DateOnly.FromDateTime(company.Time.GetUtcNow().UtcDateTime).AddDays(-daysAgo).ToString("yyyy-MM-dd"), amount = Yuan(random.Next(100, 900)), cost = random.Next(3) == 0 ? null : Yuan(random.Next(50, 90)),
        }));
        foreach (var customer in customers)
        {
            for (var left = random.Next(1, 5); left > 0; left--)
            {
                await OrderAsync(customer, random.Next(1, 700));
            }
        }

        var first = await RunAsync(company);
        Assert.Equal((30, 30), (first.Customers, first.Read));
        Assert.Equal(0, (await RunAsync(company)).Read);
        var schema = company.Workspace.Schema;
        for (var night = 0; night < 4; night++)
        {
            company.Time.Pass(TimeSpan.FromDays(1));
            await OrderAsync(customers[random.Next(1, 30)], random.Next(0, 60));
            await OrderAsync(customers[random.Next(1, 30)], 1, "return");
            await company.ChangeAsync(company.WangFang, orders[night], new { status = "cancelled" });
            await RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, schema["orders"], orders[20 + night].Id);
            if (night == 2)
            {
                await RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, schema["customers"], customers[0].Id);
            }

            var quick = await RunAsync(company);
            Assert.InRange(quick.Read, 1, 12);
            var figures = await FiguresAsync(company);
            company.WritesPastTheProgram();
            await company.Workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"DELETE FROM order_history_state")));
            Assert.Equal(quick.Customers, (await RunAsync(company)).Read);
            Assert.Equal(await FiguresAsync(company), figures);
        }
    }

    [Theory, BothDatabases]
    public async Task Orders_written_past_the_ledger_and_another_usual_margin_make_it_read_everything(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        for (var i = 0; i < 10; i++)
        {
            var customer = await company.CustomerAsync(company.ZhangWei, $"客户{i:00}");
            await company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = "2026-05-01", amount = Yuan(100 + i) });
        }

        await RunAsync(company);
        await company.TamperAsync("UPDATE sales_order SET home_amount = home_amount + 10000 WHERE amount = 1030000");
        Assert.Equal(10, (await RunAsync(company)).Read);
        Assert.Equal(0, (await RunAsync(company)).Read);
        await company.Workspace.Database.WriteAsync(async session =>
        {
            await Guanxi.Platform.Settings.PutAsync(session, "value", (new ValueSettings() with { UsualMargin = 40 }).ToJson());
            return true;
        });
        Assert.Equal(10, (await RunAsync(company)).Read);
    }

    [Fact]
    public void Days_are_packed_without_loss()
    {
        int[] days = [739_000, 739_000 + 1, 739_200, 739_328, 745_000];
        Assert.Equal(days, DayPacking.Unpack(DayPacking.Pack(days)));
        Assert.Equal(10, DayPacking.Pack(days).Length);
        Assert.Empty(DayPacking.Unpack(DayPacking.Pack([])));
    }
}
