using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Platform;

namespace Guanxi.Sales.Leads;

/// <summary>How soon somebody's leads were answered.</summary>
/// <param name="Overdue">Open ones whose time is over and that nobody has answered.</param>
/// <param name="AverageMinutes">Working minutes from arrival to the first answer.</param>
public sealed record ResponseRow(Guid Owner, long Leads, long Answered, long InTime, long Overdue, double AverageMinutes, long Converted);

public static class LeadResponse
{
    /// <summary>By owner, of the leads that came in since, among those the actor sees.</summary>
    public static async Task<IReadOnlyList<ResponseRow>> ReadAsync(DatabaseSession session, Actor actor, DateTimeOffset since, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema["leads"];
        var sql = new Sql().Append("SELECT t.owner_id, COUNT(*), COUNT(t.responded_at), SUM(CASE WHEN t.responded_at <= t.respond_by THEN 1 ELSE 0 END), SUM(CASE WHEN t.responded_at IS NULL AND t.state IN ('new', 'working', 'qualified') AND t.respond_by < ").Value(now)
            .Append(" THEN 1 ELSE 0 END), COALESCE(AVG(CAST(t.response_minutes AS DOUBLE PRECISION)), 0), COUNT(t.converted_at) FROM lead t WHERE t.deleted_at IS NULL AND t.owner_id IS NOT NULL AND t.created_at >= ").Value(since)
            .Append(" AND ").Append(AccessDoor.For(actor, type, Verb.Read, now).Condition("t")).Append(" GROUP BY t.owner_id");
        return [.. (await session.ListAsync(sql, row => new ResponseRow(row.Id(0), row.Integer(1), row.Integer(2), row.Integer(3), row.Integer(4), Convert.ToDouble(row.Any(5), System.Globalization.CultureInfo.InvariantCulture), row.Integer(6)), cancel)).OrderByDescending(row => row.Leads)];
    }
}

/// <summary>Asks the rules again for one lead, in the name of whoever may assign.</summary>
public static class AssignLead
{
    /// <exception cref="RefusedException">The right is missing, the lead is closed, or no rule finds anybody.</exception>
    public static async Task<Record> RunAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.AssignOwner);
        var lead = (Lead)await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["leads"], id, Verb.Edit, context.Now, cancel: cancel);
        if (!lead.IsOpen)
        {
            throw new RefusedException(Refusal.Breaks("lead-closed", ("线索已经结束，不用再分配", "The lead is closed and is not assigned any more")));
        }

        if (!await LeadAssignment.AssignAsync(context, lead, cancel))
        {
            throw new RefusedException(Refusal.Breaks("nobody-free", ("没有规则能为它找到人：请检查规则、人员的每日上限、外出和工作时间，或直接指定负责人", "No rule finds anybody for it: look at the rules, who is away or full for today and the working hours, or choose an owner")));
        }

        await context.UpdateAsync(lead, "assign", cancel);
        return lead;
    }
}

/// <summary>What is done by the clock: leads that found nobody are offered again, and whoever is late hears of it once.</summary>
public static class LeadKeeper
{
    private const int Most = 200;

