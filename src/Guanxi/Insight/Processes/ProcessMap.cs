using Guanxi.Science.Processes;

namespace Guanxi.Insight.Processes;

/// <summary>A stage on the map.</summary>
/// <param name="Visits">How often a deal was in it.</param>
/// <param name="Deals">How many deals were.</param>
/// <param name="Here">How many stand in it now.</param>
/// <param name="Stayed">Days of the stays that are over; null when none is.</param>
/// <param name="Late">Share of the stays longer than the process expects.</param>
/// <param name="TotalDays">Days of all deals together: where the process spends most of its time.</param>
/// <param name="Steps">What others did in it.</param>
public sealed record StageNode(string Stage, string Name, int Visits, int Deals, int Here, DurationSummary? Stayed, int ExpectedDays, double Late, double TotalDays, IReadOnlyList<StageStep> Steps);

/// <summary>A step within a stage.</summary>
/// <param name="Step">Its key.</param>
/// <param name="Stays">Stays, of those that are over, in which it was done.</param>
/// <param name="MeanDays">Mean days it took within them, by the calendar, waiting and working together.</param>
public sealed record StageStep(string Step, string Name, int Stays, double MeanDays);

/// <summary>A way from one stage to the next, to <c>won</c> or <c>lost</c>, or from <c>start</c>.</summary>
/// <param name="MeanDays">Mean days in the stage it comes from, of those who took it.</param>
public sealed record StageEdge(string From, string To, int Count, double MeanDays);

/// <param name="Name">Stages by name, then how it ended.</param>
public sealed record WayTaken(IReadOnlyList<string> Name, string Outcome, int Count, double Share, double MeanDays);

/// <param name="Back">How often a deal came back to the stage.</param>
public sealed record Rework(string Stage, string Name, int Deals, int Back, double ExtraDays);

/// <summary>A stage of the funnel: how many came as far, went on, were lost in it, are in it.</summary>
public sealed record FunnelStage(string Stage, string Name, int Reached, int Further, int Lost, int Here, double? MedianDays);

/// <summary>The process as it is lived: which ways deals take, how often and how long, where they wait and come back.</summary>
public static class ProcessMap
{
    private const int MostWays = 12;

