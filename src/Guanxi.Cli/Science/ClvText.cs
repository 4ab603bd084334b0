using Guanxi.Insight.Files;

namespace Guanxi.Cli.Science;

/// <summary>The answer of <c>science clv</c> for a reader.</summary>
internal static class ClvText
{
    public static void Write(ClvReport report)
    {
        Console.WriteLine($"{report.Model}, {report.Customers} customers, time in {report.Unit}s{(report.CalibrationEnd is null ? "" : $", calibrated to {report.CalibrationEnd}, observed to {report.ObservationEnd}")}");
        Console.WriteLine($"log-likelihood {ScienceOutput.Number(report.LogLikelihood)}, {(report.Converged ? "converged" : "NOT converged")}");
        ScienceOutput.PrintTable(["parameter", "estimate", "standard error"], report.Parameters.Select(p => (string[])[p.Key, ScienceOutput.Number(p.Value), ScienceOutput.Number(report.StandardErrors[p.Key])]));
        if (report.Spend is not null)
        {
            Console.WriteLine($"spend per purchase: {report.Spend.Model}, mean {ScienceOutput.Number(report.Spend.MeanSpend)}");
        }

        if (report.Warning is not null)
        {
            Console.WriteLine($"warning: {report.Warning}");
        }

        ScienceOutput.PrintFindings(report.Diagnostics.Findings);
        if (report.Diagnostics.Holdout is { } holdout)
        {
            Console.WriteLine();
            ScienceOutput.PrintTable(
                ["holdout", "MAE", "RMSE", "bias", "predicted", "actual"],
                holdout.Baselines.Prepend(holdout.Model).Select(e => (string[])[e.Name, ScienceOutput.Number(e.MeanAbsoluteError), ScienceOutput.Number(e.RootMeanSquaredError), ScienceOutput.Number(e.Bias), ScienceOutput.Number(e.TotalPredicted), ScienceOutput.Number(e.TotalActual)]));
        }

        const int shown = 20;
        Console.WriteLine();
        var ordered = report.Rows.OrderByDescending(row => row.Value ?? row.ExpectedPurchases ?? row.ExpectedSpend).Take(shown);
        var (residual, probabilities) = (report.Rows.Any(row => row.DiscountedResidualPurchases is not null), report.Rows.Count == 0 ? 0 : report.Rows[0].PurchaseProbabilities?.Count ?? 0);
        ScienceOutput.PrintTable(
            ["customer", "x", "t_x", "T", "customers", "P(alive)", "expected", "spend", "value", .. residual ? ["DERT"] : Array.Empty<string>(), .. Enumerable.Range(0, probabilities).Select(purchases => $"P({purchases})")],
            ordered.Select(row => (string[])[row.Customer, ScienceOutput.Number(row.Frequency), ScienceOutput.Number(row.Recency), ScienceOutput.Number(row.Age), $"{row.Count}", ScienceOutput.Number(row.ProbabilityAlive), ScienceOutput.Number(row.ExpectedPurchases), ScienceOutput.Number(row.ExpectedSpend), ScienceOutput.Number(row.Value),
                .. residual ? [ScienceOutput.Number(row.DiscountedResidualPurchases)] : Array.Empty<string>(), .. (row.PurchaseProbabilities ?? []).Select(probability => ScienceOutput.Number(probability))]));
        if (report.Rows.Count > shown)
        {
            Console.WriteLine($"… {report.Rows.Count - shown} more; --json prints all.");
        }
    }
}
