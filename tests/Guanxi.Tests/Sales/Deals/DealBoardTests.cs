using System.Buffers;
using System.Text.Json;
using Guanxi.Sales.Deals;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Sales.Deals;

public sealed class DealBoardTests
{
    private static async Task<JsonElement> BoardAsync(Company company, Guanxi.Platform.Access.Actor actor, Guid process, string? filter = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync();
        await DealBoard.WriteAsync(buffer, session, actor, process, filter, null, company.Workspace.Now, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    [Theory, BothDatabases]
    public async Task A_column_says_how_many_their_sum_and_their_weighted_sum_and_shows_what_is_due_first(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var process = await company.ProcessAsync(new { stages = new object[] { new { key = "a", name = "一", probability = 10 }, new { key = "b", name = "二", probability = 50 } }, lossReasons = new[] { "价格" } });
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var deals = new List<Guanxi.Platform.Records.Record>();
        for (var i = 1; i <= 4; i++)
        {
            deals.Add(await company.CreateAsync(company.ZhangWei, "deals", new { name = $"第{i}单", customer = customer.Id, amount = new { amount = $"{i}000", currency = "CNY" } }));
        }

        await company.MoveAsync(company.ZhangWei, deals[3], "b");
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "task", subject = "打电话", deal = deals[1].Id, dueAt = "2026-12-01T00:00:00Z" });
        await company.Workspace.WriteAsync(company.ZhangWei, context => MoveDeal.LoseAsync(context, deals[2].Id, "价格", null, null));

        var columns = (await BoardAsync(company, company.ZhangWei, process.Id)).GetProperty("columns");
        Assert.Equal((2, 3000m, 300m), (columns[0].GetProperty("count").GetInt32(), columns[0].GetProperty("sum").GetDecimal(), columns[0].GetProperty("weighted").GetDecimal()));
        Assert.Equal(["第2单", "第1单"], columns[0].GetProperty("deals").EnumerateArray().Select(deal => deal.GetProperty("name").GetString()));
        Assert.Equal((1, 4000m, 2000m), (columns[1].GetProperty("count").GetInt32(), columns[1].GetProperty("sum").GetDecimal(), columns[1].GetProperty("weighted").GetDecimal()));
        Assert.Equal(0, (await BoardAsync(company, company.ZhaoMin, process.Id)).GetProperty("columns")[0].GetProperty("count").GetInt32());
        Assert.Equal(1, (await BoardAsync(company, company.LiQiang, process.Id, "amount < 1500")).GetProperty("columns")[0].GetProperty("count").GetInt32());
    }
}
