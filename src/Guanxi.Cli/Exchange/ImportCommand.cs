using System.CommandLine;
using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;

namespace Guanxi.Cli.Exchange;

/// <summary><c>guanxi import TYPE FILE</c>: a file of records into the company's data; rejected rows go to FILE.rejects.csv.</summary>
public static class ImportCommand
{
    public static Command Create()
    {
        var type = new Argument<string>("type") { Description = "Record type, such as customers or contacts." };
        var file = new Argument<string>("file") { Description = "CSV of any delimiter and encoding, xlsx, xls or vcf." };
        var map = new Option<string?>("--map") { Description = "JSON file: {\"column\":\"field\"}, or all options of an import." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check and count without writing." };
        var batch = new Option<string?>("--batch") { Description = "Name of the batch, to find and undo it by." };
        var mode = new Option<string?>("--mode") { Description = "create (default), update or both." };
        mode.AcceptOnlyFromAmong("create", "update", "both");
        var key = new Option<string?>("--key") { Description = "Field by which a row finds its record." };
        var owner = new Option<string?>("--owner") { Description = "Whose the new records are: me, none, or a user name." };
        var encoding = new Option<string?>("--encoding") { Description = "Encoding of the file; found by itself otherwise." };
        var delimiter = new Option<string?>("--delimiter") { Description = "What separates the cells; found by itself otherwise." };
        var keepCreated = new Option<bool>("--keep-created") { Description = "Take creator and time of creation from the file." };
        var command = new Command("import", "Bring a file of records in.") { type, file, map, dryRun, batch, mode, key, owner, encoding, delimiter, keepCreated, Acting.User, CommandLine.Json };
        command.SetAction((parsed, cancel) => CommandLine.RunAsync(async () =>
        {
            var path = Path.GetFullPath(parsed.GetValue(file)!);
            if (!File.Exists(path))
            {
                await Console.Error.WriteLineAsync($"There is no file {path}.");
                return 2;
            }

            await using var workspace = await CommandLine.OpenAsync(parsed, cancel);
            await ImportRecovery.RunAsync(workspace, cancel);
            var given = OptionsOf(parsed.GetValue(type)!, parsed.GetValue(map));
            var options = given with
            {
                Type = Acting.Type(workspace, parsed.GetValue(type)!).Name,
                DryRun = parsed.GetValue(dryRun) || given.DryRun,
                Name = parsed.GetValue(batch) ?? given.Name,
                Mode = parsed.GetValue(mode) is { } wanted ? Enum.Parse<ImportMode>(wanted, ignoreCase: true) : given.Mode,
                Key = parsed.GetValue(key) ?? given.Key,
                Owner = parsed.GetValue(owner) ?? given.Owner,
                Encoding = parsed.GetValue(encoding) ?? given.Encoding,
                Delimiter = parsed.GetValue(delimiter) ?? given.Delimiter,
                KeepCreated = parsed.GetValue(keepCreated) || given.KeepCreated,
            };
            var rejects = Path.Combine(ImportFile.TemporaryFolder(workspace), Guid.CreateVersion7(workspace.Now).ToString("N") + ".rejects.csv");
            var result = await new ImportFile(workspace).RunAsync(Acting.Actor(workspace, parsed), path, Path.GetFileName(path), options, rejects, Progress(), cancel);
            await ReportAsync(result, Keep(rejects, path, result.Counts.Rejected), parsed.GetValue(CommandLine.Json));
            return result.State == "failed" ? 1 : 0;
        }));
        return command;
    }

    private static ImportOptions OptionsOf(string type, string? map)
    {
        if (map is null)
        {
            return new ImportOptions { Type = type };
        }

        var text = File.ReadAllText(map);
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.EnumerateObject().All(property => property.Value.ValueKind == JsonValueKind.String) && !root.TryGetProperty("type", out _))
            {
                return new ImportOptions { Type = type, Mapping = root.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString()!, StringComparer.Ordinal) };
            }

            return ImportOptions.Parse(root.ValueKind == JsonValueKind.Object && !root.TryGetProperty("type", out _) ? $"{{\"type\":{JsonSerializer.Serialize(type)},{text.TrimStart().TrimStart('{')}" : text);
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Malformed(new Label($"{map} 不是 JSON：{error.Message}", $"{map} is no JSON: {error.Message}")));
        }
    }

    private static ImportProgressLine? Progress() => Console.IsErrorRedirected ? null : new ImportProgressLine();

    /// <summary>Moves the rejects beside the file; where nobody may write there they stay with the data.</summary>
    private static string? Keep(string rejects, string path, long count)
    {
        if (count == 0)
        {
            File.Delete(rejects);
            return null;
        }

        var beside = path + ".rejects.csv";
        try
        {
            File.Move(rejects, beside, overwrite: true);
            return beside;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return rejects;
        }
    }

    private static async Task ReportAsync(ImportResult result, string? rejects, bool json)
    {
        var counts = result.Counts;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { batch = result.Batch, read = counts.Read, created = counts.Created, updated = counts.Updated, skipped = counts.Skipped, rejected = counts.Rejected, seconds = Math.Round(result.Seconds, 3) },
                Output.Json));
            return;
        }

        var would = result.Batch is null ? "would be " : "";
        Console.WriteLine($"{counts.Read} rows read in {result.Seconds:0.0} s: {counts.Created} {would}created, {counts.Updated} {would}updated, {counts.Skipped} skipped, {counts.Rejected} rejected.");
        foreach (var reject in result.Rejects.Take(5))
        {
            Console.WriteLine($"  row {reject.Row}: {reject.Reason}");
        }

        if (rejects is not null)
        {
            Console.WriteLine($"All rejected rows with their reasons: {rejects}");
        }

        if (result is { Batch: { } batch, State: "done" })
        {
            Console.WriteLine($"To take it back: guanxi undo-import {batch}");
        }
        else if (result.State == "failed")
        {
            await Console.Error.WriteLineAsync("No row could be taken; nothing was imported.");
        }
    }
}
