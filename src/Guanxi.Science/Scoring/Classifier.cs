using Guanxi.Science.Common;

namespace Guanxi.Science.Scoring;

/// <summary>Kinds of models.</summary>
public enum ClassifierKind
{
    /// <summary>Unpenalised logistic regression; the elastic net where outcomes separate.</summary>
    Logistic,

    /// <summary>Logistic regression with a penalty chosen by cross-validation.</summary>
    ElasticNet,

    /// <summary>Gradient-boosted trees.</summary>
    Boosting,
}

/// <summary>How to train.</summary>
/// <param name="Kind">The model.</param>
/// <param name="Folds">Folds of cross-validation; fewer when an outcome is rare.</param>
/// <param name="Seed">Seed of folds and samples.</param>
/// <param name="LeaveOutSuspects">Whether columns the leak guard suspects are kept from the model.</param>
/// <param name="Boosting">Settings of the trees.</param>
public sealed record ClassifierOptions(ClassifierKind Kind = ClassifierKind.Logistic, int Folds = 10, int Seed = 1, bool LeaveOutSuspects = true, BoostingSettings? Boosting = null);

/// <summary>Trains a model of a yes/no outcome and measures it on held-out records.</summary>
public static class Classifier
{
    /// <summary>Trains on a table of columns known before the outcome.</summary>
    /// <param name="table">The columns; the outcome is not among them.</param>
    /// <param name="outcomes">One per row.</param>
    /// <param name="options">How to train; defaults when null.</param>
    /// <exception cref="UnsuitableDataException">One outcome is missing or occurs once, or no usable column is left.</exception>
    public static ClassifierResult Train(FeatureTable table, IReadOnlyList<bool> outcomes, ClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(outcomes);
        options ??= new ClassifierOptions();
        var findings = new List<Finding>();
        var rarer = CheckOutcomes(outcomes, findings);
        foreach (var column in table.Columns.OfType<NumberColumn>().Where(column => column.Words > 0))
        {
            findings.Add(new Finding("words-among-numbers", FindingWeight.Note, $"{column.Words} cells of {column.Name} hold words where the others hold numbers, and count as missing."));
        }

        var strengths = LeakGuard.Check(table, outcomes, options.Seed);
        var leftOut = ColumnChoice.LeaveOut(table, strengths, options.LeaveOutSuspects, findings);
        var usable = table.Where(name => !leftOut.ContainsKey(name));
        if (usable.Columns.Count == 0)
        {
            throw new UnsuitableDataException("No usable column is left: all never vary, identify the record, or are known only after the outcome.");
        }

        if (LeakGuard.Doubtful(strengths.Where(strength => !leftOut.ContainsKey(strength.Column))) is { Length: > 0 } doubtful)
        {
            findings.Add(new Finding("ask-when", FindingWeight.Note, $"Ask when these columns are filled in, for each alone tells much: {doubtful}. Exclude what is written only after the moment for which the score is to be used."));
        }

        var folds = Math.Min(options.Folds, rarer);
        var fold = StratifiedFolds.Assign(outcomes, folds, options.Seed);
        return options.Kind == ClassifierKind.Boosting
            ? Boosted(usable, outcomes, options, fold, folds, strengths, leftOut, findings)
            : Logistic(usable, outcomes, options, fold, folds, strengths, leftOut, findings);
    }

    private static int CheckOutcomes(IReadOnlyList<bool> outcomes, List<Finding> findings)
    {
        var positives = outcomes.Count(outcome => outcome);
        var rarer = Math.Min(positives, outcomes.Count - positives);
        if (rarer == 0)
        {
            throw new UnsuitableDataException($"All {outcomes.Count} records have the same outcome, so there is nothing to tell apart.");
        }

        if (rarer < 2)
        {
            throw new UnsuitableDataException($"Only one of {outcomes.Count} records has the rarer outcome; a score needs at least two, and is worth reading from about fifty.");
        }

        if (rarer < 50)
        {
            findings.Add(new Finding("thin-data", FindingWeight.Warning, $"Only {rarer} records have the rarer outcome; until there are about 50, trust the overall rate of {(double)positives / outcomes.Count:0.0%} more than single scores."));
        }

        return rarer;
    }

