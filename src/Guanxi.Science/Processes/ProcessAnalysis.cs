namespace Guanxi.Science.Processes;

/// <summary>A way of going through the process.</summary>
/// <param name="Activities">The sequence of activities.</param>
/// <param name="Count">Cases that took it.</param>
/// <param name="Share">Share of all cases.</param>
/// <param name="MeanDuration">Mean days of those cases.</param>
public sealed record ProcessVariant(IReadOnlyList<string> Activities, int Count, double Share, double MeanDuration);

/// <summary>An activity done more than once in a case.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Cases">Cases in which it was repeated.</param>
/// <param name="Repetitions">Events beyond the first of their case.</param>
/// <param name="Immediate">Repetitions that follow the same activity directly; the others come back after something else.</param>
/// <param name="MeanExtraDays">Mean days from the first to the last doing in those cases.</param>
public sealed record ReworkLoop(string Activity, int Cases, int Repetitions, int Immediate, double MeanExtraDays);

/// <summary>What shortening a step would bring.</summary>
/// <param name="Before">Durations of the cases as they were.</param>
/// <param name="After">Durations with the step shortened.</param>
/// <param name="CasesTouched">Cases that hold the step.</param>
public sealed record WhatIf(DurationSummary Before, DurationSummary After, int CasesTouched);

/// <summary>What the log of a process tells.</summary>
public static class ProcessAnalysis
{
    /// <summary>Variants, most frequent first.</summary>
    public static IReadOnlyList<ProcessVariant> Variants(EventLog log) =>
        [.. log.Cases.GroupBy(item => string.Join('\u001f', item.Events.Select(step => step.Activity)), StringComparer.Ordinal)
            .Select(group => new ProcessVariant([.. group.First().Events.Select(step => step.Activity)], group.Count(), group.Count() / (double)log.Cases.Count, group.Average(item => item.Duration.TotalDays)))
            .OrderByDescending(variant => variant.Count).ThenBy(variant => string.Join('\u001f', variant.Activities), StringComparer.Ordinal)];

    /// <summary>Durations of the cases, in days.</summary>
    public static DurationSummary Durations(EventLog log) => DurationSummary.Of([.. log.Cases.Select(item => item.Duration.TotalDays)]);

    /// <summary>Activities repeated within a case, most repetitions first.</summary>
    public static IReadOnlyList<ReworkLoop> Rework(EventLog log)
    {
        var loops = new Dictionary<string, (int Cases, int Repetitions, int Immediate, double Days)>(StringComparer.Ordinal);
        foreach (var events in log.Cases.Select(item => item.Events))
        {
            foreach (var group in events.Select((step, i) => (step, i)).GroupBy(item => item.step.Activity, StringComparer.Ordinal).Where(group => group.Skip(1).Any()))
            {
                var places = group.Select(item => item.i).ToArray();
                var immediate = places.Zip(places.Skip(1)).Count(pair => pair.Second == pair.First + 1);
                var days = (events[places[^1]].End - events[places[0]].End).TotalDays;
                var sum = loops.GetValueOrDefault(group.Key);
                loops[group.Key] = (sum.Cases + 1, sum.Repetitions + places.Length - 1, sum.Immediate + immediate, sum.Days + days);
            }
        }

        return [.. loops.Select(loop => new ReworkLoop(loop.Key, loop.Value.Cases, loop.Value.Repetitions, loop.Value.Immediate, loop.Value.Days / loop.Value.Cases))
            .OrderByDescending(loop => loop.Repetitions).ThenBy(loop => loop.Activity, StringComparer.Ordinal)];
    }

    /// <summary>
    /// Durations if every time between two activities were shortened by a share. Events after the step move earlier by what is saved; events that overlap
    /// the step are not slowed or hastened. It answers "what if nothing else changed", not how people would fill the time.
    /// </summary>
    /// <param name="from">The earlier activity; null shortens the way to <paramref name="to"/> from wherever it comes.</param>
    /// <param name="to">The later activity.</param>
    /// <param name="saving">Share of the time saved, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share lies outside 0 to 1.</exception>
    public static WhatIf Shorten(EventLog log, string? from, string to, double saving)
    {
        if (!(saving is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(saving), saving, "The saving is a share from 0 to 1.");
        }

        var touched = 0;
        var after = new List<double>(log.Cases.Count);
        foreach (var item in log.Cases)
        {
            var saved = 0.0;
            var isTouched = false;
            for (var i = 1; i < item.Events.Count; i++)
            {
                if (item.Events[i].Activity == to && (from is null || item.Events[i - 1].Activity == from))
                {
                    saved += saving * Math.Max(0, (item.Events[i].End - item.Events[i - 1].End).TotalDays);
                    isTouched = true;
                }
            }

            touched += isTouched ? 1 : 0;
            after.Add(Math.Max(0, item.Duration.TotalDays - saved));
        }

        return new WhatIf(Durations(log), DurationSummary.Of(after), touched);
    }
}
