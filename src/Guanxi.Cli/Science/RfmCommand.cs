using System.CommandLine;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Segments;

namespace Guanxi.Cli.Science;

/// <summary><c>guanxi science rfm FILE</c>: recency, frequency and money of every customer, with scores, pyramid and concentration.</summary>
public static class RfmCommand
{
    public static Command Create()
    {
        var file = ScienceOutput.File("A transaction log: customer, date, amount, and an order number if an order has several lines.");
        var asOf = new Option<string?>("--as-of") { Description = "The day recency is counted to, yyyy-MM-dd. Default: the day of the last order, at most today." };
        asOf.Validators.Add(ScienceOutput.WantsDate);
        var classes = new Option<int>("--classes") { Description = "Scores per dimension.", DefaultValueFactory = _ => 5 };
        classes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 2 or > 99)
            {
                result.AddError("--classes wants a number from 2 to 99.");
            }
        });
        var (customer, date, amount) = ScienceOutput.PurchaseOptions();
        var json = ScienceOutput.JsonOption();
        var command = new Command("rfm", "Score customers by recency, frequency and money.") { file, asOf, classes, customer, date, amount, json };
        command.SetAction(parsed => ScienceOutput.Run(files =>
        {
            var report = Report(PurchaseFile.ReadLog(files.Open(parsed.GetValue(file)!), new PurchaseColumns(parsed.GetValue(customer), parsed.GetValue(date), parsed.GetValue(amount))), ScienceOutput.Day(parsed.GetValue(asOf)), parsed.GetValue(classes));
            if (parsed.GetValue(json))
            {
                ScienceOutput.Print(report);
            }
            else
            {
                Write(report);
            }
        }));
        return command;
    }

    private static RfmReport Report(PurchaseFile data, DateOnly? asOf, int classes)
    {
        var log = data.Log!;
        // What is dated after today has not happened.
        var (last, today) = (log.Max(purchase => purchase.Date), DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime));
        var day = asOf ?? (last > today ? today : last);
        var findings = new List<Finding>(data.Findings);
        if (!data.HasAmounts)
        {
            findings.Add(new Finding("no-amounts", FindingWeight.Warning, "The file has no amounts, so M only follows the order of the customers' keys."));
        }

        var later = log.Count(purchase => purchase.Date > day);
        if (later > 0)
        {
            findings.Add(new Finding("later-orders", last > today && asOf is null ? FindingWeight.Warning : FindingWeight.Note, $"{later} lines after {ScienceOutput.Date(day)}{(asOf is null ? ", today," : "")} were left out."));
        }

        var values = Rfm.Measure(log.Select((purchase, i) => new CustomerOrder(purchase.Customer, purchase.Date, (decimal)(purchase.Amount ?? 0), data.Orders[i])), day, out var returns, out var returners);
        if (returns > 0)
        {
            findings.Add(new Finding("returns", FindingWeight.Note, $"{returns} orders with more returned than bought lower the money but do not count as purchases{(returners > 0 ? $"; {returners} customers with returns only were left out" : "")}."));
        }

        var scores = Rfm.Score(values, classes);
        var money = values.ToDictionary(customer => customer.Customer, customer => customer.Monetary, StringComparer.Ordinal);
        var total = money.Values.Sum();
        return new RfmReport(
            ScienceOutput.Date(day),
            values.Count,
            total,
            Median(values.Select(customer => customer.Recency)),
            values.Average(customer => customer.Frequency),
            total / values.Count,
            Concentration.Gini(money.Values),
            new SortedDictionary<string, int>(scores.GroupBy(score => score.Cell).ToDictionary(cell => cell.Key, cell => cell.Count(), StringComparer.Ordinal), StringComparer.Ordinal),
            Pyramid.ByShare(money).Select(tier => new RfmTier(tier.Name, tier.Customers.Count, tier.CustomerShare, tier.Value, tier.ValueShare, tier.LowestValue)).ToArray(),
            total > 0 ? Concentration.Lorenz(money.Values) : [],
            findings,
            scores.Select(score => new RfmRow(score.Values.Customer, score.Values.Recency, score.Values.Frequency, score.Values.Monetary, score.R, score.F, score.M, score.Cell)).ToArray())
        {
            Model = "rfm",
            Parameters = new Dictionary<string, double>(StringComparer.Ordinal) { ["classes"] = classes },
        };
    }

    private static void Write(RfmReport report)
    {
        Console.WriteLine($"{report.Customers} customers as of {report.AsOf}, total {report.Total:0.##}, Gini {ScienceOutput.Number(report.Gini)}");
        Console.WriteLine($"median recency {report.MedianRecency:0.#} days, mean frequency {report.MeanFrequency:0.####}, mean money {report.MeanMonetary:0.####}, {report.Cells.Count} cells");
        ScienceOutput.PrintFindings(report.Findings);
        Console.WriteLine();
        ScienceOutput.PrintTable(
            ["tier", "customers", "share", "value", "share of value", "from"],
            report.Pyramid.Select(tier => (string[])[tier.Name, $"{tier.Customers}", $"{100 * tier.CustomerShare:0.00}%", $"{tier.Value:0.00}", tier.ValueShare is { } share ? $"{100 * share:0.0000}%" : "", $"{tier.LowestValue:0.00}"]));
        Console.WriteLine();
        const int shown = 20;
        ScienceOutput.PrintTable(
            ["customer", "recency", "frequency", "money", "score"],
            report.Rows.OrderByDescending(row => row.Monetary).Take(shown).Select(row => (string[])[row.Customer, $"{row.Recency}", $"{row.Frequency}", $"{row.Monetary:0.00}", row.Score]));
        if (report.Rows.Count > shown)
        {
            Console.WriteLine($"… {report.Rows.Count - shown} more; --json prints all.");
        }
    }

    private static double Median(IEnumerable<int> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2.0;
    }

    private sealed record RfmReport(
        string AsOf,
        int Customers,
        decimal Total,
        double MedianRecency,
        double MeanFrequency,
        decimal MeanMonetary,
        double? Gini,
        IReadOnlyDictionary<string, int> Cells,
        IReadOnlyList<RfmTier> Pyramid,
        IReadOnlyList<LorenzPoint> Lorenz,
        IReadOnlyList<Finding> Findings,
        IReadOnlyList<RfmRow> Rows) : ScienceReport;

    private sealed record RfmTier(string Name, int Customers, double CustomerShare, decimal Value, double? ValueShare, decimal? LowestValue);

    private sealed record RfmRow(string Customer, int Recency, int Frequency, decimal Monetary, int R, int F, int M, string Score);
}
