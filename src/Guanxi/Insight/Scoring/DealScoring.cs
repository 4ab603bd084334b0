using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Experiments;
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
    private const int FewestClosed = 60;
    private const int FewestOfRarer = 15;
    private const int FewestToTry = 8;
    private const int ReasonsKept = 5;
    private const int RowsAtOnce = 2_000;
    private const int DriftDays = 180;
    private const int FewestForDrift = 20;
    private static readonly string[] Columns = ["record_id", "as_of", "probability", "grade", "method", "reasons"];

    public static async Task<ScoringResult> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var now = workspace.Now;
        List<DealSnapshot> closed, open;
        DealPast past;
        Drift drift;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            past = await DealPast.ReadAsync(session, cancel);
            (closed, open) = (past.Closed(), past.Open(now));
            drift = await DriftAsync(session, now, cancel);
        }

        var rates = new StageRates(closed);
        var findings = new List<Finding>();
        var (trial, learnt) = Learn(closed, findings);
        if (drift.Finding is { } drifted)
        {
            findings.Add(drifted);
        }

        var method = learnt is null ? "rates" : "logistic";
        var scores = learnt is null ? open.Select(deal => ByRate(deal, rates, past.Usual[deal.Deal])).ToList() : ByModel(open, learnt.Model);
        await WriteAsync(workspace, open, scores, method, cancel);
        var report = ScoringReport.Of(closed, open.Count, method, trial, learnt, findings, drift);
        var (id, at, model) = (Guid.CreateVersion7(now), now, learnt is null ? null : ModelFile.Write(learnt.Model));
        await workspace.Database.WriteAsync(
            async session =>
            {
                var json = new SqlName(session.Dialect.JsonParameter);
                return await session.ExecuteAsync(Sql.Of($"INSERT INTO score_run (id, noun, at, method, report, model) VALUES ({id}, {"deals"}, {at}, {method}, {report}{json}, {model})"), cancel);
            },
            cancel);
        return new ScoringResult(open.Count, closed.Count, method);
    }

    /// <summary>A: rather yes; D: hardly.</summary>
    public static string Grade(double probability) => probability switch { >= 0.6 => "A", >= 0.4 => "B", >= 0.2 => "C", _ => "D" };

    /// <summary>The model, when it earns its place; and how it and the plain rates did on deals that neither had seen.</summary>
    internal static (Trial? Trial, ClassifierResult? Learnt) Learn(IReadOnlyList<DealSnapshot> closed, List<Finding> findings)
    {
        var won = closed.Count(deal => deal.Won);
        if (closed.Count < FewestClosed || Math.Min(won, closed.Count - won) < FewestOfRarer)
        {
            findings.Add(new Finding("too-few-deals", FindingWeight.Warning, $"Only {closed.Count} deals are closed, {won} of them won; a model needs {FewestClosed} and {FewestOfRarer} of each kind. Until then each stage's own rate is told."));
            return (null, null);
        }

        var cut = closed.Count * 3 / 4;
        var (early, late) = (closed.Take(cut).ToList(), closed.Skip(cut).ToList());
        if (late.Count(deal => deal.Won) < FewestToTry || late.Count(deal => !deal.Won) < FewestToTry)
        {
            findings.Add(new Finding("cannot-try", FindingWeight.Warning, "The deals that closed last are nearly all won or nearly all lost, so a model cannot be tried on them; each stage's own rate is told."));
            return (null, null);
        }

        try
        {
            var options = new ClassifierOptions(ClassifierKind.ElasticNet, Folds: 5);
            var tried = Classifier.Train(DealSnapshot.Table(early), [.. early.Select(deal => deal.Won)], options);
            bool[] outcomes = [.. late.Select(deal => deal.Won)];
            var foretold = tried.Model.Probabilities(DealSnapshot.Table(late));
            var rates = new StageRates(early);
            double[] plain = [.. late.Select(deal => rates.Of(deal.Stage, 0.5))];
            var trial = new Trial(late.Count, BinaryMetrics.Of(foretold, outcomes, foretold), BinaryMetrics.Of(plain, outcomes, plain));
            if (trial.Model.Brier >= trial.Rates.Brier)
            {
                findings.Add(new Finding("no-better-than-rates", FindingWeight.Warning, FormattableString.Invariant($"On the {late.Count} deals that closed last the model did no better than each stage's own rate (Brier {trial.Model.Brier:0.000} against {trial.Rates.Brier:0.000}); the rates are told.")));
                return (trial, null);
            }

            var learnt = Classifier.Train(DealSnapshot.Table(closed), [.. closed.Select(deal => deal.Won)], options);
            findings.AddRange(learnt.Findings);
            if (!learnt.Converged)
            {
                findings.Add(new Finding("not-converged", FindingWeight.Warning, (learnt.Warning ?? "The fit did not converge.") + " The rates are told."));
                return (trial, null);
            }

            return (trial, learnt);
        }
        catch (UnsuitableDataException unsuitable)
        {
            findings.Add(new Finding("unsuitable", FindingWeight.Warning, unsuitable.Message + " Each stage's own rate is told."));
            return (null, null);
        }
    }

    private static (double Probability, IReadOnlyList<Reason> Reasons) ByRate(DealSnapshot deal, StageRates rates, double usual)
    {
        var (won, all) = rates.Seen(deal.Stage);
        return (Math.Clamp(rates.Of(deal.Stage, usual), 0.01, 0.99), [new Reason("rate", $"{deal.Stage}|{won}|{all}", 0)]);
    }

    private static List<(double Probability, IReadOnlyList<Reason> Reasons)> ByModel(IReadOnlyList<DealSnapshot> open, ScoringModel model)
    {
        if (open.Count == 0)
        {
            return [];
        }

        var table = DealSnapshot.Table(open);
        var (probabilities, reasons) = (model.Probabilities(table), model.Reasons(table, ReasonsKept));
        return [.. probabilities.Select((probability, i) => (Math.Clamp(probability, 0.01, 0.99), reasons[i]))];
    }

    private static async Task WriteAsync(Workspace workspace, List<DealSnapshot> open, List<(double Probability, IReadOnlyList<Reason> Reasons)> scores, string method, CancellationToken cancel)
    {
        var day = workspace.Now.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        var places = Enumerable.Range(0, open.Count).ToArray();
        await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"DELETE FROM deal_score"), cancel), cancel);
        foreach (var some in places.Chunk(RowsAtOnce))
        {
            await workspace.Database.WriteAsync(
                async session =>
                {
                    // A deal that was erased while this was being reckoned stays away.
                    var there = (await session.ListAsync(Sql.Of($"SELECT id FROM deal WHERE id IN ").List(some.Select(at => open[at].Deal)), row => row.Id(0), cancel)).ToHashSet();
                    var rows = some.Where(at => there.Contains(open[at].Deal)).ToList();
                    await BulkInsert.RunAsync(
                        session, Table, Columns,
                        (i, row) => ((object?[])[open[rows[i]].Deal, day, Math.Round(scores[rows[i]].Probability, 4), Grade(scores[rows[i]].Probability), method, ScoringReport.Reasons(scores[rows[i]].Reasons)]).CopyTo(row, 0),
                        rows.Count, cancel: cancel);
                    foreach (var at in rows)
                    {
                        await session.ExecuteAsync(Sql.Of($"INSERT INTO deal_score_said (deal_id, period, probability) VALUES ({open[at].Deal}, {day[..7]}, {Math.Round(scores[at].Probability, 4)}) ON CONFLICT (deal_id, period) DO NOTHING"), cancel);
                    }

                    return true;
                },
                cancel);
        }
    }

    /// <summary>Of the deals closed within half a year: how many were won, and how many were foretold when they were first scored.</summary>
    private static async Task<Drift> DriftAsync(DatabaseSession session, DateTimeOffset now, CancellationToken cancel)
    {
        var said = await session.ListAsync(
            Sql.Of($"SELECT d.status, s.probability FROM deal d JOIN deal_score_said s ON s.deal_id = d.id WHERE d.deleted_at IS NULL AND d.status <> 'open' AND d.closed_at >= {now.AddDays(-DriftDays)} AND s.period = (SELECT MIN(f.period) FROM deal_score_said f WHERE f.deal_id = d.id)"),
            row => (Won: row.Text(0) == "won", Foretold: Convert.ToDouble(row.Any(1), System.Globalization.CultureInfo.InvariantCulture)), cancel);
        if (said.Count < FewestForDrift)
        {
            return new Drift(said.Count, null, null, null);
        }

        var (actual, foretold) = (TwoGroups.Share(said.Count(deal => deal.Won), said.Count), said.Average(deal => deal.Foretold));
        var finding = foretold < actual.Low || foretold > actual.High
            ? new Finding("drift", FindingWeight.Warning, FormattableString.Invariant($"Of the {said.Count} deals closed within half a year {actual.Value:0%} were won, while {foretold:0%} had been foretold: the market or the way deals are kept has changed."))
            : null;
        return new Drift(said.Count, actual, foretold, finding);
    }

    /// <summary>The model and the plain rates on the deals that closed last.</summary>
    internal sealed record Trial(int Deals, BinaryMetrics Model, BinaryMetrics Rates);

    /// <summary>What was foretold against what came.</summary>
    internal sealed record Drift(int Deals, Interval? Won, double? Foretold, Finding? Finding);
}
