using System.Diagnostics;
using System.Net.Sockets;
using Guanxi.Server.Operations;
using Guanxi.Server.Tests.World;
using Guanxi.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Guanxi.Server.Tests.Door;

/// <summary>张伟 hears of a sign-in from a browser that never did before, and nobody else does.</summary>
public sealed class NewDeviceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<int> NoticesAsync(Visitor visitor) =>
        (await visitor.ReadAsync("notifications")).GetProperty("items").EnumerateArray().Count(notice => notice.GetProperty("kind").GetString() == "new-device");

    [Theory, BothDatabases]
    public async Task The_second_browser_is_news_the_first_and_the_same_again_are_not(Db db)
    {
        await using var server = await RunningServer.StartAsync(db);
        await server.SetPasswordsAsync();
        using var office = new Visitor(server);
        await office.SignInAsync("zhangwei");
        Assert.Equal(0, await NoticesAsync(office));
        await office.SignInAsync("zhangwei");
        Assert.Equal(0, await NoticesAsync(office));

        using var stranger = new Visitor(server);
        stranger.Headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/140 {0} {1} %s";
        await stranger.SignInAsync("zhangwei");
        Assert.Equal(1, await NoticesAsync(office));
        var notice = (await office.ReadAsync("notifications")).GetProperty("items").EnumerateArray().First();
        Assert.Contains("Chrome · Windows", notice.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", notice.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains((await server.As("wangfang").ReadAsync("security-events?kind=sign-in.new-device")).GetProperty("items").EnumerateArray(), line => line.GetProperty("user").GetProperty("name").GetString() == "张伟");

        // Who only guessed the password is no device, and 赵敏 hears nothing of it.
        using var guesser = new Visitor(server);
        await guesser.PostAsync("session", new { userName = "zhangwei", password = "falsch-und-lang-1" });
        Assert.Equal(1, await NoticesAsync(office));
        using var other = new Visitor(server);
        await other.SignInAsync("zhaomin");
        Assert.Equal(0, await NoticesAsync(other));
    }

    [Fact]
    public async Task By_mail_too_where_a_mail_server_is_set_up()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var mailbox = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-u", "-m", "aiosmtpd", "-n", "-l", $"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Debugging", "stdout"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        try
        {
            Assert.SkipUnless(await ListensAsync(mailbox, port), "aiosmtpd is not installed; ./guanxi test does.");
            await using var server = await RunningServer.StartAsync(Db.Sqlite, ("Mail:Host", "127.0.0.1"), ("Mail:Port", $"{port}"), ("Mail:From", "guanxi@example.com"));
            await server.SetPasswordsAsync();
            await (await server.As("wangfang").PatchAsync($"users/{server.Company.ZhangWei.Id}", new { email = "zhangwei@example.com" })).JsonAsync();
            for (var i = 0; i < 2; i++)
            {
                using var browser = new Visitor(server);
                await browser.SignInAsync("zhangwei");
            }

            var mail = server.Services.GetRequiredService<NoticeMail>();
            await mail.RunAsync(Cancel);
            Assert.Equal(0, await mail.RunAsync(Cancel));
            var lines = new List<string>();
            while (await mailbox.StandardOutput.ReadLineAsync(Cancel) is { } line && !line.Contains("END MESSAGE", StringComparison.Ordinal))
            {
                lines.Add(line);
            }

            Assert.Contains(lines, line => line.Contains("To: zhangwei@example.com", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.Contains("127.0.0.1", StringComparison.Ordinal) && line.Contains("Firefox · Linux", StringComparison.Ordinal));
        }
        finally
        {
            if (!mailbox.HasExited)
            {
                mailbox.Kill();
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
                await client.ConnectAsync("127.0.0.1", port, Cancel);
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
