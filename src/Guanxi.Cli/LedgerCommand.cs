using System.CommandLine;
using System.Text.Json;
using Guanxi.Platform.Ledger;

namespace Guanxi.Cli;

/// <summary><c>guanxi ledger verify</c>: whether the ledger is whole, or which entry is not.</summary>
public static class LedgerCommand
{
    public static Command Create()
    {
        var from = new Option<long>("--from") { Description = "First entry to check.", DefaultValueFactory = _ => 1 };
        var verify = new Command("verify", "Check the chain of entries.") { from, CommandLine.Json };
        verify.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            await using var session = await workspace.Database.ReadAsync(cancel);
            var verdict = await LedgerBook.VerifyAsync(session, Math.Max(1, parsed.GetValue(from)), cancel);
            if (parsed.GetValue(CommandLine.Json))
            {
                Console.WriteLine(JsonSerializer.Serialize(verdict, Output.Json));
            }
            else if (verdict.Whole)
            {
                Console.WriteLine($"The ledger is whole: {verdict.Entries} entries, head {verdict.HeadHash}");
            }
            else
            {
                await Console.Error.WriteLineAsync($"The ledger is NOT whole: {verdict.Reason}");
            }

            return verdict.Whole ? 0 : 1;
        }));
        return new Command("ledger", "The ledger of every change.") { verify };
    }
}
