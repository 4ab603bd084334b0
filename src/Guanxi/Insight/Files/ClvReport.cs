using System.Text.Json.Serialization;
using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Files;

/// <summary>The answer of <c>science clv</c>, printed as it is with <c>--json</c>.</summary>
internal sealed record ClvReport
{
    public required string Model { get; init; }
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }
    public required double LogLikelihood { get; init; }
    public required IReadOnlyDictionary<string, double?> StandardErrors { get; init; }
    public required bool Converged { get; init; }
    public string? Warning { get; init; }
    public required long Customers { get; init; }
    public required string Unit { get; init; }
    public string? CalibrationEnd { get; init; }
    public string? ObservationEnd { get; init; }
    public double? Horizon { get; init; }
    public required ClvDiagnostics Diagnostics { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SpendModel? Spend { get; init; }

    public required IReadOnlyList<ClvRow> Rows { get; init; }
}

/// <summary>How far the fit can be trusted.</summary>
internal sealed record ClvDiagnostics(double AkaikeCriterion, double BayesCriterion, IReadOnlyList<double> LogLikelihoodByStart, IReadOnlyList<Finding> Findings)
{
    public double? TotalExpectedPurchases { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HistogramCell>? RepeatPurchases { get; init; }

    public double? ChiSquare { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HoldoutReport? Holdout { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TrackingPoint>? Tracking { get; init; }

    public static ClvDiagnostics Of<TModel>(ModelFit<TModel> fit, IEnumerable<Finding> findings)
        where TModel : class => new(fit.AkaikeCriterion, fit.BayesCriterion, fit.LogLikelihoodByStart, findings.ToArray());
}

/// <summary>Customers with a number of repeat purchases, the last cell holding all above.</summary>
internal sealed record HistogramCell(int Purchases, double Actual, double Expected);

/// <summary>The spend model fitted beside a purchase model when the file has amounts.</summary>
internal sealed record SpendModel(string Model, IReadOnlyDictionary<string, double> Parameters, double LogLikelihood, IReadOnlyDictionary<string, double?> StandardErrors, bool Converged, double? MeanSpend);

/// <summary>One customer, or one group of a file with a count column.</summary>
internal sealed record ClvRow
{
    public required string Customer { get; init; }
    public required double Frequency { get; init; }
    public required double Recency { get; init; }

    [JsonPropertyName("T")]
    public required double Age { get; init; }

    public long Count { get; init; } = 1;
    public double? Monetary { get; init; }
    public double? ProbabilityAlive { get; init; }
    public double? ExpectedPurchases { get; init; }
    public double? ExpectedSpend { get; init; }
    public double? Value { get; init; }

    /// <summary>Purchases of the whole remaining life, discounted (DERT); null without a discount.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? DiscountedResidualPurchases { get; init; }

    /// <summary>P(0), P(1), … purchases within the horizon; null when not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? PurchaseProbabilities { get; init; }

    public int? HoldoutPurchases { get; init; }
}
