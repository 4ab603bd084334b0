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
/// A semi-Markov model of a process with two ways to leave a stage that race each other: going on, and being lost (competing risks; Kalbfleisch and Prentice 2002, §8.2, with independent latent times).
/// Each way's time is the Kaplan–Meier curve (1958) in which the other way and stays that go on count as censored; which stage comes next is as often as it was. Nothing is assumed about the shape of the times.
/// A stage that takes less time is left for the next one before as many cases are lost in it: that is how a shorter process wins more.
/// </summary>
public sealed class ProcessModel
{
    /// <summary>The end of a case that succeeded.</summary>
    public const string Won = "\u0001won";

    /// <summary>The end of a case that did not.</summary>
    public const string Lost = "\u0001lost";

    private const int MostVisits = 500;
    private readonly Dictionary<string, Stay> stays;
    private readonly (string Stage, double Upto)[] starts;

    private ProcessModel(Dictionary<string, Stay> stays, (string, double)[] starts) => (this.stays, this.starts) = (stays, starts);

    /// <summary>The stages of the model.</summary>
    public IReadOnlyCollection<string> Stages => stays.Keys;

    /// <summary>Fits the model to the stays of cases, each in their order.</summary>
    /// <exception cref="UnsuitableDataException">There are no cases, or none that ended.</exception>
    public static ProcessModel Fit(IReadOnlyCollection<IReadOnlyList<Visit>> cases)
    {
        var filled = cases.Where(visits => visits.Count > 0).ToList();
        if (!filled.Any(visits => visits[^1].Next is Won or Lost))
        {
            throw new UnsuitableDataException("No case has come to its end yet.");
        }

        var stays = filled.SelectMany(visits => visits).GroupBy(visit => visit.Stage, StringComparer.Ordinal).ToDictionary(group => group.Key, group => Stay.Of([.. group]), StringComparer.Ordinal);
        return new ProcessModel(stays, Shares(filled.Select(visits => visits[0].Stage)));
    }

    /// <summary>Cumulative shares of names, for drawing one by a number from 0 to 1.</summary>
    private static (string Name, double Upto)[] Shares(IEnumerable<string> names)
    {
        var counts = names.CountBy(name => name, StringComparer.Ordinal).OrderBy(item => item.Key, StringComparer.Ordinal).ToList();
        var (sum, total) = (0.0, (double)counts.Sum(item => item.Value));
        return [.. counts.Select(item => (item.Key, (sum += item.Value) / total))];
    }

    /// <summary>Runs cases through the model. Cases of the same seed meet the same chances whatever is changed, so that before and after differ by the change alone.</summary>
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

        var changed = stays.ToDictionary(item => item.Key, item => item.Value.Shortened((changes ?? []).Where(change => change.Stage == item.Key).ToList()), StringComparer.Ordinal);
        var (won, lost) = (new List<double>(), new List<double>());
        for (var i = 0; i < cases; i++)
        {
            var random = new Chances(seed, (ulong)i);
            var (stage, days, end) = (Draw(starts, random.Next()), 0.0, "");
            for (var visit = 0; visit < MostVisits && end.Length == 0; visit++)
            {
                var stay = changed[stage];
                var (on, off, next) = (stay.On.Draw(random.Next()), stay.Off.Draw(random.Next()), random.Next());
                if (on is null && off is null)
                {
                    // Nobody has ever left this stage.
                    break;
                }

                if (off is { } lostAfter && (on is not { } goes || lostAfter < goes))
                {
                    (days, end) = (days + lostAfter, Lost);
                    continue;
                }

                days += on!.Value;
                var to = stay.Next.Length == 0 ? Lost : Draw(stay.Next, next);
                (stage, end) = to is Won or Lost ? (stage, to) : stays.ContainsKey(to) ? (to, "") : (stage, Lost);
            }

            (end == Won ? won : lost).Add(days);
        }

