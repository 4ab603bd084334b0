using Guanxi.Platform;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Scoring;

/// <summary>What a run of the scoring did.</summary>
public sealed record ScoringResult(int Scored, int LearntFrom, string Method);

/// <summary>
/// How likely each open deal is to be won. A penalised logistic regression learns from closed deals, each as it was known at one moment of its life; it is tried on the quarter of them that closed last,
/// and where it does no better there than the plain rate of each stage, or there is too little to learn from, the rates are used and it is said so.
/// </summary>
public static class DealScoring
{
    public const string Table = "deal_score";

    internal static ScoredNoun Noun { get; } = new("deals", "deal", Table, "deal_score_said", "deal_id", "r.status <> 'open'", "r.closed_at", "r.status = 'won'")
    {
        TooFew = (closed, won, least, each) => new Finding("too-few-deals", FindingWeight.Warning, $"Only {closed} deals are closed, {won} of them won; a model needs {least} and {each} of each kind. Until then each stage's own rate is told."),
        CannotTry = "The deals that closed last are nearly all won or nearly all lost, so a model cannot be tried on them; each stage's own rate is told.",
        NoBetter = (deals, model, rates) => new Finding("no-better-than-rates", FindingWeight.Warning, $"On the {deals} deals that closed last the model did no better than each stage's own rate (Brier {model:0.000} against {rates:0.000}); the rates are told."),
        FarOff = (open, mean, share) => new Finding("far-off", FindingWeight.Warning, $"The model would give the {open} open deals {mean:0%} on the average, where {share:0%} of those before them were won: they are unlike what it learnt from. Each stage's own rate is told."),
        Columns = DealSnapshot.ColumnNames,
        Drifted = (deals, won, foretold) => new Finding("drift", FindingWeight.Warning, $"Of the {deals} deals closed within half a year {won:0%} were won, while {foretold:0%} had been foretold: the market or the way deals are kept has changed."),
    };

    public static async Task<ScoringResult> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        List<DealSnapshot> closed, open;
        DealPast past;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            past = await DealPast.ReadAsync(session, cancel);
            (closed, open) = (past.Closed(), past.Open(workspace.Now));
        }

        return await ScoreRun.RunAsync(workspace, Noun, closed, open, DealSnapshot.Table, deal => past.Usual[deal.Deal], [], cancel);
    }

    /// <summary>A: rather yes; D: hardly.</summary>
    public static string Grade(double probability) => probability switch { >= 0.6 => "A", >= 0.4 => "B", >= 0.2 => "C", _ => "D" };

    internal static (Trial? Trial, ClassifierResult? Learnt) Learn(IReadOnlyList<DealSnapshot> closed, List<Finding> findings) => ScoreLearning.Learn(Noun, closed, DealSnapshot.Table, findings);
}
