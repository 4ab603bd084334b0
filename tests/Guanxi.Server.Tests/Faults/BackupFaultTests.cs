using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Guanxi.Database;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;

namespace Guanxi.Server.Tests.Faults;

/// <summary>Backup and restore by the program itself, and killed at random moments: nothing is ever half done.</summary>
public sealed class BackupFaultTests
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("GUANXI_TEST_KILLS"), out var asked) && asked > 0 ? asked : Form.Of(4, 100);

    private const string Password = "一个-Long-Password-1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(string Folder, string Token)> DataAsync(int customers)
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-backup-").FullName;
        using (var add = GuanxiProgram.Start("user", "add", "boss", "--role", "administrator", "--password-stdin", "--data", folder))
        {
            await add.StandardInput.WriteLineAsync(Password);
            await add.WaitForExitAsync(Cancel);
            Assert.Equal(0, add.ExitCode);
        }

        var token = (await GuanxiProgram.DoneAsync("token", "create", "--user", "boss", "--data", folder)).Trim();
        var file = Path.Combine(folder, "customers.csv");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, customers).Select(at => $"客户 {at},长沙").Prepend("客户名称,城市"), Cancel);
        await GuanxiProgram.DoneAsync("import", "customers", file, "--data", folder);
        File.Delete(file);
        return (folder, token);
    }

    private static async Task<long> CustomersAsync(string folder)
    {
        await using var database = GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}");
        await using var session = await database.ReadAsync(Cancel);
        return await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer"), Cancel);
    }

    [Fact]
    public async Task A_backup_that_was_killed_leaves_none_and_a_restore_that_was_killed_leaves_old_or_new()
    {
        var (folder, _) = await DataAsync(1500);
        var random = new Random(5);
        var backups = Path.Combine(folder, "backups");

        // Killed at a random moment of the time it takes here and now, however slow the machine.
        var began = Stopwatch.GetTimestamp();
        var backup = Path.Combine(folder, "kept.gxb");
        await GuanxiProgram.DoneAsync("backup", backup, "--data", folder);
        var whole = Stopwatch.GetElapsedTime(began);
        for (var i = 0; i < Kills; i++)
        {
            using var process = GuanxiProgram.Start("backup", "--data", folder);
            await Task.WhenAny(process.WaitForExitAsync(Cancel), Task.Delay(whole * random.NextDouble(), Cancel));
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            foreach (var made in Directory.Exists(backups) ? Directory.GetFiles(backups, "*.gxb") : [])
            {
                await GuanxiProgram.DoneAsync("verify-backup", made, "--data", folder);
                File.Delete(made);
            }
        }

        // The next one clears away what a killed one could not.
        await GuanxiProgram.DoneAsync("backup", "--data", folder);
        Assert.Single(Directory.GetFiles(backups, "*.gxb"));
        Assert.Empty(Directory.GetFiles(backups, "*.part"));
        Assert.Empty(Directory.GetDirectories(backups));
        var (newOnes, oldOnes) = (await CustomersAsync(folder), 1501L);
        for (var i = 0; i < Kills; i++)
        {
            // Something happens after the backup, so that old and new can be told apart.
            var file = Path.Combine(folder, "one.csv");
            await File.WriteAllTextAsync(file, "客户名称\n后来的客户\n", Cancel);
            if (await CustomersAsync(folder) == newOnes)
            {
                await GuanxiProgram.DoneAsync("import", "customers", file, "--data", folder);
            }

            using var process = GuanxiProgram.Start("restore", backup, "--replace", "--data", folder);
            await Task.WhenAny(process.WaitForExitAsync(Cancel), Task.Delay(whole * 1.5 * random.NextDouble(), Cancel));
            process.Kill();
            await process.WaitForExitAsync(Cancel);
            await GuanxiProgram.DoneAsync("ledger", "verify", "--data", folder);
            Assert.Contains(await CustomersAsync(folder), new[] { newOnes, oldOnes });
        }

        await GuanxiProgram.DoneAsync("restore", backup, "--replace", "--data", folder);
        Assert.Equal(newOnes, await CustomersAsync(folder));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_administrator_restores_from_the_page_and_the_server_goes_on_with_the_old_data()
    {
        var (folder, token) = await DataAsync(10);
        using var server = GuanxiProgram.Start("up", "--data", folder, "--url", "http://127.0.0.1:0");
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(await GuanxiProgram.AddressAsync(server, Cancel), "/api/v1/") };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var made = await client.MakeAsync("backups", new { });
            Assert.True(made.GetProperty("good").GetBoolean(), made.ToString());
            var name = made.GetProperty("name").GetString()!;
            await client.MakeAsync("customers", new { name = "后来的客户" });
            // No token reaches it, whatever its owner's rights: somebody has to be at the page.
            await (await client.PostAsJsonAsync($"backups/{name}:restore", new { confirm = name }, Cancel)).ProblemAsync(403);
            using var boss = new Visitor(new Uri(client.BaseAddress!, "/"));
            await (await boss.SendAsync(HttpMethod.Post, "session", new { userName = "boss", password = Password })).JsonAsync();
            await (await boss.SendAsync(HttpMethod.Post, $"backups/{name}:restore", new { confirm = "no" })).ProblemAsync(422);
            Assert.Equal(11, await CustomersAsync(folder));
            Assert.Equal(HttpStatusCode.Accepted, (await boss.SendAsync(HttpMethod.Post, $"backups/{name}:restore", new { confirm = name })).StatusCode);

            // It greets again when it has begun anew.
            var address = await GuanxiProgram.AddressAsync(server, Cancel);
            using var again = new HttpClient { BaseAddress = new Uri(address, "/api/v1/") };
            again.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
            Assert.Equal(10, (await again.ReadAsync("customers")).GetProperty("items").GetArrayLength());
            Assert.Contains((await again.ReadAsync("ledger")).GetProperty("items").EnumerateArray(), item => item.GetProperty("action").GetString() == "backup.restored");
            Assert.True((await (await again.PostAsync("./ledger:verify", null, Cancel)).JsonAsync()).GetProperty("whole").GetBoolean());
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(Cancel);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_by_the_command_with_a_sentence_and_changes_nothing()
    {
        var (folder, _) = await DataAsync(10);
        var backup = Path.Combine(folder, "b.gxb");
        await GuanxiProgram.DoneAsync("backup", backup, "--data", folder);
        var bytes = await File.ReadAllBytesAsync(backup, Cancel);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(backup, bytes, Cancel);
        foreach (var arguments in new[] { new[] { "verify-backup", backup }, ["restore", backup, "--replace"] })
        {
            var (status, output) = await GuanxiProgram.RunAsync([.. arguments, "--data", folder]);
            Assert.Equal(1, status);
            Assert.Contains("damaged", output, StringComparison.Ordinal);
        }

        Assert.Equal(10, await CustomersAsync(folder));
        Directory.Delete(folder, recursive: true);
    }
}
