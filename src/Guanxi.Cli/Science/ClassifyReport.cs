using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Cli.Science;

/// <summary>The answer of <c>science classify</c>, printed as it is with <c>--json</c>.</summary>
internal sealed record ClassifyReport(
    string Model,
    string Target,
    string Positive,
    IReadOnlyDictionary<string, double> Parameters,
    double LogLikelihood,
    IReadOnlyDictionary<string, double?> StandardErrors,
    bool Converged,
    string? Warning,
    int Records,
    double BaseRate,
    LogisticEvidence? Fit,
    CrossValidation CrossValidation,
    IReadOnlyList<ColumnImportance> Importance,
    IReadOnlyDictionary<string, string> LeftOut,
    IReadOnlyList<ColumnStrength> Columns,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<ClassifyRow> Rows)
{
    public static (ClassifyReport Report, ScoringModel Model) Of(ClassifyRequest request, DataTable table)
    {
        var target = TargetColumn.Find(table, request.Target, request.Positive);
        var excluded = request.Exclude.Select(name => Guanxi.Insight.Files.Columns.Named(table, name) is var at and >= 0
            ? at
            : throw new UnsuitableDataException($"--exclude names {name}, which is no column; the file has {string.Join(", ", table.Header)}.")).ToHashSet();
        var features = new FeatureTable(Enumerable.Range(0, table.Header.Length)
            .Where(column => column != target.Column && !excluded.Contains(column))
            .Select(column => FeatureFile.Read(table, column, target.Rows))
            .ToArray());
        var folds = request.Folds ?? (features.Rows > 20_000 ? 5 : 10);
        var result = Classifier.Train(features, target.Outcomes, new ClassifierOptions(request.Kind, folds, request.Seed, !request.KeepSuspects));
        var (most, explained) = ClassifyRequest.Explained(request.Reasons, result.HeldOutProbabilities);
        var reasons = explained.Zip(result.Model.Reasons(explained.Length == features.Rows ? features : features.Take(explained), most)).ToDictionary(pair => pair.First, pair => pair.Second);
        var identifier = Array.FindIndex(table.Header, header => result.LeftOut.TryGetValue(header, out var why) && why.StartsWith("Nearly every record", StringComparison.Ordinal));
        var rows = Enumerable.Range(0, features.Rows).Select(row => new ClassifyRow(
            target.Rows[row] + 1,
            identifier >= 0 ? table.Rows[target.Rows[row]][identifier] : null,
            target.Outcomes[row] ? 1 : 0,
            result.HeldOutProbabilities[row],
            reasons.GetValueOrDefault(row, []))).ToArray();
        var logistic = result.Model as LogisticModel;
        return (new ClassifyReport(
            request.Model,
            table.Header[target.Column],
            target.Positive,
            ParametersOf(result),
            logistic?.Fit.LogLikelihood ?? -result.Metrics.LogLoss * features.Rows,
            logistic is null ? new Dictionary<string, double?>(StringComparer.Ordinal) : Named(logistic, logistic.Fit.StandardErrors),
            result.Converged,
            result.Warning,
            features.Rows,
            target.Outcomes.Average(outcome => outcome ? 1.0 : 0),
            logistic is null ? null : LogisticEvidence.Of(logistic, result.Penalty),
            CrossValidation.Of(result, folds),
            result.Importance,
            result.LeftOut,
            result.Strengths,
            [.. target.Findings, .. result.Findings],
            rows), result.Model);
    }

    public void Write()
    {
        Console.WriteLine($"{Model}: {Target} = {Positive} for {BaseRate:0.0%} of {Records} records");
        Console.WriteLine($"{CrossValidation.Folds}-fold cross-validation: AUC {CrossValidation.Auc:0.0000}, average precision {CrossValidation.AveragePrecision:0.0000}, log loss {CrossValidation.LogLoss:0.0000}, Brier {CrossValidation.Brier:0.0000}, lift in the best tenth {CrossValidation.LiftAtTenPercent:0.00}, calibration {CrossValidation.Calibration}");
        if (Fit is not null)
        {
            Console.WriteLine($"deviance {Fit.Deviance:0.###} of {Fit.NullDeviance:0.###}, {(Converged ? "converged" : "NOT converged")}{(Fit.PenaltyStrength > 0 ? $", elastic net {ScienceOutput.Number(Fit.PenaltyStrength)}" : "")}");
        }

        if (Warning is not null)
        {
            Console.WriteLine($"warning: {Warning}");
        }

        ScienceOutput.PrintFindings(Findings);
        foreach (var (column, reason) in LeftOut)
        {
            Console.WriteLine($"left out: {column}. {reason}");
        }

        Console.WriteLine();
        ScienceOutput.PrintTable(["column", "importance"], Importance.Take(12).Select(one => (string[])[one.Column, ScienceOutput.Number(one.MeanContribution)]));
        Console.WriteLine();
        ScienceOutput.PrintTable(
            ["tenth", "records", "rate", "lift", "gain"],
            CrossValidation.Gains.Select(part => (string[])[$"{part.Part}", $"{part.Records}", $"{100 * part.Rate:0.0}%", $"{part.Lift:0.00}", $"{100 * part.CumulativeGain:0.0}%"]));
        Console.WriteLine();
        ScienceOutput.PrintTable(
            ["record", "probability", "reasons"],
            Rows.OrderByDescending(row => row.Probability).Take(10).Select(row => (string[])[row.Id ?? $"row {row.Row}", $"{row.Probability:0.000}", string.Join("; ", row.Reasons.Select(reason => $"{reason.Column} {(reason.Value.Length == 0 ? "(missing)" : reason.Value)} {reason.Contribution:+0.00;-0.00}"))]));
    }

    private static Dictionary<string, double> ParametersOf(ClassifierResult result) => result.Model is LogisticModel logistic
        ? Named(logistic, [logistic.Fit.Intercept, .. logistic.Fit.Coefficients])
        : new Dictionary<string, double>(StringComparer.Ordinal) { ["trees"] = ((BoostedModel)result.Model).Trees.Trees, ["base"] = result.Model.Base };

    private static Dictionary<string, T> Named<T>(LogisticModel model, IReadOnlyList<T> values)
    {
        var named = new Dictionary<string, T>(StringComparer.Ordinal) { ["(intercept)"] = values[0] };
        for (var j = 0; j < model.Terms.Count; j++)
        {
            named[model.Terms[j].Name] = values[j + 1];
        }

        return named;
    }
}

