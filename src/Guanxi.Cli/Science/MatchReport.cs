using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Guanxi.Science.Matching;

namespace Guanxi.Cli.Science;

/// <summary>The pairs found, with their reasons.</summary>
/// <param name="Pairs">Best first.</param>
/// <param name="Candidates">Number of pairs compared.</param>
/// <param name="Seconds">Time taken, reading included.</param>
/// <param name="OneToOne">Whether each record has at most one partner in the other file.</param>
/// <param name="Weights">What was learnt of each field.</param>
internal sealed record MatchReport(IReadOnlyList<PairReport> Pairs, long Candidates, double Seconds, bool OneToOne, IReadOnlyList<FieldReport> Weights) : ScienceReport
{
    /// <summary>The pairs, under the name all commands share.</summary>
    [JsonPropertyOrder(9)]
    public IReadOnlyList<PairReport> Rows => Pairs;

    public static MatchReport Of(RecordMatcher matcher, MatchResult result, List<string> ids, Stopwatch watch, double threshold)
    {
        var pairs = result.Pairs.Select(pair => new PairReport(
            ids[pair.Left],
            ids[pair.Right],
            Math.Round(pair.Probability, 6),
            pair.Band,
            pair.IsRelated,
            pair.IsIndirect,
            [.. matcher.Explain(pair.Left, pair.Right).Where(reason => reason.Level != "missing").Select(reason => new ReasonReport(reason.Field.Name, reason.Field.Kind, reason.Level, Math.Round(reason.Bits, 3)))])).ToList();
        var weights = result.Model.Fields.Select((field, i) => new FieldReport(field.Name, field.Kind,
            [.. LinkageModel.LevelNames(field.Kind).Select((level, k) => new LevelReport(level, result.Model.Match[i][k], result.Model.Other[i][k]))])).ToList();
        return new MatchReport(pairs, result.Candidates, Math.Round(watch.Elapsed.TotalSeconds, 3), result.IsOneToOne, weights)
        {
            Model = "fellegi-sunter",
            Parameters = new Dictionary<string, double>(StringComparer.Ordinal) { ["threshold"] = threshold, ["review"] = threshold / 5 },
            Converged = result.Model.HasConverged,
        };
    }

    public void PrintTables()
    {
        ScienceOutput.PrintTable(["left", "right", "probability", "band", "reasons"], Pairs.Select(pair => (string[])
        [
            pair.Left, pair.Right, pair.Probability.ToString("0.0000", CultureInfo.InvariantCulture), (pair.Related ? "related, " : "") + (pair.Band == MatchBand.Match ? "match" : "review"),
            string.Join("; ", pair.Reasons.Select(reason => string.Create(CultureInfo.InvariantCulture, $"{reason.Field} {reason.Agreement} {reason.Weight:+0.0;-0.0;0}"))),
        ]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Pairs.Count} pairs of {Candidates} compared, {Seconds:0.0} s{(Converged ? "" : "; the weights did NOT converge")}"));
    }
}

/// <param name="Related">Branch, subsidiary or namesake in another place.</param>
/// <param name="Indirect">Belongs together through a third record.</param>
internal sealed record PairReport(string Left, string Right, double Probability, MatchBand Band, bool Related, bool Indirect, IReadOnlyList<ReasonReport> Reasons);

/// <param name="Agreement">Level of agreement.</param>
/// <param name="Weight">Bits for the match, or against it when negative.</param>
internal sealed record ReasonReport(string Field, FieldKind Kind, string Agreement, double Weight);

internal sealed record FieldReport(string Field, FieldKind Kind, IReadOnlyList<LevelReport> Levels);

/// <param name="M">Share among matches.</param>
/// <param name="U">Share among other pairs.</param>
internal sealed record LevelReport(string Agreement, double M, double U);
