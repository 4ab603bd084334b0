using System.CommandLine;
using System.Globalization;
using Guanxi.Platform.Backup;

namespace Guanxi.Cli.Backup;

/// <summary><c>guanxi postgres base-backup|archive|fetch|restore</c>: PostgreSQL back to any moment.</summary>
public static class PostgresCommands
{
    private static readonly Option<string> Archive = new("--archive") { Description = "Folder of the sealed segments.", Required = true };

    public static Command Create() => new("postgres", "PostgreSQL back to any moment: a copy of the server and its write-ahead log, sealed.") { BaseBackup(), ArchiveSegment(), Fetch(), Restore() };

    private static BackupSettings Settings(ParseResult parsed) => BackupSettings.Read(Path.GetFullPath(parsed.GetValue(CommandLine.Data)!));

    private static Command BaseBackup()
    {
        var file = new Argument<string>("file") { Description = "Where to write the sealed copy." };
        var command = new Command("base-backup", "Copy the running server, named by --db, into one sealed file.") { file };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            var connection = parsed.GetValue(CommandLine.Db) ?? CommandLine.Settings(parsed)["Db"] ?? throw new InvalidOperationException("Name the server with --db \"Host=…;Username=…\"; the user needs the right to replicate.");
            await PostgresBase.TakeAsync(connection, Settings(parsed), Path.GetFullPath(parsed.GetValue(file)!), TimeProvider.System, cancel);
            return 0;
        }));
        return command;
    }

    private static Command ArchiveSegment()
    {
        var path = new Argument<string>("path") { Description = "%p of archive_command." };
        var name = new Argument<string>("name") { Description = "%f of archive_command." };
        var command = new Command("archive", "For archive_command: seal a segment of the log.") { path, name, Archive };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await PostgresBase.ArchiveAsync(parsed.GetValue(path)!, parsed.GetValue(name)!, parsed.GetValue(Archive)!, Settings(parsed), TimeProvider.System, cancel);
            return 0;
        }));
        return command;
    }

    private static Command Fetch()
    {
        var name = new Argument<string>("name") { Description = "%f of restore_command." };
        var path = new Argument<string>("path") { Description = "%p of restore_command." };
        var command = new Command("fetch", "For restore_command: open a segment of the log. Ends with 1 when there is none.") { name, path, Archive };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
            await PostgresBase.FetchAsync(parsed.GetValue(name)!, parsed.GetValue(path)!, parsed.GetValue(Archive)!, Settings(parsed), cancel) ? 0 : 1));
        return command;
    }

    private static Command Restore()
    {
        var file = new Argument<string>("file") { Description = "The sealed copy of the server." };
        var to = new Option<string>("--to") { Description = "An empty folder for the new server.", Required = true };
        var time = new Option<string?>("--time") { Description = "The moment, as 2026-11-22T09:30:00Z; all that there is otherwise." };
        var fetch = new Option<string>("--restore-command") { Description = "The command by which the server fetches a segment, with %f and %p; normally guanxi postgres fetch %f %p --archive FOLDER.", Required = true };
        var command = new Command("restore", "Lay out a server from its copy; started, it plays the log up to the moment.") { file, to, time, fetch };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            DateTimeOffset? until = parsed.GetValue(time) is { } text
                ? DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : throw new InvalidOperationException("--time should be like 2026-11-22T09:30:00Z.")
                : null;
            await PostgresBase.LayOutAsync(parsed.GetValue(file)!, Path.GetFullPath(parsed.GetValue(to)!), parsed.GetValue(fetch)!, until, Settings(parsed), cancel);
            Console.WriteLine($"Laid out in {parsed.GetValue(to)}. Give it to PostgreSQL's user (chown -R postgres) and start it with pg_ctl.");
            return 0;
        }));
        return command;
    }
}
