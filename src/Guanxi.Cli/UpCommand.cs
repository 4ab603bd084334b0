using System.CommandLine;
using Guanxi.Platform;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Identity;
using Guanxi.Server;
using Guanxi.Server.Backup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Guanxi.Cli;

/// <summary><c>guanxi up</c>: serves the data directory.</summary>
public static class UpCommand
{
    public static Command Create()
    {
        var url = new Option<string>("--url") { Description = "Where to listen.", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("GUANXI__Url") ?? "http://127.0.0.1:5080" };
        var demo = new Option<bool>("--demo") { Description = "Load the sample company into empty data." };
        var log = new Option<string?>("--log") { Description = "json for one JSON object a line." };
        var web = new Option<string?>("--web") { Description = "Folder of the built browser client." };
        var command = new Command("up", "Start the server.") { url, demo, log, web };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            if (!Uri.TryCreate(parsed.GetValue(url), UriKind.Absolute, out var address) || address.Scheme != "http")
            {
                await Console.Error.WriteLineAsync("--url should be like http://127.0.0.1:5080; put a proxy in front for https.");
                return 2;
            }

            // A restore from the page ends the server; it begins again on the data that were put in place.
            for (var demoToo = parsed.GetValue(demo); ; demoToo = false)
            {
                if (await ServeAsync(parsed, address, parsed.GetValue(web), parsed.GetValue(log) == "json", demoToo, cancel) is { } status)
                {
                    return status;
                }
            }
        }));
        return command;
    }

    /// <summary>Serves until it is stopped; null when it is to start anew.</summary>
    private static async Task<int?> ServeAsync(ParseResult parsed, Uri address, string? web, bool json, bool demo, CancellationToken cancel)
    {
        await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
        await ImportRecovery.RunAsync(workspace, cancel);
        var options = new GuanxiServer.Options(address.ToString(), web ?? WebFolder(), json);
        if (!demo || !Setup.Needed(workspace))
        {
            // Before anybody is served: what fails here ends the start, not somebody's work.
            await Sales.Processes.FirstProcess.EnsureAsync(workspace, cancel);
            await Platform.Calendar.ChineseHolidays.EnsureAsync(workspace, cancel);
        }

        await using var app = GuanxiServer.Build(workspace, options);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException)
        {
            await Console.Error.WriteLineAsync($"Something else listens on {address}. Choose another place with --url http://127.0.0.1:5081.");
            return 1;
        }

        // With port 0 the system chooses one; the greeting names it.
        var listening = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        await GreetAsync(workspace, listening is null ? address : new Uri(listening), demo, cancel);
        await app.WaitForShutdownAsync(cancel);
        return app.Services.GetRequiredService<Restart>().Asked ? null : 0;
    }

    private static async Task GreetAsync(Workspace workspace, Uri address, bool demo, CancellationToken cancel)
    {
        var at = address.ToString().TrimEnd('/');
        Console.WriteLine($"Guanxi 关系  {at}");
        if (demo)
        {
            await DemoCompany.LoadAsync(workspace, cancel);
        }
        else if (Setup.Needed(workspace))
        {
            Console.WriteLine($"First start: create the administrator at {at}/setup?key={await Setup.NewKeyAsync(workspace, cancel)}");
        }
    }

    /// <summary>The built client beside the program or in the source tree above it.</summary>
    private static string? WebFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            foreach (var candidate in new[] { Path.Combine(folder.FullName, "web", "dist"), Path.Combine(folder.FullName, "wwwroot") })
            {
                if (File.Exists(Path.Combine(candidate, "index.html")))
                {
                    return candidate;
                }
            }
        }

        return null;
    }
}
