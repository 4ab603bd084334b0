namespace Guanxi.Science.Processes;

/// <summary>One activity directly followed by another.</summary>
/// <param name="From">The earlier activity.</param>
/// <param name="To">The later activity.</param>
/// <param name="Count">How often within a case.</param>
/// <param name="MeanWait">Mean days from the end of the earlier to the beginning of the later (its end when no beginning is known); overlap counts as no wait.</param>
/// <param name="MedianWait">Median of the same.</param>
/// <param name="TotalWait">Sum of the same over all cases: where the process loses most time.</param>
public sealed record FollowsEdge(string From, string To, int Count, double MeanWait, double MedianWait, double TotalWait);

/// <summary>Which activity directly follows which (van der Aalst 2016, Process Mining, §6.2), with frequencies and waiting times in days.</summary>
public sealed class DirectlyFollowsGraph
{
    private DirectlyFollowsGraph(IReadOnlyList<FollowsEdge> edges, IReadOnlyList<ActivityCount> starts, IReadOnlyList<ActivityCount> ends) =>
        (Edges, Starts, Ends) = (edges, starts, ends);

    /// <summary>Edges, most frequent first.</summary>
    public IReadOnlyList<FollowsEdge> Edges { get; }

    /// <summary>Activities cases begin with.</summary>
    public IReadOnlyList<ActivityCount> Starts { get; }

    /// <summary>Activities cases end with.</summary>
    public IReadOnlyList<ActivityCount> Ends { get; }

    /// <summary>Edges by the time they cost in all, longest first.</summary>
    public IEnumerable<FollowsEdge> Bottlenecks => Edges.OrderByDescending(edge => edge.TotalWait).ThenBy(edge => edge.From, StringComparer.Ordinal).ThenBy(edge => edge.To, StringComparer.Ordinal);

    /// <summary>Discovers the graph of a log.</summary>
    public static DirectlyFollowsGraph Of(EventLog log)
    {
        var waits = new Dictionary<(string From, string To), List<double>>();
        foreach (var events in log.Cases.Select(item => item.Events))
        {
            for (var i = 1; i < events.Count; i++)
            {
                var key = (events[i - 1].Activity, events[i].Activity);
                if (!waits.TryGetValue(key, out var list))
                {
                    waits[key] = list = [];
                }

                list.Add(Math.Max(0, ((events[i].Start ?? events[i].End) - events[i - 1].End).TotalDays));
            }
        }

        var edges = waits.Select(edge => new FollowsEdge(edge.Key.From, edge.Key.To, edge.Value.Count, edge.Value.Average(), DurationSummary.MedianOf(edge.Value), edge.Value.Sum()))
            .OrderByDescending(edge => edge.Count).ThenBy(edge => edge.From, StringComparer.Ordinal).ThenBy(edge => edge.To, StringComparer.Ordinal).ToList();
        return new DirectlyFollowsGraph(edges, Count(log.Cases.Select(item => item.Events[0].Activity)), Count(log.Cases.Select(item => item.Events[^1].Activity)));
    }

    private static List<ActivityCount> Count(IEnumerable<string> activities) =>
        [.. activities.CountBy(activity => activity, StringComparer.Ordinal).Select(item => new ActivityCount(item.Key, item.Value)).OrderByDescending(item => item.Count).ThenBy(item => item.Activity, StringComparer.Ordinal)];
}
