using Guanxi.Platform;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Scoring;

/// <summary>How likely each open lead is to become a customer; learnt, tried and told as for deals, the plain rate being that of its source.</summary>
public static class LeadScoring
{
    public const string Table = "lead_score";

    /// <summary>What is said where no lead has ever come to its end.</summary>
    private const double Unknown = 0.2;

    internal static ScoredNoun Noun { get; } = new("leads", "lead", Table, "lead_score_said", "lead_id", "r.state IN ('converted', 'disqualified')", "r.state_since", "r.state = 'converted'")
    {
        TooFew = (ended, won, least, each) => new Finding("too-few-leads", FindingWeight.Warning, $"Only {ended} leads have come to an end, {won} of them converted; a model needs {least} and {each} of each kind. Until then each source's own rate is told."),
        CannotTry = "The leads that ended last nearly all converted or nearly all did not, so a model cannot be tried on them; each source's own rate is told.",
        NoBetter = (leads, model, rates) => new Finding("no-better-than-rates", FindingWeight.Warning, $"On the {leads} leads that ended last the model did no better than each source's own rate (Brier {model:0.000} against {rates:0.000}); the rates are told."),
        FarOff = (open, mean, share) => new Finding("far-off", FindingWeight.Warning, $"The model would give the {open} open leads {mean:0%} on the average, where {share:0%} of those before them converted: they are unlike what it learnt from. Each source's own rate is told."),
        Columns = LeadSnapshot.ColumnNames,
        Drifted = (leads, won, foretold) => new Finding("drift", FindingWeight.Warning, $"Of the {leads} leads ended within half a year {won:0%} converted, while {foretold:0%} had been foretold: where leads come from or how they are worked has changed."),
    };

    public static async Task<ScoringResult> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        List<LeadSnapshot> ended, open;
        var findings = new List<Finding>();
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var past = await LeadPast.ReadAsync(session, cancel);
            (var known, var lying, var patience) = past.Ended(workspace.Now);
            (ended, open) = (known, past.Open(workspace.Now));
            if (lying > 0)
            {
                findings.Add(new Finding("left-lying", FindingWeight.Note, $"{lying} open leads are older than {patience:0} days, by which nineteen of twenty conversions had come; they count as not converted."));
            }
        }

        return await ScoreRun.RunAsync(workspace, Noun, ended, open, LeadSnapshot.Table, _ => Unknown, findings, cancel);
    }

    internal static (Trial? Trial, ClassifierResult? Learnt) Learn(IReadOnlyList<LeadSnapshot> ended, List<Finding> findings) => ScoreLearning.Learn(Noun, ended, LeadSnapshot.Table, findings);
}
