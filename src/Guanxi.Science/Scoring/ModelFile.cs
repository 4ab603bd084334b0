using System.Text.Json;
using Guanxi.Science.Common;

namespace Guanxi.Science.Scoring;

/// <summary>A trained model as text, to be kept and used on later records: JSON that holds everything its probabilities and reasons come from, and no record it learnt from.</summary>
public static class ModelFile
{
    private const string Format = "guanxi-model/1";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private sealed record Kept(string Format, string Kind, CalibrationPart Calibration, LogisticPart? Logistic, BoostingPart? Boosting);

    private sealed record CalibrationPart(string Name, double[]? Scores, double[]? Probabilities, double Slope, double Shift);

    private sealed record LogisticPart(DesignTerm[] Terms, DesignCoding[] Codings, double Intercept, double[] Coefficients);

    private sealed record BoostingPart(FeatureCut[] Cuts, double Start, NodePart[][] Trees);

    private sealed record NodePart(int Feature, ulong[] LeftBins, int Left, int Right, double Value, double Cover);

    /// <summary>The text of a model.</summary>
    public static string Write(ScoringModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var calibration = model.Calibration switch
        {
            PlattCalibration platt => new CalibrationPart("platt", null, null, platt.Slope, platt.Shift),
            IsotonicCalibration isotonic => new CalibrationPart("isotonic", [.. isotonic.Scores], [.. isotonic.Probabilities], 0, 0),
            _ => new CalibrationPart("none", null, null, 0, 0),
        };
        return JsonSerializer.Serialize(
            model switch
            {
                LogisticModel logistic => new Kept(Format, "logistic", calibration, new LogisticPart([.. logistic.Terms], [.. logistic.Encoder.Codings], logistic.Fit.Intercept, logistic.Fit.Coefficients), null),
                BoostedModel boosted => new Kept(
                    Format, "boosting", calibration, null,
                    new BoostingPart([.. boosted.Trees.Features.Cuts], boosted.Trees.Start, [.. boosted.Trees.Grown.Select(tree => tree.Nodes.Select(node => new NodePart(node.Feature, node.LeftBins, node.Left, node.Right, node.Value, node.Cover)).ToArray())])),
                _ => throw new ArgumentException("There is no way to keep this kind of model.", nameof(model)),
            },
            Json);
    }

    /// <summary>The model of a text that <see cref="Write"/> made; it gives the same probabilities and reasons to the last digit.</summary>
    /// <exception cref="UnsuitableDataException">The text is no such file, of a later version, or damaged.</exception>
    public static ScoringModel Read(string text)
    {
        Kept? kept;
        try
        {
            kept = JsonSerializer.Deserialize<Kept>(text, Json);
        }
        catch (JsonException)
        {
            kept = null;
        }

        if (kept is not { Calibration: not null } || kept.Format != Format)
        {
            throw new UnsuitableDataException($"This is no model file, or one of another version; {Format} is read.");
        }

        var calibration = kept.Calibration switch
        {
            { Name: "platt" } platt => new PlattCalibration(platt.Slope, platt.Shift),
            { Name: "isotonic", Scores: { Length: > 0 } scores, Probabilities: { } probabilities } when scores.Length == probabilities.Length => new IsotonicCalibration(scores, probabilities),
            _ => Calibration.None,
        };
        return kept switch
        {
            { Kind: "logistic", Logistic: { Terms: not null, Codings: not null, Coefficients: not null } logistic } when logistic.Terms.Length == logistic.Coefficients.Length && logistic.Codings.All(coding => coding.Fits(logistic.Terms.Length)) =>
                new LogisticModel(new DesignEncoder(logistic.Terms, logistic.Codings), new LogisticFit(logistic.Intercept, logistic.Coefficients, new double?[logistic.Coefficients.Length + 1], [], double.NaN, double.NaN, true, null, 0), calibration),
            { Kind: "boosting", Boosting: { Cuts: not null, Trees: not null } boosting } when boosting.Trees.All(tree => Whole(tree, boosting.Cuts)) =>
                new BoostedModel(new BoostedTrees(new FeatureBins(boosting.Cuts), boosting.Start, [.. boosting.Trees.Select(Tree)]), calibration),
            _ => throw new UnsuitableDataException("The model file is damaged: parts of it are missing or do not fit together."),
        };
    }

    /// <summary>Children come after their parents and every split is on a column that is there, so that each record reaches a leaf.</summary>
    private static bool Whole(NodePart[] nodes, FeatureCut[] cuts) => nodes.Length > 0 && Enumerable.Range(0, nodes.Length).All(at =>
        nodes[at] is var node && ((node.Left < 0 && node.Right < 0) || (node.Left > at && node.Right > at && node.Left < nodes.Length && node.Right < nodes.Length && node.Feature >= 0 && node.Feature < cuts.Length && node.LeftBins?.Length == 4)));

    private static RegressionTree Tree(NodePart[] nodes)
    {
        var tree = new RegressionTree();
        foreach (var node in nodes)
        {
            var added = tree.Nodes[tree.Add(node.Value, node.Cover)];
            (added.Feature, added.LeftBins, added.Left, added.Right) = (node.Feature, node.LeftBins, node.Left, node.Right);
        }

        return tree;
    }
}
