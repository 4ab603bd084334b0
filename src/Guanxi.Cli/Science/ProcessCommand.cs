using System.CommandLine;
using System.Globalization;
using Guanxi.Science.Common;
using Guanxi.Science.Processes;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science process FILE</c>: how work flows, from an event log.</summary>
public static class ProcessCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("An event log: XES, gzipped XES, or a delimited file with case, activity and time.");
        var caseColumn = new Option<string?>("--case") { Description = "Column of the case in a delimited file." };
        var activity = new Option<string?>("--activity") { Description = "Column of the activity." };
        var time = new Option<string?>("--time") { Description = "Column of the time of completion." };
        var start = new Option<string?>("--start") { Description = "Column of the time of beginning." };
        var lifecycle = new Option<string>("--lifecycle") { Description = "all: every event counts. complete: only completions count, where the log notes beginnings and completions as events of their own.", DefaultValueFactory = _ => "all" };
        lifecycle.AcceptOnlyFromAmong("all", "complete");
        var shorten = new Option<string?>("--shorten") { Description = "What if this step took less time: an activity, or from>to." };
        var by = new Option<double>("--by") { Description = "Share of the time of the shortened step that is saved.", DefaultValueFactory = _ => 0.5 };
        by.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 0 and <= 1))
            {
                result.AddError("--by wants a share from 0 to 1.");
            }
        });
        var json = ScienceOutput.JsonOption();
        var command = new Command("process", "Discover the process behind an event log.") { file, caseColumn, activity, time, start, lifecycle, shorten, by, json };
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var (log, findings) = EventLogFile.Read(files.Open(parsed.GetValue(file)!), new EventLogColumns(parsed.GetValue(caseColumn), parsed.GetValue(activity), parsed.GetValue(time), parsed.GetValue(start)), parsed.GetValue(lifecycle)!);
            var report = ProcessReport.Of(log, findings, parsed.GetValue(shorten), parsed.GetValue(by));
            if (parsed.GetValue(json))
            {
                ScienceOutput.Print(report);
            }
            else
            {
                report.PrintTables();
            }
        }));
        return command;
    }
}

/// <summary>One case.</summary>
/// <param name="Variant">Number of its variant, 1 the most frequent.</param>
internal sealed record CaseRow(string Case, int Events, int Variant, DateTimeOffset Start, DateTimeOffset End, double DurationDays);

/// <summary>What the process command prints; durations and waits in days.</summary>
internal sealed record ProcessReport(
    int Cases, int Events, IReadOnlyList<ActivityCount> Activities, IReadOnlyList<ProcessVariant> Variants, IReadOnlyList<FollowsEdge> Edges, IReadOnlyList<ActivityCount> Starts,
    IReadOnlyList<ActivityCount> Ends, DurationSummary DurationDays, IReadOnlyList<FollowsEdge> Bottlenecks, IReadOnlyList<ReworkLoop> Rework, WhatIf? WhatIf, IReadOnlyList<Finding> Findings, IReadOnlyList<CaseRow> Rows) : ScienceReport
{
    private const int Shown = 10;

    public static ProcessReport Of(EventLog log, IReadOnlyList<Finding> findings, string? shorten, double by)
    {
        var graph = DirectlyFollowsGraph.Of(log);
        WhatIf? whatIf = null;
        if (shorten is not null)
        {
            var parts = shorten.Split('>', 2, StringSplitOptions.TrimEntries);
            foreach (var part in parts.Where(part => log.Activities.All(activity => activity.Activity != part)))
            {
                throw new UnsuitableDataException($"The log has no activity {part}.");
            }

            whatIf = parts.Length == 2 ? ProcessAnalysis.Shorten(log, parts[0], parts[1], by) : ProcessAnalysis.Shorten(log, null, parts[0], by);
        }

        var variants = ProcessAnalysis.Variants(log);
        var place = variants.Select((variant, i) => (Key: string.Join('\u001f', variant.Activities), Number: i + 1)).ToDictionary(variant => variant.Key, variant => variant.Number, StringComparer.Ordinal);
        var rows = log.Cases.Select(item => new CaseRow(item.Name, item.Events.Count, place[string.Join('\u001f', item.Events.Select(step => step.Activity))], item.Events.Min(step => step.Start ?? step.End), item.Events.Max(step => step.End), item.Duration.TotalDays)).ToList();
        return new ProcessReport(log.Cases.Count, log.EventCount, log.Activities, variants, graph.Edges, graph.Starts, graph.Ends,
            ProcessAnalysis.Durations(log), [.. graph.Bottlenecks.Take(Shown)], ProcessAnalysis.Rework(log), whatIf, findings, rows)
        {
            Model = "directly-follows",
            Parameters = new Dictionary<string, double>(StringComparer.Ordinal),
        };
    }

    public void PrintTables()
    {
        Console.WriteLine($"{Cases} cases, {Events} events, {Activities.Count} activities, {Variants.Count} variants");
        Console.WriteLine($"duration in days: mean {Days(DurationDays.Mean)}, median {Days(DurationDays.Median)}, 90 % within {Days(DurationDays.Percentile90)}, longest {Days(DurationDays.Maximum)}");
        ScienceOutput.PrintFindings(Findings);
        Console.WriteLine();
        ScienceOutput.PrintTable(["variant", "cases", "share"], Variants.Take(Shown).Select(variant => (string[])[string.Join(" > ", variant.Activities), Count(variant.Count), ScienceOutput.Number(variant.Share)]));
        Console.WriteLine();
        ScienceOutput.PrintTable(["from", "to", "count", "mean wait", "total wait"], Bottlenecks.Select(edge => (string[])[edge.From, edge.To, Count(edge.Count), Days(edge.MeanWait), Days(edge.TotalWait)]));
        if (Rework.Count > 0)
        {
            Console.WriteLine();
            ScienceOutput.PrintTable(["repeated", "cases", "repetitions", "mean extra days"], Rework.Take(Shown).Select(loop => (string[])[loop.Activity, Count(loop.Cases), Count(loop.Repetitions), Days(loop.MeanExtraDays)]));
        }

        if (WhatIf is not null)
        {
            Console.WriteLine();
            Console.WriteLine($"shortened: {WhatIf.CasesTouched} cases touched, mean {Days(WhatIf.Before.Mean)} becomes {Days(WhatIf.After.Mean)} days, median {Days(WhatIf.Before.Median)} becomes {Days(WhatIf.After.Median)}");
        }
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Days(double days) => days.ToString("0.####", CultureInfo.InvariantCulture);
}
