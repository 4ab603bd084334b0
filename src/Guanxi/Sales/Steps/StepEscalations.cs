using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Sales.Processes;
using Directory = Guanxi.Platform.Access.Directory;

namespace Guanxi.Sales.Steps;

/// <summary>Tells the next in the chain of a step that is late, once each, in working hours after it was due.</summary>
public static class StepEscalations
{
    private const long AtOnce = 100;

    /// <summary>Looks for steps whose next level is due; true when more are waiting.</summary>
    public static async Task<bool> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            var now = workspace.Now;
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM (SELECT 1 FROM step_escalation WHERE next_at <= {now} LIMIT 1) x"), cancel) == 0)
            {
                return false;
            }
        }

        return await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                var due = await context.Session.ListAsync(
                    Sql.Of($"SELECT e.activity_id, e.level FROM step_escalation e WHERE e.next_at <= {context.Now} ORDER BY e.next_at LIMIT {AtOnce}"),
                    row => (Task: row.Id(0), Level: (int)row.Integer(1)), cancel);
                var calendar = await WorkingCalendar.ReadAsync(context.Session, cancel);
                foreach (var (task, level) in due)
                {
                    await TellAsync(context, calendar, task, level, cancel);
                }

                return due.Count == AtOnce;
            },
            cancel: cancel);
    }

    private static async Task TellAsync(SaveContext context, WorkingCalendar calendar, Guid id, int level, CancellationToken cancel)
    {
        var task = await RecordStore.FindAsync(context.Session, context.Schema["activities"], id, cancel);
        var chain = task is not null && task.Text("status") == "planned" ? await ChainAsync(context.Session, task, cancel) : null;
        if (chain is null || level >= chain.Count)
        {
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM step_escalation WHERE activity_id = {id}"), cancel);
            return;
        }

        var late = calendar.Between(task!.Instant("dueAt")!.Value, context.Now);
        var (subject, owner) = (task.Text("subject") ?? "", context.Actor.Directory.Person(task.OwnerId)?.Name ?? "");
        var told = Receivers(context.Actor.Directory, task.OwnerId, chain[level].To).ToList();
        foreach (var receiver in told)
        {
            // It names the step and who owes it, not the deal: whoever hears of it may have no right to that.
            await Notifications.TellAsync(context, receiver, "escalation", new Label(subject, subject), new Label($"{owner}负责的“{subject}”已逾期 {late.TotalHours:0} 个工作小时", $"“{subject}”, owed by {owner}, is {late.TotalHours:0} working hours late"));
        }

        context.Note("escalate", "activities", id, $"{{\"level\":[{level},{level + 1}]}}");
        if (level + 1 < chain.Count)
        {
            var next = calendar.Add(task.Instant("dueAt")!.Value, TimeSpan.FromHours(chain[level + 1].Hours));
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE step_escalation SET level = {level + 1L}, next_at = {(next > context.Now ? next : context.Now.AddMilliseconds(1))} WHERE activity_id = {id}"), cancel);
        }
        else
        {
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM step_escalation WHERE activity_id = {id}"), cancel);
        }
    }

    private static async Task<IReadOnlyList<Escalation>?> ChainAsync(DatabaseSession session, Record task, CancellationToken cancel)
    {
        var (process, edition, open) = await session.FirstAsync(Sql.Of($"SELECT process_id, edition, status FROM deal WHERE id = {task.Reference("deal")} AND deleted_at IS NULL"), row => (row.Id(0), row.Integer(1), row.Text(2) == "open"), cancel);
        return open ? (await Editions.ReadAsync(session, process, edition, cancel)).Steps.FirstOrDefault(step => step.Key == task.Text("step"))?.Escalation : null;
    }

    /// <summary>Whom a level names: the manager of the team of whoever owes it, the one above, or everybody of a role.</summary>
    internal static IEnumerable<Guid> Receivers(Directory directory, Guid? owner, string to)
    {
        if (to is not ("manager" or "above"))
        {
            return directory.People.Where(person => person.Active && person.Id != owner && directory.Role(person.RoleId)?.Key == to).Select(person => person.Id);
        }

        var managers = directory.TeamAndAbove(directory.Person(owner)?.TeamId).Select(team => directory.Team(team)?.ManagerId).OfType<Guid>().Where(manager => manager != owner).Distinct();
        return managers.Skip(to == "above" ? 1 : 0).Take(1);
    }
}