    public static IReadOnlyList<StageNode> Nodes(ProcessFacts facts)
    {
        var stays = facts.Deals.SelectMany(deal => deal.Stays.Select(stay => (deal, stay))).GroupBy(item => item.stay.Stage, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        var steps = facts.Visits().SelectMany(visits => visits).Where(visit => visit is { Next: not null, Steps: not null }).ToLookup(visit => visit.Stage, StringComparer.Ordinal);
        return [.. Keys(facts, stays.Keys).Select(stage =>
        {
            var (found, place) = (stays.GetValueOrDefault(stage) ?? [], facts.Definition.PlaceOf(stage));
            var (over, expected) = (found.Where(item => item.stay.LeftAt is not null).Select(item => item.stay.Days).ToList(), place < 0 ? 0 : facts.Definition.Stages[place].ExpectedDays);
            return new StageNode(
                stage, facts.NameOf(stage), found.Count, found.Select(item => item.deal.Id).Distinct().Count(), found.Count(item => item.stay.LeftAt is null && item.deal.Status == "open"),
                over.Count == 0 ? null : DurationSummary.Of(over), expected, found.Count == 0 || expected == 0 ? 0 : found.Count(item => item.stay.Days > expected) / (double)found.Count, found.Sum(item => item.stay.Days),
                [.. steps[stage].SelectMany(visit => visit.Steps!).GroupBy(step => step.Key, StringComparer.Ordinal).Select(step => new StageStep(step.Key, facts.NameOfStep(step.Key), step.Count(), step.Average(item => item.Value))).OrderByDescending(step => step.MeanDays * step.Stays)]);
        })];
    }

    public static IReadOnlyList<StageEdge> Edges(ProcessFacts facts)
    {
        var taken = new Dictionary<(string, string), (int Count, double Days)>();
        void Add(string from, string to, double days) => taken[(from, to)] = taken.GetValueOrDefault((from, to)) is var sum ? (sum.Count + 1, sum.Days + days) : default;
        foreach (var deal in facts.Deals)
        {
            Add("start", deal.Stays[0].Stage, 0);
            for (var i = 0; i < deal.Stays.Count; i++)
            {
                if (i + 1 < deal.Stays.Count)
                {
                    Add(deal.Stays[i].Stage, deal.Stays[i + 1].Stage, deal.Stays[i].Days);
                }
                else if (deal.Status != "open")
                {
                    Add(deal.Stays[i].Stage, deal.Status, deal.Stays[i].Days);
                }
            }
        }

        return [.. taken.Select(edge => new StageEdge(edge.Key.Item1, edge.Key.Item2, edge.Value.Count, edge.Value.Days / edge.Value.Count)).OrderByDescending(edge => edge.Count).ThenBy(edge => edge.From, StringComparer.Ordinal).ThenBy(edge => edge.To, StringComparer.Ordinal)];
    }

    /// <summary>The ways taken from end to end, most frequent first, of deals that are over.</summary>
    public static IReadOnlyList<WayTaken> Ways(ProcessFacts facts)
    {
        var over = facts.Deals.Where(deal => deal.Status != "open").ToList();
        return [.. over.GroupBy(deal => string.Join('\u001f', deal.Stays.Select(stay => stay.Stage).Append(deal.Status)), StringComparer.Ordinal)
            .Select(group => new WayTaken([.. group.First().Stays.Select(stay => facts.NameOf(stay.Stage))], group.First().Status, group.Count(), group.Count() / (double)over.Count, group.Average(deal => deal.Days)))
            .OrderByDescending(way => way.Count).ThenBy(way => way.MeanDays).Take(MostWays)];
    }

    public static IReadOnlyList<Rework> Loops(ProcessFacts facts)
    {
        if (facts.Deals.Count == 0)
        {
            return [];
        }

        var log = new EventLog(facts.Deals.SelectMany(deal => deal.Stays.Select(stay => new ProcessEvent(deal.Id.ToString(), stay.Stage, stay.LeftAt ?? facts.Now, stay.EnteredAt))));
        return [.. ProcessAnalysis.Rework(log).Select(loop => new Rework(loop.Activity, facts.NameOf(loop.Activity), loop.Cases, loop.Repetitions, loop.MeanExtraDays))];
    }

    /// <summary>The funnel in the order of the stages. A deal has reached a stage when it was in it or in one behind it, or was won.</summary>
    public static IReadOnlyList<FunnelStage> Funnel(ProcessFacts facts)
    {
        var stages = facts.Definition.Stages;
        var farthest = facts.Deals.Select(deal => (deal, Place: deal.Status == "won" ? stages.Count : deal.Stays.Max(stay => facts.Definition.PlaceOf(stay.Stage)), Last: deal.Stays[^1].Stage)).ToList();
        return [.. stages.Select((stage, place) =>
        {
            var over = facts.Deals.SelectMany(deal => deal.Stays).Where(stay => stay.Stage == stage.Key && stay.LeftAt is not null).Select(stay => stay.Days).ToList();
            return new FunnelStage(
                stage.Key, stage.Name, farthest.Count(item => item.Place >= place), farthest.Count(item => item.Place > place),
                farthest.Count(item => item.deal.Status == "lost" && item.Last == stage.Key), farthest.Count(item => item.deal.Status == "open" && item.Last == stage.Key), over.Count == 0 ? null : DurationSummary.Of(over).Median);
        })];
    }

    private static IEnumerable<string> Keys(ProcessFacts facts, IEnumerable<string> seen)
    {
        var known = facts.Definition.Stages.Select(stage => stage.Key).ToList();
        return known.Concat(seen.Where(stage => !known.Contains(stage, StringComparer.Ordinal)).Order(StringComparer.Ordinal));
    }
}
