using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Calendar;
using Guanxi.Platform.Records;
using Guanxi.Science.Processes;
using Guanxi.Sales.Processes;

namespace Guanxi.Insight.Processes;

/// <summary>A deal's way through a process.</summary>
/// <param name="Status">open, won or lost.</param>
/// <param name="Stays">Its stays in stages, without gaps but for the time in which it was closed.</param>
public sealed record DealWay(Guid Id, string Status, IReadOnlyList<DealStay> Stays)
{
    public double Days => Stays.Sum(stay => stay.Days);
}

/// <param name="Days">Until now for the one that goes on.</param>
public sealed record DealStay(string Stage, DateTimeOffset EnteredAt, DateTimeOffset? LeftAt, double Days);

/// <summary>Somebody's turn at a step.</summary>
/// <param name="Outcome">done, handed, cancelled; null while it goes on.</param>
public sealed record StepTurn(Guid Task, Guid Deal, string Step, string Subject, Guid? Owner, Guid? Team, DateTimeOffset GivenAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Outcome, DateTimeOffset? DueAt);

/// <summary>What a process did in a stretch of time, of the deals that the actor may read and no others.</summary>
public sealed record ProcessFacts(ProcessDefinition Definition, IReadOnlyList<DealWay> Deals, IReadOnlyList<StepTurn> Turns, WorkingCalendar Calendar, DateTimeOffset Now, bool IsCut)
{
    /// <summary>Deals beyond which only the newest are looked at.</summary>
    public const int MostDeals = 20_000;

    private const int ChunkSize = 400;

    /// <param name="since">Deals that began at or after this moment.</param>
    /// <param name="mine">Only those the actor owns himself.</param>
    /// <exception cref="RefusedException">The actor may not read where deals stand.</exception>
    public static async Task<ProcessFacts> LoadAsync(DatabaseSession session, Actor actor, Guid process, DateTimeOffset since, bool mine, DateTimeOffset now, CancellationToken cancel = default)
    {
        var deals = actor.Schema["deals"];
        if (actor.On(deals).Read == Reach.None || new[] { "stageName", "stage", "status" }.Any(name => !actor.Reads(deals, deals[name])))
        {
            throw new RefusedException(Refusal.Forbidden(("你的角色不能查看商机的阶段", "Your role may not read the stage of deals")));
        }

        var record = await RecordStore.LoadAsync(session, actor, actor.Schema["sales-processes"], process, Verb.Read, now, cancel: cancel);
        var sql = new Sql().Append("SELECT t.id, t.status FROM deal t WHERE t.process_id = ").Value(process).Append(" AND t.deleted_at IS NULL AND t.created_at >= ").Value(since).Append(" AND ").Append(AccessDoor.For(actor, deals, Verb.Read, now).Condition("t"));
        if (mine)
        {
            sql.Append(" AND t.owner_id = ").Value(actor.Id);
        }

        var found = await session.ListAsync(sql.Append(" ORDER BY t.created_at DESC, t.id LIMIT ").Value((long)MostDeals + 1), row => (Id: row.Id(0), Status: row.Text(1)), cancel);
        var cut = found.Count > MostDeals;
        var (stays, turns) = (new Dictionary<Guid, List<DealStay>>(), new List<StepTurn>());
        foreach (var chunk in found.Take(MostDeals).Select(deal => deal.Id).Chunk(ChunkSize))
        {
            foreach (var (deal, stay) in await session.ListAsync(
                new Sql().Append("SELECT deal_id, stage, entered_at, left_at FROM deal_stay WHERE deal_id IN ").List(chunk).Append(" ORDER BY deal_id, number"),
                row => (row.Id(0), new DealStay(row.Text(1), row.Instant(2), row.OptionalInstant(3), ((row.OptionalInstant(3) ?? now) - row.Instant(2)).TotalDays)), cancel))
            {
                (stays.TryGetValue(deal, out var list) ? list : stays[deal] = []).Add(stay);
            }

            turns.AddRange(await session.ListAsync(
                new Sql().Append("SELECT s.activity_id, a.deal_id, a.step, a.subject, s.owner_id, s.team_id, s.given_at, s.started_at, s.ended_at, s.outcome, a.due_at FROM activity a JOIN step_turn s ON s.activity_id = a.id WHERE a.step IS NOT NULL AND a.deleted_at IS NULL AND a.deal_id IN ").List(chunk),
                row => new StepTurn(row.Id(0), row.Id(1), row.Text(2), row.Text(3), row.OptionalId(4), row.OptionalId(5), row.Instant(6), row.OptionalInstant(7), row.OptionalInstant(8), row.OptionalText(9), row.OptionalInstant(10)), cancel));
        }

        return new ProcessFacts(
            ProcessDefinition.Read(record.Text("definition")!),
            [.. found.Take(MostDeals).Where(deal => stays.ContainsKey(deal.Id)).Select(deal => new DealWay(deal.Id, deal.Status, stays[deal.Id]))],
            turns, await WorkingCalendar.ReadAsync(session, cancel), now, cut);
    }

    /// <summary>The name of a stage, also one that only older editions have.</summary>
    public string NameOf(string stage) => Definition.PlaceOf(stage) is >= 0 and var place ? Definition.Stages[place].Name : stage;

    /// <summary>What a step asks for, also one that only older editions have.</summary>
    public string NameOfStep(string step) => Definition.Steps.FirstOrDefault(item => item.Key == step)?.Subject ?? Turns.FirstOrDefault(turn => turn.Step == step)?.Subject ?? step;

    /// <summary>Each deal's stays for the model: where each led, and how long the steps in it took.</summary>
    public IReadOnlyList<IReadOnlyList<Visit>> Visits()
    {
        var steps = Turns.GroupBy(turn => turn.Deal).ToDictionary(group => group.Key, group => group.ToList());
        return [.. Deals.Select(deal => (IReadOnlyList<Visit>)[.. deal.Stays.Select((stay, i) => new Visit(
            stay.Stage,
            Math.Max(0, stay.Days),
            i + 1 < deal.Stays.Count ? deal.Stays[i + 1].Stage : deal.Status switch { "won" => ProcessModel.Won, "lost" => ProcessModel.Lost, _ => null },
            steps.TryGetValue(deal.Id, out var owed) ? Within(owed, stay) : null))])];
    }

    private Dictionary<string, double>? Within(List<StepTurn> turns, DealStay stay)
    {
        var (from, to) = (stay.EnteredAt, stay.LeftAt ?? Now);
        var days = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var turn in turns)
        {
            var (begins, ends) = (turn.GivenAt > from ? turn.GivenAt : from, turn.EndedAt is { } ended && ended < to ? ended : to);
            if (ends > begins)
            {
                days[turn.Step] = days.GetValueOrDefault(turn.Step) + (ends - begins).TotalDays;
            }
        }

        return days.Count == 0 ? null : days;
    }
}
