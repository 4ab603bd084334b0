using System.Diagnostics;

namespace Guanxi.Server.Tests.World;

/// <summary>The program as people run it: a process of its own.</summary>
public static class GuanxiProgram
{
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "Guanxi.Cli.dll");

    public static Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [File, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["GUANXI__RateLimit__PerSecond"] = "0";
        start.Environment["GUANXI__Backup__Daily"] = "false";
        return Process.Start(start)!;
    }

    public static async Task<(int Status, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    /// <summary>Runs with a text on its standard input, which is a pipe; temporary files go to a folder of the test's own.</summary>
    public static async Task<string> FedAsync(string input, string temporary, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [File, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["TMPDIR"] = temporary;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);
        return await output;
    }

    /// <summary>Runs and expects it to be done; answers what it printed.</summary>
    public static async Task<string> DoneAsync(params IEnumerable<string> arguments)
    {
        var (status, output) = await RunAsync(arguments);
        Assert.True(status == 0, output);
        return output;
    }

    /// <summary>The line the server greets with names where it listens.</summary>
    public static async Task<Uri> AddressAsync(Process server, CancellationToken cancel)
    {
        while (await server.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            var at = line.IndexOf("http://", StringComparison.Ordinal);
            if (at >= 0)
            {
                return new Uri(line[at..].Split(' ')[0]);
            }
        }

        throw new InvalidOperationException("The server did not start.");
    }
}
