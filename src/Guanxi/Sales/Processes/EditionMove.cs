using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Sales.Deals;

namespace Guanxi.Sales.Processes;

/// <summary>A running deal on its way to the process's present edition.</summary>
/// <param name="To">The stage it lands in; null while nobody has said where.</param>
/// <param name="Unmet">What that stage and those before it ask for now and the deal has not.</param>
public sealed record Landing(Deal Deal, string From, string FromName, long Edition, string? To, IReadOnlyList<Label> Unmet);

/// <summary>Takes running deals of older editions over to the present one, as one act on record that can be taken back. A deal lands in the stage of the same key, or where the map says.</summary>
public static class EditionMove
{
    public const int MostDeals = 5000;

    /// <summary>The running deals of a process that go by an older edition, as far as the actor may change them, and how many there are that he may not.</summary>
    public static async Task<(IReadOnlyList<Landing> Landings, long Others)> PreviewAsync(DatabaseSession session, Actor actor, Guid process, ProcessDefinition definition, long edition, IReadOnlyDictionary<string, string> map, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema["deals"];
        var running = Sql.Of($"t.process_id = {process} AND t.edition <> {edition} AND t.status = 'open' AND t.deleted_at IS NULL");
        var mine = AccessDoor.For(actor, type, Verb.Edit, now).Condition("t");
        var deals = new List<Deal>();
        await using (var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM deal t WHERE ").Append(running).Append(" AND ").Append(mine).Append(" ORDER BY t.stage_order, t.id LIMIT ").Value((long)MostDeals + 1), cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                deals.Add((Deal)RecordSql.Read(type, reader, session.Dialect));
            }
        }

        if (deals.Count > MostDeals)
        {
            throw new RefusedException(Refusal.Breaks("too-many-deals", new Label($"一次最多移动 {MostDeals} 个商机：请先结束不再跟进的商机", $"At most {MostDeals} deals move at once: close those that nobody follows up first")));
        }

        var all = await session.ScalarAsync<long>(new Sql().Append("SELECT COUNT(*) FROM deal t WHERE ").Append(running), cancel);
        var landings = new List<Landing>();
        foreach (var deal in deals)
        {
            var from = deal.Text("stage")!;
            var to = map.GetValueOrDefault(from) ?? (definition.PlaceOf(from) >= 0 ? from : null);
            landings.Add(new Landing(deal, from, deal.Text("stageName")!, (long)deal["edition"]!, to, to is null ? [] : await DealGate.UnmetAtAsync(session, deal, definition, definition.PlaceOf(to), actor.Schema, actor, now, cancel)));
        }

