using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Faults;

/// <summary>The server is killed at random moments under write load: what was acknowledged is there, nothing is half there.</summary>
public sealed class KillTests
{
    /// <summary>Fifty as a rule; GUANXI_TEST_KILLS asks for more, or for a quick look.</summary>
    private static readonly int Cycles = int.TryParse(Environment.GetEnvironmentVariable("GUANXI_TEST_KILLS"), out var asked) && asked > 0 ? asked : 50;
    private const int Writers = 4;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_half_done()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("guanxi-kill-").FullName;
        var program = Path.Combine(AppContext.BaseDirectory, "Guanxi.Cli.dll");
        var token = await RunAsync(program, folder);
        var acknowledged = new ConcurrentDictionary<Guid, string>();
        var random = new Random(42);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            using var server = Start(program, $"up --data {folder} --url http://127.0.0.1:0 --log plain");
            var address = await AddressAsync(server, cancel);
            var before = acknowledged.Count;
            var stop = false;
            var load = Enumerable.Range(0, Writers).Select(async writer =>
            {
                for (var i = 0; !Volatile.Read(ref stop); i++)
                {
                    var name = $"客户-{cycle}-{writer}-{i}";
                    try
                    {
                        using var answer = await client.PostAsJsonAsync(new Uri(address, "/api/v1/customers"), new { name, phone = "13800138000" }, cancel);
                        if (answer.IsSuccessStatusCode)
                        {
                            acknowledged[(await answer.JsonAsync(System.Net.HttpStatusCode.Created)).GetProperty("id").GetGuid()] = name;
                        }
                    }
                    catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
                    {
                        return;
                    }
                }
            }).ToList();

            // Until the load has really begun, then a little longer, each time another little.
            while (acknowledged.Count < before + 1 + random.Next(12) && !load.All(task => task.IsCompleted))
            {
                await Task.Yield();
            }

            server.Kill();
            await server.WaitForExitAsync(cancel);
            Volatile.Write(ref stop, true);
            await Task.WhenAll(load);
        }

        await CheckAsync(folder, acknowledged, cancel);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task CheckAsync(string folder, ConcurrentDictionary<Guid, string> acknowledged, CancellationToken cancel)
    {
        await using var database = GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}");
        await using var session = await database.ReadAsync(cancel);
        Assert.Equal("ok", await session.ScalarAsync<string>(Sql.Of($"PRAGMA integrity_check"), cancel));
        var kept = (await session.ListAsync(Sql.Of($"SELECT id, name, phone FROM customer"), row => (Id: row.Id(0), Name: row.Text(1), Phone: row.OptionalText(2)), cancel)).ToDictionary(row => row.Id);
        Assert.True(acknowledged.Count >= Cycles, $"only {acknowledged.Count} writes were acknowledged");
        foreach (var (id, name) in acknowledged)
        {
            Assert.True(kept.TryGetValue(id, out var row), $"{name} was acknowledged and is lost");
            Assert.Equal((name, "+8613800138000"), (row.Name, row.Phone));
        }

        // Row, ledger line and search terms stand or fall together.
        Assert.Equal(kept.Count, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM ledger WHERE record_type = 'customers' AND action = 'create'"), cancel));
        Assert.Equal(kept.Count, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer_search WHERE customer_search MATCH '客户'"), cancel));
        var verdict = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(TimeProvider.System.GetUtcNow(), Schema: new Guanxi.Platform.Records.Schema(1, Nouns.All)), cancel);
        Assert.True(verdict.Whole, verdict.Reason);
    }

    private static Process Start(string program, string arguments)
    {
        var start = new ProcessStartInfo("dotnet", $"\"{program}\" {arguments}") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["GUANXI__RateLimit__PerSecond"] = "0";
        return Process.Start(start)!;
    }

    /// <summary>The line the server greets with names where it listens.</summary>
    private static async Task<Uri> AddressAsync(Process server, CancellationToken cancel)
    {
        while (await server.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            var at = line.IndexOf("http://", StringComparison.Ordinal);
            if (at >= 0)
            {
                return new Uri(line[at..].Split(' ')[0]);
            }
        }

        throw new InvalidOperationException("The server did not start.");
    }

    private static async Task<string> RunAsync(string program, string folder)
    {
        using (var add = Start(program, $"user add boss --role administrator --data {folder}"))
        {
            await add.WaitForExitAsync();
            Assert.Equal(0, add.ExitCode);
        }

        using var token = Start(program, $"token create --user boss --data {folder}");
        var secret = await token.StandardOutput.ReadToEndAsync();
        await token.WaitForExitAsync();
        return secret.Trim();
    }
}
