using System.Buffers;
using System.Text.Json;
using Guanxi.Customers;
using Guanxi.Platform.Access;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Customers;

public sealed class TodaysWorkTests
{
    private static async Task<JsonElement> WorkAsync(Company company, Actor actor)
    {
        var output = new ArrayBufferWriter<byte>();
        await using var session = await company.Workspace.Database.ReadAsync();
        await TodaysWork.WriteAsync(output, session, actor, company.Workspace.Now);
        return JsonDocument.Parse(output.WrittenMemory).RootElement;
    }

    [Theory, BothDatabases]
    public async Task Who_waited_longest_comes_first_and_those_whom_nobody_has_called_are_not_lost(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        foreach (var (name, days) in new[] { ("从未联系", 0), ("四十天", 40), ("九十天", 90) })
        {
            var customer = await company.CreateAsync(company.ZhangWei, "customers", new { name });
            if (days > 0)
            {
                await company.CreateAsync(company.ZhangWei, "activities", new { kind = "call", subject = "打过电话", customer = customer.Id, status = "done", at = company.Workspace.Now.AddDays(-days) });
            }
        }

        var work = await WorkAsync(company, company.ZhangWei);
        Assert.Equal(["九十天", "四十天", "从未联系"], work.GetProperty("untouched").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        Assert.Equal(3, work.GetProperty("counts").GetProperty("untouched").GetInt64());
        Assert.Empty((await WorkAsync(company, company.ZhaoMin)).GetProperty("untouched").EnumerateArray());
    }
}
