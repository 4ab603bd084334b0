using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Guanxi.Platform.Ledger;
using Guanxi.Server.Ledger;
using Guanxi.Tests.World;
using Microsoft.Extensions.Configuration;

namespace Guanxi.Server.Tests.Ledger;

public sealed class DeliveryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IConfiguration Settings(params (string Name, string? Value)[] values) => new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(value => value.Name, value => value.Value)).Build();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<CheckpointDelivery.State> StateAsync(Company company)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        return (await CheckpointDelivery.StatesAsync(session, Cancel)).Single();
    }

    [Theory, BothDatabases]
    public async Task Each_checkpoint_goes_once_into_a_file_outside_and_proves_there_what_was(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        using var keys = LedgerKeys.Open(company.Workspace.Folder);
        var file = Path.Combine(company.Workspace.Folder, "outside.txt");
        using var delivery = new CheckpointDelivery(company.Workspace, Settings(("Ledger:File", file)));
        for (var i = 0; i < 3; i++)
        {
            await company.CustomerAsync(company.ZhangWei, $"客户 {i}");
            await Checkpoints.MakeAsync(company.Workspace, keys, now: true, Cancel);
            await delivery.RunAsync(Cancel);
            await delivery.RunAsync(Cancel);
        }

        var read = Checkpoint.ReadAll(await File.ReadAllTextAsync(file, Cancel), keys);
        Assert.Equal(3, read.Count);
        Assert.All(read, note => Assert.Null(note.Problem));
        Assert.True((await company.VerifyAsync(read, keys)).Whole);
    }

    [Fact]
    public async Task A_web_address_that_fails_is_tried_again_ever_more_slowly_and_the_trouble_is_shown()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        using var keys = LedgerKeys.Open(company.Workspace.Folder);
        await Checkpoints.MakeAsync(company.Workspace, keys, now: true, Cancel);
        var port = FreePort();
        using var delivery = new CheckpointDelivery(company.Workspace, Settings(("Ledger:Webhook", $"http://127.0.0.1:{port}/checkpoints")));
        await delivery.RunAsync(Cancel);
        Assert.Equal(1, (await StateAsync(company)).Failures);
        await delivery.RunAsync(Cancel);
        Assert.Equal(1, (await StateAsync(company)).Failures);
        company.Time.Pass(TimeSpan.FromMinutes(2));
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var heard = HearAsync(listener);
        await delivery.RunAsync(Cancel);
        Assert.Null(Assert.Single(Checkpoint.ReadAll(await heard, keys)).Problem);
        var state = await StateAsync(company);
        Assert.Equal((0, (string?)null), (state.Failures, state.Problem));
    }

    private static async Task<string> HearAsync(HttpListener listener)
    {
        var call = await listener.GetContextAsync();
        using var reader = new StreamReader(call.Request.InputStream);
        var text = await reader.ReadToEndAsync(Cancel);
        call.Response.StatusCode = 204;
        call.Response.Close();
        return text;
    }

    [Fact]
    public async Task A_mailbox_gets_the_checkpoint_by_a_real_mail_server_and_it_can_be_read_there()
    {
        var port = FreePort();
        using var server = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-u", "-m", "aiosmtpd", "-n", "-l", $"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Debugging", "stdout"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        try
        {
            Assert.SkipUnless(await ListensAsync(server, port), "aiosmtpd is not installed; ./guanxi test does.");
            await using var company = await Company.OpenAsync(Db.Sqlite);
            using var keys = LedgerKeys.Open(company.Workspace.Folder);
            var made = await Checkpoints.MakeAsync(company.Workspace, keys, now: true, Cancel);
            using var delivery = new CheckpointDelivery(company.Workspace, Settings(("Ledger:Mail:To", "auditor@example.com"), ("Ledger:Mail:From", "guanxi@example.com"), ("Ledger:Mail:Host", "127.0.0.1"), ("Ledger:Mail:Port", $"{port}")));
            await delivery.RunAsync(Cancel);
            Assert.Null((await StateAsync(company)).Problem);
            var lines = new List<string>();
            while (await server.StandardOutput.ReadLineAsync(Cancel) is { } line && !line.Contains("END MESSAGE", StringComparison.Ordinal))
            {
                lines.Add(line);
            }

            var mail = string.Join('\n', lines);
            Assert.Contains("To: auditor@example.com", mail, StringComparison.Ordinal);
            var note = mail[mail.IndexOf("guanxi-ledger/", StringComparison.Ordinal)..].Split("\n\n");
            Assert.Null(Assert.Single(Checkpoint.ReadAll(note[0] + "\n\n" + note[1] + "\n", keys)).Problem);
            Assert.Contains(made!.Size.ToString(System.Globalization.CultureInfo.InvariantCulture), mail, StringComparison.Ordinal);
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill();
            }
        }
    }

    private static async Task<bool> ListensAsync(Process server, int port)
    {
        while (!server.HasExited)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, Cancel);
                return true;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }

        return false;
    }
}
