using System.CommandLine;
using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;

namespace Guanxi.Cli.Exchange;

/// <summary><c>guanxi import TYPE FILE</c>: a file of records into the company's data, by the same options as the page; rejected rows go to FILE.rejects.csv.</summary>
public static class ImportCommand
{
    public static Command Create()
    {
        var type = new Argument<string>("type") { Description = "Record type, such as customers or contacts." };
        var file = new Argument<string>("file") { Description = "CSV of any delimiter and encoding, xlsx, xls or vcf." };
        var map = new Option<string?>("--map") { Description = "Mapping file: {\"column\":\"field\"}, or all options of an import: rules, values, pool, decisions; --write-map makes one." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check and count without writing." };
        var batch = new Option<string?>("--batch") { Description = "Name of the batch, to find and undo it by." };
        var mode = new Option<string?>("--mode") { Description = "create (default), update or both." };
        mode.AcceptOnlyFromAmong("create", "update", "both");
        var key = new Option<string?>("--key") { Description = "Field by which a row finds its record." };
        var owner = new Option<string?>("--owner") { Description = "Whose the new records are: me, none, or a user name." };
        var pool = new Option<string?>("--pool") { Description = "Id or name of the pool where new records go that nobody owns." };
        var alike = new Option<string?>("--alike") { Description = "What becomes of rows that look like records there are: create (default), skip or update." };
        alike.AcceptOnlyFromAmong("create", "skip", "update");
        var errors = new Option<string?>("--errors") { Description = "Workbook (xlsx) to write the rejected rows to, wrong cells marked." };
        var writeMap = new Option<string?>("--write-map") { Description = "Write the mapping that the headers suggest to this file, and import nothing." };
        var together = new Option<bool>("--together") { Description = "The file has two nouns in each row: customers and their contacts." };
        var encoding = new Option<string?>("--encoding") { Description = "Encoding of the file; found by itself otherwise." };
        var delimiter = new Option<string?>("--delimiter") { Description = "What separates the cells; found by itself otherwise." };
        var keepCreated = new Option<bool>("--keep-created") { Description = "Take creator and time of creation from the file." };
        var command = new Command("import", "Bring a file of records in.") { type, file, map, writeMap, dryRun, batch, mode, key, owner, pool, alike, together, errors, encoding, delimiter, keepCreated, Acting.User, CommandLine.Json };
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
                Pool = parsed.GetValue(pool) ?? given.Pool,
                Alike = parsed.GetValue(alike) is { } rule ? Enum.Parse<AlikeRule>(rule, ignoreCase: true) : given.Alike,
                Together = parsed.GetValue(together) || given.Together,
                Encoding = parsed.GetValue(encoding) ?? given.Encoding,
                Delimiter = parsed.GetValue(delimiter) ?? given.Delimiter,
                KeepCreated = parsed.GetValue(keepCreated) || given.KeepCreated,
            };
            var actor = Acting.Actor(workspace, parsed);
            if (parsed.GetValue(writeMap) is { } mapFile)
            {
                return await WriteMapAsync(new ImportFile(workspace).Inspect(actor, path, Path.GetFileName(path), options), options, mapFile, cancel);
            }

            var rejects = Path.Combine(ImportFile.TemporaryFolder(workspace), Guid.CreateVersion7(workspace.Now).ToString("N") + ".rejects.csv");
            var result = await new ImportFile(workspace).RunAsync(actor, path, Path.GetFileName(path), options, rejects, Progress(), cancel);
            if (parsed.GetValue(errors) is { } errorFile && result is { Batch: { } done, Counts.Rejected: > 0 })
            {
                await using var workbook = new FileStream(errorFile, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 128 * 1024);
                await ErrorWorkbook.WriteAsync(workspace, done, result.Columns, actor.Language, workbook, cancel);
            }

            await ReportAsync(result, Keep(rejects, path, result.Counts.Rejected), parsed.GetValue(CommandLine.Json));
            return result.State == "failed" ? 1 : 0;
        }));
        return command;
    }

    /// <summary>The mapping that the headers suggest, as a file to be mended and given back with --map.</summary>
    private static async Task<int> WriteMapAsync(ImportInspection seen, ImportOptions options, string path, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(JsonDocument.Parse((options with { Mapping = options.Mapping ?? seen.Mapping }).ToJson()), new JsonSerializerOptions(Output.Json) { WriteIndented = true }) + "\n", cancel);
        Console.WriteLine($"{seen.Mapping.Count} of {seen.Columns.Count} columns matched{(seen.Source is { } source ? $" (it looks like an export of {source})" : "")}; written to {path}.");
        foreach (var column in seen.Columns.Where(column => !seen.Mapping.ContainsKey(column)))
        {
            Console.WriteLine($"  not imported: {column}");
        }

        return 0;
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
                new { batch = result.Batch, read = counts.Read, created = counts.Created, updated = counts.Updated, skipped = counts.Skipped, rejected = counts.Rejected, alike = counts.Alike, besideCreated = counts.BesideCreated, besideUpdated = counts.BesideUpdated, seconds = Math.Round(result.Seconds, 3) },
                Output.Json));
            return;
        }

        var would = result.Batch is null ? "would be " : "";
        Console.WriteLine($"{counts.Read} rows read in {result.Seconds:0.0} s: {counts.Created} {would}created, {counts.Updated} {would}updated, {counts.Skipped} skipped, {counts.Rejected} rejected.");
        if (counts.BesideCreated + counts.BesideUpdated > 0)
        {
            Console.WriteLine($"Of the noun in the same rows: {counts.BesideCreated} {would}created, {counts.BesideUpdated} {would}updated.");
        }

        if (counts.Alike > 0)
        {
            Console.WriteLine($"{counts.Alike} of {counts.Compared} new rows look like records there are:");
            foreach (var alike in result.Alike.Take(5))
            {
                Console.WriteLine($"  row {alike.Row} ({alike.Band}): {alike.Sentence}");
            }
        }

        foreach (var unknown in result.Findings.Unknown.Take(10))
        {
            Console.WriteLine($"Nobody and nothing is called “{unknown.Text}” ({unknown.Field}, {unknown.Rows} rows); say what it means under \"values\" in the mapping file.");
        }

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
