using System.Net;
using System.Net.Sockets;
using System.Text;
using Guanxi.Platform.Outbound;

namespace Guanxi.Tests.Platform.Outbound;

/// <summary>Nobody reaches a server inside by giving us an address: a listener on this machine hears nothing of any of them.</summary>
public sealed class OutboundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A server that answers as it is told and counts who came.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpListener tcp = new(IPAddress.Loopback, 0);

        /// <param name="answer">What it answers to what it heard.</param>
        /// <param name="greeting">What it says first, and that it goes on listening, as mail servers do.</param>
        public Listener(Func<string, string> answer, string? greeting = null)
        {
            tcp.Start();
            _ = ServeAsync(answer, greeting);
        }

        public int Port => ((IPEndPoint)tcp.LocalEndpoint).Port;

        public List<string> Heard { get; } = [];

        private async Task ServeAsync(Func<string, string> answer, string? greeting)
        {
            while (true)
            {
                try
                {
                    using var caller = await tcp.AcceptTcpClientAsync(Cancel);
                    await using var stream = caller.GetStream();
                    var buffer = new byte[8192];
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(greeting ?? ""), Cancel);
                    do
                    {
                        var asked = Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel));
                        Heard.Add(asked);
                        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer(asked)), Cancel);
                    }
                    while (greeting is not null && Heard[^1].Length > 0);
                }
                catch (Exception error) when (error is IOException)
                {
                    // The caller had enough.
                }
                catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
                {
                    return;
                }
            }
        }

        public void Dispose() => tcp.Dispose();
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private static string To(string where) => $"HTTP/1.1 302 Found\r\nLocation: {where}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private static Task<OutboundAnswer> GetAsync(OutboundClient client, string address, int redirects = 0) => client.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), redirects, Cancel);

    private static async Task<string> RefusalAsync(OutboundClient client, string address, int redirects = 0)
    {
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, address, redirects));
        return (error.InnerException as HttpRequestException ?? error).Message;
    }

    /// <summary>Ways to write addresses of this machine, of networks inside and of the metadata service, and names that lead there.</summary>
    private static IEnumerable<string> Written() =>
    [
        "127.0.0.1", "127.1", "127.0.0.2", "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
        "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]", "[ff02::1]",
        "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "①②⑦.⓪.⓪.①", "evil.example", "127.0.0.1.evil.example",
    ];

    /// <summary>The same places written anew by program: each IPv4 address inside in every base and number of parts, and within IPv6 in every way that one can stand in the other.</summary>
    private static IEnumerable<string> Ways()
    {
        foreach (var address in new[] { "127.0.0.1", "127.255.255.254", "10.1.2.3", "172.20.0.9", "192.168.0.254", "169.254.169.254", "100.100.100.200", "0.0.0.0" })
        {
            var bytes = IPAddress.Parse(address).GetAddressBytes();
            var number = ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
            var (low24, low16) = (number & 0xffffff, number & 0xffff);
            var (high, low) = ($"{number >> 16:x}", $"{number & 0xffff:x}");
            string Octal(uint part) => "0" + Convert.ToString(part, 8);
            yield return $"{number}";
            yield return $"0x{number:x8}";
            yield return $"0X{number:X}";
            yield return Octal(number);
            yield return $"{bytes[0]}.{low24}";
            yield return $"{bytes[0]}.{bytes[1]}.{low16}";
            yield return $"0x{bytes[0]:x}.0x{bytes[1]:x}.0x{bytes[2]:x}.0x{bytes[3]:x}";
            yield return string.Join('.', bytes.Select(part => Octal(part)));
            yield return $"0x{bytes[0]:x}.{low24}";
            yield return $"{Octal(bytes[0])}.{bytes[1]}.0x{low16:x}";
            yield return string.Join('.', bytes.Select(part => Octal(part).PadLeft(6, '0')));
            yield return address + ".";
            yield return address.Replace(".", "。", StringComparison.Ordinal);
            yield return address.Replace(".", "%2e", StringComparison.Ordinal);
            yield return string.Concat(address.Select(letter => char.IsAsciiDigit(letter) ? (char)(letter - '0' + '０') : '．'));
            yield return $"[::ffff:{address}]";
            yield return $"[::ffff:{high}:{low}]";
            yield return $"[0000:0000:0000:0000:0000:ffff:{high.PadLeft(4, '0')}:{low.PadLeft(4, '0')}]";
            yield return $"[::{address}]";
            yield return $"[64:ff9b::{address}]";
            yield return $"[64:ff9b:1::{high}:{low}]";
            yield return $"[2002:{high}:{low}::1]";
            yield return $"[fe80::{high}:{low}%251]";
            yield return $"[fec0::{high}:{low}]";
        }
    }

    /// <summary>One listener hears nothing of two hundred and more ways to write an address inside (S-12); a name that leads to both kinds of places is tried as well.</summary>
    [Fact]
    public async Task An_address_inside_is_not_called()
    {
        using var listener = new Listener(_ => Ok("secret"));
        using var client = new OutboundClient(new OutboundRules(), (name, _) => Task.FromResult<IPAddress[]>(name.Contains("evil", StringComparison.Ordinal) || name.Contains("localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Parse("10.9.8.7")]));
        var hosts = Written().Concat(Ways()).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(hosts.Count >= 200, $"only {hosts.Count} ways");
        var called = new List<string>();
        foreach (var host in hosts)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}:{listener.Port}/");
                await client.SendAsync(request, 0, Cancel);
                called.Add(host);
            }
            catch (UriFormatException)
            {
                // No address at all.
            }
            catch (HttpRequestException error)
            {
                // Refused by the rule; one that merely cannot be reached from here could be from elsewhere.
                Assert.DoesNotContain("cannot be reached", (error.InnerException as HttpRequestException ?? error).Message, StringComparison.Ordinal);
            }
        }

        Assert.Empty(called);
        Assert.Empty(listener.Heard);

        // The listener does hear: of the same client, allowed to.
        using var allowed = new OutboundClient(new OutboundRules("127.0.0.1"));
        await GetAsync(allowed, $"http://127.0.0.1:{listener.Port}/");
        Assert.Single(listener.Heard);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("223.5.5.5", true)]
    [InlineData("172.15.0.1", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("100.128.0.1", true)]
    [InlineData("2400:3200::1", true)]
    [InlineData("2606:4700::1", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("2001::1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    public void What_is_public_is_what_the_registries_say(string address, bool isPublic) => Assert.Equal(isPublic, OutboundRules.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task A_name_that_leads_elsewhere_a_moment_later_helps_nobody()
    {
        using var listener = new Listener(_ => Ok("secret"));
        var asked = 0;

        // Public at the first look, this machine at every other: a client that looks, and then lets the system look again, would connect inside.
        using var client = new OutboundClient(new OutboundRules(), (_, _) => Task.FromResult<IPAddress[]>(asked++ == 0 ? [IPAddress.Parse("203.0.114.1")] : [IPAddress.Loopback])) { Longest = TimeSpan.FromSeconds(2) };
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, $"http://rebind.example:{listener.Port}/"));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(client, $"http://rebind.example:{listener.Port}/"));
        Assert.Equal(2, asked);
        Assert.Empty(listener.Heard);
    }

    [Fact]
    public async Task An_operator_may_allow_a_host_an_address_or_a_network()
    {
        using var listener = new Listener(_ => Ok("hello"));
        foreach (var allowed in new[] { "inside.example", "127.0.0.1", "127.0.0.0/8" })
        {
            using var client = new OutboundClient(new OutboundRules(allowed), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
            Assert.Equal("hello", Encoding.UTF8.GetString((await GetAsync(client, $"http://inside.example:{listener.Port}/")).Body));
        }

        using var other = new OutboundClient(new OutboundRules("other.example", "10.0.0.0/8"), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        Assert.Contains("Network:Outbound:Allow", await RefusalAsync(other, $"http://inside.example:{listener.Port}/"), StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => new OutboundRules("10.0.0.1/8"));
    }

    [Fact]
    public async Task A_redirect_is_looked_at_again_and_followed_only_when_asked_to()
    {
        using var inside = new Listener(_ => Ok("secret"));
        using var outside = new Listener(asked => asked.Contains("/away", StringComparison.Ordinal) ? To($"http://inside.example:{inside.Port}/") : asked.Contains("/loop", StringComparison.Ordinal) ? To("/loop") : asked.Contains("/file", StringComparison.Ordinal) ? To("file:///etc/passwd") : Ok("arrived"));
        using var client = new OutboundClient(new OutboundRules("outside.example"), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var home = $"http://outside.example:{outside.Port}";
        Assert.Equal(HttpStatusCode.Found, (await GetAsync(client, home + "/away")).Status);
        await RefusalAsync(client, home + "/away", redirects: 3);
        await RefusalAsync(client, home + "/file", redirects: 3);
        Assert.Empty(inside.Heard);
        outside.Heard.Clear();
        Assert.Equal(HttpStatusCode.Found, (await GetAsync(client, home + "/loop", redirects: 3)).Status);
        Assert.Equal(4, outside.Heard.Count);
    }

    [Theory]
    [InlineData("ftp://8.8.8.8/x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://8.8.8.8:25/x")]
    [InlineData("http://name:password@8.8.8.8/")]
    public async Task Only_web_addresses_without_a_password_are_called(string address)
    {
        using var client = new OutboundClient(new OutboundRules());
        Assert.Contains("http and https", await RefusalAsync(client, address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_or_does_not_end_is_given_up()
    {
        using var large = new Listener(_ => "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + new string('x', OutboundClient.LargestAnswer + 1));
        using var slow = new Listener(_ => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using (var patient = new OutboundClient(new OutboundRules("127.0.0.1")))
        {
            Assert.Contains("larger than 1 MB", await RefusalAsync(patient, $"http://127.0.0.1:{large.Port}/"), StringComparison.Ordinal);
        }

        using var client = new OutboundClient(new OutboundRules("127.0.0.1")) { Longest = TimeSpan.FromSeconds(1) };
        await RefusalAsync(client, $"http://127.0.0.1:{slow.Port}/");
        Assert.Contains("No answer within", await RefusalAsync(client, $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a@example.com\r\nRCPT TO:<all@example.com>", "b@example.com", "hello")]
    [InlineData("a@example.com", "b@example.com>\nDATA", "hello")]
    [InlineData("a@example.com", "b@example.com", "hello\r\nBcc: all@example.com")]
    [InlineData("a@example.com", "b@example.com,c@example.com", "hello")]
    public async Task A_message_brings_no_lines_of_its_own_into_the_talk_with_the_mail_server(string from, string to, string subject)
    {
        using var server = new Listener(_ => "250 ok\r\n", "220 ok\r\n");
        using var client = new OutboundClient(new OutboundRules("127.0.0.1"));
        await Assert.ThrowsAsync<FormatException>(() => MailSender.SendAsync(client, new MailServer("127.0.0.1", server.Port), new Mail(from, to, subject, "text"), DateTimeOffset.UnixEpoch, Cancel));
        Assert.DoesNotContain(server.Heard, line => line.Contains("all@example.com", StringComparison.Ordinal) || line.Contains("c@example.com", StringComparison.Ordinal));
    }

    /// <summary>The build refuses every other way to call out.</summary>
    [Fact]
    public void Nobody_else_makes_a_client()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Guanxi.slnx")))
        {
            root = root.Parent;
        }

        var banned = File.ReadAllText(Path.Combine(root.FullName, "src", "BannedSymbols.txt"));
        foreach (var way in new[] { "HttpClient.#ctor", "SocketsHttpHandler.#ctor", "System.Net.Mail.SmtpClient", "System.Net.WebClient", "System.Net.Sockets.TcpClient", "System.Net.WebRequest", "System.Net.Sockets.Socket.#ctor" })
        {
            Assert.Contains(way, banned, StringComparison.Ordinal);
        }

        var lifted = Directory.EnumerateFiles(Path.Combine(root.FullName, "src"), "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(file).Contains("disable RS0030", StringComparison.Ordinal)).Select(file => Path.GetFileName(file));
        Assert.Equal(["OutboundClient.cs"], lifted);
    }
}
