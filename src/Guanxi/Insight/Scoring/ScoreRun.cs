using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Experiments;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Scoring;

/// <summary>Scores the open records of a noun, writes the scores beside them, and keeps what the run found.</summary>
internal static class ScoreRun
{
    private const int ReasonsKept = 5;
    private const int RowsAtOnce = 2_000;
    private const int DriftDays = 180;
    private const int FewestForDrift = 20;
    private static readonly string[] Columns = ["record_id", "as_of", "probability", "grade", "method", "reasons"];

    /// <param name="closed">Records that have ended, oldest end first.</param>
    /// <param name="open">Those to be scored.</param>
    /// <param name="told">Findings of how they were chosen.</param>
    /// <param name="usual">What is said of an open one where no record of its group has ended.</param>
    public static async Task<ScoringResult> RunAsync<T>(Workspace workspace, ScoredNoun noun, IReadOnlyList<T> closed, IReadOnlyList<T> open, Func<IReadOnlyList<T>, FeatureTable> table, Func<T, double> usual, IReadOnlyList<Finding> told, CancellationToken cancel)
        where T : class, ISnapshot
    {
        Drift drift;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            drift = await DriftAsync(session, noun, workspace.Now, cancel);
        }

        var rates = new StageRates(closed);
        var findings = new List<Finding>(told);
        var (trial, learnt) = ScoreLearning.Learn(noun, closed, table, findings);
        if (drift.Finding is { } drifted)
        {
            findings.Add(drifted);
        }

        var scores = learnt is null ? null : ByModel(table, closed, open, learnt.Model);
        if (scores is not null && FarOff(scores, closed) is var (mean, share))
        {
            findings.Add(noun.FarOff(open.Count, mean, share));
            (learnt, scores) = (null, null);
        }