        return new SimulatedCases(won, lost);
    }

    private static string Draw((string Name, double Upto)[] shares, double chance)
    {
        foreach (var (name, upto) in shares)
        {
            if (chance < upto)
            {
                return name;
            }
        }

        return shares[^1].Name;
    }

    /// <summary>What is known of a stage: the time until a case goes on, the time until it is lost, where it goes.</summary>
    private sealed record Stay(Curve On, Curve Off, (string Name, double Upto)[] Next)
    {
        public static Stay Of(IReadOnlyList<Visit> visits)
        {
            var (on, off) = (Curve.Of(visits, visit => visit.Next is not (null or Lost)), Curve.Of(visits, visit => visit.Next == Lost));
            if (on.Mass < 1 && off.Mass < 1)
            {
                // The longest stay goes on: nobody knows how long, so it counts as long as the longest (Efron 1967). The way that happened at all gets it.
                (on, off) = on.Mass > 0 || off.Mass == 0 ? (on.Closed(), off) : (on, off.Closed());
            }

            return new Stay(on, off, Shares(visits.Where(visit => visit.Next is not (null or Lost)).Select(visit => visit.Next!)));
        }

        public Stay Shortened(IReadOnlyList<ProcessChange> changes) => changes.Count == 0 ? this : this with { On = On.Shortened(changes) };
    }

    /// <summary>A Kaplan–Meier curve as weighted moments; mass below one means that the rest never comes.</summary>
    private sealed class Curve
    {
        private readonly (double Days, double Upto, IReadOnlyDictionary<string, double>? Steps)[] atoms;

        private Curve((double, double, IReadOnlyDictionary<string, double>?)[] atoms) => this.atoms = atoms;

        public double Mass => atoms.Length == 0 ? 0 : atoms[^1].Upto;

        public static Curve Of(IReadOnlyList<Visit> visits, Func<Visit, bool> counts)
        {
            // At the same time going on comes first, being lost second and stays that go on last, in both curves and in the race: so of n at risk d go on and e are lost with chances d/n and e/n, also where days are whole numbers.
            var sorted = visits.OrderBy(visit => visit.Days).ThenBy(visit => visit.Next switch { null => 2, Lost => 1, _ => 0 }).ToList();
            var (left, mass, found) = (1.0, 0.0, new List<(double, double, IReadOnlyDictionary<string, double>?)>());
            for (var i = 0; i < sorted.Count; i++)
            {
                if (counts(sorted[i]))
                {
                    var weight = left / (sorted.Count - i);
                    left -= weight;
                    found.Add((sorted[i].Days, mass += weight, sorted[i].Steps));
                }
            }

            if (found.Count > 0 && counts(sorted[^1]))
            {
                found[^1] = (found[^1].Item1, 1, found[^1].Item3);
            }

            return new Curve([.. found]);
        }

        public Curve Closed() => atoms.Length == 0 ? this : new Curve([.. atoms.Take(atoms.Length - 1), (atoms[^1].Days, 1, atoms[^1].Steps)]);

        public double? Draw(double chance)
        {
            if (chance >= Mass)
            {
                return null;
            }

            var (low, high) = (0, atoms.Length - 1);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = atoms[middle].Upto > chance ? (low, middle) : (middle + 1, high);
            }

            return atoms[low].Days;
        }

        /// <summary>The chance keeps its place in the order of the stays, whatever each is shortened to.</summary>
        public Curve Shortened(IReadOnlyList<ProcessChange> changes) => new([.. atoms.Select(atom =>
        {
            var saved = changes.Where(change => change.Step is not null).Sum(change => change.Saving * (atom.Steps?.GetValueOrDefault(change.Step!) ?? 0));
            var whole = changes.Where(change => change.Step is null).Aggregate(1.0, (left, change) => left * (1 - change.Saving));
            return (Math.Max(0, atom.Days - saved) * whole, atom.Upto, atom.Steps);
        })]);
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
