using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Moving;

namespace Guanxi.Cli;

/// <summary><c>guanxi move --to "Host=…"</c>: from SQLite to PostgreSQL or back, compared table by table.</summary>
public static class MoveCommand
{
    public static Command Create()
    {
        var to = new Option<string>("--to") { Description = "The new database, which must be empty: \"Host=…;Username=…;Database=…\" or \"Data Source=FILE\".", Required = true };
        var command = new Command("move", "Copy the company to PostgreSQL, or back to SQLite, and compare every table by count and checksum. Stop the server first; attachments stay in the data directory.") { to, CommandLine.Json };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(CommandLine.Data)!);
            var source = CommandLine.Connection(parsed, folder);
            if (source.StartsWith("Data Source=", StringComparison.OrdinalIgnoreCase) && !File.Exists(source["Data Source=".Length..].Split(';')[0]))
            {
                throw new InvalidOperationException($"There is no company in {folder}. Name its directory with --data.");
            }

            var began = Stopwatch.GetTimestamp();
            var json = parsed.GetValue(CommandLine.Json);
            MoveResult result;
            await using (var from = GuanxiDatabase.Open(source))
            await using (var target = GuanxiDatabase.Open(parsed.GetValue(to)!))
            {
                result = await CompanyMove.RunAsync(from, target, TimeProvider.System, moved: (table, rows) =>
                {
                    if (!json)
                    {
                        Console.WriteLine($"{table,-32}{rows,12}  the same");
                    }
                }, cancel: cancel);
                await target.AnalyzeAsync(cancel);
            }

            await NoteAsync(source, folder, "company.moved.away", cancel);
            await NoteAsync(parsed.GetValue(to)!, folder, "company.moved.here", cancel);
            var seconds = Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 1);
            Console.WriteLine(json
                ? JsonSerializer.Serialize(new { tables = result.Tables, rows = result.Rows, seconds }, Output.Json)
                : $"{result.Tables.Count} tables, {result.Rows} rows: the same on both sides ({seconds} s). Serve the new one with --db and the same --data, or set \"Db\" in guanxi.json; what is written to the old one from now on is not in the new one.");
            return 0;
        }));
        return command;
    }

    private static async Task NoteAsync(string connection, string folder, string what, CancellationToken cancel)
    {
        await using var workspace = await Workspace.OpenAsync(GuanxiDatabase.Open(connection), folder, TimeProvider.System, cancel: cancel);
        await workspace.WriteAsync(workspace.System("cli"), context =>
        {
            context.Note(what);
            return Task.CompletedTask;
        }, cancel: cancel);
    }
}
