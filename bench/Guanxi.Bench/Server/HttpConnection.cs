using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Guanxi.Bench.Server;

/// <summary>A finished request as bytes; made before the clock starts.</summary>
public readonly record struct PreparedRequest(byte[] Bytes)
{
    public static PreparedRequest Make(string method, string pathAndQuery, string token, byte[]? body = null, string contentType = "application/json", string? extraHeaders = null)
    {
        var head = $"{method} {pathAndQuery} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{extraHeaders}";
        if (body is not null)
        {
            head += $"Content-Type: {contentType}\r\nContent-Length: {body.Length}\r\n";
        }

        return new PreparedRequest([.. Encoding.UTF8.GetBytes(head + "\r\n"), .. body ?? []]);
    }
}

/// <summary>One kept connection that speaks just enough HTTP/1.1 (RFC 9112): the usual client would use as much of the two cores as the server it measures.</summary>
public sealed class HttpConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[64 * 1024];
    private int filled;

    public static async Task<HttpConnection> OpenAsync(Uri address, CancellationToken cancel)
    {
        var connection = new HttpConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, address.Port, cancel);
        return connection;
    }

    /// <summary>Sends and reads the whole answer: its status and body. The body stays good until the next call.</summary>
    public async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> SendAsync(PreparedRequest request, CancellationToken cancel)
    {
        for (ReadOnlyMemory<byte> left = request.Bytes; left.Length > 0;)
        {
            left = left[await socket.SendAsync(left, cancel)..];
        }

        filled = 0;
        int end;
        while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await ReceiveAsync(cancel);
        }

        var head = buffer.AsSpan(0, end + 2);
        _ = Utf8Parser.TryParse(head[9..12], out int status, out _);
        var body = end + 4;
        if (HeaderNumber(head, "\r\nContent-Length: "u8) is { } length)
        {
            while (filled < body + length)
            {
                await ReceiveAsync(cancel);
            }

            return (status, buffer.AsMemory(body, length));
        }

        return head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0 ? (status, default) : (status, await ReadChunksAsync(body, cancel));
    }

    /// <summary>Joins the chunks in place.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReadChunksAsync(int start, CancellationToken cancel)
    {
        var (from, to) = (start, start);
        while (true)
        {
            int line;
            while ((line = buffer.AsSpan(from, filled - from).IndexOf("\r\n"u8)) < 0)
            {
                await ReceiveAsync(cancel);
            }

            _ = Utf8Parser.TryParse(buffer.AsSpan(from, line), out int size, out _, 'x');
            from += line + 2;
            while (filled < from + size + 2)
            {
                await ReceiveAsync(cancel);
            }

            if (size == 0)
            {
                return buffer.AsMemory(start, to - start);
            }

            buffer.AsSpan(from, size).CopyTo(buffer.AsSpan(to));
            to += size;
            from += size + 2;
        }
    }

    private async ValueTask ReceiveAsync(CancellationToken cancel)
    {
        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var count = await socket.ReceiveAsync(buffer.AsMemory(filled), cancel);
        filled += count > 0 ? count : throw new IOException("The server closed the connection.");
    }

    private static int? HeaderNumber(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name) =>
        head.IndexOf(name) is >= 0 and var at && Utf8Parser.TryParse(head[(at + name.Length)..], out int number, out _) ? number : null;

    public void Dispose() => socket.Dispose();
}
