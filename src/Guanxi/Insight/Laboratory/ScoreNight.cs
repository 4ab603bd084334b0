using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Experiments;

namespace Guanxi.Insight.Laboratory;

/// <summary>Each night every kept score is told anew by the model that was trained for it, and the customers are held against those it was trained on.</summary>
public static class ScoreNight
{
    private const int RowsAtOnce = 500;

    /// <summary>A difference is told when chance makes it once in twenty at most, and when it is a tenth of what was expected: with many customers everything is beyond chance.</summary>
    private const double Sure = 1.96;
    private const double Matters = 0.1;

    /// <summary>Groups have come apart when their customers lie a quarter further from the middle, squared.</summary>
    private const double Loose = 1.25;

    /// <summary>Scores the customers by every kept score; one that cannot be says why and does not keep the others.</summary>
    public static async Task RunAllAsync(Workspace workspace, CancellationToken cancel = default)
    {
        List<KeptScore> scores;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            scores = await KeptScore.ListAsync(session, cancel: cancel);
        }

        foreach (var score in scores)
        {
            await RunAsync(workspace, score.Id, cancel: cancel);
        }
    }

    /// <summary>Scores the customers by one score.</summary>
    /// <param name="on">The day the night belongs to, for a past to be made up for; today otherwise.</param>
    public static async Task RunAsync(Workspace workspace, Guid id, DateOnly? on = null, CancellationToken cancel = default)
    {
        KeptScore score;
        KeptNight night;
        var day = on ?? DateOnly.FromDateTime(workspace.Now.UtcDateTime);
        try
        {
            await using var session = await workspace.Database.ReadAsync(cancel);
            score = await KeptScore.FindAsync(session, id, cancel);
            var (text, report) = await session.FirstAsync(Sql.Of($"SELECT model, report FROM lab_score_version WHERE score_id = {id} AND version = {score.Version}"), row => (row.Text(0), row.Text(1)), cancel);
            using var document = JsonDocument.Parse(report!);
            night = await KeptModel.Read(score.Question, text!).TellAsync(session, workspace.System(), score, document.RootElement, day, workspace.Now, cancel);
        }
        catch (Exception error) when (error is RefusedException or UnsuitableDataException)
        {
            var words = error is RefusedException refused ? refused.Refusal.Detail ?? refused.Refusal.Title : FindingWords.Of((UnsuitableDataException)error);
            var why = $"{words.ZhHans}\n{words.En}";
            await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE lab_score SET failure = {why} WHERE id = {id}"), cancel), cancel);
            return;
        }

        await WriteAsync(workspace, score, night.Told, cancel);
        var (now, written, scored) = (workspace.Now, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), night.Told.Count);
        await workspace.Database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(Sql.Of($"DELETE FROM lab_score_night WHERE score_id = {id} AND on_day = {written}"), cancel);
                await session.ExecuteAsync(Sql.Of($"INSERT INTO lab_score_night (score_id, on_day, version, scored, expected, actual, noise, stability) VALUES ({id}, {written}, {score.Version}, {scored}, {night.Expected}, {night.Actual}, {night.Noise}, {night.Stability})"), cancel);
                return await session.ExecuteAsync(Sql.Of($"UPDATE lab_score SET scored_at = {now}, scored = {scored}, failure = NULL WHERE id = {id}"), cancel);
            },
            cancel);
    }

    /// <summary>What a night says of a score: whether it still fits.</summary>
    /// <param name="noise">One standard error of the difference; null for a share.</param>
    public static IReadOnlyList<Finding> Judge(LabQuestion question, long scored, double expected, double actual, double? noise, double stability)
    {
        var findings = new List<Finding>();
        if (scored > 0 && question.Model == "cluster")
        {
            if (actual > expected * Loose)
            {
                findings.Add(new Finding("score-loose", FindingWeight.Warning, $"The customers lie further from the middles of their groups than when these were formed (mean squared distance {actual:0.00} against {expected:0.00}); form them anew."));
            }
        }
        else if (scored > 0 && noise is { } error)
        {
            if (Math.Abs(actual - expected) > Math.Max(Sure * error, Matters * expected))
            {
                findings.Add(question.Model == "gamma-gamma"
                    ? new Finding("score-drift", FindingWeight.Warning, $"Since the score was trained a purchase brought {actual:0.00} on the average where it expected {expected:0.00}; train it anew.")
                    : new Finding("score-drift", FindingWeight.Warning, $"Since the score was trained customers bought {actual:0.00} times on the average where it expected {expected:0.00}; train it anew."));
            }
        }
        else if (scored > 0)
        {
            var interval = TwoGroups.Share((int)Math.Round(actual * scored), (int)scored);
            if ((expected < interval.Low || expected > interval.High) && Math.Abs(expected - actual) > 0.02)
            {
                findings.Add(new Finding("score-drift", FindingWeight.Warning, $"{actual:0.0%} of the customers have the outcome now where the score expects {expected:0.0%}; train it anew."));
            }
        }

        if (stability > Stability.Moved)
        {
            findings.Add(new Finding("score-moved", FindingWeight.Warning, $"The customers have moved since the score was trained (stability index {stability:0.00}, above 0.25); train it anew."));
        }

        return findings;
    }

    private static async Task WriteAsync(Workspace workspace, KeptScore score, IReadOnlyList<(Guid Customer, object Value)> told, CancellationToken cancel)
    {
        var (table, column) = (new SqlName(KeptScore.Table), score.Column);
        foreach (var some in told.Chunk(RowsAtOnce))
        {
            await workspace.Database.WriteAsync(
                async session =>
                {
                    // A customer who was erased while this was being reckoned stays away.
                    var there = (await session.ListAsync(Sql.Of($"SELECT id FROM customer WHERE id IN ").List(some.Select(one => one.Customer)), row => row.Id(0), cancel)).ToHashSet();
                    var rows = some.Where(one => there.Contains(one.Customer)).ToList();
                    if (rows.Count == 0)
                    {
                        return 0;
                    }

                    var sql = Sql.Of($"INSERT INTO {table} (record_id, {column}) VALUES ");
                    for (var i = 0; i < rows.Count; i++)
                    {
                        sql.Append(i > 0 ? ", (" : "(").Value(rows[i].Customer).Append(", ").Value(rows[i].Value).Append(")");
                    }

                    return await session.ExecuteAsync(sql.Append(Sql.Of($" ON CONFLICT (record_id) DO UPDATE SET {column} = excluded.{column}")), cancel);
                },
                cancel);
        }

        // Whoever is not among them any more has no score.
        var now = told.Select(one => one.Customer).ToHashSet();
        List<Guid> before;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            before = await session.ListAsync(Sql.Of($"SELECT record_id FROM {table} WHERE {column} IS NOT NULL"), row => row.Id(0), cancel);
        }

        foreach (var some in before.Where(customer => !now.Contains(customer)).Chunk(RowsAtOnce))
        {
            await workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE {table} SET {column} = NULL WHERE record_id IN ").List(some), cancel), cancel);
        }
    }
}
