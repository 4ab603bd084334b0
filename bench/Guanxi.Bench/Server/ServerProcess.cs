using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Guanxi.Bench.Server;

/// <summary>The real server as a process of its own, listening on a free loopback port.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly List<string> errors = [];

    private ServerProcess(Process process, Uri address, TimeSpan ready) => (this.process, Address, Ready) = (process, address, ready);

    public Uri Address { get; }

    /// <summary>From the start of the process to its first good answer.</summary>
    public TimeSpan Ready { get; }

    public int Id => process.Id;

    public static async Task<ServerProcess> StartAsync(string program, string folder, string? database, string? web, CancellationToken cancel)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var arguments = new List<string> { program, "up", "--data", folder, "--url", address.ToString() };
        if (database is not null)
        {
            arguments.AddRange(["--db", database]);
        }

        if (web is not null)
        {
            arguments.AddRange(["--web", web]);
        }

        var started = TimeProvider.System.GetTimestamp();
        var process = Start(arguments);
        var server = new ServerProcess(process, address, default);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                server.errors.Add(text);
            }
        };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        using var client = new HttpClient();
        while (TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(120))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {process.ExitCode}: {string.Join('\n', server.errors)}");
            }

            try
            {
                using var answer = await client.GetAsync(new Uri(address, "/health/ready"), cancel);
                if (answer.IsSuccessStatusCode)
                {
                    return new ServerProcess(process, address, TimeProvider.System.GetElapsedTime(started));
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(5, cancel);
        }

        throw new TimeoutException("The server did not become ready within two minutes.");
    }

    /// <summary>Runs a command of the program to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancel)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? (await output).Trim() : throw new InvalidOperationException($"The program ended with {process.ExitCode}: {await error}");
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // One program calls as fast as it can: the limit that protects against that is off.
        start.Environment["GUANXI__RateLimit__PerSecond"] = "0";

        // The backup of the day would begin a minute after the start and take a core for minutes: a thing of the night, measured for itself.
        start.Environment["GUANXI__Backup__Daily"] = "false";
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public double CpuMilliseconds => ProcessUse.CpuMilliseconds(process.Id);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        process.Dispose();
    }
}
