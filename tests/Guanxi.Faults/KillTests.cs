using Guanxi.Faults.World;
using Guanxi.Tests.World;

namespace Guanxi.Faults;

/// <summary>The server is killed at random moments under write load: what was acknowledged is there, nothing is half there.</summary>
public sealed class KillTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Cycles => int.TryParse(Environment.GetEnvironmentVariable("GUANXI_TEST_KILLS"), out var asked) && asked > 0 ? asked : Form.Of(50, 1000);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_half_done()
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-kill-").FullName;
        using var clerks = new Clerks(await ServingProgram.TokenAsync(folder));
        var random = new Random(42);
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            await using (var server = await ServingProgram.StartAsync(folder))
            {
                await UntilKilledAsync(server, clerks, random.Next(12));
            }

            if (cycle % 100 == 99)
            {
                // A run of hours says on the way how far it is, and stops where something was lost.
                await Books.InOrderAsync(folder, null, clerks);
                TestContext.Current.SendDiagnosticMessage($"{cycle + 1} kills, {clerks.Acknowledged} acknowledged writes, nothing lost");
            }
        }

        Assert.True(clerks.Acknowledged >= Cycles, $"only {clerks.Acknowledged} writes were acknowledged");
        Assert.Empty(clerks.Badly);
        await Books.InOrderAsync(folder, null, clerks);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The same look finds a write that was acknowledged and is gone, and one that is half there.</summary>
    [Fact]
    public async Task The_look_afterwards_sees_a_lost_write_and_a_half_one()
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-kill-").FullName;
        using var clerks = new Clerks(await ServingProgram.TokenAsync(folder));
        await using (var server = await ServingProgram.StartAsync(folder))
        {
            await UntilKilledAsync(server, clerks, 20);
        }

        Assert.Empty(await Books.WrongAsync(folder, null, clerks));
        foreach (var (statement, told) in new[] { ("DELETE FROM customer_search WHERE rowid = (SELECT MIN(rowid) FROM customer_search)", "search terms"), ($"UPDATE customer SET phone = NULL WHERE name = '{clerks.Customers.Values.First().Name}'", "half there"), ($"DELETE FROM customer WHERE name = '{clerks.Customers.Values.Last().Name}'", "lost") })
        {
            await using (var database = Guanxi.Database.GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}"))
            {
                await database.WriteAsync(session => session.ExecuteAsync(new Guanxi.Database.Sql().Append(statement), Cancel).AsTask(), Cancel);
            }

            Assert.Contains(await Books.WrongAsync(folder, null, clerks), wrong => wrong.Contains(told, StringComparison.Ordinal));
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Until the load has really begun, then a little longer, each time another little.</summary>
    private static async Task UntilKilledAsync(ServingProgram server, Clerks clerks, int longer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var work = clerks.WorkAsync(server.Address, stop.Token);
        await clerks.ReachAsync(1 + longer, work);
        await server.KillAsync();
        await stop.CancelAsync();
        await work;
    }
}
