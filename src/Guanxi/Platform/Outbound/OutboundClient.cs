using System.Net;
using System.Net.Sockets;

namespace Guanxi.Platform.Outbound;

/// <summary>What came back, at most as long as was allowed.</summary>
public sealed record OutboundAnswer(HttpStatusCode Status, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}

/// <summary>
/// The one way in which the program calls other servers; whoever makes another HttpClient is stopped by the build. It connects to the very address it has looked at, so a name that leads elsewhere a moment later helps nobody;
/// it follows a redirect only when asked to, and looks again; it takes no proxy, no cookies, no more than so many bytes, and no longer than so many seconds.
/// </summary>
public sealed class OutboundClient : IDisposable
{
    public const int LargestAnswer = 1024 * 1024;
    private readonly OutboundRules rules;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly HttpClient http;

    /// <param name="rules">Where to.</param>
    /// <param name="resolve">Addresses of a name; the system's way by default.</param>
    public OutboundClient(OutboundRules rules, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        (this.rules, this.resolve) = (rules, resolve ?? ((host, cancel) => Dns.GetHostAddressesAsync(host, cancel)));
#pragma warning disable RS0030 // This is the one place.
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None, MaxResponseHeadersLength = 32, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = async (context, cancel) => await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancel),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
#pragma warning restore RS0030
    }

    /// <summary>From asking to the last byte of the answer.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Sends a request and reads the answer.</summary>
    /// <param name="request">To an http or https address without a name or password in it.</param>
    /// <param name="redirects">How many redirects to follow; only a GET is sent on, and never from https to http.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="HttpRequestException">Not allowed, not reached, too long, too slow; with a sentence.</exception>
    public async Task<OutboundAnswer> SendAsync(HttpRequestMessage request, int redirects = 0, CancellationToken cancel = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Longest);
        try
        {
            for (var (next, left) = (request, redirects); ; left--)
            {
                Check(next.RequestUri);
                using var answer = await http.SendAsync(next, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (left <= 0 || next.Method != HttpMethod.Get || (int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location)
                {
                    return new OutboundAnswer(answer.StatusCode, await ReadAsync(answer, limit.Token));
                }

                // A fresh request: what authorised the first is not meant for whoever it points to.
                var target = new Uri(next.RequestUri!, location);
                if (next.RequestUri!.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps)
                {
                    throw new HttpRequestException("The answer leads from https to something less.");
                }

                next = new HttpRequestMessage(HttpMethod.Get, target);
            }
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new HttpRequestException($"No answer within {Longest.TotalSeconds:0} seconds.", error);
        }
        catch (IOException error)
        {
            throw new HttpRequestException("The answer broke off.", error);
        }
    }

    /// <summary>A connection to a host that may be called, for other protocols than HTTP.</summary>
    /// <exception cref="HttpRequestException">Not allowed, or not reached.</exception>
    public async Task<NetworkStream> ConnectAsync(string host, int port, CancellationToken cancel = default)
    {
        try
        {
            var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await resolve(host, cancel);
            var open = addresses.Where(address => rules.Admit(host, address)).ToArray();
            if (open.Length == 0)
            {
                throw new HttpRequestException($"“{host}” is no public address. An operator can allow it: Network:Outbound:Allow.");
            }

#pragma warning disable RS0030 // Here the address has been looked at.
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore RS0030
            try
            {
                await socket.ConnectAsync(open, port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        catch (SocketException error)
        {
            throw new HttpRequestException($"“{host}” cannot be reached.", error);
        }
    }

    private static void Check(Uri? address)
    {
        if (address is not { IsAbsoluteUri: true } || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.UserInfo.Length > 0)
        {
            throw new HttpRequestException("Only http and https addresses without a name or password in them are called.");
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            if (body.Length + read > LargestAnswer)
            {
                throw new HttpRequestException($"The answer is larger than {LargestAnswer >> 20} MB.");
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    public void Dispose() => http.Dispose();
}
