using System.Net;
using System.Net.Http.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Api;

public sealed class PrivacyTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<string> ContactAsync(string name)
    {
        var customer = (await server.As("zhangwei").MakeAsync("customers", new { name = name + "的公司" })).GetProperty("id").GetString();
        return (await server.As("zhangwei").MakeAsync("contacts", new { name, customer, phone = "13977004321" })).GetProperty("id").GetString()!;
    }

    [Fact]
    public async Task Wang_Fang_tries_an_erasure_and_then_carries_it_out()
    {
        var contact = await ContactAsync("胡林翼");
        var trial = await (await server.As("wangfang").PostAsJsonAsync($"contacts/{contact}:erase", new { dryRun = true }, Cancel)).JsonAsync();
        Assert.True(trial.GetProperty("dryRun").GetBoolean());
        Assert.Equal("胡林翼", (await server.As("zhangwei").ReadAsync($"contacts/{contact}")).GetProperty("name").GetString());
        var done = await (await server.As("wangfang").PostAsJsonAsync($"contacts/{contact}:erase", new { reason = "来信", block = false }, Cancel)).JsonAsync();
        Assert.Equal(trial.GetProperty("removed").ToString(), done.GetProperty("removed").ToString());
        await (await server.As("zhangwei").GetAsync($"contacts/{contact}", Cancel)).ProblemAsync(404);
        Assert.Contains((await server.As("wangfang").ReadAsync("privacy")).GetProperty("requests").EnumerateArray(), erasure => erasure.GetProperty("reason").GetString() == "来信");
    }

    [Fact]
    public async Task Nobody_else_erases_copies_or_sets_how_long_data_is_kept()
    {
        var contact = await ContactAsync("彭玉麟");
        foreach (var name in new[] { "zhangwei", "liqiang", "sunli", "chenjing" })
        {
            var client = server.As(name);
            await (await client.PostAsJsonAsync($"contacts/{contact}:erase", new { }, Cancel)).ProblemAsync(403);
            await (await client.GetAsync($"contacts/{contact}/personal-data", Cancel)).ProblemAsync(403);
            await (await client.GetAsync("privacy", Cancel)).ProblemAsync(403);
            await (await client.PostAsJsonAsync("privacy/retention", new { name = "x", recordType = "contacts", field = "createdAt", days = 1, act = "erase" }, Cancel)).ProblemAsync(403);
        }

        Assert.Equal("彭玉麟", (await server.As("zhangwei").ReadAsync($"contacts/{contact}")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_copy_is_a_file_that_no_cache_keeps()
    {
        var contact = await ContactAsync("罗泽南");
        using var answer = await server.As("wangfang").GetAsync($"contacts/{contact}/personal-data", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        using var archive = new System.IO.Compression.ZipArchive(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.Contains(archive.Entries, entry => entry.FullName == "data.json");
    }

    [Fact]
    public async Task A_retention_rule_is_tried_kept_and_removed()
    {
        var client = server.As("wangfang");
        var rule = new { name = "一年", recordType = "contacts", field = "createdAt", days = 365, act = "erase", filter = "name = \"无人\"" };
        Assert.Equal(0, (await (await client.PostAsJsonAsync("./privacy/retention:try", rule, Cancel)).JsonAsync()).GetProperty("count").GetInt32());
        var made = await (await client.PostAsJsonAsync("privacy/retention", rule, Cancel)).JsonAsync();
        Assert.Contains((await client.ReadAsync("privacy")).GetProperty("retention").EnumerateArray(), kept => kept.GetProperty("id").ToString() == made.GetProperty("id").ToString());
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"privacy/retention/{made.GetProperty("id")}", Cancel)).StatusCode);
        await (await client.PostAsJsonAsync("privacy/retention", new { name = "x" }, Cancel)).ProblemAsync(422);
        await (await client.PostAsJsonAsync("./privacy/retention:try", new { recordType = "nothing" }, Cancel)).ProblemAsync(422);
    }
}
