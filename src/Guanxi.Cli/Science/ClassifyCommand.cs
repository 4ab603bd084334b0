using System.CommandLine;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science classify FILE --target COLUMN</c>: scores a yes/no outcome, honestly measured, with reasons.</summary>
public static class ClassifyCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("A table with a header: one row per record, one column with the outcome.");
        var target = new Option<string>("--target") { Description = "The column with the outcome; not asked for with --model-file." };
        var positive = new Option<string?>("--positive") { Description = "The value that counts as the outcome. Default: 1, yes, true, else the rarer value." };
        var model = new Option<string>("--model") { Description = "logistic, elastic-net or boosting.", DefaultValueFactory = _ => "logistic" };
        model.AcceptOnlyFromAmong("logistic", "elastic-net", "boosting");
        var exclude = new Option<string[]>("--exclude") { Description = "Columns the model may not see, separated by commas.", AllowMultipleArgumentsPerToken = true };
        exclude.Validators.Add(ScienceOutput.WantsNoOption);
        var keep = new Option<bool>("--keep-suspects") { Description = "Use columns that are probably known only after the outcome all the same." };
        var folds = new Option<int?>("--folds") { Description = "Folds of cross-validation. Default 10, above 20,000 rows 5." };
        folds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 2 or > 100)
            {
                result.AddError("--folds wants a number from 2 to 100.");
            }
        });
        var seed = new Option<int>("--seed") { Description = "Seed of folds and samples.", DefaultValueFactory = _ => 1 };
        var reasons = new Option<int?>("--reasons") { Description = $"Reasons per record. Default 3; of more than {ClassifyRequest.MostExplained} records only the best scored {ClassifyRequest.BestExplained} have reasons unless a number is given." };
        reasons.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 100)
            {
                result.AddError("--reasons wants a number from 0 to 100.");
            }
        });
        var save = new Option<FileInfo?>("--save") { Description = "Keep the trained model in this file, to score later records with --model-file." };
        var saved = new Option<FileInfo?>("--model-file") { Description = "Score the records with a model that was kept, instead of training one." };
        var json = ScienceOutput.JsonOption();
        var command = new Command("classify", "Score a yes/no outcome from a table.") { file, target, positive, model, exclude, keep, folds, seed, reasons, save, saved, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(saved) is null == result.GetValue(target) is null)
            {
                result.AddError("Name the outcome with --target to train a model, or a kept model with --model-file to use one.");
            }
        });
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            if (parsed.GetValue(saved) is { } kept)
            {
                SavedModel.Score(kept, DataTable.Read(files.Open(parsed.GetValue(file)!)), parsed.GetValue(reasons), parsed.GetValue(json));
                return;
            }

            var request = new ClassifyRequest(
                parsed.GetValue(model)!,
                parsed.GetValue(target)!,
                parsed.GetValue(positive),
                [.. (parsed.GetValue(exclude) ?? []).SelectMany(names => names.Split(',')).Select(name => name.Trim()).Where(name => name.Length > 0)],
                parsed.GetValue(keep),
                parsed.GetValue(folds),
                parsed.GetValue(seed),
                parsed.GetValue(reasons));
            var (report, trained) = ClassifyReport.Of(request, DataTable.Read(files.Open(parsed.GetValue(file)!)));
            if (parsed.GetValue(save) is { } keepIn)
            {
                SavedModel.Keep(trained, keepIn);
            }

            if (parsed.GetValue(json))
            {
                ScienceOutput.Print(report);
            }
            else
            {
                report.Write();
            }
        }));
        return command;
    }
}

/// <summary>What the user asked of <c>science classify</c>.</summary>
internal sealed record ClassifyRequest(string Model, string Target, string? Positive, IReadOnlyList<string> Exclude, bool KeepSuspects, int? Folds, int Seed, int? Reasons)
{
    /// <summary>Reasons cost more than scores: of more records than this, only the best scored are explained unless it is asked for.</summary>
    public const int MostExplained = 100_000;

    public const int BestExplained = 10_000;

    private const int UsualReasons = 3;

    /// <summary>How many reasons a record has, and which records have them: all, or the best scored.</summary>
    public static (int Reasons, int[] Rows) Explained(int? asked, IReadOnlyList<double> probabilities)
    {
        var rows = Enumerable.Range(0, probabilities.Count);
        return asked is null && probabilities.Count > MostExplained
            ? (UsualReasons, [.. rows.OrderByDescending(row => probabilities[row]).Take(BestExplained).Order()])
            : (asked ?? UsualReasons, asked == 0 ? [] : [.. rows]);
    }

    public ClassifierKind Kind => Model switch
    {
        "boosting" => ClassifierKind.Boosting,
        "elastic-net" => ClassifierKind.ElasticNet,
        _ => ClassifierKind.Logistic,
    };
}
