using Guanxi.Database;
using Guanxi.Insight.Laboratory;
using Guanxi.Platform;
using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>The score the analyst made in the laboratory half a year ago and has had told each night since.</summary>
internal static class SampleScores
{
    /// <returns>The score, or null where the company is too small to learn from.</returns>
    public static async Task<Guid?> KeepAsync(Workspace workspace, DateOnly day, CancellationToken cancel)
    {
        var analyst = workspace.ActorFor(workspace.Directory.People.First(person => person.UserName == "suwenbo"), "page");
        var question = new LabQuestion("logistic", "value.orders >= 2", "value.late > 2", [], null);
        try
        {
            var score = await LabScores.KeepAsync(workspace, analyst, "可能沉默", question, cancel: cancel);
            var at = new DateTimeOffset(day.ToDateTime(new TimeOnly(2, 30)), TimeSpan.Zero);
            await workspace.Database.WriteAsync(
                async session =>
                {
                    await session.ExecuteAsync(Sql.Of($"UPDATE lab_score SET made_at = {at} WHERE id = {score.Id}"), cancel);
                    await session.ExecuteAsync(Sql.Of($"UPDATE lab_score_version SET at = {at} WHERE score_id = {score.Id}"), cancel);
                    return await session.ExecuteAsync(Sql.Of($"DELETE FROM lab_score_night WHERE score_id = {score.Id}"), cancel);
                },
                cancel);
            return score.Id;
        }
        catch (RefusedException)
        {
            return null;
        }
    }
}
