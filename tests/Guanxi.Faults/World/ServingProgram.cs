using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using Guanxi.Server.Tests.World;

namespace Guanxi.Faults.World;

/// <summary>The program serving, as a process that can be killed. What it says is read all the time, so that a full pipe never holds it up.</summary>
public sealed class ServingProgram : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> said = new();
    private readonly TaskCompletionSource<Uri> greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServingProgram(Process process) => this.process = process;

    public Uri Address { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ServingProgram> StartAsync(string folder, string? database = null, Shim? shim = null, int port = 0)
    {
        var start = new ProcessStartInfo("dotnet", [GuanxiProgram.File, "up", "--data", folder, "--url", $"http://127.0.0.1:{port}", .. database is null ? [] : new[] { "--db", database }])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["GUANXI__RateLimit__PerSecond"] = "0";
        start.Environment["GUANXI__Backup__Daily"] = "false";
        start.Environment["DOTNET_TieredPGO"] = "0";
        shim?.Prepare(start);
        var server = new ServingProgram(new Process { StartInfo = start, EnableRaisingEvents = true });
        server.process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server.process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server.process.Exited += (_, _) => server.greeted.TrySetException(new InvalidOperationException("The server ended: " + server.Said));
        server.process.Start();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        try
        {
            // A second on a free machine; what is tested is never how long it takes.
            server.Address = await server.greeted.Task.WaitAsync(TimeSpan.FromMinutes(10), Cancel);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The last lines it wrote.</summary>
    public string Said => string.Join('\n', said);

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        said.Enqueue(line);
        while (said.Count > 100)
        {
            said.TryDequeue(out _);
        }

        var at = line.IndexOf("http://", StringComparison.Ordinal);
        if (at >= 0)
        {
            greeted.TrySetResult(new Uri(line[at..].Split(' ')[0]));
        }
    }

    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient { BaseAddress = new Uri(Address, "/api/v1/"), Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    /// <summary>Stops it where it stands; returns when not one of its threads runs any more.</summary>
    public void Freeze()
    {
        using var stop = Process.Start("kill", ["-STOP", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        stop.WaitForExit();
        while (Directory.GetDirectories($"/proc/{process.Id}/task").Any(thread => !IsStopped(thread)))
        {
            Thread.Yield();
        }
    }

    /// <summary>The state is the letter after the name in brackets.</summary>
    private static bool IsStopped(string thread)
    {
        try
        {
            var line = File.ReadAllText(Path.Combine(thread, "stat"));
            return line[line.LastIndexOf(')') + 2] is 'T' or 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>kill -9, and waits until nothing of it is left.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(Cancel);
    }

    /// <summary>An administrator's token for everything; made before the first start.</summary>
    public static async Task<string> TokenAsync(string folder, string? database = null, string? password = null)
    {
        string[] place = ["--data", folder, .. database is null ? [] : new[] { "--db", database }];
        using (var add = GuanxiProgram.Start(["user", "add", "boss", "--role", "administrator", .. password is null ? [] : new[] { "--password-stdin" }, .. place]))
        {
            if (password is not null)
            {
                await add.StandardInput.WriteLineAsync(password);
            }

            var wrong = await add.StandardError.ReadToEndAsync(Cancel);
            await add.WaitForExitAsync(Cancel);
            Assert.True(add.ExitCode == 0, wrong);
        }

        return (await GuanxiProgram.DoneAsync(["token", "create", "--user", "boss", .. place])).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
