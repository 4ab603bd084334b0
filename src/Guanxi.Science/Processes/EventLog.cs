using Guanxi.Science.Common;

namespace Guanxi.Science.Processes;

/// <summary>Something that happened in a case.</summary>
/// <param name="Case">Name of the case.</param>
/// <param name="Activity">What was done.</param>
/// <param name="End">When it was finished; the moment of the event when only one is known.</param>
/// <param name="Start">When it was begun, when known.</param>
/// <param name="Resource">Who did it, when known.</param>
public sealed record ProcessEvent(string Case, string Activity, DateTimeOffset End, DateTimeOffset? Start = null, string? Resource = null);

/// <summary>The events of one case in order of time; events of one moment keep their order in the log.</summary>
/// <param name="Name">Name of the case.</param>
/// <param name="Events">At least one event.</param>
public sealed record ProcessCase(string Name, IReadOnlyList<ProcessEvent> Events)
{
    /// <summary>From the first beginning to the last end.</summary>
    public TimeSpan Duration => Events.Max(item => item.End) - Events.Min(item => item.Start ?? item.End);
}

/// <summary>Cases of a process, each a sequence of events.</summary>
public sealed class EventLog
{
    /// <summary>Groups events into cases, in order of the first appearance of each case.</summary>
    /// <exception cref="UnsuitableDataException">There are no events.</exception>
    public EventLog(IEnumerable<ProcessEvent> events)
    {
        Cases = [.. events.GroupBy(item => item.Case, StringComparer.Ordinal).Select(group => new ProcessCase(group.Key, [.. group.OrderBy(item => item.End)]))];
        if (Cases.Count == 0)
        {
            throw new UnsuitableDataException("The log holds no events.");
        }

        Activities = [.. Cases.SelectMany(item => item.Events).GroupBy(item => item.Activity, StringComparer.Ordinal)
            .Select(group => new ActivityCount(group.Key, group.Count())).OrderByDescending(item => item.Count).ThenBy(item => item.Activity, StringComparer.Ordinal)];
    }

    /// <summary>The cases.</summary>
    public IReadOnlyList<ProcessCase> Cases { get; }

    /// <summary>Activities with the number of their events, most frequent first.</summary>
    public IReadOnlyList<ActivityCount> Activities { get; }

    /// <summary>Number of events.</summary>
    public int EventCount => Activities.Sum(activity => activity.Count);
}

/// <param name="Activity">Name of the activity.</param>
/// <param name="Count">Number of events or cases.</param>
public sealed record ActivityCount(string Activity, int Count);
