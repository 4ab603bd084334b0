using System.Buffers;
using System.Text.Json;
using Guanxi.Insight.Demand;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Insight.Demand;

/// <summary>What is bought, what is bought together, and who lacks what others have.</summary>
public sealed class ProductDemandTests
{
    private static object Yuan(int amount) => new { amount = $"{amount}", currency = "CNY" };

    [Theory, BothDatabases]
    public async Task Who_has_tools_and_lacks_coolant_is_found_with_what_it_might_bring(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var tools = await company.CreateAsync(company.WangFang, "products", new { code = "DJ", name = "刀具", listPrice = Yuan(100) });
        var coolant = await company.CreateAsync(company.WangFang, "products", new { code = "QX", name = "切削液", listPrice = Yuan(50) });
        var other = await company.CreateAsync(company.WangFang, "products", new { code = "XX", name = "培训", listPrice = Yuan(10) });
        async Task BuyAsync(Record customer, string day, params Record[] products)
        {
            var order = await company.CreateAsync(company.WangFang, "orders", new { customer = customer.Id, orderedOn = day });
            foreach (var product in products)
            {
                await company.CreateAsync(company.WangFang, "order-lines", new { order = order.Id, product = product.Id, quantity = 2 });
            }
        }

        for (var i = 0; i < 8; i++)
        {
            await BuyAsync(await company.CustomerAsync(company.ZhangWei, $"都买{i}"), "2026-05-01", tools, coolant);
        }

        for (var i = 0; i < 8; i++)
        {
            await BuyAsync(await company.CustomerAsync(company.ZhangWei, $"只培训{i}"), "2026-06-01", other);
        }

        await BuyAsync(await company.CustomerAsync(company.ZhangWei, "只买刀具"), "2026-07-01", tools);
        await BuyAsync(await company.CustomerAsync(company.ZhaoMin, "南方只买刀具"), "2026-07-02", tools);
        var early = await company.CustomerAsync(company.ZhangWei, "前年买过");
        await BuyAsync(early, "2025-03-01", tools);

        var demand = await ProductDemand.ReadAsync(company.Workspace, new DateOnly(2026, 11, 22));
        var first = demand.Products[0];
        Assert.Equal((tools.Id, 2000.0, 200.0, 20.0, 10), (first.Product, first.LastYear, first.YearBefore, first.Quantity, first.Customers));
        Assert.Equal(2200, first.Months.Sum());
        var gap = demand.Gaps.First(one => one.Has == tools.Id);
        Assert.Equal((coolant.Id, 8, 2, 0.8, 1.8), (gap.Lacks, gap.Together, gap.Customers, gap.Confidence, Math.Round(gap.Lift, 4)));
        Assert.Equal(2 * 0.8 * 100, gap.Worth, 6);

        await DemandReport.RunAsync(company.Workspace, new DateOnly(2026, 11, 22));
        Assert.Contains("切削液", await WrittenAsync(company, (writer, session) => DemandReport.WriteAsync(writer, session)), StringComparison.Ordinal);
        Assert.Equal(["南方只买刀具", "只买刀具"], await BehindAsync(company, company.WangFang, tools, coolant));
        Assert.Equal(["只买刀具"], await BehindAsync(company, company.ZhangWei, tools, coolant));
    }

    private static async Task<string[]> BehindAsync(Company company, Actor actor, Record has, Record lacks)
    {
        using var answer = JsonDocument.Parse(await WrittenAsync(company, (writer, session) => DemandReport.WriteBehindAsync(writer, session, actor, has.Id, lacks.Id, company.Workspace.Now)));
        return [.. answer.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];
    }

    private static async Task<string> WrittenAsync(Company company, Func<Utf8JsonWriter, Guanxi.Database.DatabaseSession, Task> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync();
        await using (var writer = new Utf8JsonWriter(buffer, Guanxi.Platform.Lists.ListReader.Json))
        {
            writer.WriteStartObject();
            await write(writer, session);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
