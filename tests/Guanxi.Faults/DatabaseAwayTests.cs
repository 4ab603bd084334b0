using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Guanxi.Faults.World;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Faults;

/// <summary>PostgreSQL goes away under load and comes back: clear answers meanwhile, nothing half done, nothing acknowledged lost.</summary>
public sealed class DatabaseAwayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Callers_are_told_to_come_back_and_the_server_goes_on_by_itself()
    {
        PostgresServer.SkipUnlessInstalled();
        var place = await PostgresServer.PlaceAsync();
        var folder = Directory.CreateTempSubdirectory("guanxi-away-").FullName;
        await using var postgres = await PostgresServer.NewAsync(place, "a");
        var token = await ServingProgram.TokenAsync(folder, postgres.Connection);
        using var clerks = new Clerks(token);
        await using (var server = await ServingProgram.StartAsync(folder, postgres.Connection))
        {
            using var client = server.Client(token);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var work = clerks.WorkAsync(server.Address, stop.Token, goOn: true);
            for (var cycle = 0; cycle < Form.Of(2, 100); cycle++)
            {
                await clerks.ReachAsync(20);
                if (cycle % 2 == 0)
                {
                    await postgres.KillAsync();
                }
                else
                {
                    await postgres.StopAsync(cycle % 3 == 0 ? "fast" : "immediate");
                }

                var refused = clerks.Answers(HttpStatusCode.ServiceUnavailable);
                await clerks.UntilAsync(() => clerks.Answers(HttpStatusCode.ServiceUnavailable) >= refused + 5);

                await HealthAsync(client, "/health/live", 200);
                await HealthAsync(client, "/health/ready", 503);
                var problem = await (await client.GetAsync("customers", Cancel)).ProblemAsync(503);
                Assert.EndsWith("/database-away", problem.GetProperty("type").GetString()!, StringComparison.Ordinal);
                var unsure = await (await client.PostAsJsonAsync("customers", new { name = "没有数据库" }, Cancel)).ProblemAsync(503);
                Assert.Contains("Idempotency-Key", unsure.GetProperty("detail").GetString()!, StringComparison.Ordinal);
                await postgres.StartAsync();
                var began = Stopwatch.GetTimestamp();
                await clerks.ReachAsync(5);
                Pace.Within(TimeSpan.FromSeconds(5), Stopwatch.GetElapsedTime(began), "working again");
                await HealthAsync(client, "/health/ready", 200);
            }

            await stop.CancelAsync();
            await work;
            Assert.Equal(0, clerks.AnswersBut(HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable));
            Assert.Empty(clerks.Badly);
        }

        await Books.InOrderAsync(folder, postgres.Connection, clerks);
        await CleanAsync(postgres, place, folder);
    }

    /// <summary>A server that answers before it has written to the disk loses acknowledged writes when it is killed: the same test with it must see that.</summary>
    [Fact]
    public async Task With_a_database_that_answers_before_it_writes_the_same_kill_loses_writes_and_the_test_sees_it()
    {
        PostgresServer.SkipUnlessInstalled();
        var place = await PostgresServer.PlaceAsync();
        var folder = Directory.CreateTempSubdirectory("guanxi-away-").FullName;
        await using var postgres = await PostgresServer.NewAsync(place, "a", "synchronous_commit = off", "wal_writer_delay = 10s", "wal_writer_flush_after = 16MB", "wal_buffers = 16MB");
        using var clerks = new Clerks(await ServingProgram.TokenAsync(folder, postgres.Connection));
        var wrong = new List<string>();

        // Every ten seconds it writes after all; a kill right then finds nothing missing, and the next round tries again.
        for (var round = 0; round < 15 && wrong.Count == 0; round++)
        {
            await using (var server = await ServingProgram.StartAsync(folder, postgres.Connection))
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                var work = clerks.WorkAsync(server.Address, stop.Token);
                await clerks.ReachAsync(60);
                await postgres.KillAsync();
                await stop.CancelAsync();
                await work;
            }

            await postgres.StartAsync();
            wrong.AddRange(await Books.WrongAsync(folder, postgres.Connection, clerks));
        }

        Assert.Contains(wrong, lost => lost.EndsWith("lost", StringComparison.Ordinal));
        await CleanAsync(postgres, place, folder);
    }

    private static async Task HealthAsync(HttpClient client, string path, int status)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(new Uri(client.BaseAddress!, path), Cancel);
        Assert.Equal(status, (int)answer.StatusCode);
        Pace.Within(TimeSpan.FromSeconds(2), Stopwatch.GetElapsedTime(began), path);
    }

    private static async Task CleanAsync(PostgresServer postgres, string place, string folder)
    {
        await postgres.DisposeAsync();
        Directory.Delete(place, recursive: true);
        Directory.Delete(folder, recursive: true);
    }
}
