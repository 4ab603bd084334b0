using System.CommandLine;
using Guanxi.Cli;
using Guanxi.Cli.Backup;
using Guanxi.Cli.Exchange;
using Guanxi.Cli.Science;

var root = new RootCommand("Guanxi 关系: customer relationship management.")
{
    UpCommand.Create(),
    UserCommand.Create(),
    TokenCommand.Create(),
    SignInCommand.Create(),
    ImportCommand.Create(),
    UndoImportCommand.Create(),
    ExportCommand.Create(),
    LedgerCommand.Create(),
    BackupCommands.Backup(),
    BackupCommands.Verify(),
    BackupCommands.Restore(),
    PostgresCommands.Create(),
    MoveCommand.Create(),
    RebuildCommand.Create(),
    DoctorCommand.Create(),
    ScienceCommand.Create(),
};
root.Options.Add(CommandLine.Data);
root.Options.Add(CommandLine.Db);

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync(error.Message);
    }

    await Console.Error.WriteLineAsync("See guanxi --help.");
    return 2;
}

return await parsed.InvokeAsync();
