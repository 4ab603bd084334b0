using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Lifecycle;

/// <summary>Each move of a customer from one stage to another, with the day and how long it had been where it was.</summary>
public static class StageMoves
{
    /// <summary>The ledger's word for a move that a rule made.</summary>
    public const string Action = "lifecycle";

    private const int MostAnnounced = 200;

    /// <summary>SQL of the moment a row <c>t</c> came into its stage; empty until it first moved.</summary>
    public const string SinceSql = "(SELECT MAX(m.at) FROM stage_move m WHERE m.customer = t.seq)";

    /// <summary>After somebody set the stage of one customer.</summary>
    public static async ValueTask WriteAsync(SaveContext context, Record customer)
    {
        var (from, to) = ((string?)customer.Before(customer.Type["stage"]), customer.Text("stage"));
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO stage_move (customer, at, from_stage, to_stage, since, actor_id, by_rule) SELECT t.seq, {context.Now}, {from}, {to}, COALESCE(t.stage_since, t.created_at), {context.ActorId}, 0 FROM customer t WHERE t.id = {customer.Id}"));
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer SET stage_since = {context.Now} WHERE id = {customer.Id}"));
        customer["stageSince"] = context.Now;
    }

    /// <summary>Moves customers as the rules say, by one statement a stage; each gets a version, a line in the ledger and a line here.</summary>
    /// <param name="moves">Row, id and the stage each belongs into, which differs from the one it is in.</param>
    public static async Task ApplyAsync(SaveContext context, IReadOnlyList<(long Sequence, Guid Id, string? From, string To)> moves, bool clocks, CancellationToken cancel = default)
    {
        var type = context.Schema["customers"];
        foreach (var group in moves.GroupBy(move => move.To, StringComparer.Ordinal))
        {
            foreach (var chunk in group.Chunk(500))
            {
                var ids = chunk.Select(move => move.Id).ToList();
                await context.Session.ExecuteAsync(
                    Sql.Of($"INSERT INTO stage_move (customer, at, from_stage, to_stage, since, actor_id, by_rule) SELECT t.seq, {context.Now}, t.stage, {group.Key}, COALESCE(t.stage_since, t.created_at), {context.ActorId}, 1 FROM customer t WHERE t.id IN ").List(ids), cancel);
                await context.SweepAsync(type, "stage", group.Key, new Sql().Append("id IN ").List(ids), Action, cancel);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE customer SET stage_since = {context.Now} WHERE id IN ").List(ids), cancel);
            }
        }

        foreach (var move in moves)
        {
            if (clocks)
            {
                await PoolClock.TellAsync(context, move.Id);
            }

            if (moves.Count <= MostAnnounced)
            {
                context.Announce(new LiveEvent(type.Name, move.Id, 0, "update", null));
            }
        }
    }
}