    private static ClassifierResult Logistic(
        FeatureTable table, IReadOnlyList<bool> outcomes, ClassifierOptions options, int[] fold, int folds,
        IReadOnlyList<ColumnStrength> strengths, IReadOnlyDictionary<string, string> leftOut, List<Finding> findings)
    {
        var encoder = DesignEncoder.Learn(table, out var matrix);
        if (encoder.Terms.Count == 0)
        {
            throw new UnsuitableDataException("No usable column is left: all never vary, identify the record, or are known only after the outcome.");
        }

        findings.AddRange(encoder.Findings);
        var penalty = options.Kind == ClassifierKind.ElasticNet ? ElasticNetPath.Choose(table, outcomes, folds: Math.Min(5, folds), seed: options.Seed) : default;
        var fit = LogisticRegression.Fit(matrix, outcomes, penalty);
        if (!fit.Converged && penalty.Strength == 0)
        {
            findings.Add(new Finding("separation", FindingWeight.Warning, $"Without a penalty: {fit.Warning} The elastic net was used instead."));
            penalty = ElasticNetPath.Choose(table, outcomes, folds: Math.Min(5, folds), seed: options.Seed);
            fit = LogisticRegression.Fit(matrix, outcomes, penalty);
        }

        if (fit.LeftOut.Count > 0)
        {
            findings.Add(new Finding("aliased-terms", FindingWeight.Note, $"Terms that say the same as others have no coefficient of their own: {string.Join(", ", fit.LeftOut)}."));
        }

        var scores = new double[outcomes.Count];
        Parallel.For(0, folds, held =>
        {
            var (train, test) = Parts(fold, held);
            var trainTable = table.Take(train);
            var own = DesignEncoder.Learn(trainTable, out var trainMatrix);
            var part = LogisticRegression.Fit(trainMatrix, Array.ConvertAll(train, row => outcomes[row]), penalty);
            var validation = own.Encode(table.Take(test));
            for (var i = 0; i < test.Length; i++)
            {
                scores[test[i]] = part.Score(validation, i);
            }
        });
        var (calibration, probabilities) = CalibrationChoice.Choose(scores, outcomes, fold, folds);
        var model = new LogisticModel(encoder, fit, calibration);
        return Result(model, table, outcomes, probabilities, scores, strengths, leftOut, findings, fit.Converged, fit.Warning, penalty);
    }

    private static ClassifierResult Boosted(
        FeatureTable table, IReadOnlyList<bool> outcomes, ClassifierOptions options, int[] fold, int folds,
        IReadOnlyList<ColumnStrength> strengths, IReadOnlyDictionary<string, string> leftOut, List<Finding> findings)
    {
        var settings = options.Boosting ?? new BoostingSettings();
        var parts = new (BoostedTrees Model, IReadOnlyList<double> Loss, int[] Test)[folds];
        Parallel.For(0, folds, held =>
        {
            var (train, test) = Parts(fold, held);
            var (part, loss) = BoostedTrees.Train(
                table.Take(train), Array.ConvertAll(train, row => outcomes[row]), settings.MostTrees, settings, options.Seed + held, (table.Take(test), Array.ConvertAll(test, row => outcomes[row])));
            parts[held] = (part, loss, test);
        });
        // One number of trees for all folds, chosen by their mean loss: choosing it fold by fold would flatter the metrics.
        var length = parts.Min(part => part.Loss.Count);
        var trees = Enumerable.Range(0, length).MinBy(count => parts.Sum(part => part.Loss[count] * part.Test.Length));
        var scores = new double[outcomes.Count];
        foreach (var (part, _, test) in parts)
        {
            var held = part.Scores(table.Take(test), trees);
            for (var i = 0; i < test.Length; i++)
            {
                scores[test[i]] = held[i];
            }
        }

        if (trees == 0)
        {
            findings.Add(new Finding("nothing-learnt", FindingWeight.Warning, "No tree predicts held-out records better than the overall rate, so every record gets that rate."));
        }

        var (calibration, probabilities) = CalibrationChoice.Choose(scores, outcomes, fold, folds);
        var model = new BoostedModel(BoostedTrees.Train(table, outcomes, trees, settings, options.Seed), calibration);
        return Result(model, table, outcomes, probabilities, scores, strengths, leftOut, findings, true, null, default);
    }

    private static ClassifierResult Result(
        ScoringModel model, FeatureTable table, IReadOnlyList<bool> outcomes, double[] probabilities, double[] scores, IReadOnlyList<ColumnStrength> strengths,
        IReadOnlyDictionary<string, string> leftOut, List<Finding> findings, bool converged, string? warning, ElasticNetPenalty penalty)
    {
        const int most = 5000;
        var sample = Enumerable.Range(0, Math.Min(most, table.Rows)).Select(i => (int)((long)i * table.Rows / Math.Min(most, table.Rows))).ToArray();
        var contributions = model.Contributions(table.Take(sample));
        var importance = model.Columns.Select((column, c) => new ColumnImportance(column, contributions.Average(row => Math.Abs(row[c])))).OrderByDescending(one => one.MeanContribution).ToArray();
        var metrics = BinaryMetrics.Of(probabilities, outcomes, scores);
        if (metrics.Auc > 0.97)
        {
            findings.Add(new Finding("too-good", FindingWeight.Warning, $"An AUC of {metrics.Auc:0.000} on held-out records is rarely honest; look for columns known only after the outcome."));
        }

        return new ClassifierResult(model, metrics, probabilities, importance, strengths, leftOut, findings, converged, warning, penalty);
    }

    private static (int[] Train, int[] Test) Parts(int[] fold, int held) =>
        ([.. Enumerable.Range(0, fold.Length).Where(row => fold[row] != held)], [.. Enumerable.Range(0, fold.Length).Where(row => fold[row] == held)]);
}
