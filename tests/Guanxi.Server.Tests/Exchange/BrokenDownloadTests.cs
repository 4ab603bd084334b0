using System.Net.Http.Json;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Exchange;

/// <summary>Whoever breaks a download off has what came before all the same: it is written down, and no more than that.</summary>
public sealed class BrokenDownloadTests
{
    private const int Batches = 3;
    private const int OfABatch = 380;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task A_download_that_is_broken_off_leaves_a_line_with_what_had_gone_out(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        var note = new string('x', 9000);
        for (var batch = 0; batch < Batches; batch++)
        {
            var operations = Enumerable.Range(0, OfABatch).Select(at => new { op = "create", values = new { name = $"客户 {batch} {at}", kind = "person", otherId = $"4301021990{batch:00}{at:000}", note } });
            await (await server.As("liqiang").PostAsJsonAsync("./customers:batch?confirm=duplicate", new { operations }, Cancel)).JsonAsync();
        }

        await server.Company.Workspace.Reads.FlushAsync(Cancel);
        server.Company.Time.Pass(TimeSpan.FromMinutes(61));
        using (var hasty = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 }))
        {
            hasty.DefaultRequestHeaders.Authorization = server.As("liqiang").DefaultRequestHeaders.Authorization;
            var filter = Uri.EscapeDataString("otherId : \"4301\"");
            using var answer = await hasty.GetAsync(new Uri(server.Address, $"/api/v1/customers:export?format=json&filter={filter}"), HttpCompletionOption.ResponseHeadersRead, Cancel);
            await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
            await body.ReadExactlyAsync(new byte[64 * 1024], Cancel);
        }

        // The server hears of it when it next writes.
        var head = server.As("wangfang");
        for (var patience = Task.Delay(TimeSpan.FromSeconds(30), Cancel); !patience.IsCompleted;)
        {
            await server.Company.Workspace.Reads.FlushAsync(Cancel);
            var exports = (await head.ReadAsync("reads?kind=export")).GetProperty("items");
            var asked = (await head.ReadAsync("reads?kind=read")).GetProperty("items").EnumerateArray().Where(read => read.GetProperty("way").GetString() == "export").ToList();
            if (exports.GetArrayLength() == 0 || asked.Count == 0)
            {
                continue;
            }

            Assert.Equal(("李强", "customers"), (exports[0].GetProperty("actor").GetProperty("name").GetString(), exports[0].GetProperty("type").GetString()));
            Assert.InRange(exports[0].GetProperty("count").GetInt32(), 1, (Batches * OfABatch) - 1);
            Assert.Contains("otherId", exports[0].GetProperty("fields").EnumerateArray().Select(field => field.GetString()));
            Assert.Equal("otherId", asked[0].GetProperty("fields")[0].GetString());
            return;
        }

        Assert.Fail("nothing was written down of a download that was broken off");
    }
}
