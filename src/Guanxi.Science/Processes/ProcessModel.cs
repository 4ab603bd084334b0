using Guanxi.Science.Common;

namespace Guanxi.Science.Processes;

/// <summary>One stay of a case in a stage.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Days">How long it lasted, in days; until now for one that goes on.</param>
/// <param name="Next">The stage that came after it, <see cref="ProcessModel.Won"/>, <see cref="ProcessModel.Lost"/>, or null for a stay that goes on.</param>
/// <param name="Steps">Days that named steps took within the stay, for changing one of them; they may overlap.</param>
public sealed record Visit(string Stage, double Days, string? Next, IReadOnlyDictionary<string, double>? Steps = null);

/// <summary>A change to try: a stage, or one step of it, in less of its time.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Step">The step within it; null for the whole stay.</param>
/// <param name="Saving">Share of the time saved, 0 to 1.</param>
public sealed record ProcessChange(string Stage, string? Step, double Saving);

/// <summary>
/// The cases of a process, run again as they were (the bootstrap of whole cases, Efron 1979): whatever hangs together in a case, a slow stage made up for by the next, hangs together in the run, and nothing is assumed about the shape of the times.
/// Going on and being lost race each other in a stage (competing risks with independent latent times; Kalbfleisch and Prentice 2002, §8.2). What a case did not live to see comes from cases that stayed longer in the same stage, each as likely as
/// the next (Efron's redistribution to the right, 1967, which is the Kaplan–Meier curve of 1958), of a few drawn the one that had come to it most alike (nearest neighbours, as in Beran 1981): how a case that is under way goes on, and when one that was lost would have gone on.
/// A stage that takes less time is left for the next one before as many cases are lost in it: that is how a shorter process wins more.
/// </summary>
public sealed class ProcessModel
{
    /// <summary>The end of a case that succeeded.</summary>
    public const string Won = "\u0001won";

    /// <summary>The end of a case that did not.</summary>
    public const string Lost = "\u0001lost";

    private const int MostVisits = 500;
    private const int Drawn = 5;
    private readonly List<Stop> starts;
    private readonly Dictionary<string, Stop[]> stages;
    private readonly Dictionary<string, Stop[]> wentOn;

