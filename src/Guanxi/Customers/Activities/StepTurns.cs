using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Activities;

/// <summary>Each person's turn at a step of a process: when it was given, begun and handed on or done. Waiting and working time are measured from it, so it is written with the step itself, whatever way that is changed.</summary>
internal static class StepTurns
{
    public static async ValueTask KeepAsync(SaveContext context, Activity activity)
    {
        if (activity.Text("step") is null)
        {
            return;
        }

        var was = !activity.IsNew && activity.Before(activity.Type["status"]) is "planned";
        var handed = activity.Changed("owner");
        if (was && (!activity.IsOpen || handed))
        {
            var outcome = activity.IsOpen ? "handed" : activity.Text("status");
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE step_turn SET ended_at = {context.Now}, outcome = {outcome} WHERE activity_id = {activity.Id} AND ended_at IS NULL"));
        }

        if (activity.IsOpen && (!was || handed))
        {
            var team = context.Actor.Directory.Person(activity.OwnerId)?.TeamId;
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO step_turn (activity_id, number, owner_id, team_id, given_at) SELECT {activity.Id}, COALESCE(MAX(number), 0) + 1, {activity.OwnerId}, {team}, {context.Now} FROM step_turn WHERE activity_id = {activity.Id}"));
        }
        else if (activity.IsOpen && activity.Changed("startedAt"))
        {
            var started = activity.Instant("startedAt");
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE step_turn SET started_at = {started} WHERE activity_id = {activity.Id} AND ended_at IS NULL"));
        }
    }
}