        return (landings, all - deals.Count);
    }

    /// <exception cref="RefusedException">A stage has no place to go to, or there is nothing to move.</exception>
    public static async Task<(Guid Id, int Deals)> RunAsync(SaveContext context, Record process, IReadOnlyDictionary<string, string> map, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.ManageProcesses);
        var (edition, definition) = ((long)process["edition"]!, ProcessDefinition.Read(process.Text("definition")!));
        CheckMap(map, definition);
        var (landings, _) = await PreviewAsync(context.Session, context.Actor, process.Id, definition, edition, map, context.Now, cancel);
        if (landings.FirstOrDefault(landing => landing.To is null) is { } lost)
        {
            throw new RefusedException(Refusal.Invalid("map", new Label($"新版里没有阶段“{lost.FromName}”：请说明其中的商机移到哪个阶段", $"The new edition has no stage “{lost.FromName}”: say which stage its deals go to")));
        }

        if (landings.Count == 0)
        {
            throw new RefusedException(Refusal.Breaks("nothing-to-move", ("没有需要移动的商机", "No deal needs to move")));
        }

        var id = Guid.CreateVersion7(context.Now);
        context.Batch = id;
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO edition_move (id, process_id, edition, at, actor_id, deals) VALUES ({id}, {process.Id}, {edition}, {context.Now}, {context.ActorId}, {(long)landings.Count})"), cancel);
        foreach (var (deal, from, _, old, to, _) in landings)
        {
            await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO edition_move_deal (move_id, deal_id, edition, stage, to_stage) VALUES ({id}, {deal.Id}, {old}, {from}, {to})"), cancel);
            await PutAsync(context, deal, definition, edition, to!, "edition", cancel);
            if (from != to)
            {
                await Stays.BeginAsync(context, deal);
            }
        }

        context.Note("edition.move", "sales-processes", process.Id, $"{{\"movedTo\":[null,{edition}],\"movedDeals\":[null,{landings.Count}]}}");
        return (id, landings.Count);
    }

    /// <summary>Takes a move back: every deal that has not moved on since stands again where it stood. The others stay and are counted.</summary>
    public static async Task<(int Back, int Stayed)> UndoAsync(SaveContext context, Guid of, Guid move, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.ManageProcesses);
        var (process, edition, undone) = await context.Session.FirstAsync(Sql.Of($"SELECT process_id, edition, undone_at FROM edition_move WHERE id = {move}"), row => ((Guid?)row.Id(0), row.Integer(1), row.OptionalInstant(2)), cancel);
        if (process is null || process != of)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        if (undone is not null)
        {
            throw new RefusedException(Refusal.Breaks("undone", ("这次移动已经撤销过了", "This move was taken back already")));
        }

        context.Batch = move;
        var moved = await context.Session.ListAsync(
            Sql.Of($"SELECT deal_id, edition, stage, to_stage FROM edition_move_deal WHERE move_id = {move}"),
            row => (Deal: row.Id(0), Edition: row.Integer(1), From: row.Text(2), To: row.Text(3)), cancel);
        var (back, definitions) = (0, new Dictionary<long, ProcessDefinition>());
        foreach (var (id, old, from, to) in moved)
        {
            if (await RecordStore.FindAsync(context.Session, context.Schema["deals"], id, cancel) is not Deal { IsOpen: true } deal || (long)deal["edition"]! != edition || deal.Text("stage") != to)
            {
                continue;
            }

            if (!definitions.TryGetValue(old, out var definition))
            {
                definitions[old] = definition = await Editions.ReadAsync(context.Session, process.Value, old, cancel);
            }

            await PutAsync(context, deal, definition, old, from, "edition.undo", cancel, from != to ? await Stays.ReturnAsync(context, id) : null);
            back++;
        }

        await context.Session.ExecuteAsync(Sql.Of($"UPDATE edition_move SET undone_at = {context.Now}, undone_by_id = {context.ActorId} WHERE id = {move}"), cancel);
        context.Note("edition.undo", "sales-processes", process, $"{{\"movedTo\":[{edition},null],\"movedDeals\":[{moved.Count},{moved.Count - back}]}}");
        return (back, moved.Count - back);
    }

    /// <summary>Puts a deal into a stage of an edition. Where the stage stays the same the deal has been in it as long as before.</summary>
    /// <param name="since">Since when it was in that stage before.</param>
    private static async Task PutAsync(SaveContext context, Deal deal, ProcessDefinition definition, long edition, string stage, string action, CancellationToken cancel, DateTimeOffset? since = null)
    {
        var entered = since ?? (deal.Text("stage") == stage ? deal.Instant("stageSince")!.Value : context.Now);
        deal["edition"] = edition;
        deal.Enter(definition, definition.PlaceOf(stage), entered);
        await context.UpdateAsync(deal, action, cancel);
    }

    private static void CheckMap(IReadOnlyDictionary<string, string> map, ProcessDefinition definition)
    {
        foreach (var (from, to) in map)
        {
            if (definition.PlaceOf(to) < 0)
            {
                throw new RefusedException(Refusal.Invalid("map", new Label($"“{from}”要移到的阶段“{to}”不在新版里", $"The stage “{to}” that “{from}” goes to is not in the new edition")));
            }
        }
    }
}
