using System.CommandLine;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Backup;
using Guanxi.Platform.Records;
using Microsoft.Extensions.Configuration;

namespace Guanxi.Cli;

/// <summary>The options that every command on a company's data takes, and how it is opened.</summary>
public static class CommandLine
{
    public static Option<string> Data { get; } = new("--data")
    {
        Description = "The data directory.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("GUANXI__Data") ?? "./data",
        Recursive = true,
    };

    public static Option<string?> Db { get; } = new("--db")
    {
        Description = "Connection string: \"Data Source=…\" for SQLite, \"Host=…;Username=…\" for PostgreSQL.",
        Recursive = true,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON for programs." };

    /// <summary>guanxi.json of the data directory, then the environment.</summary>
    public static IConfiguration Settings(ParseResult parsed) =>
        new ConfigurationBuilder().AddJsonFile(Path.Combine(Path.GetFullPath(parsed.GetValue(Data)!), "guanxi.json"), optional: true).AddEnvironmentVariables("GUANXI__").Build();

    /// <summary>The database that the options or the settings name; the directory's own file otherwise.</summary>
    public static string Connection(ParseResult parsed, string folder) => parsed.GetValue(Db) ?? Settings(parsed)["Db"] ?? $"Data Source={Path.Combine(folder, "guanxi.db")}";

    /// <summary>Opens the data that the options name, made and brought up to date when needed.</summary>
    public static async Task<Workspace> OpenAsync(ParseResult parsed, CancellationToken cancel = default)
    {
        var folder = Path.GetFullPath(parsed.GetValue(Data)!);
        Directory.CreateDirectory(folder);
        var aside = BackupRestore.Finish(folder);
        var workspace = await Workspace.OpenAsync(GuanxiDatabase.Open(Connection(parsed, folder)), folder, TimeProvider.System, cancel: cancel);
        if (aside is not null)
        {
            await Console.Error.WriteLineAsync($"A backup was put in place of the data. What was there before lies in {aside}.");
            await workspace.WriteAsync(workspace.System("cli"), context =>
            {
                context.Note("backup.restored");
                return Task.CompletedTask;
            }, cancel: cancel);
        }

        return workspace;
    }

    /// <summary>Runs a command's work: 0 done, 1 failed with the reason on standard error.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (RefusedException refused)
        {
            var refusal = refused.Refusal;
            await Console.Error.WriteLineAsync($"{refusal.Title.En}: {refusal.Detail?.En ?? refusal.Title.En}");
            foreach (var (field, errors) in refusal.Errors ?? new Dictionary<string, IReadOnlyList<Label>>())
            {
                await Console.Error.WriteLineAsync($"  {field}: {string.Join("; ", errors.Select(error => error.En))}");
            }

            return 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Data.Common.DbException or InvalidOperationException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }
}
