using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Hardening;

/// <summary>What the program writes to its log: that something went wrong and where, never about whom, never a secret.</summary>
public sealed class LogTests
{
    private const string Password = "一个-Long-Password-1";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_of_what_people_type_is_in_the_log_and_nothing_makes_a_line_of_its_own()
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-log-").FullName;
        using (var add = GuanxiProgram.Start("user", "add", "boss", "--role", "administrator", "--password-stdin", "--data", folder))
        {
            await add.StandardInput.WriteLineAsync(Password);
            await add.WaitForExitAsync(Cancel);
        }

        var token = (await GuanxiProgram.DoneAsync("token", "create", "--user", "boss", "--data", folder)).Trim();
        string log;
        using (var program = GuanxiProgram.Start("up", "--data", folder, "--url", "http://127.0.0.1:0"))
        {
            var errors = program.StandardError.ReadToEndAsync(Cancel);
            var address = await GuanxiProgram.AddressAsync(program, Cancel);
            var (failed, rest) = Listen(program.StandardOutput);
            await DriveAsync(address, token);

            // A fault of the program itself does log; so that is made to happen too: a column that it reads is gone.
            await using (var database = Guanxi.Database.GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}"))
            {
                await database.WriteAsync(session => session.ExecuteAsync(new Guanxi.Database.Sql().Append("ALTER TABLE notification RENAME COLUMN title TO gone"), Cancel).AsTask(), Cancel);
            }

            using (var client = Client(address, token))
            {
                Assert.Equal(500, (int)(await client.GetAsync("notifications?q=Canary%0d%0aFORGED", Cancel)).StatusCode);
            }

            // Lines are written beside the work; what was said is waited for, then it may go.
            await Task.WhenAny(failed, Task.Delay(TimeSpan.FromMinutes(1), Cancel));
            program.Kill();
            log = await rest + await errors;
        }

        Assert.Contains("/api/v1/notifications failed", log, StringComparison.Ordinal);
        foreach (var secret in new[] { "canary", "金丝雀", "13912345678", token, Password, "FORGED" })
        {
            Assert.False(log.Contains(secret, StringComparison.OrdinalIgnoreCase), $"the log has {secret}: {log}");
        }

        foreach (var file in Directory.GetFiles(folder, "*.log", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("canary", await File.ReadAllTextAsync(file, Cancel), StringComparison.OrdinalIgnoreCase);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>All it says, and that it said a call failed.</summary>
    private static (Task Failed, Task<string> All) Listen(StreamReader output)
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (failed.Task, Task.Run(async () =>
        {
            var all = new StringBuilder();
            while (await output.ReadLineAsync(Cancel) is { } line)
            {
                all.AppendLine(line);
                if (line.Contains(" failed", StringComparison.Ordinal))
                {
                    failed.TrySetResult();
                }
            }

            return all.ToString();
        }));
    }

    private static HttpClient Client(Uri address, string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri(address, "/api/v1/") };
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "Canary-Agent");
        client.DefaultRequestHeaders.TryAddWithoutValidation("Referer", "http://canary.example/");
        return client;
    }

    /// <summary>Good and bad calls with a word that must not come out.</summary>
    private static async Task DriveAsync(Uri address, string token)
    {
        using var boss = Client(address, token);
        using var nobody = Client(address, null);
        var customer = (await boss.MakeAsync("customers", new { name = "金丝雀有限公司", phone = "13912345678", email = "canary@example.com", note = "Canary" })).GetProperty("id").GetGuid();
        await boss.GetAsync("customers?q=Canary&filter=name%20%3D%20%22Canary%22", Cancel);
        await boss.GetAsync("customers?filter=Canary%20%3D%3D%3D", Cancel);
        await boss.GetAsync("customers/Canary%0d%0aFORGED", Cancel);
        await boss.PostAsJsonAsync("customers", new { name = "Canary", employees = "Canary", Canary = 1 }, Cancel);
        await boss.PostAsync("customers", new StringContent("{\"name\": \"Canary", Encoding.UTF8, "application/json"), Cancel);
        await boss.PatchAsync($"customers/{customer}", new { note = "Canary 2" }, "\"999\"");
        using var file = new MultipartFormDataContent { { new ByteArrayContent("客户名称,员工人数\nCanary,金丝雀\n"u8.ToArray()), "file", "Canary.csv" }, { new StringContent("{\"type\":\"customers\"}"), "options" } };
        await boss.PostAsync("imports", file, Cancel);
        using var broken = new MultipartFormDataContent { { new ByteArrayContent("PK\u0003\u0004Canary"u8.ToArray()), "file", "Canary.xlsx" }, { new StringContent("{\"type\":\"customers\"}"), "options" } };
        await boss.PostAsync("imports", broken, Cancel);
        using var attachment = new MultipartFormDataContent { { new ByteArrayContent("Canary"u8.ToArray()), "file", "Canary.txt" } };
        await boss.PostAsync($"customers/{customer}/files", attachment, Cancel);
        using var visitor = new Visitor(new Uri(address, "/"));
        await visitor.PostAsync("session", new { userName = "Canary-user", password = "Canary-password" });
        await visitor.PostAsync("session", new { userName = "boss", password = "Canary-password" });
        await visitor.PostAsync("session", new { userName = "boss", password = Password });
        using var wrong = Client(address, "t_Canary-token");
        await wrong.GetAsync("customers", Cancel);
        await nobody.GetAsync("customers", Cancel);
    }
}