    private ProcessModel(List<Stop> starts, Dictionary<string, Stop[]> stages)
    {
        (this.starts, this.stages) = (starts, stages);
        wentOn = stages.ToDictionary(stage => stage.Key, stage => stage.Value.Where(stop => stop.GoesOn).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The stages of the model.</summary>
    public IReadOnlyCollection<string> Stages => stages.Keys;

    /// <summary>Fits the model to the stays of cases, each in their order.</summary>
    /// <exception cref="UnsuitableDataException">There are no cases, or none that ended.</exception>
    public static ProcessModel Fit(IReadOnlyCollection<IReadOnlyList<Visit>> cases)
    {
        var filled = cases.Where(visits => visits.Count > 0).ToList();
        if (!filled.Any(visits => visits[^1].Next is Won or Lost))
        {
            throw new UnsuitableDataException("No case has come to its end yet.");
        }

        var (starts, all) = (new List<Stop>(filled.Count), new List<Stop>());
        foreach (var visits in filled)
        {
            var (before, last) = (0.0, (Stop?)null);
            foreach (var visit in visits)
            {
                var stop = new Stop { Visit = visit, Before = before };
                all.Add(stop);
                before += visit.Days;
                if (last is null)
                {
                    starts.Add(stop);
                }
                else
                {
                    last.Then = stop;
                }

                last = stop;
            }

            if (last!.GoesOn && last.Visit.Next != Won)
            {
                // It has just come to a stage of which it tells no more.
                last.Then = new Stop { Visit = new Visit(last.Visit.Next!, 0, null), Before = before };
                all.Add(last.Then);
            }
        }

        // At the same time going on comes first, being lost second and stays that go on last: so of n at risk d go on and e are lost with chances d/n and e/n, also where days are whole numbers.
        var stages = all.GroupBy(stop => stop.Visit.Stage, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.OrderBy(stop => stop.Visit.Days).ThenBy(stop => stop.Visit.Next switch { null => 2, Lost => 1, _ => 0 }).ToArray(), StringComparer.Ordinal);
        foreach (var stops in stages.Values)
        {
            for (var i = 0; i < stops.Length; i++)
            {
                stops[i].Place = i;
            }
        }

        return new ProcessModel(starts, stages);
    }

    /// <summary>Runs the cases again, each as often as the others. Cases of the same seed meet the same chances whatever is changed, so that before and after differ by the change alone.</summary>
    /// <param name="cases">How many.</param>
    /// <param name="seed">The chances.</param>
    /// <param name="changes">What is made shorter.</param>
    /// <exception cref="ArgumentOutOfRangeException">A saving lies outside 0 to 1.</exception>
    public SimulatedCases Simulate(int cases, ulong seed, IReadOnlyList<ProcessChange>? changes = null)
    {
        foreach (var change in changes ?? [])
        {
            if (!(change.Saving is >= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(changes), change.Saving, "The saving is a share from 0 to 1.");
            }
        }

        var byStage = (changes ?? []).GroupBy(change => change.Stage, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        var (won, lost, pieced) = (new List<double>(), new List<double>(), 0);
        for (var i = 0; i < cases; i++)
        {
            var random = new Chances(seed, (ulong)i);
            var (days, isWon, isPieced) = Run(starts[(int)((long)i * starts.Count / cases)], byStage, ref random);
            (isWon ? won : lost).Add(days);
            pieced += isPieced ? 1 : 0;
        }

        return new SimulatedCases(won, lost, cases == 0 ? 0 : pieced / (double)cases);
    }

    private (double Days, bool IsWon, bool IsPieced) Run(Stop stop, Dictionary<string, ProcessChange[]> changes, ref Chances random)
    {
        var (days, pieced) = (0.0, false);
        for (var visit = 0; visit < MostVisits; visit++)
        {
            var changed = changes.GetValueOrDefault(stop.Visit.Stage);
            if (stop.Visit.Next is null)
            {
                (stop, pieced) = (Later(stop, toGoOn: false, ref random)!, true);
            }
            else if (stop.GoesOn)
            {
                days += Shortened(stop.Visit, changed);
                if (stop.Visit.Next == Won)
                {
                    return (days, true, pieced);
                }

                stop = stop.Then!;
            }
            else if (changed is not null && Later(stop, toGoOn: true, ref random) is { } onward && Shortened(onward.Visit, changed) < stop.Visit.Days)
            {
                // The quicker stage would have been over before it was lost.
                (stop, pieced) = (onward, true);
            }
            else
            {
                return (days + stop.Visit.Days, false, pieced);
            }
        }

        return (days, false, pieced);
    }

    private static double Shortened(Visit visit, ProcessChange[]? changes)
    {
        var (days, left) = (visit.Days, 1.0);
        foreach (var change in changes ?? [])
        {
            if (change.Step is null)
            {
                left *= 1 - change.Saving;
            }
            else
            {
                days -= change.Saving * (visit.Steps?.GetValueOrDefault(change.Step) ?? 0);
            }
        }

        return Math.Max(0, days) * left;
    }

    /// <summary>A stay in the same stage that lasted longer and is over, or, with <paramref name="toGoOn"/>, from which the case went on; null when nobody's did.</summary>
    private Stop? Later(Stop from, bool toGoOn, ref Chances random)
    {
        var all = stages[from.Visit.Stage];
        for (var at = from; ;)
        {
            if (at.Place == all.Length - 1)
            {
                var closed = at.Visit.Next is null ? Closed(at, ref random) : null;
                return closed is null || (toGoOn && !closed.GoesOn) ? null : closed;
            }

            var nearest = (Stop?)null;
            for (var i = 0; i < Drawn; i++)
            {
                var drawn = all[at.Place + 1 + (int)(random.Next() * (all.Length - at.Place - 1))];
                nearest = nearest is null || Math.Abs(drawn.Before - from.Before) < Math.Abs(nearest.Before - from.Before) ? drawn : nearest;
            }

            at = nearest!;
            if (at.GoesOn || (!toGoOn && at.Visit.Next == Lost))
            {
                return at;
            }
        }
    }

    /// <summary>The longest stay goes on: nobody knows how long, so it counts as over (Efron 1967), and the case goes on as others did; it is lost where nobody ever has.</summary>
    private Stop Closed(Stop longest, ref Chances random)
    {
        var onward = wentOn[longest.Visit.Stage];
        var like = onward.Length == 0 ? null : onward[(int)(random.Next() * onward.Length)];
        return new Stop { Visit = longest.Visit with { Next = like?.Visit.Next ?? Lost }, Before = longest.Before, Then = like?.Then, Place = longest.Place };
    }

    /// <summary>A stay, with what the case did after it and the days that had passed before it.</summary>
    private sealed class Stop
    {
        public required Visit Visit { get; init; }

        public required double Before { get; init; }

        public Stop? Then { get; set; }

        /// <summary>Its place among the stays in the stage, shortest first.</summary>
        public int Place { get; set; }

        public bool GoesOn => Visit.Next is not (null or Lost);
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014): a row of numbers for each case, so that cases do not shift against each other when one of them takes another way.</summary>
    private struct Chances(ulong seed, ulong number)
    {
        private ulong state = (seed * 0x9E3779B97F4A7C15) ^ (number * 0xD1B54A32D192ED03);

        public double Next()
        {
            var z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
