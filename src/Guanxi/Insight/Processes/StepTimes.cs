using Guanxi.Science.Processes;

namespace Guanxi.Insight.Processes;

/// <summary>How long steps waited and were worked at, in working hours.</summary>
/// <param name="What">Key of the step, id of the team or person, or null for everybody.</param>
/// <param name="Turns">Turns that are over.</param>
/// <param name="Open">Turns that go on.</param>
/// <param name="Waiting">From being given until taken in hand, or until the end where nobody took it in hand.</param>
/// <param name="Working">From being taken in hand until the end; null when nobody took one in hand.</param>
/// <param name="Late">Share of the turns that ended, or go on, after the step was due.</param>
/// <param name="Handed">Turns that ended by being handed on.</param>
public sealed record StepTime(string? What, string Name, int Turns, int Open, DurationSummary? Waiting, DurationSummary? Working, double Late, int Handed);

/// <summary>Measures the steps of a process by step, department and person.</summary>
public static class StepTimes
{
    public static IReadOnlyList<StepTime> ByStep(ProcessFacts facts) => Group(facts, turn => turn.Step, facts.NameOfStep);

    public static IReadOnlyList<StepTime> ByTeam(ProcessFacts facts, Platform.Access.Directory directory) => Group(facts, turn => turn.Team?.ToString() ?? "", key => Guid.TryParse(key, out var id) ? directory.Team(id)?.Name ?? key : "–");

    public static IReadOnlyList<StepTime> ByPerson(ProcessFacts facts, Platform.Access.Directory directory) => Group(facts, turn => turn.Owner?.ToString() ?? "", key => Guid.TryParse(key, out var id) ? directory.Person(id)?.Name ?? key : "–");

    private static IReadOnlyList<StepTime> Group(ProcessFacts facts, Func<StepTurn, string> key, Func<string, string> name) =>
        [.. facts.Turns.GroupBy(key, StringComparer.Ordinal).Select(group => Of(group.Key, name(group.Key), [.. group], facts)).OrderByDescending(time => (time.Waiting?.Mean ?? 0) * time.Turns).ThenBy(time => time.Name, StringComparer.Ordinal)];

    private static StepTime Of(string key, string name, IReadOnlyList<StepTurn> turns, ProcessFacts facts)
    {
        double Hours(DateTimeOffset from, DateTimeOffset to) => facts.Calendar.Between(from, to).TotalHours;
        var over = turns.Where(turn => turn.EndedAt is not null).ToList();
        var waiting = over.Select(turn => Hours(turn.GivenAt, turn.StartedAt ?? turn.EndedAt!.Value)).ToList();
        var working = over.Where(turn => turn.StartedAt is not null).Select(turn => Hours(turn.StartedAt!.Value, turn.EndedAt!.Value)).ToList();
        var late = turns.Count(turn => turn.DueAt is { } due && (turn.EndedAt ?? facts.Now) > due);
        return new StepTime(key, name, over.Count, turns.Count - over.Count, waiting.Count == 0 ? null : DurationSummary.Of(waiting), working.Count == 0 ? null : DurationSummary.Of(working), late / (double)turns.Count, over.Count(turn => turn.Outcome == "handed"));
    }
}