    /// <summary>Answers how many leads were given away or told of.</summary>
    public static async Task<int> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        IReadOnlyList<Guid> waiting, late;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            waiting = await session.ListAsync(Sql.Of($"SELECT id FROM lead WHERE owner_id IS NULL AND state = 'new' AND deleted_at IS NULL ORDER BY seq LIMIT {Most}"), row => row.Id(0), cancel);
            late = await session.ListAsync(Sql.Of($"SELECT id FROM lead WHERE responded_at IS NULL AND overdue_told_at IS NULL AND deleted_at IS NULL AND respond_by IS NOT NULL AND respond_by < {workspace.Now} ORDER BY respond_by LIMIT {Most}"), row => row.Id(0), cancel);
        }

        var done = 0;
        if (waiting.Count > 0)
        {
            done += await workspace.WriteAsync(workspace.System(), context => AssignAsync(context, waiting, cancel), cancel: cancel);
        }

        if (late.Count > 0)
        {
            done += await workspace.WriteAsync(workspace.System(), context => TellAsync(context, late, cancel), cancel: cancel);
        }

        return done;
    }

    private static async Task<int> AssignAsync(SaveContext context, IReadOnlyList<Guid> waiting, CancellationToken cancel)
    {
        var given = 0;
        foreach (var id in waiting)
        {
            if (await RecordStore.FindAsync(context.Session, context.Schema["leads"], id, cancel) is Lead { OwnerId: null, IsOpen: true } lead && await LeadAssignment.AssignAsync(context, lead, cancel))
            {
                await context.UpdateAsync(lead, "assign", cancel);
                given++;
            }
        }

        return given;
    }

    private static async Task<int> TellAsync(SaveContext context, IReadOnlyList<Guid> late, CancellationToken cancel)
    {
        foreach (var id in late)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE lead SET overdue_told_at = {context.Now} WHERE id = {id}"), cancel);
            if (await RecordStore.FindAsync(context.Session, context.Schema["leads"], id, cancel) is not Lead { IsOpen: true, OwnerId: { } owner } lead)
            {
                continue;
            }

            var directory = context.Actor.Directory;
            foreach (var person in new[] { owner, directory.Team(directory.Person(owner)?.TeamId)?.ManagerId }.OfType<Guid>().Distinct())
            {
                await Notifications.SendAsync(context, person, "overdue", "leads", id, lead.Title, ("线索已超过响应时限，还没有人联系", "The time to answer this lead is over and nobody has been in touch"));
            }
        }

        return late.Count;
    }
}

/// <summary>What a customer or partner has brought.</summary>
/// <param name="WonAmount">Sum of what was won by it in the company's currency, referred and as a partner; null when the actor may not read amounts.</param>
public sealed record Referrals(long Leads, long Converted, long PartnerDeals, long PartnerWon, Money? WonAmount)
{
    public static async Task<Referrals> ReadAsync(DatabaseSession session, Actor actor, Guid customer, DateTimeOffset now, CancellationToken cancel = default)
    {
        var (leads, deals) = (actor.Schema["leads"], actor.Schema["deals"]);
        var (seenLeads, seenDeals) = (AccessDoor.For(actor, leads, Verb.Read, now).Condition("l"), AccessDoor.For(actor, deals, Verb.Read, now).Condition("t"));
        var (brought, converted) = await session.FirstAsync(new Sql().Append("SELECT COUNT(*), COUNT(l.converted_at) FROM lead l WHERE l.deleted_at IS NULL AND l.referred_by_id = ").Value(customer).Append(" AND ").Append(seenLeads), row => (row.Integer(0), row.Integer(1)), cancel);
        var (with, won) = await session.FirstAsync(new Sql().Append("SELECT COUNT(*), COALESCE(SUM(CASE WHEN t.status = 'won' THEN 1 ELSE 0 END), 0) FROM deal t WHERE t.deleted_at IS NULL AND t.partner_id = ").Value(customer).Append(" AND ").Append(seenDeals), row => (row.Integer(0), row.Integer(1)), cancel);
        if (!actor.Reads(deals, deals["homeAmount"]))
        {
            return new Referrals(brought, converted, with, won, null);
        }

        actor.Reading.Ask(deals, deals["homeAmount"]);
        var sum = await session.ListAsync(
            new Sql().Append("SELECT t.home_amount FROM deal t WHERE t.deleted_at IS NULL AND t.status = 'won' AND t.home_amount IS NOT NULL AND (t.partner_id = ").Value(customer)
                .Append(" OR t.id IN (SELECT l.deal_id FROM lead l WHERE l.deal_id IS NOT NULL AND l.deleted_at IS NULL AND l.referred_by_id = ").Value(customer).Append(")) AND ").Append(seenDeals), row => row.Integer(0), cancel);
        return new Referrals(brought, converted, with, won, new Money(sum.Sum(one => one / Money.Scale), (await Settings.ReadAsync(session, cancel)).Currency));
    }
}
