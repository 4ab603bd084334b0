using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>Somebody decides for another from one moment to another; the other may still decide himself.</summary>
public sealed record Delegation(Guid Id, Guid User, Guid Delegate, DateTimeOffset StartsAt, DateTimeOffset EndsAt);

/// <summary>Who decides for whom while he is away. A stand-in who is away himself is stood in for likewise.</summary>
public static class Delegations
{
    private const int Longest = 366;

    /// <summary>Those who may decide for somebody now, himself not among them.</summary>
    /// <param name="asker">Who submitted what is decided: no turn goes through his hands, or he would choose who decides about him.</param>
    public static async ValueTask<IReadOnlyList<Guid>> StandInsAsync(DatabaseSession session, Guid person, DateTimeOffset now, Guid? asker = null, CancellationToken cancel = default) =>
        Reach(await ActiveAsync(session, now, cancel, asker), person, item => item.User, item => item.Delegate);

    /// <summary>Those for whom somebody may decide now, himself not among them.</summary>
    /// <param name="asker">Who submitted what is decided; as above.</param>
    public static async ValueTask<IReadOnlyList<Guid>> StoodInForAsync(DatabaseSession session, Guid person, DateTimeOffset now, Guid? asker = null, CancellationToken cancel = default) =>
        Reach(await ActiveAsync(session, now, cancel, asker), person, item => item.Delegate, item => item.User);

    /// <summary>Condition over <c>approval_turn t</c> and <c>approval a</c>: the turn is the person's own, or one he stands in for, and not his own request.</summary>
    internal static async ValueTask<Sql> TurnsAsync(DatabaseSession session, Guid person, DateTimeOffset now, CancellationToken cancel)
    {
        var all = await ActiveAsync(session, now, cancel);
        var others = Reach(all, person, item => item.Delegate, item => item.User);
        var sql = new Sql().Append("t.signer_id IN ").List(others.Append(person)).Append(" AND a.submitted_by <> ").Value(person);
        foreach (var between in others.Where(other => all.Exists(item => item.Delegate == other)))
        {
            var past = Reach([.. all.Where(item => item.User != between && item.Delegate != between)], person, item => item.Delegate, item => item.User);
            sql.Append(" AND (a.submitted_by <> ").Value(between).Append(" OR t.signer_id IN ").List(past.Append(person)).Append(")");
        }

        return sql;
    }

    /// <summary>What is arranged from now on, by whom it is for; everybody's with <paramref name="person"/> null.</summary>
    public static async ValueTask<IReadOnlyList<Delegation>> ComingAsync(DatabaseSession session, Guid? person, DateTimeOffset now, CancellationToken cancel = default)
    {
        var sql = Sql.Of($"SELECT id, user_id, delegate_id, starts_at, ends_at FROM approval_delegation WHERE ends_at > {now}");
        return await session.ListAsync((person is { } id ? sql.Append(" AND user_id = ").Value(id) : sql).Append(" ORDER BY starts_at, id"), Read, cancel);
    }

    private static async ValueTask<List<Delegation>> ActiveAsync(DatabaseSession session, DateTimeOffset now, CancellationToken cancel, Guid? past = null) =>
        [.. (await session.ListAsync(Sql.Of($"SELECT id, user_id, delegate_id, starts_at, ends_at FROM approval_delegation WHERE ends_at > {now} AND starts_at <= {now}"), Read, cancel)).Where(item => past is null || (item.User != past && item.Delegate != past))];

    private static Delegation Read(Row row) => new(row.Id(0), row.Id(1), row.Id(2), row.Instant(3), row.Instant(4));

    private static List<Guid> Reach(IReadOnlyList<Delegation> all, Guid person, Func<Delegation, Guid> from, Func<Delegation, Guid> to)
    {
        var found = new List<Guid>();
        var waiting = new Queue<Guid>([person]);
        while (waiting.TryDequeue(out var at))
        {
            foreach (var next in all.Where(item => from(item) == at).Select(to).Where(next => next != person && !found.Contains(next)))
            {
                found.Add(next);
                waiting.Enqueue(next);
            }
        }

        return found;
    }

    /// <summary>Lets somebody decide for a person; one's own by oneself, others' by whoever manages approvals.</summary>
    /// <exception cref="RefusedException">It ends before it begins, names nobody who is there, overlaps another, or leads back to the person.</exception>
    public static async Task<Delegation> ArrangeAsync(SaveContext context, Guid person, Guid to, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel = default)
    {
        DemandOwn(context.Actor, person);
        var errors = new FieldErrors();
        if (context.Actor.Directory.Person(to) is not { Active: true } || to == person)
        {
            errors.Add("delegate", ("请选择另一位在职同事", "Choose a colleague who is active"));
        }

        if (until <= from || until <= context.Now || until > from.AddDays(Longest))
        {
            errors.Add("until", new Label($"结束时间应晚于开始和现在，最长 {Longest} 天", $"It ends after it begins and after now, at most {Longest} days later"));
        }

        errors.Throw();

        // Arranged one after the other, so that two who each name the other at once do not both succeed.
        if (!context.Session.Dialect.IsSqlite)
        {
            await context.Session.ExecuteAsync(Sql.Of($"LOCK TABLE approval_delegation IN SHARE ROW EXCLUSIVE MODE"), cancel);
        }

        var others = await context.Session.ListAsync(Sql.Of($"SELECT id, user_id, delegate_id, starts_at, ends_at FROM approval_delegation WHERE ends_at > {from} AND starts_at < {until}"), Read, cancel);
        if (others.Exists(item => item.User == person))
        {
            throw new RefusedException(Refusal.Invalid("from", ("这段时间已经委托过别人", "Somebody stands in for that time already")));
        }

        if (Reach(others, to, item => item.User, item => item.Delegate).Contains(person))
        {
            throw new RefusedException(Refusal.Invalid("delegate", ("委托会绕回自己：对方在这段时间也委托了出去，最后又回到你", "This leads back to yourself: he has arranged a stand-in for that time too, and it ends with you")));
        }

        var made = new Delegation(Guid.CreateVersion7(context.Now), person, to, from, until);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO approval_delegation (id, user_id, delegate_id, starts_at, ends_at, created_at, created_by) VALUES ({made.Id}, {person}, {to}, {from}, {until}, {context.Now}, {context.ActorId})"), cancel);
        context.Note("approval.delegate", null, null, System.Text.Json.JsonSerializer.Serialize(new { delegation = new object?[] { null, made } }));
        await Notifications.TellAsync(context, to, "delegation", ("审批委托", "Standing in for approvals"), new Label($"{context.Actor.Directory.Person(person)?.Name} 不在时由你代为审批", $"You decide for {context.Actor.Directory.Person(person)?.Name} while away"));
        return made;
    }

    public static async Task EndAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var known = (await context.Session.ListAsync(Sql.Of($"SELECT id, user_id, delegate_id, starts_at, ends_at FROM approval_delegation WHERE id = {id}"), Read, cancel)).FirstOrDefault();
        if (known is null || (known.User != context.Actor.Id && !context.Actor.Has(Functions.ManageApprovals)))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM approval_delegation WHERE id = {id}"), cancel);
        context.Note("approval.delegate", null, null, System.Text.Json.JsonSerializer.Serialize(new { delegation = new object?[] { known, null } }));
    }

    private static void DemandOwn(Actor actor, Guid person)
    {
        if (person != actor.Id)
        {
            actor.Demand(Functions.ManageApprovals);
        }
    }
}
