using System.Net.Http.Json;
using Guanxi.Platform.Segments;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Api;

/// <summary>Segments through the door: who may make them, who may ask them, and that no figure counts what its reader may not see.</summary>
public sealed class SegmentsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task KeepAsync()
    {
        while (await SegmentKeeper.TickAsync(server.Company.Workspace, Cancel))
        {
            // Until everything is in.
        }
    }

    [Fact]
    public async Task A_marketer_makes_a_segment_and_everybody_counts_his_own()
    {
        var company = server.Company;
        await company.CustomerAsync(company.ZhangWei, "东一", new { industry = "化工细分" });
        await company.CustomerAsync(company.ZhangWei, "东二", new { industry = "化工细分" });
        await company.CustomerAsync(company.ZhaoMin, "南一", new { industry = "化工细分" });
        var typed = await (await server.As("sunli").PostAsJsonAsync("./segments:size", new { filter = "industry = \"化工细分\"" }, Cancel)).JsonAsync();
        Assert.Equal(3, typed.GetProperty("value").GetInt32());
        typed = await (await server.As("zhangwei").PostAsJsonAsync("./segments:size", new { filter = "industry = \"化工细分\"" }, Cancel)).JsonAsync();
        Assert.Equal(2, typed.GetProperty("value").GetInt32());
        var segment = await server.As("sunli").MakeAsync("segments", new { name = "化工", filter = "industry = \"化工细分\"" });
        var id = segment.GetProperty("id").GetString();
        await KeepAsync();
        foreach (var (who, size) in new[] { ("wangfang", 3), ("liqiang", 2), ("zhangwei", 2), ("zhaomin", 1) })
        {
            var sizes = await server.As(who).ReadAsync("./segments:sizes");
            Assert.Equal(size, sizes.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("id").GetString() == id).GetProperty("size").GetInt32());
            Assert.Equal(size, (await server.As(who).ReadAsync($"segments/{id}/figures")).GetProperty("size").GetInt32());
            Assert.Equal(size, (await server.As(who).ReadAsync($"customers?count=exact&filter={Uri.EscapeDataString($"segment = \"{id}\"")}")).GetProperty("count").GetProperty("value").GetInt32());
            var groups = await server.As(who).ReadAsync($"./customers:aggregate?filter={Uri.EscapeDataString($"segment = \"{id}\"")}");
            Assert.Equal(size, groups.GetProperty("groups")[0].GetProperty("values")[0].GetInt32());
        }

        using var exported = await server.As("liqiang").GetAsync($"./customers:export?format=csv&filter={Uri.EscapeDataString("segment = \"化工\"")}", Cancel);
        var text = await exported.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("东一", text, StringComparison.Ordinal);
        Assert.DoesNotContain("南一", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_has_the_right_makes_changes_or_fills_segments()
    {
        var made = await server.As("chenjing").MakeAsync("segments", new { name = "分析员的", kind = "static" });
        var path = $"segments/{made.GetProperty("id").GetString()}";
        foreach (var who in new[] { "zhangwei", "liuyang" })
        {
            await (await server.As(who).PostAsJsonAsync("segments", new { name = "不行", filter = "level = vip" }, Cancel)).ProblemAsync(403);
            await (await server.As(who).PatchAsync(path, new { name = "不行" })).ProblemAsync(403);
            await (await server.As(who).DeleteAsync(path, Cancel)).ProblemAsync(403);
            await (await server.As(who).PostAsJsonAsync(path + ":add", new { filter = "level = vip" }, Cancel)).ProblemAsync(403);
            await (await server.As(who).PostAsJsonAsync(path + ":remove", new { filter = "level = vip" }, Cancel)).ProblemAsync(403);
            await server.As(who).ReadAsync(path);
        }
    }

    [Fact]
    public async Task What_a_role_may_not_read_it_does_not_learn_from_a_segment()
    {
        var company = server.Company;
        var customer = await company.CustomerAsync(company.ZhangWei, "有微信", new { wechat = "wx-segment" });
        var secret = (await server.As("wangfang").MakeAsync("segments", new { name = "微信", filter = "wechat = \"wx-segment\"" })).GetProperty("id").GetString();
        var other = (await server.As("wangfang").MakeAsync("segments", new { name = "全部", filter = "name != \"\"" })).GetProperty("id").GetString();
        await KeepAsync();
        var analyst = server.As("chenjing");
        await (await analyst.GetAsync($"customers?filter={Uri.EscapeDataString($"segment = \"{secret}\"")}", Cancel)).ProblemAsync(422);
        await (await analyst.GetAsync($"contacts?filter={Uri.EscapeDataString($"customer.segment = \"{secret}\"")}", Cancel)).ProblemAsync(422);
        await (await analyst.GetAsync($"segments/{secret}/figures", Cancel)).ProblemAsync(422);
        await (await analyst.GetAsync($"./segments:overlap?ids={secret},{other}", Cancel)).ProblemAsync(422);
        await (await analyst.PostAsJsonAsync("./segments:size", new { filter = "wechat = \"wx-segment\"" }, Cancel)).ProblemAsync(422);
        await (await analyst.PostAsJsonAsync("./segments:size", new { filter = $"segment = \"{secret}\"" }, Cancel)).ProblemAsync(422);
        await (await analyst.PostAsJsonAsync("segments", new { name = "偷看", filter = $"segment = \"{secret}\"" }, Cancel)).ProblemAsync(422);
        var shown = (await analyst.ReadAsync("./segments:sizes")).GetProperty("items").EnumerateArray().Single(item => item.GetProperty("id").GetString() == secret);
        Assert.False(shown.TryGetProperty("size", out _));
        Assert.NotEmpty(shown.GetProperty("refused").GetString()!);
        var of = (await analyst.ReadAsync($"customers/{customer.Id}/segments")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).ToList();
        Assert.DoesNotContain(secret, of);
        Assert.Contains(other, of);
        await (await server.As("zhaomin").GetAsync($"customers/{customer.Id}/segments", Cancel)).ProblemAsync(404);
        Assert.Equal(0, (await server.As("zhaomin").ReadAsync($"segments/{secret}/figures")).GetProperty("size").GetInt32());
    }

    [Fact]
    public async Task Bad_questions_are_answered_with_what_to_do()
    {
        var analyst = server.As("chenjing");
        var id = (await analyst.MakeAsync("segments", new { name = "问题", filter = "level = vip" })).GetProperty("id").GetString();
        foreach (var path in new[] { "./segments:overlap?ids=x", $"./segments:overlap?ids={id}", $"segments/{id}/figures?days=x", $"segments/{id}/figures?days=0" })
        {
            await (await analyst.GetAsync(path, Cancel)).ProblemAsync(422);
        }

        await (await analyst.GetAsync($"segments/{Guid.CreateVersion7()}/figures", Cancel)).ProblemAsync(404);
        foreach (var body in new object[] { new { }, new { filter = 3 }, new { filter = "activities(" } })
        {
            await (await analyst.PostAsJsonAsync("./segments:size", body, Cancel)).ProblemAsync(422);
        }

        var list = (await analyst.MakeAsync("segments", new { name = "问题名单", kind = "static" })).GetProperty("id").GetString();
        foreach (var (body, status) in new (object, int)[] { (new { }, 400), (new { ids = "x" }, 422), (new { ids = new[] { "x" } }, 422), (new { field = "note", values = new[] { "x" } }, 422), (new { values = 3 }, 422), (new { field = "phone", values = new[] { "1" } }, 422) })
        {
            await (await analyst.PostAsJsonAsync($"segments/{list}:add", body, Cancel)).ProblemAsync(status);
        }
    }
}