/// <summary>How well the regression fits the records it was fitted to.</summary>
internal sealed record LogisticEvidence(double Deviance, double NullDeviance, double AkaikeCriterion, int Iterations, double PenaltyStrength, double PenaltyMixing)
{
    public static LogisticEvidence Of(LogisticModel model, ElasticNetPenalty penalty)
    {
        var parameters = 1 + model.Fit.Coefficients.Count(coefficient => coefficient != 0);
        return new LogisticEvidence(model.Fit.Deviance, model.Fit.NullDeviance, model.Fit.Deviance + (2 * parameters), model.Fit.Iterations, penalty.Strength, penalty.Mixing);
    }
}

/// <summary>Measured on held-out records.</summary>
internal sealed record CrossValidation(
    int Folds, double Auc, double AveragePrecision, double LogLoss, double Brier, double LiftAtTenPercent, string Calibration, double LargestCalibrationError,
    IReadOnlyList<GainPart> Gains, IReadOnlyList<CalibrationBin> CalibrationBins)
{
    public static CrossValidation Of(ClassifierResult result, int folds) => new(
        folds, result.Metrics.Auc, result.Metrics.AveragePrecision, result.Metrics.LogLoss, result.Metrics.Brier, result.Metrics.LiftAtTenPercent,
        result.Model.Calibration.Name, result.Metrics.LargestCalibrationError, result.Metrics.Gains, result.Metrics.Calibration);
}

/// <summary>One record. The probability comes from the fold that had not seen it; the reasons from the final model.</summary>
internal sealed record ClassifyRow(int Row, string? Id, int Actual, double Probability, IReadOnlyList<Reason> Reasons);
