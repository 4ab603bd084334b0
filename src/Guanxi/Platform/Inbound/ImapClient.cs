using System.Globalization;
using System.Net.Security;
using System.Text;
using Guanxi.Platform.Outbound;

namespace Guanxi.Platform.Inbound;

/// <summary>How a mailbox is reached. Without TLS no password is said, except to this machine itself.</summary>
public sealed record ImapServer(string Host, int Port, ImapSecurity Security, string User, string Password);

public enum ImapSecurity
{
    /// <summary>TLS from the first byte (RFC 8314).</summary>
    Tls,

    StartTls,

    /// <summary>None; an operator's own server on this machine alone.</summary>
    None,
}

/// <summary>Reads a folder of a mailbox by IMAP4rev1 (RFC 3501) over a guarded connection. It looks and changes nothing: EXAMINE and BODY.PEEK.</summary>
public sealed class ImapClient : IAsyncDisposable
{
    public const int LargestMessage = 25 * 1024 * 1024;
    private const int LongestLine = 64 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private readonly CancellationTokenSource limit;
    private Stream stream;
    private readonly byte[] buffer = new byte[16 * 1024];
    private int at;
    private int end;
    private int tag;

    private ImapClient(Stream stream, CancellationTokenSource limit) => (this.stream, this.limit) = (stream, limit);

