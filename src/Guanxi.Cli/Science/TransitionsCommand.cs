using System.CommandLine;
using System.Globalization;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Segments;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science transitions FILE</c>: who moved between the tiers of the pyramid from one day to another.</summary>
public static class TransitionsCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("A transaction log: customer, date, amount.");
        var from = Day("--from", "The first day.");
        var to = Day("--to", "The second day.");
        var days = new Option<int?>("--days") { Description = "Count the money of so many days up to each of the two, such as 365. Default: all of it." };
        days.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 100_000)
            {
                result.AddError("--days wants a number from 1 to 100000.");
            }
        });
        var (customer, date, amount) = ScienceOutput.PurchaseOptions();
        var json = ScienceOutput.JsonOption();
        var command = new Command("transitions", "Who moved between the tiers of the pyramid, from one day to another.") { file, from, to, days, customer, date, amount, json };
        command.Validators.Add(result =>
        {
            if (ScienceOutput.Day(result.GetValue(from)) >= ScienceOutput.Day(result.GetValue(to)))
            {
                result.AddError("--from wants a day before --to.");
            }
        });
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var data = PurchaseFile.ReadLog(files.Open(parsed.GetValue(file)!), new PurchaseColumns(parsed.GetValue(customer), parsed.GetValue(date), parsed.GetValue(amount)));
            var report = TransitionsReport.Of(data, ScienceOutput.Day(parsed.GetValue(from))!.Value, ScienceOutput.Day(parsed.GetValue(to))!.Value, parsed.GetValue(days));
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

    private static Option<string> Day(string name, string description)
    {
        var option = new Option<string>(name) { Description = $"{description} yyyy-MM-dd.", Required = true };
        option.Validators.Add(ScienceOutput.WantsDate);
        return option;
    }
}

/// <summary>What the transitions command prints: <c>counts</c> and <c>rates</c> by the tier before (down) and after (across), <c>rows</c> everybody who changed.</summary>
/// <param name="Tiers">Best first; none for who had bought nothing.</param>
internal sealed record TransitionsReport(string From, string To, int? Days, IReadOnlyList<string> Tiers, int[][] Counts, double[][] Rates, int Stayed, int Risen, int Fallen, int New, int Gone, IReadOnlyList<Finding> Findings, IReadOnlyList<TierMove> Rows) : ScienceReport
{
    private const string None = "none";

    public static TransitionsReport Of(PurchaseFile data, DateOnly from, DateOnly to, int? days)
    {
        var findings = new List<Finding>(data.Findings);
        if (!data.HasAmounts)
        {
            findings.Add(new Finding("no-amounts", FindingWeight.Warning, "The file has no amounts, so the tiers follow the number of lines."));
        }

        string[] tiers = [.. Pyramid.UsualShares.Select(share => share.Name)];
        var moved = TierTransitions.Between(Tiers(from), Tiers(to), tiers);
        string Named(string tier) => tier.Length == 0 ? None : tier;
        var place = moved.From.Select((tier, i) => (tier, i)).ToDictionary(item => item.tier, item => item.i, StringComparer.Ordinal);
        int Count(Func<int, int, bool> counts) => moved.Counts.Select((row, i) => row.Where((_, j) => counts(i, j)).Sum()).Sum();
        var absent = place[TierTransitions.Absent];
        return new TransitionsReport(ScienceOutput.Date(from), ScienceOutput.Date(to), days, [.. moved.From.Select(Named)], moved.Counts, moved.Rates,
            Count((i, j) => i == j), Count((i, j) => j < i && i != absent), Count((i, j) => j > i && j != absent), Count((i, j) => i == absent && j != absent), Count((i, j) => j == absent && i != absent),
            findings, [.. moved.Moves.Select(move => new TierMove(move.Customer, Named(move.From), Named(move.To)))])
        {
            Model = "transitions",
            Parameters = new Dictionary<string, double>(StringComparer.Ordinal),
        };

        Dictionary<string, string> Tiers(DateOnly day)
        {
            var first = days is { } window ? day.AddDays(1 - window) : DateOnly.MinValue;
            var money = data.Log!.Where(purchase => purchase.Date <= day && purchase.Date >= first)
                .GroupBy(purchase => purchase.Customer, StringComparer.Ordinal).ToDictionary(own => own.Key, own => own.Sum(purchase => data.HasAmounts ? (decimal)(purchase.Amount ?? 0) : 1), StringComparer.Ordinal);
            return money.Count == 0 ? throw new UnsuitableDataException($"Nobody bought {(days is null ? "" : $"in the {days} days ")}up to {ScienceOutput.Date(day)}.")
                : Pyramid.ByShare(money).SelectMany(tier => tier.Customers.Select(customer => (customer, tier.Name))).ToDictionary(item => item.customer, item => item.Name, StringComparer.Ordinal);
        }
    }

    public void PrintTables()
    {
        Console.WriteLine($"from {From} to {To}: {Stayed} stayed, {Risen} rose, {Fallen} fell, {New} new, {Gone} gone");
        ScienceOutput.PrintFindings(Findings);
        Console.WriteLine();
        ScienceOutput.PrintTable(["from \\ to", .. Tiers], Tiers.Select((tier, i) => (string[])[tier, .. Counts[i].Select((count, j) => count == 0 ? "0" : $"{count.ToString(CultureInfo.InvariantCulture)} ({100 * Rates[i][j]:0.#} %)")]));
        const int shown = 20;
        Console.WriteLine();
        ScienceOutput.PrintTable(["customer", "from", "to"], Rows.Take(shown).Select(move => (string[])[move.Customer, move.From, move.To]));
        if (Rows.Count > shown)
        {
            Console.WriteLine($"… {Rows.Count - shown} more; --json prints all.");
        }
    }
}
