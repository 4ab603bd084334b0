using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Cli.Science;

/// <summary>Models kept in files: <c>--save</c> and <c>--model-file</c> of <c>science classify</c>.</summary>
internal static class SavedModel
{
    /// <exception cref="UnsuitableDataException">The file cannot be written.</exception>
    public static void Keep(ScoringModel model, FileInfo file)
    {
        try
        {
            File.WriteAllText(file.FullName, ModelFile.Write(model));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Prints the probability of every record, with reasons.</summary>
    /// <exception cref="UnsuitableDataException">The file holds no model, or the table has none of its columns.</exception>
    public static void Score(FileInfo file, DataTable table, int? reasons, bool json)
    {
        var model = Read(file);
        var features = new FeatureTable([.. Enumerable.Range(0, table.Header.Length).Select(column => FeatureFile.Read(table, column, [.. Enumerable.Range(0, table.Rows.Count)]))]);
        string[] missing = [.. model.Columns.Where(name => features.Columns.All(column => column.Name != name))];
        if (missing.Length == model.Columns.Count && missing.Length > 0)
        {
            throw new UnsuitableDataException($"The file has none of the columns the model looks at: {string.Join(", ", missing)}.");
        }

        Finding[] findings = missing.Length == 0 ? [] : [new Finding("columns-missing", FindingWeight.Warning, $"The file lacks {string.Join(", ", missing)}; these count as missing in every record.")];
        var probabilities = model.Probabilities(features);
        var (most, explained) = ClassifyRequest.Explained(reasons, probabilities);
        var why = explained.Zip(model.Reasons(explained.Length == features.Rows ? features : features.Take(explained), most)).ToDictionary(pair => pair.First, pair => pair.Second);
        if (json)
        {
            ScienceOutput.Print(new { model = model is BoostedModel ? "boosting" : "logistic", records = features.Rows, findings, rows = probabilities.Select((probability, row) => new { row = row + 1, probability, reasons = why.GetValueOrDefault(row, []) }) });
            return;
        }

        ScienceOutput.PrintFindings(findings);
        ScienceOutput.PrintTable(
            ["record", "probability", "reasons"],
            Enumerable.Range(0, features.Rows).OrderByDescending(row => probabilities[row]).Take(20).Select(row => (string[])[$"row {row + 1}", $"{probabilities[row]:0.000}", string.Join("; ", why.GetValueOrDefault(row, []).Select(reason => $"{reason.Column} {(reason.Value.Length == 0 ? "(missing)" : reason.Value)} {reason.Contribution:+0.00;-0.00}"))]));
    }

    private static ScoringModel Read(FileInfo file)
    {
        try
        {
            return ModelFile.Read(File.ReadAllText(file.FullName));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {error.Message}", error);
        }
    }
}
