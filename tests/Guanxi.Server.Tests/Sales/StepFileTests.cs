using System.Net;
using System.Net.Http.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Sales;

/// <summary>刘洋 reckons costs for deals he may not open; their drawings come along with the step.</summary>
public sealed class StepFileTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_given_along_with_a_step_is_downloaded_while_the_step_is_owed_and_by_nobody_else()
    {
        var (boss, seller, clerk) = (server.As("wangfang"), server.As("zhangwei"), server.As("liuyang"));
        var role = (await boss.ReadAsync("roles?filter=key%20%3D%20%22agent%22")).GetProperty("items")[0].GetProperty("id").GetString();
        var nothing = new { read = "none", edit = "none", delete = "none", create = false, import = false, export = false };
        await (await boss.PatchAsync($"roles/{role}", new { scopes = new Dictionary<string, object> { ["customers"] = nothing, ["contacts"] = nothing, ["deals"] = nothing, ["activities"] = nothing } })).JsonAsync();
        var steps = new object[] { new { key = "cost", subject = "核算内部成本", role = "agent", hours = 8, shows = new[] { "files" } } };
        var definition = new { stages = new object[] { new { key = "need", name = "需求", probability = 10, steps }, new { key = "quote", name = "报价", probability = 40 } } };
        var process = (await boss.MakeAsync("sales-processes", new { name = "带图纸的流程", definition })).GetProperty("id").GetString();
        var customer = (await seller.MakeAsync("customers", new { name = "长沙银行" })).GetProperty("id").GetString();
        var deal = (await seller.MakeAsync("deals", new { name = "自助柜机 20 台", customer, process })).GetProperty("id").GetString();
        using var form = new MultipartFormDataContent();
        using var drawing = new ByteArrayContent("图纸第三版"u8.ToArray());
        drawing.Headers.ContentType = new("text/plain");
        form.Add(drawing, "file", "图纸.txt");
        var file = (await (await seller.PostAsync($"deals/{deal}/files", form, Cancel)).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString();

        var step = (await clerk.ReadAsync("steps")).GetProperty("items").EnumerateArray().Single(owed => owed.GetProperty("deal").GetString() == "自助柜机 20 台").GetProperty("id").GetString();
        Assert.Equal(file, (await clerk.ReadAsync($"steps/{step}")).GetProperty("files")[0].GetProperty("id").GetString());
        var answer = await clerk.GetAsync($"steps/{step}/files/{file}", Cancel);
        Assert.Equal((HttpStatusCode.OK, "图纸第三版"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        Assert.Equal(("attachment", "图纸.txt"), (answer.Content.Headers.ContentDisposition!.DispositionType, answer.Content.Headers.ContentDisposition.FileNameStar));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());

        // By its own address he finds nothing; neither does anybody by the step's, but him.
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync($"files/{file}", Cancel)).StatusCode);
        foreach (var other in new[] { "zhangwei", "zhaomin", "wangfang" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await server.As(other).GetAsync($"steps/{step}/files/{file}", Cancel)).StatusCode);
        }

        using var stranger = server.Client(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync($"steps/{step}/files/{file}", Cancel)).StatusCode);
        await (await clerk.PostAsJsonAsync($"steps/{step}:done", new { }, Cancel)).JsonAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync($"steps/{step}/files/{file}", Cancel)).StatusCode);
    }
}
