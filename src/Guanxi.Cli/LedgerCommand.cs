using System.CommandLine;
using System.Text.Json;
using Guanxi.Platform.Ledger;

namespace Guanxi.Cli;

/// <summary><c>guanxi ledger verify|checkpoint|prove|check-proof|export|accept</c>: the ledger of every change, for its operator and for an auditor.</summary>
public static class LedgerCommand
{
    private static readonly Option<string[]> KeyFiles = new("--key") { Description = "A public key (PEM) kept outside, to trust besides those in the data directory." };

    public static Command Create() => new("ledger", "The ledger of every change.") { Verify(), MakeCheckpoint(), Prove(), CheckProof(), Export(), Accept() };

    private static Command Verify()
    {
        var from = new Option<long>("--from") { Description = "First entry to check; rows are compared only when it is 1.", DefaultValueFactory = _ => 1 };
        var checkpoint = new Option<string[]>("--checkpoint") { Description = "A file of checkpoints that was kept outside: finds a history written again, and an old copy put in place." };
        var only = new Option<bool>("--entries-only") { Description = "Do not compare rows." };
        var verify = new Command("verify", "Say that the ledger is whole, or exactly what is not.") { from, checkpoint, only, KeyFiles, CommandLine.Json };
        verify.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            using var keys = LedgerKeys.Read(workspace.Folder, parsed.GetValue(KeyFiles) ?? []);
            var outside = new List<Checkpoint.Read>();
            foreach (var file in parsed.GetValue(checkpoint) ?? [])
            {
                outside.AddRange(Checkpoint.ReadAll(await File.ReadAllTextAsync(file, cancel), keys));
            }

            var options = new LedgerVerifier.Options(workspace.Now, Math.Max(1, parsed.GetValue(from)), parsed.GetValue(only) ? null : workspace.Schema, keys, outside);
            var started = workspace.Clock.GetTimestamp();
            var report = await LedgerVerifier.RunAsync(workspace.Database, options, cancel);
            await PrintAsync(report, parsed.GetValue(CommandLine.Json), workspace.Clock.GetElapsedTime(started));
            return report.Whole ? 0 : 1;
        }));
        return verify;
    }

    private static async Task PrintAsync(LedgerReport report, bool json, TimeSpan took)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { whole = report.Whole, report.From, report.Entries, report.Rows, report.Checkpoints, report.Head, report.Root, seconds = Math.Round(took.TotalSeconds, 2), report.BadSequence, reason = report.Reason, findings = report.Findings.Select(finding => new { finding.Kind, finding.Sequence, finding.Type, finding.Record, finding.Field, sentence = finding.Sentence.En }), report.More }, Output.Json));
            return;
        }

        if (report.Whole)
        {
            Console.WriteLine($"The ledger is whole: {report.Entries} entries, {report.Rows} rows, {report.Checkpoints} checkpoints, {took.TotalSeconds:0.0} s; root {report.Root}, head {report.Head}");
            return;
        }

        await Console.Error.WriteLineAsync($"The ledger is NOT whole: {report.Findings.Count}{(report.More ? " or more" : "")} findings among {report.Entries} entries and {report.Rows} rows");
        foreach (var finding in report.Findings)
        {
            await Console.Error.WriteLineAsync($"  {finding.Sentence.En}");
        }
    }

    private static Command MakeCheckpoint()
    {
        var file = new Argument<string?>("file") { Description = "Where to add it; printed otherwise.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("checkpoint", "Sign the ledger as it is now.") { file };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            using var keys = LedgerKeys.Open(workspace.Folder);
            var made = await Checkpoints.MakeAsync(workspace, keys, now: true, cancel);
            await using var session = await workspace.Database.ReadAsync(cancel);
            made ??= (await Checkpoints.ListAsync(session, limit: 1, cancel: cancel)).FirstOrDefault() ?? throw new InvalidOperationException("The ledger is empty.");
            if (parsed.GetValue(file) is { } path)
            {
                await File.AppendAllTextAsync(path, made.Note + "\n", cancel);
            }
            else
            {
                Console.Write(made.Note);
            }

            return 0;
        }));
        return command;
    }

    private static Command Prove()
    {
        var sequence = new Argument<long>("entry") { Description = "Number of the entry; with --since, the size that the ledger has grown from." };
        var size = new Option<long?>("--size") { Description = "Size of the ledger to prove it for." };
        var since = new Option<bool>("--since") { Description = "Prove that the ledger of that many entries is the beginning of it now." };
        var command = new Command("prove", "Print the proof that an entry is in the ledger, or that the ledger only grew.") { sequence, size, since };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            await using var session = await workspace.Database.ReadAsync(cancel);
            var number = parsed.GetValue(sequence);
            var proof = parsed.GetValue(since) ? await LedgerProof.OfGrowthAsync(session, number, parsed.GetValue(size), cancel) : await LedgerProof.OfEntryAsync(session, number, parsed.GetValue(size), cancel);
            Console.WriteLine((proof ?? throw new InvalidOperationException("The ledger has no such entry or size.")).ToJson());
            return 0;
        }));
        return command;
    }

    private static Command CheckProof()
    {
        var file = new Argument<string>("file") { Description = "The proof, as prove printed it." };
        var checkpoint = new Option<string?>("--checkpoint") { Description = "A checkpoint of the same size that was kept outside." };
        var command = new Command("check-proof", "Check a proof. Needs no database, only the public key.") { file, checkpoint, KeyFiles };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            using var keys = LedgerKeys.Read(Path.GetFullPath(parsed.GetValue(CommandLine.Data)!), parsed.GetValue(KeyFiles) ?? []);
            var proof = LedgerProof.Parse(await File.ReadAllTextAsync(parsed.GetValue(file)!, cancel));
            var trusted = parsed.GetValue(checkpoint) is { } path ? Checkpoint.ReadAll(await File.ReadAllTextAsync(path, cancel), keys) : null;
            if (proof.Wrong(keys, trusted) is { } wrong)
            {
                await Console.Error.WriteLineAsync(wrong.En);
                return 1;
            }

            Console.WriteLine(proof.Kind == "inclusion" ? $"The proof holds: entry {proof.Entry!.Seq} is in the ledger of {proof.Size} entries." : $"The proof holds: the ledger of {proof.FirstSize} entries is the beginning of that of {proof.Size}.");
            return 0;
        }));
        return command;
    }

    private static Command Export()
    {
        var file = new Argument<string>("file") { Description = "Where to write; one JSON object a line." };
        var values = new Option<bool>("--without-values") { Description = "Leave out what was changed: hashes stand for it." };
        var command = new Command("export", "Write all entries to a file that a verifier can read without our code.") { file, values };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            await using var session = await workspace.Database.ReadAsync(cancel);
            var count = await LedgerExport.WriteAsync(session, parsed.GetValue(file)!, withValues: !parsed.GetValue(values), cancel);
            Console.WriteLine($"{count} entries");
            return 0;
        }));
        return command;
    }

    private static Command Accept()
    {
        var reason = new Option<string>("--reason") { Description = "Why the rows were changed past the program.", Required = true };
        var command = new Command("accept", "Enter rows that were changed past the program into the ledger as they are, for all to see.") { reason };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            var accepted = await LedgerAcceptance.RunAsync(workspace, workspace.System("cli"), parsed.GetValue(reason)!, cancel);
            Console.WriteLine($"{accepted} rows accepted");
            return 0;
        }));
        return command;
    }
}
