using System.Net.Http.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Api;

/// <summary>The lifecycle through the door: figures count what their reader sees, rules are for those who manage settings.</summary>
public sealed class LifecycleTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_counts_his_own_and_only_the_administrator_changes_rules()
    {
        var company = server.Company;
        var bank = await company.CustomerAsync(company.ZhangWei, "银行", new { stage = "loyal" });
        await company.CustomerAsync(company.ZhaoMin, "商店", new { stage = "loyal" });
        await company.ChangeAsync(company.ZhangWei, bank, new { stage = "atRisk" });
        foreach (var (who, risk, loyal) in new[] { ("wangfang", 1, 1), ("zhangwei", 1, 0), ("zhaomin", 0, 1), ("liqiang", 1, 0) })
        {
            var stages = (await server.As(who).ReadAsync("lifecycle")).GetProperty("stages").EnumerateArray().ToDictionary(stage => stage.GetProperty("stage").GetString()!, StringComparer.Ordinal);
            Assert.Equal((risk, loyal, risk), (stages["atRisk"].GetProperty("count").GetInt32(), stages["loyal"].GetProperty("count").GetInt32(), stages["loyal"].GetProperty("left").GetInt32()));
        }

        Assert.Equal(1, (await server.As("zhangwei").ReadAsync($"customers/{bank.Id}/stages")).GetProperty("items").GetArrayLength());
        var rules = await server.As("wangfang").ReadAsync("lifecycle/rules");
        Assert.False(rules.GetProperty("active").GetBoolean());
        var body = new { active = true, rules = new[] { new { stage = "active", filter = "deals(status = \"won\") >= 1" } } };
        foreach (var who in new[] { "liqiang", "zhangwei", "chenjing", "sunli", "liuyang" })
        {
            await (await server.As(who).GetAsync("lifecycle/rules", Cancel)).ProblemAsync(403);
            await (await server.As(who).PutAsJsonAsync("lifecycle/rules", body, Cancel)).ProblemAsync(403);
            foreach (var act in new[] { "preview", "derive", "stop" })
            {
                await (await server.As(who).PostAsJsonAsync("./lifecycle:" + act, body, Cancel)).ProblemAsync(403);
            }
        }

        await (await server.As("wangfang").PostAsJsonAsync("./lifecycle:derive", new { }, Cancel)).ProblemAsync(409);
        Assert.Equal(0, (await (await server.As("wangfang").PostAsJsonAsync("./lifecycle:preview", body, Cancel)).JsonAsync()).GetProperty("count").GetInt32());
        Assert.True((await (await server.As("wangfang").PutAsJsonAsync("lifecycle/rules", body, Cancel)).JsonAsync()).GetProperty("active").GetBoolean());
        await (await server.As("wangfang").PostAsJsonAsync("./lifecycle:derive", new { }, Cancel)).NoContentAsync();
        await (await server.As("wangfang").PutAsJsonAsync("lifecycle/rules", new { rules = "x" }, Cancel)).ProblemAsync(422);
        await (await server.As("zhangwei").GetAsync("lifecycle?days=x", Cancel)).ProblemAsync(422);
    }
}
