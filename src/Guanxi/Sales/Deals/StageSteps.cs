using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Sales.Processes;

namespace Guanxi.Sales.Deals;

/// <summary>Gives the steps of a stage, as tasks, to those who owe them.</summary>
internal static class StageSteps
{
    public static async Task BeginAsync(SaveContext context, Deal deal, ProcessDefinition definition)
    {
        var type = context.Schema["activities"];
        Platform.Calendar.WorkingCalendar? calendar = null;
        foreach (var step in definition.Stages[definition.PlaceOf(deal.Text("stage")!)].Steps ?? [])
        {
            if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM activity WHERE deal_id = {deal.Id} AND step = {step.Key} AND status <> 'cancelled' AND deleted_at IS NULL")) > 0)
            {
                continue;
            }

            calendar ??= await Platform.Calendar.WorkingCalendar.ReadAsync(context.Session);
            var task = type.Create(type);
            task.Id = Guid.CreateVersion7(context.Now);
            var owner = await OwedByAsync(context, step) ?? deal.OwnerId;
            (task["kind"], task["status"], task["subject"], task["customer"], task["deal"], task["step"]) = ("task", "planned", step.Subject, deal.Reference("customer"), deal.Id, step.Key);
            (task["dueAt"], task["owner"], task["priority"]) = (calendar.Add(context.Now, TimeSpan.FromHours(step.Hours)), owner, "high");
            await context.InsertAsync(task);
            if (step.Escalation is { Count: > 0 } chain)
            {
                var first = calendar.Add(task.Instant("dueAt")!.Value, TimeSpan.FromHours(chain[0].Hours));
                await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO step_escalation (activity_id, level, next_at) VALUES ({task.Id}, {0L}, {first})"));
            }

            if (owner is { } receiver && receiver != context.Actor.Id && context.Actor.IsSystem)
            {
                await Notifications.SendAsync(context, receiver, "assigned", type.Name, task.Id, step.Subject, ("{0} 给你安排了一项任务", "{0} gave you a task"));
            }
        }
    }

    /// <summary>Nobody owes anything to a deal that is over.</summary>
    public static async Task DropAsync(SaveContext context, Guid deal, CancellationToken cancel)
    {
        foreach (var id in await context.Session.ListAsync(Sql.Of($"SELECT id FROM activity WHERE deal_id = {deal} AND step IS NOT NULL AND status = 'planned' AND deleted_at IS NULL"), row => row.Id(0), cancel))
        {
            if (await RecordStore.FindAsync(context.Session, context.Schema["activities"], id, cancel) is Customers.Activities.Activity step)
            {
                (step.GoesWithItsDeal, step["status"]) = (true, "cancelled");
                await context.UpdateAsync(step, "drop", cancel);
            }
        }
    }

    /// <summary>Of those with the role, whoever has the fewest open steps.</summary>
    private static async Task<Guid?> OwedByAsync(SaveContext context, Step step)
    {
        if (step.Role is null && step.Team is null)
        {
            return null;
        }

        var people = DefinitionChecks.Owing(context.Actor.Directory, step).Select(person => person.Id).Order().ToList();
        if (people.Count == 0)
        {
            return null;
        }

        var open = (await context.Session.ListAsync(
            new Sql().Append("SELECT owner_id, COUNT(*) FROM activity WHERE owner_id IN ").List(people).Append(" AND status = 'planned' AND deleted_at IS NULL AND step IS NOT NULL GROUP BY owner_id"),
            row => (Owner: row.Id(0), Count: row.Integer(1)))).ToDictionary(item => item.Owner, item => item.Count);
        return people.MinBy(person => open.GetValueOrDefault(person));
    }
}