    /// <summary>Connects and signs in.</summary>
    /// <exception cref="IOException">The server refused it, with what it said.</exception>
    /// <exception cref="HttpRequestException">It may not be called, or is not reached.</exception>
    public static async Task<ImapClient> OpenAsync(OutboundClient outbound, ImapServer server, CancellationToken cancel = default)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Longest);
        var client = new ImapClient(await outbound.ConnectAsync(server.Host, server.Port, limit.Token), limit);
        try
        {
            if (server.Security == ImapSecurity.Tls)
            {
                await client.SecureAsync(server.Host);
            }

            if (!(await client.LineAsync()).StartsWith("* OK", StringComparison.OrdinalIgnoreCase))
            {
                throw new IOException("The mail server does not greet as IMAP.");
            }

            if (server.Security == ImapSecurity.StartTls)
            {
                await client.SayAsync("STARTTLS");
                // What came before the encryption counts for nothing (CVE-2011-0411).
                client.at = client.end = 0;
                await client.SecureAsync(server.Host);
            }

            if (server.Security == ImapSecurity.None && client.stream is System.Net.Sockets.NetworkStream { Socket.RemoteEndPoint: System.Net.IPEndPoint { Address: var address } } && !System.Net.IPAddress.IsLoopback(address))
            {
                throw new IOException("A password is sent over TLS only.");
            }

            await client.SayAsync($"LOGIN {Quoted(server.User)} {Quoted(server.Password)}");
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private async Task SecureAsync(string host)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        stream = secure;
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, limit.Token);
    }

    /// <summary>Opens a folder for reading; answers its UIDVALIDITY, after whose change all numbers mean others.</summary>
    public async Task<long> ExamineAsync(string folder)
    {
        var validity = 0L;
        foreach (var line in await SayAsync($"EXAMINE {Quoted(ModifiedUtf7(folder))}"))
        {
            var found = line.IndexOf("[UIDVALIDITY ", StringComparison.OrdinalIgnoreCase);
            if (found >= 0)
            {
                _ = long.TryParse(line.AsSpan(found + 13, Math.Max(0, line.IndexOf(']', found) - found - 13)), NumberStyles.None, CultureInfo.InvariantCulture, out validity);
            }
        }

        return validity;
    }

    /// <summary>The messages after one, with their sizes, oldest first.</summary>
    public async Task<IReadOnlyList<(long Uid, long Size)>> AfterAsync(long uid)
    {
        var found = new List<(long, long)>();
        foreach (var line in await SayAsync(string.Create(CultureInfo.InvariantCulture, $"UID FETCH {uid + 1}:* (UID RFC822.SIZE)")))
        {
            var (number, size) = (Number(line, "UID "), Number(line, "RFC822.SIZE "));
            // The last message answers to n:* even when n lies behind it.
            if (line.Contains(" FETCH ", StringComparison.OrdinalIgnoreCase) && number > uid)
            {
                found.Add((number, size));
            }
        }

        return [.. found.OrderBy(item => item.Item1)];
    }

    /// <summary>A message as it came.</summary>
    public async Task<byte[]> MessageAsync(long uid)
    {
        byte[]? body = null;
        await SayAsync(string.Create(CultureInfo.InvariantCulture, $"UID FETCH {uid} BODY.PEEK[]"), literal => body = literal);
        return body ?? throw new IOException("The mail server sent no message.");
    }

    private static long Number(string line, string name)
    {
        var from = line.IndexOf(name, StringComparison.OrdinalIgnoreCase);
        if (from < 0)
        {
            return 0;
        }

        var digits = line.AsSpan(from + name.Length);
        var length = 0;
        while (length < digits.Length && char.IsAsciiDigit(digits[length]))
        {
            length++;
        }

        return long.TryParse(digits[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>A text in quotation marks; a line break in it would begin a command of its own.</summary>
    private static string Quoted(string text) => text.Any(letter => char.IsControl(letter) || letter > 126)
        ? throw new FormatException("A name or password of a mailbox has a character that cannot be sent.")
        : "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    /// <summary>Names of folders beyond ASCII (RFC 3501 section 5.1.3).</summary>
    public static string ModifiedUtf7(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length;)
        {
            if (name[i] is >= ' ' and <= '~')
            {
                text.Append(name[i] == '&' ? "&-" : name[i]);
                i++;
                continue;
            }

            var from = i;
            while (i < name.Length && name[i] is not (>= ' ' and <= '~'))
            {
                i++;
            }

            text.Append('&').Append(Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes(name[from..i])).TrimEnd('=').Replace('/', ',')).Append('-');
        }

        return text.ToString();
    }

    /// <summary>Sends a command and reads to its end; the lines in between, literals apart.</summary>
    private async Task<List<string>> SayAsync(string command, Action<byte[]>? literal = null)
    {
        var mine = string.Create(CultureInfo.InvariantCulture, $"g{++tag}");
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{mine} {command}\r\n"), limit.Token);
        await stream.FlushAsync(limit.Token);
        var lines = new List<string>();
        for (var count = 0; count < 200_000; count++)
        {
            var line = await LineAsync();
            while (line.EndsWith('}') && line.LastIndexOf('{') is >= 0 and var open && long.TryParse(line.AsSpan(open + 1, line.Length - open - 2).TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            {
                var bytes = await BytesAsync(size);
                literal?.Invoke(bytes);
                line = line[..open] + await LineAsync();
            }

            if (!line.StartsWith(mine + " ", StringComparison.Ordinal))
            {
                lines.Add(line);
                continue;
            }

            return line.StartsWith(mine + " OK", StringComparison.OrdinalIgnoreCase) ? lines : throw new IOException($"The mail server said “{new string([.. line[(mine.Length + 1)..].Where(letter => !char.IsControl(letter)).Take(200)])}”.");
        }

        throw new IOException("The mail server says too much.");
    }

    private async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        while (line.Length < LongestLine)
        {
            if (at == end)
            {
                await FillAsync();
            }

            var letter = (char)buffer[at++];
            if (letter == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(letter);
        }

        throw new IOException("The mail server sends a line without an end.");
    }

    private async Task<byte[]> BytesAsync(long size)
    {
        if (size > LargestMessage + 1024)
        {
            throw new IOException("The message is too large.");
        }

        var bytes = new byte[size];
        for (var done = 0; done < size;)
        {
            if (at == end)
            {
                await FillAsync();
            }

            var take = (int)Math.Min(end - at, size - done);
            buffer.AsSpan(at, take).CopyTo(bytes.AsSpan(done));
            (at, done) = (at + take, done + take);
        }

        return bytes;
    }

    private async Task FillAsync()
    {
        (at, end) = (0, await stream.ReadAsync(buffer, limit.Token));
        if (end == 0)
        {
            throw new IOException("The mail server broke off.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        limit.Dispose();
    }
}
