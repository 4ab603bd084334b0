using System.CommandLine;
using System.Globalization;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science survival FILE</c>: how long it takes until something happens, of records of which many are still waiting.</summary>
public static class SurvivalCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("A table with a header: one row per record, how long it was watched and whether the event happened.");
        var duration = new Option<string>("--duration") { Description = "Column of the time to the event, or to the end of watching.", Required = true };
        var happened = new Option<string>("--event") { Description = "Column that says whether the event happened: 1, yes, true, 流失.", Required = true };
        var positive = new Option<string?>("--positive") { Description = "The value of the event's column that counts as the event." };
        var by = new Option<string?>("--by") { Description = "A curve for each value of this column, and a test whether they differ." };
        var covariates = new Option<string?>("--covariates") { Description = "Columns of a Cox regression, separated by commas; all for every other column." };
        var json = ScienceOutput.JsonOption();
        var command = new Command("survival", "How long until an event: Kaplan–Meier curves, log-rank test, Cox regression.") { file, duration, happened, positive, by, covariates, json };
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var data = SurvivalFile.Read(DataTable.Read(files.Open(parsed.GetValue(file)!)), parsed.GetValue(duration)!, parsed.GetValue(happened)!, parsed.GetValue(positive), parsed.GetValue(by), parsed.GetValue(covariates));
            var report = SurvivalReport.Of(data);
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

/// <param name="Group">Value of the column of groups; null for all records.</param>
/// <param name="Median">First time at which at most half are left; null when more stay.</param>
internal sealed record SurvivalGroup(string? Group, int Records, int Events, double? Median);

internal sealed record SurvivalRow(string? Group, double Time, int AtRisk, int Events, double Survival, double StandardError, double Lower, double Upper);

/// <param name="Probability">Of a difference as great by chance.</param>
internal sealed record GroupTest(double ChiSquare, int Freedom, double Probability, IReadOnlyList<double> Expected);

/// <param name="Lower">Lower end of the 95 % interval of the hazard ratio.</param>
internal sealed record HazardTerm(string Term, double Coefficient, double? StandardError, double HazardRatio, double? Lower, double? Upper);

internal sealed record CoxReport(double NullLogLikelihood, double LikelihoodRatio, double Concordance, IReadOnlyList<HazardTerm> Terms);

/// <summary>What the survival command prints; <c>rows</c> are the steps of the curves.</summary>
internal sealed record SurvivalReport(int Records, int Events, IReadOnlyList<SurvivalGroup> Groups, GroupTest? LogRank, CoxReport? Cox, string? Warning, IReadOnlyList<Finding> Findings, IReadOnlyList<SurvivalRow> Rows) : ScienceReport
{
    private const double NormalQuantile = 1.959963984540054;

    public static SurvivalReport Of(SurvivalData data)
    {
        var findings = new List<Finding>(data.Findings);
        var curves = data.Groups.Select(group => (group.Name, Curve: SurvivalCurve.Of(group.Times), Events: group.Times.Count(time => time.Event))).ToList();
        GroupTest? test = null;
        if (data.Groups.Count > 1)
        {
            var rank = LogRankTest.Of([.. data.Groups.Select(group => group.Times)]);
            test = new GroupTest(rank.ChiSquare, rank.Freedom, rank.Probability, rank.Expected);
        }

        var cox = data.Covariates is { } table ? CoxRegression.Fit(table, data.Times) : null;
        return new SurvivalReport(data.Times.Count, data.Times.Count(time => time.Event), [.. curves.Select(one => new SurvivalGroup(one.Name, one.Curve.Records, one.Events, one.Curve.MedianTime))], test,
            cox is null ? null : new CoxReport(cox.NullLogLikelihood, 2 * (cox.LogLikelihood - cox.NullLogLikelihood), cox.Concordance, [.. cox.Terms.Select(Hazard)]), cox?.Warning, findings,
            [.. curves.SelectMany(one => one.Curve.Steps.Select(step => new SurvivalRow(one.Name, step.Time, step.AtRisk, step.Events, step.Survival, step.StandardError, step.Lower, step.Upper)))])
        {
            Model = cox is null ? "kaplan-meier" : "cox",
            Parameters = cox?.Terms.ToDictionary(term => term.Name, term => term.Coefficient, StringComparer.Ordinal) ?? new Dictionary<string, double>(StringComparer.Ordinal),
            LogLikelihood = cox?.LogLikelihood,
            StandardErrors = cox?.Terms.ToDictionary(term => term.Name, term => cox.Converged ? term.StandardError : null, StringComparer.Ordinal) ?? new Dictionary<string, double?>(StringComparer.Ordinal),
            Converged = cox?.Converged ?? true,
        };
    }

    private static HazardTerm Hazard(CoxTerm term) => new(term.Name, term.Coefficient, term.StandardError, term.HazardRatio,
        term.StandardError is { } below ? Math.Exp(term.Coefficient - (NormalQuantile * below)) : null, term.StandardError is { } above ? Math.Exp(term.Coefficient + (NormalQuantile * above)) : null);

    public void PrintTables()
    {
        Console.WriteLine($"{Records} records, {Events} with the event");
        ScienceOutput.PrintFindings(Findings);
        ScienceOutput.PrintTable(["group", "records", "events", "median"], Groups.Select(group => (string[])[group.Group ?? "all", Count(group.Records), Count(group.Events), group.Median is null ? "not reached" : ScienceOutput.Number(group.Median)]));
        if (LogRank is not null)
        {
            Console.WriteLine($"log-rank: χ² {ScienceOutput.Number(LogRank.ChiSquare)} on {LogRank.Freedom} degrees of freedom, p {ScienceOutput.Number(LogRank.Probability)}");
        }

        if (Cox is not null)
        {
            Console.WriteLine();
            Console.WriteLine($"Cox: partial log-likelihood {ScienceOutput.Number(LogLikelihood)}, likelihood ratio {ScienceOutput.Number(Cox.LikelihoodRatio)}, concordance {ScienceOutput.Number(Cox.Concordance)}, {(Converged ? "converged" : "NOT converged")}");
            if (Warning is not null)
            {
                Console.WriteLine($"warning: {Warning}");
            }

            ScienceOutput.PrintTable(["term", "coefficient", "standard error", "hazard ratio", "95 % from", "to"], Cox.Terms.Select(term => (string[])
                [term.Term, ScienceOutput.Number(term.Coefficient), ScienceOutput.Number(term.StandardError), ScienceOutput.Number(term.HazardRatio), ScienceOutput.Number(term.Lower), ScienceOutput.Number(term.Upper)]));
        }

        const int shown = 40;
        Console.WriteLine();
        ScienceOutput.PrintTable(["group", "time", "at risk", "events", "survival", "95 % from", "to"], Rows.Take(shown).Select(row => (string[])
            [row.Group ?? "all", ScienceOutput.Number(row.Time), Count(row.AtRisk), Count(row.Events), ScienceOutput.Number(row.Survival), ScienceOutput.Number(row.Lower), ScienceOutput.Number(row.Upper)]));
        if (Rows.Count > shown)
        {
            Console.WriteLine($"… {Rows.Count - shown} more; --json prints all.");
        }
    }

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
