using Guanxi.Platform.Records;
using Guanxi.Science.Common;
using Guanxi.Science.Processes;

namespace Guanxi.Insight.Processes;

/// <summary>What the process does, as it is or with changes.</summary>
/// <param name="Cycle">Days of deals that are won; null when none is.</param>
/// <param name="WonShare">Share of the deals that are won in the end.</param>
/// <param name="WonInAYear">Deals won within a year, of those that begin in it at today's pace.</param>
public sealed record ProcessOutlook(DurationSummary? Cycle, double WonShare, double WonInAYear);

/// <param name="More">Change of the deals won in a year, as a share; null when nothing is won now.</param>
/// <param name="Least">Lower end of the interval in which four of five repetitions with resampled deals lie.</param>
/// <param name="Ended">How many of the deals have ended.</param>
/// <param name="ObservedDays">Mean days of the deals that are won; null when none is.</param>
/// <param name="Pieced">Share of the deals after the change whose way no deal took as it is: pieced together from several, because they are under way or would not have been lost. The more, the less the forecast is to be believed.</param>
public sealed record ProcessForecast(ProcessOutlook Before, ProcessOutlook After, double? More, double? Least, double? Most, int Deals, int Ended, double? ObservedDays, double Pieced);

/// <summary>What would happen if a stage, or one step of it, took less time: the deals' own history, run again.</summary>
public static class ProcessWhatIf
{
    /// <summary>Deals that are over, below which nothing is foretold.</summary>
    public const int LeastDeals = 30;

    private const int Cases = 20_000;
    private const int Repetitions = 40;
    private const int CasesOfOne = 2_000;
    private const double Year = 365;
    private const ulong Seed = 20261122;

    /// <exception cref="RefusedException">Too few deals have ended, or a change names what is not there.</exception>
    public static ProcessForecast Run(ProcessFacts facts, IReadOnlyList<ProcessChange> changes, double daysLookedAt)
    {
        var (visits, ended) = (facts.Visits(), facts.Deals.Count(deal => deal.Status != "open"));
        if (ended < LeastDeals)
        {
            throw new RefusedException(Refusal.Breaks("too-few-deals", new Label($"结束的商机还不到 {LeastDeals} 个，推算不可靠：请选更长的时间", $"Fewer than {LeastDeals} deals have ended, too few to foretell anything: choose a longer time")));
        }

        var model = ProcessModel.Fit(visits);
        var known = visits.SelectMany(way => way).SelectMany(visit => (visit.Steps?.Keys ?? []).Select(step => (visit.Stage, (string?)step)).Append((visit.Stage, null))).ToHashSet();
        if (changes.FirstOrDefault(change => !known.Contains((change.Stage, change.Step)) || change.Saving is not (>= 0 and <= 1)) is { } wrong)
        {
            var name = wrong.Step is null ? wrong.Stage : $"{wrong.Stage} / {wrong.Step}";
            throw new RefusedException(Refusal.Invalid("changes", new Label($"“{name}”不是走过的阶段或其中做过的步骤，或节省的比例不在 0 到 1 之间", $"“{name}” is no stage that deals were in, or no step done in it, or the saving is not between 0 and 1")));
        }

        var (before, after) = (model.Simulate(Cases, Seed), model.Simulate(Cases, Seed, changes));
        var pace = facts.Deals.Count * Year / Math.Max(1, daysLookedAt);
        var won = facts.Deals.Where(deal => deal.Status == "won").Select(deal => deal.Days).ToList();
        var (least, most) = changes.Count == 0 ? (null, null) : Interval(visits, changes);
        return new ProcessForecast(Outlook(before, pace), Outlook(after, pace), More(before, after), least, most, facts.Deals.Count, ended, won.Count == 0 ? null : won.Average(), after.Pieced);
    }

    private static ProcessOutlook Outlook(SimulatedCases cases, double pace) => new(cases.Cycle, cases.WonShare, cases.WonWithin(Year) * pace);

    private static double? More(SimulatedCases before, SimulatedCases after) => before.WonWithin(Year) is > 0 and var now ? (after.WonWithin(Year) / now) - 1 : null;

    /// <summary>The bootstrap of Efron (1979) over deals, percentiles 10 and 90.</summary>
    private static (double? Least, double? Most) Interval(IReadOnlyList<IReadOnlyList<Visit>> visits, IReadOnlyList<ProcessChange> changes)
    {
        var (random, found) = (new Random((int)Seed), new List<double>());
        for (var i = 0; i < Repetitions; i++)
        {
            var sample = Enumerable.Range(0, visits.Count).Select(_ => visits[random.Next(visits.Count)]).ToList();
            try
            {
                var model = ProcessModel.Fit(sample);
                if (More(model.Simulate(CasesOfOne, Seed + (ulong)i), model.Simulate(CasesOfOne, Seed + (ulong)i, changes)) is { } more)
                {
                    found.Add(more);
                }
            }
            catch (UnsuitableDataException)
            {
                // A sample in which nothing ended says nothing.
            }
        }

        found.Sort();
        return found.Count < Repetitions / 2 ? (null, null) : (found[found.Count / 10], found[^((found.Count / 10) + 1)]);
    }
}
