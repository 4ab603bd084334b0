using System.Net;
using System.Net.Sockets;

namespace Guanxi.Server.Tests.World;

/// <summary>A mail server (RFC 5321) that keeps what it is given, or refuses it.</summary>
internal sealed class Postbox : IDisposable
{
    private readonly TcpListener tcp = new(IPAddress.Loopback, 0);

    public Postbox()
    {
        tcp.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)tcp.LocalEndpoint).Port;

    public bool Refuses { get; set; }

    /// <summary>Each message as it came, after the words that gave it.</summary>
    public List<string> Letters { get; } = [];

    public void Dispose() => tcp.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            TcpClient caller;
            try
            {
                caller = await tcp.AcceptTcpClientAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await TalkAsync(caller.GetStream());
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // The caller had enough.
            }
            finally
            {
                caller.Dispose();
            }
        }
    }

    private async Task TalkAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream);
        Task SayAsync(string line) => stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(line + "\r\n")).AsTask();
        await SayAsync("220 postbox");
        while (await reader.ReadLineAsync() is { } line && line != "QUIT")
        {
            if (line != "DATA")
            {
                await SayAsync(Refuses && line.StartsWith("RCPT", StringComparison.Ordinal) ? "550 no such person" : "250 ok");
                continue;
            }

            await SayAsync("354 go on");
            var letter = new List<string>();
            while (await reader.ReadLineAsync() is { } text && text != ".")
            {
                letter.Add(text);
            }

            Letters.Add(string.Join('\n', letter));
            await SayAsync("250 kept");
        }

        await SayAsync("421 and not even a polite one");
    }
}
