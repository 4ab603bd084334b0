using System.Net;
using System.Net.Http.Json;
using Guanxi.Database;
using Guanxi.Faults.World;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Faults;

/// <summary>The same request sent many times at once, and again after the server was killed: done once.</summary>
public sealed class DoubleSubmitTests
{
    private const int AtOnce = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task A_request_sent_eight_times_at_once_with_one_key_is_done_once(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        for (var round = 0; round < Form.Of(25, 1250); round++)
        {
            var ids = await RaceAsync(server, $"一次 {round}", _ => $"key-{round}");
            Assert.Single(ids.Distinct());
            Assert.Equal(1, await CountAsync(server.Company.Workspace.Database, $"一次 {round}"));
        }

        // Without the key each is a request of its own: the race is one.
        await RaceAsync(server, "多次", sender => $"own-{sender}");
        Assert.Equal(AtOnce, await CountAsync(server.Company.Workspace.Database, "多次"));
    }

    /// <summary>Every call but making a record keeps its first answer; a batch of ten raced eight ways is still ten.</summary>
    [Theory, BothDatabases]
    public async Task A_batch_sent_eight_times_at_once_is_done_once(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        for (var round = 0; round < Form.Of(10, 200); round++)
        {
            var name = $"批量 {round}";
            var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "./customers:batch") { Content = JsonContent.Create(new { operations = Enumerable.Range(0, 10).Select(_ => new { op = "create", values = new { name } }) }) };
                request.Headers.Add("Idempotency-Key", $"batch-{round}");
                return (await server.As("zhangwei").SendAsync(request, Cancel)).StatusCode;
            }));
            Assert.Contains(HttpStatusCode.OK, answers);
            Assert.All(answers, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{(int)status}"));
            Assert.Equal(10, await CountAsync(server.Company.Workspace.Database, name));
        }
    }

    [Fact]
    public async Task A_request_whose_answer_was_lost_with_the_server_is_done_once_when_it_is_sent_again()
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-double-").FullName;
        var token = await ServingProgram.TokenAsync(folder);
        var random = new Random(11);
        var unanswered = 0;
        for (var cycle = 0; cycle < Form.Of(2, 200) || (unanswered == 0 && cycle < 20); cycle++)
        {
            List<string> lost;
            await using (var server = await ServingProgram.StartAsync(folder))
            {
                using var client = server.Client(token);
                var sent = Enumerable.Range(0, 40).Select(at => $"重发 {cycle}-{at}").ToList();
                var sending = sent.Select(async name => (Name: name, Done: await TrySendAsync(client, name))).ToList();
                await Task.WhenAny(sending[random.Next(30)], Task.Delay(TimeSpan.FromSeconds(10), Cancel));
                await server.KillAsync();
                lost = [.. (await Task.WhenAll(sending)).Where(one => !one.Done).Select(one => one.Name)];
            }

            unanswered += lost.Count;
            await using (var server = await ServingProgram.StartAsync(folder))
            {
                using var client = server.Client(token);
                foreach (var name in lost)
                {
                    Assert.True(await TrySendAsync(client, name));
                }
            }

            await using var database = GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}");
            await using var session = await database.ReadAsync(Cancel);
            Assert.Equal(40L * (cycle + 1), await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer"), Cancel));
            Assert.Equal(40L * (cycle + 1), await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(DISTINCT name) FROM customer"), Cancel));
        }

        Assert.True(unanswered > 0, "every request was answered before the kill");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<bool> TrySendAsync(HttpClient client, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "customers") { Content = JsonContent.Create(new { name }) };
        request.Headers.Add("Idempotency-Key", Uri.EscapeDataString(name));
        try
        {
            using var answer = await client.SendAsync(request, Cancel);
            return answer.StatusCode == HttpStatusCode.Created;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private static async Task<Guid[]> RaceAsync(RunningServer server, string name, Func<int, string> key) => await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async sender =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "customers") { Content = JsonContent.Create(new { name }) };
        request.Headers.Add("Idempotency-Key", key(sender));
        return (await (await server.As("zhangwei").SendAsync(request, Cancel)).JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetGuid();
    }));

    private static async Task<long> CountAsync(GuanxiDatabase database, string name)
    {
        await using var session = await database.ReadAsync(Cancel);
        return await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer WHERE name = {name}"), Cancel);
    }
}
