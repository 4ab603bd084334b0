using System.Diagnostics;
using Guanxi.Faults.World;
using Guanxi.Tests.World;

namespace Guanxi.Faults;

/// <summary>Two PostgreSQL servers, the second having every commit before it is acknowledged: the first is killed, the second takes over.</summary>
public sealed class FailoverTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Both(PostgresServer one, PostgresServer other) => $"Host=127.0.0.1:{one.Port},127.0.0.1:{other.Port};Username=guanxi;Database=postgres";

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_second_server_takes_over()
    {
        PostgresServer.SkipUnlessInstalled();
        var place = await PostgresServer.PlaceAsync();
        var folder = Directory.CreateTempSubdirectory("guanxi-failover-").FullName;
        var primary = await PostgresServer.NewAsync(place, "0", "synchronous_standby_names = '*'", "synchronous_commit = local");
        PostgresServer? second = null;
        Clerks? clerks = null;
        try
        {
            for (var cycle = 1; cycle <= Form.Of(2, 200); cycle++)
            {
                second = await PostgresServer.FollowingAsync(primary, place, $"{cycle}");
                await StrictAsync(primary);
                var connection = Both(primary, second);
                clerks ??= new Clerks(await ServingProgram.TokenAsync(folder, connection));
                await using var server = await ServingProgram.StartAsync(folder, connection);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                var work = clerks.WorkAsync(server.Address, stop.Token, goOn: true);
                await clerks.ReachAsync(30);
                await primary.KillAsync();
                await second.PromoteAsync();
                var began = Stopwatch.GetTimestamp();
                await clerks.ReachAsync(5);
                var waited = Stopwatch.GetElapsedTime(began);
                TestContext.Current.SendDiagnosticMessage($"takeover {cycle}: writes again {waited.TotalSeconds:0.00} s after the promotion");
                Pace.Within(TimeSpan.FromSeconds(5), waited, "writing again");
                await stop.CancelAsync();
                await work;
                Assert.Empty(clerks.Badly);
                await server.KillAsync();
                await Books.InOrderAsync(folder, second.Connection, clerks);
                primary.Forget();
                (primary, second) = (second, null);
            }
        }
        finally
        {
            clerks?.Dispose();
            await primary.DisposeAsync();
            if (second is not null)
            {
                await second.DisposeAsync();
            }
        }

        Directory.Delete(place, recursive: true);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>With a second server that lags, and a first that does not wait for it, the same takeover loses acknowledged writes; with one that waits, nobody gets an acknowledgement meanwhile.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_server_that_lags_costs_time_or_writes(bool waits)
    {
        PostgresServer.SkipUnlessInstalled();
        var place = await PostgresServer.PlaceAsync();
        var folder = Directory.CreateTempSubdirectory("guanxi-failover-").FullName;
        await using var primary = await PostgresServer.NewAsync(place, "0", "synchronous_commit = local", waits ? "synchronous_standby_names = '*'" : "");
        await using var second = await PostgresServer.FollowingAsync(primary, place, "1");
        if (waits)
        {
            await StrictAsync(primary);
        }

        using var clerks = new Clerks(await ServingProgram.TokenAsync(folder, Both(primary, second)));
        await using (var server = await ServingProgram.StartAsync(folder, Both(primary, second)))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var work = clerks.WorkAsync(server.Address, stop.Token);
            await clerks.ReachAsync(20);
            await second.StopAsync();
            var before = clerks.Acknowledged;

            // Where nobody waits the writes go on, however slow the machine; where one waits, a moment shows that nothing comes but what was under way.
            await Task.WhenAny(clerks.ReachAsync(40, work), waits ? Task.Delay(TimeSpan.FromSeconds(1.5), Cancel) : Task.Delay(Timeout.Infinite, Cancel));
            Assert.Equal(waits, clerks.Acknowledged <= before + 4);
            await stop.CancelAsync();
            await primary.KillAsync();
            await server.KillAsync();
            await work;
        }

        await second.StartAsync();
        await second.PromoteAsync();
        var wrong = await Books.WrongAsync(folder, second.Connection, clerks);
        Assert.True(waits == (wrong.Count == 0), string.Join("; ", wrong.Take(5)));
        await second.DisposeAsync();
        Directory.Delete(place, recursive: true);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>From here on a commit waits for the second server.</summary>
    private static async Task StrictAsync(PostgresServer server)
    {
        await using var connection = new Npgsql.NpgsqlConnection(server.Connection + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        foreach (var statement in new[] { "ALTER SYSTEM SET synchronous_commit = 'on'", "SELECT pg_reload_conf()" })
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(Cancel);
        }
    }
}
