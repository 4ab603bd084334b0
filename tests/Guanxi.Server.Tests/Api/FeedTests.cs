using System.Net.Http.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Api;

public sealed class FeedTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watcher_hears_of_what_he_may_see_and_of_nothing_else()
    {
        using var stream = await server.As("liqiang").GetStreamAsync("live", Cancel);
        using var reader = new StreamReader(stream);
        Assert.StartsWith(": welcome", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
        await server.As("zhaomin").MakeAsync("customers", new { name = "华南的客户" });
        var mine = await server.As("zhangwei").MakeAsync("customers", new { name = "华东的客户" });
        string? line;
        do
        {
            line = await reader.ReadLineAsync(Cancel);
        }
        while (line is not null && !line.StartsWith("data:", StringComparison.Ordinal));
        Assert.Contains(mine.GetProperty("id").GetString()!, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_feed_is_ordered_resumable_and_filtered()
    {
        var seller = server.As("zhangwei");
        var start = (await seller.ReadAsync("changes?limit=500")).GetProperty("next").GetString();
        var customer = await seller.MakeAsync("customers", new { name = "甲" });
        await server.As("zhaomin").MakeAsync("customers", new { name = "看不见" });
        await (await seller.PatchAsync($"customers/{customer.GetProperty("id")}", new { city = "长沙" })).JsonAsync();
        var seen = new List<string>();
        var next = start;
        for (var more = true; more;)
        {
            var page = await seller.ReadAsync($"changes?since={next}&limit=1");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("action").GetString() + " " + item.GetProperty("id").GetString()));
            next = page.GetProperty("next").GetString();
            more = page.GetProperty("more").GetBoolean();
        }

        Assert.Equal([$"create {customer.GetProperty("id")}", $"update {customer.GetProperty("id")}"], seen);
    }

    [Fact]
    public async Task A_file_is_kept_and_follows_the_record()
    {
        var seller = server.As("zhangwei");
        var id = (await seller.MakeAsync("customers", new { name = "有附件" })).GetProperty("id");
        using var form = new MultipartFormDataContent { { new ByteArrayContent("<script>alert(1)</script>"u8.ToArray()) { Headers = { { "Content-Type", "text/html" } } }, "file", "../../合同.html" } };
        var file = await (await seller.PostAsync($"customers/{id}/files", form, Cancel)).JsonAsync(System.Net.HttpStatusCode.Created);
        Assert.Equal("合同.html", file.GetProperty("name").GetString());
        var answer = await seller.GetAsync($"files/{file.GetProperty("id")}", Cancel);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("<script>alert(1)</script>", await answer.Content.ReadAsStringAsync(Cancel));
        await (await server.As("zhaomin").GetAsync($"files/{file.GetProperty("id")}", Cancel)).ProblemAsync(404);
        using var again = new MultipartFormDataContent { { new ByteArrayContent([1]), "file", "x" } };
        await (await server.As("chenjing").PostAsync($"customers/{id}/files", again, Cancel)).ProblemAsync(403);
    }

    [Fact]
    public async Task Views_are_personal_until_they_are_shared()
    {
        var view = await server.As("zhangwei").MakeAsync("views", new { type = "customers", name = "我的重点", scope = "personal", definition = new { filter = "level = vip" } });
        Assert.DoesNotContain((await server.As("liqiang").ReadAsync("views?type=customers")).GetProperty("items").EnumerateArray(), item => item.GetProperty("id").GetString() == view.GetProperty("id").GetString());
        await (await server.As("zhangwei").PostAsJsonAsync("views", new { type = "customers", name = "公共", scope = "public", definition = new { } }, Cancel)).ProblemAsync(403);
        await (await server.As("zhangwei").PostAsJsonAsync("views", new { type = "customers", name = "坏", definition = new { filter = "levl = vip" } }, Cancel)).ProblemAsync(422);
        await server.As("liqiang").MakeAsync("views", new { type = "customers", name = "公共", scope = "public", definition = new { filter = "level = vip" } });
        Assert.Contains((await server.As("zhaomin").ReadAsync("views?type=customers")).GetProperty("items").EnumerateArray(), item => item.GetProperty("name").GetString() == "公共");
    }

    [Fact]
    public async Task Health_answers()
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        Assert.Contains("live", await client.GetStringAsync("/health/live", Cancel), StringComparison.Ordinal);
        Assert.Contains("ready", await client.GetStringAsync("/health/ready", Cancel), StringComparison.Ordinal);
    }
}
