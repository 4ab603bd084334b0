using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using Guanxi.Platform.Matching;
using Guanxi.Science.Matching;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science match FILE [FILE2]</c>: duplicates within one file, or the records two files have in common.</summary>
public static class MatchCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("A delimited text file with a header.");
        var second = new Argument<FileInfo?>("FILE2") { Description = "A second file to be linked with the first.", Arity = ArgumentArity.ZeroOrOne };
        second.Validators.Add(ScienceOutput.WantsNoOption);
        var id = new Option<string?>("--id") { Description = "Column that names the records; left:right when the files call it differently. Default: the number of the row." };
        var fields = new Option<string?>("--fields")
        {
            Description = $"What the columns hold: kind=column,… with the kinds {string.Join(", ", Enum.GetNames<FieldKind>().Select(name => name.ToLowerInvariant()))}. A kind may come several times; kind=left:right when the files name the column differently. Default: told by the usual names of columns.",
        };
        fields.Validators.Add(ValidateFields);
        var threshold = new Option<double?>("--threshold") { Description = "Probability from which a pair is a match; below it, down to a fifth of it, a pair is for review. Default 0.5." };
        threshold.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } value && !(value is > 0 and < 1))
            {
                result.AddError("--threshold wants a probability between 0 and 1.");
            }
        });
        var json = ScienceOutput.JsonOption();
        var command = new Command("match", "Find records that are the same thing.") { file, second, id, fields, threshold, json };
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var watch = Stopwatch.StartNew();
            var (first, other) = (files.Open(parsed.GetValue(file)!), parsed.GetValue(second) is { } named ? files.Open(named) : null);
            var guess = parsed.GetValue(fields) is null ? FieldGuess.Of(first, other) : default;
            var columns = guess.Fields ?? ParseFields(parsed.GetValue(fields)!);
            var table = new RecordTable([.. columns.Select(column => new MatchField(column.Kind, column.Left))], LanguageNormalizer.Instance);
            var records = new MatchFile(table);
            var (leftId, rightId) = Sides(parsed.GetValue(id) ?? guess.Id);
            records.Add(first, [.. columns.Select(column => column.Left)], leftId);
            int? leftCount = null;
            if (other is not null)
            {
                leftCount = table.Count;
                records.Add(other, [.. columns.Select(column => column.Right)], rightId);
            }

            var least = parsed.GetValue(threshold) ?? 0.5;
            var matcher = new RecordMatcher(table, leftCount, new MatchOptions { MatchThreshold = least, ReviewThreshold = least / 5 });
            var result = matcher.Run();
            var report = MatchReport.Of(matcher, result, records.Ids, watch, least);
            if (parsed.GetValue(json))
            {
                ScienceOutput.Print(report);
            }
            else
            {
                report.PrintTables();
            }
        }));
        return command;
    }

    private static void ValidateFields(OptionResult result)
    {
        if (result.GetValueOrDefault<string?>() is not { } text)
        {
            return;
        }

        foreach (var part in text.Split(','))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == part.Length - 1 || !Enum.TryParse<FieldKind>(part[..at].Trim(), ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
            {
                result.AddError($"--fields wants kind=column, not {part}; the kinds are {string.Join(", ", Enum.GetNames<FieldKind>().Select(name => name.ToLowerInvariant()))}.");
                return;
            }
        }

        if (text.Split(',').Length > 15)
        {
            result.AddError("--fields takes at most 15 columns.");
        }
    }

    private static List<(FieldKind Kind, string Left, string Right)> ParseFields(string text) =>
        [.. text.Split(',').Select(part =>
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var (left, right) = Sides(part[(at + 1)..].Trim());
            return (Enum.Parse<FieldKind>(part[..at].Trim(), ignoreCase: true), left!, right!);
        })];

    private static (string? Left, string? Right) Sides(string? column)
    {
        var at = column?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return at > 0 ? (column![..at], column[(at + 1)..]) : (column, column);
    }
}