        var method = learnt is null ? "rates" : "logistic";
        scores ??= [.. open.Select(one => ByRate(one, rates, usual(one)))];
        await WriteAsync(workspace, noun, [.. open.Select(one => one.Id)], scores, method, cancel);
        var report = ScoringReport.Of(noun, closed.Count, closed.Count(one => one.Won), open.Count, method, trial, learnt, findings, drift);
        var (id, at, model) = (Guid.CreateVersion7(workspace.Now), workspace.Now, learnt is null ? null : ModelFile.Write(learnt.Model));
        await workspace.Database.WriteAsync(
            async session =>
            {
                var json = new SqlName(session.Dialect.JsonParameter);
                return await session.ExecuteAsync(Sql.Of($"INSERT INTO score_run (id, noun, at, method, report, model) VALUES ({id}, {noun.Name}, {at}, {method}, {report}{json}, {model})"), cancel);
            },
            cancel);
        return new ScoringResult(open.Count, closed.Count, method);
    }

    private static (double Probability, IReadOnlyList<Reason> Reasons) ByRate(ISnapshot one, StageRates rates, double usual)
    {
        var (won, all) = rates.Seen(one.Group);
        return (Math.Clamp(rates.Of(one.Group, usual), 0.01, 0.99), [new Reason("rate", $"{one.Group}|{won}|{all}", 0)]);
    }

    private static List<(double Probability, IReadOnlyList<Reason> Reasons)> ByModel<T>(Func<IReadOnlyList<T>, FeatureTable> tableOf, IReadOnlyList<T> closed, IReadOnlyList<T> open, ScoringModel model)
    {
        if (open.Count == 0)
        {
            return [];
        }

        var seen = tableOf(open);
        var table = Within(seen, tableOf(closed));
        var (probabilities, reasons) = (model.Probabilities(table), model.Reasons(table, ReasonsKept));
        var places = seen.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        return [.. probabilities.Select((probability, i) => (Math.Clamp(probability, 0.01, 0.99), (IReadOnlyList<Reason>)[.. reasons[i].Select(reason => places[reason.Column] is NumberColumn column ? reason with { Value = column.Text(i) } : reason)]))];
    }

    /// <summary>Numbers drawn in to the range that all but one in a hundred of the ended ones had on either side: what a line does beyond that was never seen.</summary>
    internal static FeatureTable Within(FeatureTable table, FeatureTable trained) => new([.. table.Columns.Zip(trained.Columns, (column, before) =>
    {
        if (column is not NumberColumn number || before is not NumberColumn known || known.Values.Where(double.IsFinite).Order().ToArray() is not { Length: > 0 } sorted)
        {
            return column;
        }

        var (low, high) = (sorted[(int)(0.01 * (sorted.Length - 1))], sorted[(int)Math.Ceiling(0.99 * (sorted.Length - 1))]);
        return new NumberColumn(number.Name, [.. number.Values.Select(value => double.IsNaN(value) ? value : Math.Clamp(value, low, high))]);
    })]);

    /// <summary>The mean of the scores and the share won before, where the odds of one are over three times those of the other.</summary>
    internal static (double Mean, double Share)? FarOff<T>(IReadOnlyList<(double Probability, IReadOnlyList<Reason> Reasons)> scores, IReadOnlyList<T> closed)
        where T : class, ISnapshot
    {
        if (scores.Count == 0)
        {
            return null;
        }

        static double Odds(double share) => share / (1 - share);
        var (mean, share) = (scores.Average(score => score.Probability), closed.Count(one => one.Won) / (double)closed.Count);
        return Math.Abs(Math.Log(Odds(mean) / Odds(share))) > Math.Log(3) ? (mean, share) : null;
    }

    private static async Task WriteAsync(Workspace workspace, ScoredNoun noun, Guid[] ids, List<(double Probability, IReadOnlyList<Reason> Reasons)> scores, string method, CancellationToken cancel)
    {
        var day = workspace.Now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var (records, kept, said, key) = (new SqlName(noun.Records), new SqlName(noun.Table), new SqlName(noun.SaidTable), new SqlName(noun.SaidColumn));
        await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"DELETE FROM {kept}"), cancel), cancel);
        foreach (var some in Enumerable.Range(0, ids.Length).Chunk(RowsAtOnce))
        {
            await workspace.Database.WriteAsync(
                async session =>
                {
                    // A record that was erased while this was being reckoned stays away.
                    var there = (await session.ListAsync(Sql.Of($"SELECT id FROM {records} WHERE id IN ").List(some.Select(at => ids[at])), row => row.Id(0), cancel)).ToHashSet();
                    var rows = some.Where(at => there.Contains(ids[at])).ToList();
                    await BulkInsert.RunAsync(
                        session, noun.Table, Columns,
                        (i, row) => ((object?[])[ids[rows[i]], day, Math.Round(scores[rows[i]].Probability, 4), DealScoring.Grade(scores[rows[i]].Probability), method, ScoringReport.Reasons(scores[rows[i]].Reasons)]).CopyTo(row, 0),
                        rows.Count, cancel: cancel);
                    foreach (var at in rows)
                    {
                        await session.ExecuteAsync(Sql.Of($"INSERT INTO {said} ({key}, period, probability) VALUES ({ids[at]}, {day[..7]}, {Math.Round(scores[at].Probability, 4)}) ON CONFLICT ({key}, period) DO NOTHING"), cancel);
                    }

                    return true;
                },
                cancel);
        }
    }

    /// <summary>What was first said of the records that ended within half a year, against what became of them.</summary>
    private static async Task<Drift> DriftAsync(DatabaseSession session, ScoredNoun noun, DateTimeOffset now, CancellationToken cancel)
    {
        var (records, said, key) = (new SqlName(noun.Records), new SqlName(noun.SaidTable), new SqlName(noun.SaidColumn));
        var (ended, at, won) = (new SqlName(noun.EndedSql), new SqlName(noun.EndedAtSql), new SqlName(noun.WonSql));
        var ends = await session.ListAsync(
            Sql.Of($"SELECT CASE WHEN {won} THEN 1 ELSE 0 END, s.probability FROM {records} r JOIN {said} s ON s.{key} = r.id WHERE r.deleted_at IS NULL AND {ended} AND {at} >= {now.AddDays(-DriftDays)} AND s.period = (SELECT MIN(f.period) FROM {said} f WHERE f.{key} = r.id)"),
            row => (Won: row.Integer(0) == 1, Foretold: Convert.ToDouble(row.Any(1), CultureInfo.InvariantCulture)), cancel);
        if (ends.Count < FewestForDrift)
        {
            return new Drift(ends.Count, null, null, null);
        }

        var (actual, foretold) = (TwoGroups.Share(ends.Count(one => one.Won), ends.Count), ends.Average(one => one.Foretold));
        return new Drift(ends.Count, actual, foretold, foretold < actual.Low || foretold > actual.High ? noun.Drifted(ends.Count, actual.Value, foretold) : null);
    }
}
