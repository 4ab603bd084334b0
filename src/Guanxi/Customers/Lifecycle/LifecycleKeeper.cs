using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;

namespace Guanxi.Customers.Lifecycle;

/// <summary>
/// Keeps customers in the stage their behaviour puts them: follows the ledger, looks again where time alone makes a difference, and goes over the whole base when asked to.
/// Its own moves are not followed, so rules that contradict each other cannot chase a customer in circles.
/// </summary>
public static class LifecycleKeeper
{
    private const int LinesAtOnce = 2_000;
    private const int RowsAtOnce = 1_000;

    /// <summary>One look: answers whether there is more to do at once.</summary>
    public static async Task<bool> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        if (workspace.Schema.Find("customers") is null)
        {
            return false;
        }

        if (await GoOverAsync(workspace, cancel))
        {
            return true;
        }

        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            // Where the rules are not in use nothing is followed: to put them to use begins at the end of the ledger.
            if (!(await LifecycleRules.ReadAsync(session, cancel)).Active || await session.ScalarAsync<long>(Sql.Of($"SELECT CASE WHEN l.seq < h.seq OR l.due_at <= {workspace.Now} THEN 1 ELSE 0 END FROM lifecycle_state l CROSS JOIN ledger_head h WHERE l.one = 1 AND h.one = 1"), cancel) == 0)
            {
                return false;
            }
        }

        return await FollowAsync(workspace, cancel);
    }

    private static async Task<bool> FollowAsync(Workspace workspace, CancellationToken cancel)
    {
        var (type, now) = (workspace.Schema["customers"], workspace.Now);
        LifecycleRules rules;
        Actor actor;
        MovedRows moved;
        long after;
        DateTimeOffset? next = null;
        var rows = new HashSet<long>();
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            rules = await LifecycleRules.ReadAsync(session, cancel);
            actor = await SegmentSet.ActorAsync(workspace, session, cancel);
            var state = await session.FirstAsync(Sql.Of($"SELECT l.seq, h.seq, l.moved_at, l.due_at FROM lifecycle_state l CROSS JOIN ledger_head h WHERE l.one = 1 AND h.one = 1"), row => (Seq: row.Integer(0), Head: row.Integer(1), MovedAt: row.OptionalInstant(2), DueAt: row.OptionalInstant(3)), cancel);
            after = state.Seq;
            moved = await MovedRows.ReadAsync(session, workspace.Schema, type, after, LinesAtOnce, StageMoves.Action, cancel);
            rows.UnionWith(moved.Rows);
            var time = new PassingTime(actor, type, session.Dialect);
            next = rules.Active ? rules.Rules.Select(rule => time.NextAfter(rule.Filter, now, out _)).Min() : null;
            if (rules.Active && state.DueAt <= now && state.MovedAt is { } from)
            {
                foreach (var candidates in rules.Rules.SelectMany(rule => time.Candidates(rule.Filter, from, now)))
                {
                    rows.UnionWith(await session.ListAsync(candidates, row => row.Integer(0), cancel));
                }
            }
            else if (rules.Active && state.MovedAt is not null)
            {
                next = state.DueAt is { } due && due < next ? due : next;
            }
        }

        foreach (var chunk in rows.Chunk(RowsAtOnce))
        {
            await workspace.WriteAsync(workspace.System(), context => MoveAsync(context, actor, rules, type, new Sql().Append("t.seq IN ").List(chunk), now, clocks: true, cancel), cancel: cancel);
        }

        await workspace.Database.WriteAsync(
            async session => await session.ExecuteAsync(Sql.Of($"UPDATE lifecycle_state SET seq = {moved.Last}, moved_at = CASE WHEN due_at <= {now} OR moved_at IS NULL THEN {now} ELSE moved_at END, due_at = {next} WHERE one = 1 AND seq = {after}"), cancel), cancel);
        return moved.Last - after >= LinesAtOnce;
    }

    /// <summary>Puts those of the rows into their stage who are in another.</summary>
    internal static async Task<int> MoveAsync(SaveContext context, Actor actor, LifecycleRules rules, RecordType type, Sql which, DateTimeOffset now, bool clocks, CancellationToken cancel)
    {
        var derived = rules.Derived(actor, context.Session.Dialect, type, now);
        var moves = await context.Session.ListAsync(
            new Sql().Append("SELECT x.seq, x.id, x.stage, x.belongs FROM (SELECT t.seq, t.id, t.stage, ").Append(derived).Append(" AS belongs FROM customer t WHERE t.deleted_at IS NULL AND ").Append(which).Append(") x WHERE x.belongs IS DISTINCT FROM x.stage"),
            row => (row.Integer(0), row.Id(1), row.OptionalText(2), row.Text(3)), cancel);
        await StageMoves.ApplyAsync(context, moves, clocks, cancel);
        return moves.Count;
    }

    /// <summary>Begins to go over the whole base.</summary>
    /// <exception cref="RefusedException">It is being gone over already, or the rules are not in use.</exception>
    public static async Task BeginAsync(SaveContext context, CancellationToken cancel = default)
    {
        if (!(await LifecycleRules.ReadAsync(context.Session, cancel)).Active)
        {
            throw new RefusedException(Refusal.Breaks("lifecycle-off", ("规则还没有启用，请先启用再重新推导", "The rules are not in use; put them to use first")));
        }

        var total = await context.Session.ScalarAsync<long?>(Sql.Of($"SELECT MAX(seq) FROM customer"), cancel) ?? 0;
        if (await context.Session.ExecuteAsync(Sql.Of($"UPDATE lifecycle_state SET state = 'running', done = 0, total = {total}, moved = 0, started_at = {context.Now}, finished_at = NULL, actor_id = {context.ActorId} WHERE one = 1 AND state <> 'running'"), cancel) == 0)
        {
            throw new RefusedException(Refusal.Breaks("lifecycle-running", ("正在重新推导，请等待完成或先停止", "The base is being gone over; wait until it is done, or stop it")));
        }

        context.Note("lifecycle.derive");
    }

    public static async Task StopAsync(SaveContext context, CancellationToken cancel = default) =>
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE lifecycle_state SET state = 'stopped', finished_at = {context.Now} WHERE one = 1 AND state = 'running'"), cancel);

    /// <summary>The next stretch of going over the base; where the program ended midway, the next start goes on.</summary>
    private static async Task<bool> GoOverAsync(Workspace workspace, CancellationToken cancel)
    {
        (string State, long Done, long Total) state;
        LifecycleRules rules;
        Actor actor;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            state = await session.FirstAsync(Sql.Of($"SELECT state, done, total FROM lifecycle_state WHERE one = 1"), row => (row.Text(0), row.Integer(1), row.Integer(2)), cancel);
            if (state.State != "running")
            {
                return false;
            }

            rules = await LifecycleRules.ReadAsync(session, cancel);
            actor = await SegmentSet.ActorAsync(workspace, session, cancel);
        }

        var to = Math.Min(state.Total, state.Done + RowsAtOnce);
        return await workspace.WriteAsync(
            workspace.System(),
            async context =>
            {
                var moved = rules.Active ? await MoveAsync(context, actor, rules, workspace.Schema["customers"], Sql.Of($"t.seq > {state.Done} AND t.seq <= {to}"), context.Now, clocks: false, cancel) : 0;
                var done = to >= state.Total || !rules.Active;
                DateTimeOffset? finished = done ? context.Now : null;
                var taken = await context.Session.ExecuteAsync(
                    Sql.Of($"UPDATE lifecycle_state SET done = {to}, moved = moved + {(long)moved}, state = {(done ? "done" : "running")}, finished_at = {finished} WHERE one = 1 AND state = 'running' AND done = {state.Done}"), cancel);
                if (done && taken > 0 && context.Schema.Find("pools") is not null)
                {
                    await PoolClock.TellAllAsync(context);
                }

                return !done;
            },
            cancel: cancel);
    }
}
