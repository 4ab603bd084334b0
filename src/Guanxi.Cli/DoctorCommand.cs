using System.CommandLine;
using System.Runtime.InteropServices;
using Guanxi.Database;

namespace Guanxi.Cli;

/// <summary><c>guanxi doctor</c>: what is there, reachable and configured; 0 when it can serve.</summary>
public static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Check that Guanxi can serve here.");
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            Console.WriteLine($"runtime    {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}");
            var folder = Path.GetFullPath(parsed.GetValue(CommandLine.Data)!);
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            await using var session = await workspace.Database.ReadAsync(cancel);
            var drive = new DriveInfo(folder);
            Console.WriteLine($"data       {folder} ({drive.AvailableFreeSpace >> 30} GB free)");
            Console.WriteLine($"database   {(workspace.Database.Dialect.IsSqlite ? "SQLite " + await session.ScalarAsync<string>(Sql.Of($"SELECT sqlite_version()"), cancel) : "PostgreSQL " + await session.ScalarAsync<string>(Sql.Of($"SHOW server_version"), cancel))}");
            Console.WriteLine($"people     {workspace.Directory.People.Count()}");
            if (drive.AvailableFreeSpace < 200L << 20)
            {
                await Console.Error.WriteLineAsync("Less than 200 MB are free on the disk.");
                return 1;
            }

            Console.WriteLine("It can serve.");
            return 0;
        }));
        return command;
    }
}
