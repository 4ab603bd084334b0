using System.CommandLine;
using System.Text.Json;
using Guanxi.Platform.Backup;

namespace Guanxi.Cli.Backup;

/// <summary><c>guanxi backup</c>, <c>verify-backup</c> and <c>restore</c>: one sealed file holds everything.</summary>
public static class BackupCommands
{
    private static readonly Option<bool> PassphraseFromInput = new("--passphrase-stdin") { Description = "Read the passphrase from standard input; otherwise it is that of the settings." };

    public static Command Backup()
    {
        var file = new Argument<string?>("file") { Description = "Where to write; a new name among the backups otherwise.", Arity = ArgumentArity.ZeroOrOne };
        var noCheck = new Option<bool>("--no-check") { Description = "Do not restore it to see that it can be." };
        var command = new Command("backup", "Make one sealed file of everything, and restore it into an empty place to see that it can be.") { file, noCheck, CommandLine.Json };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var settings = BackupSettings.Read(workspace.Folder);
            var store = new BackupStore(workspace.Database, settings, workspace.Clock);
            store.Sweep();
            if (parsed.GetValue(file) is not { } path)
            {
                var made = await store.MakeAsync("asked", check: !parsed.GetValue(noCheck), cancel);
                return await SayAsync(parsed, made.Path, made.Note!.Entries, made.Bytes, made.Note.Problems ?? []);
            }

            var manifest = await BackupMaker.RunAsync(workspace.Database, settings, Path.GetFullPath(path), workspace.Now, cancel);
            IReadOnlyList<string> problems = parsed.GetValue(noCheck) ? [] : (await BackupCheck.RunAsync(path, settings.Passphrase(), store.NewPlace(), workspace.Clock, workspace.Database.Dialect.IsSqlite ? null : workspace.Database.ConnectionString, settings.PostgresPrograms, cancel: cancel)).Problems;
            return await SayAsync(parsed, path, manifest.Entries, new FileInfo(path).Length, problems);
        }));
        command.Subcommands.Add(Passphrase());
        return command;
    }

    private static async Task<int> SayAsync(ParseResult parsed, string path, long entries, long bytes, IReadOnlyList<string> problems)
    {
        if (parsed.GetValue(CommandLine.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(new { file = path, entries, bytes, good = problems.Count == 0, problems }, Output.Json));
        }
        else if (problems.Count == 0)
        {
            Console.WriteLine($"{path}: {bytes / 1048576.0:0.0} MB, ledger of {entries} entries");
        }

        foreach (var problem in problems)
        {
            await Console.Error.WriteLineAsync($"The backup is NOT good: {problem}");
        }

        return problems.Count == 0 ? 0 : 1;
    }

    private static Command Passphrase()
    {
        var command = new Command("passphrase", "Print the passphrase that opens the backups, to be kept elsewhere.");
        command.SetAction((parsed, _) => CommandLine.RunAsync(() =>
        {
            var settings = BackupSettings.Read(Folder(parsed));
            Console.WriteLine(settings.Passphrase());
            settings.PassphraseIsKept();
            return Task.FromResult(0);
        }));
        return command;
    }

    private static string Folder(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(CommandLine.Data)!);

    private static async Task<string> PassphraseAsync(ParseResult parsed, BackupSettings settings, CancellationToken cancel) =>
        parsed.GetValue(PassphraseFromInput) ? (await Console.In.ReadLineAsync(cancel))?.Trim() ?? "" : settings.Passphrase();

    public static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "The backup." };
        var command = new Command("verify-backup", "Restore a backup into an empty place and say whether it is whole, or what is wrong.") { file, PassphraseFromInput, CommandLine.Json };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            var settings = BackupSettings.Read(Folder(parsed));
            var path = parsed.GetValue(file)!;
            var report = await BackupCheck.RunAsync(path, await PassphraseAsync(parsed, settings, cancel), BackupStore.PlaceIn(settings, TimeProvider.System), TimeProvider.System, parsed.GetValue(CommandLine.Db), settings.PostgresPrograms, cancel: cancel);
            if (parsed.GetValue(CommandLine.Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new { good = report.Good, created = report.Manifest.Created, report.Manifest.Kind, report.Manifest.Entries, report.Manifest.Root, report.Bytes, seconds = Math.Round(report.Took.TotalSeconds, 1), rows = report.Manifest.Tables, report.Problems }, Output.Json));
            }
            else if (report.Good)
            {
                Console.WriteLine($"The backup is good: of {report.Manifest.Created:u}, {report.Manifest.Tables.Values.Sum()} rows in {report.Manifest.Tables.Count} tables, ledger of {report.Manifest.Entries} entries; restored and checked in {report.Took.TotalSeconds:0.0} s");
            }

            foreach (var problem in report.Problems)
            {
                await Console.Error.WriteLineAsync($"The backup is NOT good: {problem}");
            }

            return report.Good ? 0 : 1;
        }));
        return command;
    }

    public static Command Restore()
    {
        var file = new Argument<string>("file") { Description = "The backup." };
        var replace = new Option<bool>("--replace") { Description = "Take the place of data that are there; they are kept in a folder beside." };
        var command = new Command("restore", "Put a backup in place of the data directory, or into an empty PostgreSQL database.") { file, replace, PassphraseFromInput };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            var folder = Directory.CreateDirectory(Folder(parsed)).FullName;
            var settings = BackupSettings.Read(folder);
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            if (parsed.GetValue(CommandLine.Db) is { } connection && connection.Contains("Host=", StringComparison.OrdinalIgnoreCase))
            {
                await BackupRestore.IntoPostgresAsync(path, await PassphraseAsync(parsed, settings, cancel), connection, folder, settings.PostgresPrograms, TimeProvider.System, cancel);
                Console.WriteLine("Restored.");
                return 0;
            }

            if (File.Exists(Path.Combine(folder, BackupMaker.SqlitePart)) && !parsed.GetValue(replace))
            {
                throw new IOException($"There are data in {folder}. Name another place with --data, or say --replace; then they are kept beside.");
            }

            if (!BackupRestore.IsFree(folder))
            {
                throw new IOException("The server is running on these data. Stop it first, or restore from its page.");
            }

            await BackupRestore.PrepareAsync(path, await PassphraseAsync(parsed, settings, cancel), folder, TimeProvider.System, cancel);
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            Console.WriteLine("Restored.");
            return 0;
        }));
        return command;
    }
}
