using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Files;
using Guanxi.Insight.Value;
using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Laboratory;

/// <summary>Models of purchases in the laboratory: the fit, what it expects, and how it did on a stretch held back, beside rules of thumb.</summary>
internal static class LabPurchases
{
    private const int Bars = 20;
    private const int RowsShown = 20;
    private const int CustomersAtOnce = 500;

    /// <summary>The orders of some customers as a log, money in the company's currency.</summary>
    public static async Task<PurchaseFile> OrdersAsync(DatabaseSession session, IReadOnlyList<Guid> customers, CancellationToken cancel)
    {
        var log = new List<Purchase>();
        foreach (var some in customers.Chunk(CustomersAtOnce))
        {
            var sql = Sql.Of($"SELECT customer_id, ordered_on, kind, home_amount FROM sales_order WHERE deleted_at IS NULL AND status NOT IN ('draft', 'cancelled') AND customer_id IN ").List(some);
            await using var reader = await session.ReadAsync(sql, cancel);
            while (await reader.ReadAsync(cancel))
            {
                log.Add(new Purchase(session.Dialect.ReadId(reader, 0).ToString(), DateOnly.ParseExact(reader.GetString(1), "yyyy-MM-dd"), (reader.GetString(2) == "return" ? -1 : 1) * reader.GetInt64(3) / 10_000.0));
            }
        }

        return new PurchaseFile(log, [], null, true, []);
    }

    /// <param name="named">What a customer of the report is called; null to name none.</param>
    /// <exception cref="UnsuitableDataException">The data cannot carry the model.</exception>
    public static void Write(Utf8JsonWriter writer, ClvReport report, string language, Func<string, string>? named)
    {
        writer.WriteNumber("customers", report.Customers);
        writer.WriteString("unit", report.Unit);
        writer.WriteBoolean("converged", report.Converged);
        writer.WriteString("warning", report.Warning is { } warning ? FindingWords.Of(warning).In(language) : null);
        writer.Number("logLikelihood", report.LogLikelihood);
        writer.WriteString("calibrationEnd", report.CalibrationEnd);
        writer.WriteString("observationEnd", report.ObservationEnd);
        writer.Number("horizon", report.Horizon);
        writer.WriteStartArray("parameters");
        foreach (var (name, value) in report.Parameters)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.Number("value", value);
            writer.Number("standardError", report.Converged ? report.StandardErrors[name] : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (report.Spend is { } spend)
        {
            writer.WriteStartObject("spend");
            writer.WriteBoolean("converged", spend.Converged);
            writer.Number("mean", spend.MeanSpend);
            writer.WriteEndObject();
        }

        // What a fit that did not converge expects of anybody is no expectation; only the rules of thumb remain.
        if (report.Converged && report.Rows.Any(row => row.ProbabilityAlive is not null))
        {
            Alive(writer, report.Rows);
            writer.Number("expectedPurchases", report.Diagnostics.TotalExpectedPurchases);
        }

        writer.Points("repeatPurchases", (report.Converged ? report.Diagnostics.RepeatPurchases ?? [] : []).Select(cell => new double[] { cell.Purchases, cell.Actual, cell.Expected }));
        writer.Points("tracking", (report.Converged ? report.Diagnostics.Tracking ?? [] : []).Select(point => new[] { point.Time, point.CumulativeActual, point.CumulativeExpected }));
        if (report.Diagnostics.Holdout is { } holdout)
        {
            Holdout(writer, holdout, report.Converged, language);
        }

        writer.Findings(report.Diagnostics.Findings.Where(finding => report.Converged || finding.Code is not ("baseline-wins" or "holdout-total-off" or "poor-fit")), language);
        if (named is not null)
        {
            Rows(writer, report.Converged ? report.Rows : [], named);
        }
    }

    private static void Alive(Utf8JsonWriter writer, IReadOnlyList<ClvRow> rows)
    {
        var bars = new long[Bars];
        foreach (var row in rows.Where(row => row.ProbabilityAlive is not null))
        {
            bars[Math.Clamp((int)(row.ProbabilityAlive!.Value * Bars), 0, Bars - 1)] += row.Count;
        }

        writer.WriteStartArray("alive");
        foreach (var bar in bars)
        {
            writer.WriteNumberValue(bar);
        }

        writer.WriteEndArray();
    }

    private static void Holdout(Utf8JsonWriter writer, HoldoutReport holdout, bool converged, string language)
    {
        writer.WriteStartArray("holdout");
        foreach (var errors in converged ? holdout.Baselines.Prepend(holdout.Model) : holdout.Baselines)
        {
            writer.WriteStartObject();
            writer.WriteString("name", FindingWords.Baseline(errors.Name).In(language));
            writer.Number("meanAbsoluteError", errors.MeanAbsoluteError);
            writer.Number("rootMeanSquaredError", errors.RootMeanSquaredError);
            writer.Number("bias", errors.Bias);
            writer.Number("predicted", errors.TotalPredicted);
            writer.Number("actual", errors.TotalActual);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.Points("byFrequency", (converged ? holdout.ByFrequency : []).Select(group => new double[] { group.Frequency, group.Customers, group.MeanActual, group.MeanPredicted }));
    }

    private static void Rows(Utf8JsonWriter writer, IReadOnlyList<ClvRow> rows, Func<string, string> named)
    {
        writer.WriteStartArray("rows");
        foreach (var row in rows.OrderByDescending(row => row.Value ?? row.ExpectedPurchases ?? row.ExpectedSpend).Take(RowsShown))
        {
            writer.WriteStartObject();
            writer.WriteString("customer", named(row.Customer));
            writer.WriteNumber("frequency", row.Frequency);
            writer.Number("recency", row.Recency);
            writer.Number("age", row.Age);
            writer.Number("probabilityAlive", row.ProbabilityAlive);
            writer.Number("expectedPurchases", row.ExpectedPurchases);
            writer.Number("expectedSpend", row.ExpectedSpend);
            writer.Number("value", row.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
