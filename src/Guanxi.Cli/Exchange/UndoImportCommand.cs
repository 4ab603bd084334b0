using System.CommandLine;
using System.Text.Json;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;

namespace Guanxi.Cli.Exchange;

/// <summary><c>guanxi undo-import BATCH</c>: takes an import back, its updates too.</summary>
public static class UndoImportCommand
{
    public static Command Create()
    {
        var batch = new Argument<string>("batch") { Description = "Id or name of the batch." };
        var command = new Command("undo-import", "Take an import back.") { batch, Acting.User, CommandLine.Json };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            await ImportRecovery.RunAsync(workspace, cancel);
            ImportBatch? found;
            await using (var session = await workspace.Database.ReadAsync(cancel))
            {
                found = await ImportBatches.FindAsync(session, parsed.GetValue(batch)!, cancel);
            }

            var undone = await new UndoImport(workspace).RunAsync(Acting.Actor(workspace, parsed), found?.Id ?? throw new RefusedException(Refusal.NotFound), cancel);
            if (parsed.GetValue(CommandLine.Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(undone, Output.Json));
                return 0;
            }

            Console.WriteLine($"{undone.Deleted} records removed, {undone.Restored} as they were before, {undone.Kept.Count} kept.");
            foreach (var kept in undone.Kept.Take(20))
            {
                Console.WriteLine($"  {kept.Id}: {kept.Reason}");
            }

            return 0;
        }));
        return command;
    }
}
