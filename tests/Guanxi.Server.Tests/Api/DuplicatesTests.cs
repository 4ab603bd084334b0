using System.Net;
using System.Net.Http.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Api;

/// <summary>Finding, deciding, merging and taking back, through the real door.</summary>
public sealed class DuplicatesTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int pairs;

    private async Task<(Guid Stays, Guid Goes)> TwinsAsync(string name)
    {
        var admin = server.As("wangfang");
        var owner = server.Company.ZhaoMin.Id;
        var phone = $"1380000{Interlocked.Increment(ref pairs):0000}";
        var stays = (await admin.MakeAsync("customers", new { name = $"上海{name}机械设备有限公司", phone, city = "上海市", owner = server.Company.ZhangWei.Id })).GetProperty("id").GetGuid();
        var goes = (await admin.MakeAsync("customers", new { name = $"上海{name}機械設備有限公司", phone, email = "a@b.example", owner })).GetProperty("id").GetGuid();
        await admin.MakeAsync("contacts", new { name = "吴经理", customer = goes });
        return (stays, goes);
    }

    [Fact]
    public async Task Typing_a_customer_that_is_there_says_so_and_whom_to_ask()
    {
        await TwinsAsync("查重");
        var phone = (await server.As("wangfang").ReadAsync("customers?q=" + Uri.EscapeDataString("上海查重机械"))).GetProperty("items")[0].GetProperty("phone").GetString();
        var mine = await (await server.As("zhangwei").PostAsJsonAsync("./customers:matches", new { values = new { name = "上海查重机械设备有限公司", phone, city = "上海市" } }, Cancel)).JsonAsync();
        Assert.Equal(2, mine.GetProperty("items").GetArrayLength());
        var own = mine.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("visible").GetBoolean());
        Assert.Equal(("mine", "match"), (own.GetProperty("state").GetString(), own.GetProperty("band").GetString()));
        Assert.Contains(own.GetProperty("reasons").EnumerateArray(), reason => reason.GetProperty("field").GetString() == "phone");
        var hidden = mine.GetProperty("items").EnumerateArray().Single(item => !item.GetProperty("visible").GetBoolean());
        Assert.Equal("赵敏", hidden.GetProperty("owner").GetProperty("name").GetString());
        Assert.False(hidden.TryGetProperty("id", out _) || hidden.TryGetProperty("title", out _) || hidden.TryGetProperty("reasons", out _));
        Assert.Equal(0, (await (await server.As("zhangwei").PostAsJsonAsync("./customers:matches", new { values = new { name = 3, phone = "x", nonsense = true } }, Cancel)).JsonAsync()).GetProperty("items").GetArrayLength());
        var analyst = await (await server.As("chenjing").PostAsJsonAsync("./customers:matches", new { values = new { name = "上海查重机械设备有限公司", phone } }, Cancel)).JsonAsync();
        Assert.DoesNotContain(analyst.GetProperty("items").EnumerateArray().SelectMany(item => item.GetProperty("reasons").EnumerateArray()), reason => reason.GetProperty("field").GetString() == "phone");
    }

    [Fact]
    public async Task A_merged_address_leads_on_and_an_undo_brings_it_back()
    {
        var (stays, goes) = await TwinsAsync("合并");
        var admin = server.As("wangfang");
        var trial = await (await admin.PostAsJsonAsync("./customers:merge", new { survivor = stays, records = new[] { goes }, dryRun = true }, Cancel)).JsonAsync();
        Assert.Equal("a@b.example", trial.GetProperty("record").GetProperty("email").GetString());
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync($"customers/{goes}", Cancel)).StatusCode);
        var compared = await admin.ReadAsync($"./customers:compare?ids={stays},{goes}");
        Assert.Equal(2, compared.GetProperty("records").GetArrayLength());
        Assert.Equal(goes.ToString(), compared.GetProperty("choices").GetProperty("email").GetString());

        var merged = await (await admin.PostAsJsonAsync("./customers:merge", new { survivor = stays, records = new[] { stays, goes } }, Cancel)).JsonAsync();
        using (var led = await admin.GetAsync($"customers/{goes}", Cancel))
        {
            Assert.True(led.StatusCode == HttpStatusCode.PermanentRedirect || led.RequestMessage!.RequestUri!.AbsolutePath.Contains(stays.ToString(), StringComparison.Ordinal), $"{led.StatusCode}");
        }

        Assert.Equal(HttpStatusCode.NotFound, (await server.As("liuyang").GetAsync($"customers/{Guid.CreateVersion7()}", Cancel)).StatusCode);
        var done = (await admin.ReadAsync($"merges?record={stays}")).GetProperty("items")[0];
        Assert.Equal(merged.GetProperty("merges")[0].GetString(), done.GetProperty("id").GetString());
        await (await server.As("zhaomin").PostAsJsonAsync($"./merges/{done.GetProperty("id")}:undo", new { }, Cancel)).ProblemAsync(403);
        await (await admin.PostAsJsonAsync($"./merges/{Guid.CreateVersion7()}:undo", new { }, Cancel)).ProblemAsync(404);
        var undone = await (await admin.PostAsJsonAsync($"./merges/{done.GetProperty("id")}:undo", new { }, Cancel)).JsonAsync();
        Assert.Equal(0, undone.GetProperty("keptFields").GetArrayLength());
        Assert.Equal("上海合并機械設備有限公司", (await server.As("zhaomin").ReadAsync($"customers/{goes}")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Only_who_holds_the_right_sees_the_queue_scans_and_merges()
    {
        var (stays, goes) = await TwinsAsync("权限");
        foreach (var who in new[] { "zhangwei", "chenjing", "sunli", "liuyang" })
        {
            var client = server.As(who);
            foreach (var path in new[] { "duplicates", "duplicates/scan", "merges", $"./customers:compare?ids={stays},{goes}", "matching" })
            {
                await (await client.GetAsync(path, Cancel)).ProblemAsync(403);
            }

            await (await client.PostAsJsonAsync("./duplicates:scan", new { }, Cancel)).ProblemAsync(403);
            await (await client.PostAsJsonAsync("./customers:merge", new { survivor = stays, records = new[] { goes } }, Cancel)).ProblemAsync(403);
            await (await client.PostAsJsonAsync($"./duplicates/{stays}:different", new { }, Cancel)).ProblemAsync(403);
        }

        await (await server.As("liqiang").PostAsJsonAsync("./customers:merge", new { survivor = stays, records = new[] { goes } }, Cancel)).ProblemAsync(404);
        await (await server.As("wangfang").GetAsync("duplicates?band=x", Cancel)).ProblemAsync(422);
        await (await server.As("wangfang").GetAsync("duplicates?cursor=x", Cancel)).ProblemAsync(422);
        await (await server.As("wangfang").GetAsync("./customers:compare?ids=x", Cancel)).ProblemAsync(422);
        await (await server.As("wangfang").PatchAsync("matching", new { match = 0.05 })).ProblemAsync(422);
        await (await server.As("wangfang").PatchAsync("matching", new { rules = new Dictionary<string, string> { ["page.owned"] = "maybe" } })).ProblemAsync(422);
        await (await server.As("wangfang").PostAsJsonAsync("./customers:merge", new { survivor = stays, records = new[] { goes }, choices = new { phone = Guid.CreateVersion7() } }, Cancel)).ProblemAsync(422);
    }

    [Fact]
    public async Task A_scan_fills_the_queue()
    {
        await TwinsAsync("扫描");
        var admin = server.As("wangfang");
        Assert.Equal(HttpStatusCode.Accepted, (await admin.PostAsJsonAsync("./duplicates:scan", new { type = "customers" }, Cancel)).StatusCode);
        for (var patience = Task.Delay(TimeSpan.FromMinutes(2), Cancel); !patience.IsCompleted && (await admin.ReadAsync("duplicates/scan")).GetProperty("state").GetString() == "running";)
        {
            // It runs beside the server's other work.
        }

        // How many there are in all is for those who see all; a manager of one team hears how far it is.
        Assert.InRange((await server.As("liqiang").ReadAsync("duplicates/scan")).GetProperty("total").GetInt64(), 0, 100);
        Assert.Equal(0, (await server.As("liqiang").ReadAsync("duplicates/scan")).GetProperty("found").GetInt64());
        var queue = await admin.ReadAsync("duplicates?count=true");
        Assert.True(queue.GetProperty("count").GetInt32() > 0, $"{await admin.ReadAsync("duplicates/scan")}");
        var found = queue.GetProperty("items").EnumerateArray().First(item => item.GetProperty("records").EnumerateArray().Any(record => record.GetProperty("title").GetString()!.Contains("扫描", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PostAsJsonAsync($"./duplicates/{found.GetProperty("id")}:assign", new { user = server.Company.LiQiang.Id }, Cancel)).StatusCode);
        Assert.True((await admin.PostAsJsonAsync($"./duplicates/{found.GetProperty("id")}:different", new { }, Cancel)).IsSuccessStatusCode);
    }
}
