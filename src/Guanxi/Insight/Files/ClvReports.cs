using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Insight.Files;

/// <summary>Fits a lifetime value model to a file and says what it expects of every customer.</summary>
internal static class ClvReports
{
    /// <exception cref="UnsuitableDataException">The data cannot carry the model; the sentence says why and what is left to compute.</exception>
    public static ClvReport Of(ClvRequest request, PurchaseFile data)
    {
        if (request.CalibrationEnd > request.Today)
        {
            throw new UnsuitableDataException($"The end of calibration, {request.CalibrationEnd:yyyy-MM-dd}, lies ahead; nobody can have bought until then.");
        }

        try
        {
            return request.Model switch
            {
                "bg-bb" => Opportunities(request, data),
                "gamma-gamma" => Spend(request, data),
                _ => Purchases(request, data),
            };
        }
        catch (UnsuitableDataException refusal) when (data.Findings.FirstOrDefault(finding => finding.Code == "rows-left-out") is { } leftOut)
        {
            throw new UnsuitableDataException($"{refusal.Message} Mind that {leftOut.Sentence}");
        }
    }

    private static ClvReport Purchases(ClvRequest request, PurchaseFile data)
    {
        var split = Split(request, data);
        var rows = split is null ? FromSummaries(data) : FromLog(split);
        var summaries = rows.Select(row => new PurchaseSummary((int)row.Frequency, row.Recency, row.Age, row.Count)).ToArray();
        if (Suitability.Check(summaries).FirstOrDefault(finding => finding.Weight == FindingWeight.Refusal) is { } refusal)
        {
            throw refusal.Phrase is { } phrase ? new UnsuitableDataException(phrase) : new UnsuitableDataException(refusal.Sentence);
        }

        return request.Model switch
        {
            "bg-nbd" => Purchases(request, data, split, rows, summaries, BgNbd.Fit(summaries)),
            "mbg-nbd" => Purchases(request, data, split, rows, summaries, MbgNbd.Fit(summaries)),
            _ => Purchases(request, data, split, rows, summaries, ParetoNbd.Fit(summaries)),
        };
    }

    private static ClvReport Opportunities(ClvRequest request, PurchaseFile data)
    {
        var split = Split(request, data);
        var rows = split is null ? FromSummaries(data) : FromLog(split).Zip(PurchaseLog.Opportunities(split), (row, o) => row with { Frequency = o.Frequency, Recency = o.LastPeriod, Age = o.Periods }).ToArray();
        if (rows.Any(row => row.Recency != Math.Floor(row.Recency) || row.Age != Math.Floor(row.Age)))
        {
            throw new UnsuitableDataException("BG/BB counts whole periods, but the file has fractions in recency or T; use bg-nbd or pareto-nbd for continuous time.");
        }

        var young = rows.Count(row => row.Age < 1);
        rows = Array.FindAll(rows, row => row.Age >= 1);
        var fit = BgBb.Fit(rows.Select(row => new OpportunitySummary((int)row.Frequency, (int)row.Recency, (int)row.Age, row.Count)).ToArray());
        var horizon = request.Horizon ?? (split is null ? rows.Max(row => row.Age) : request.HorizonOr(Math.Floor(split.HoldoutLength)));
        var findings = data.Findings.Concat(split?.Findings ?? []);
        if (young > 0)
        {
            findings = findings.Append(new Finding("no-opportunity-yet", FindingWeight.Note, $"{young} customers have not had a whole period since their first purchase and were left out."));
        }

        var answered = rows.Select(row =>
        {
            var customer = new OpportunitySummary((int)row.Frequency, (int)row.Recency, (int)row.Age);
            return row with
            {
                ProbabilityAlive = fit.Model.ProbabilityAlive(customer),
                ExpectedPurchases = fit.Model.ConditionalExpectation(customer, (int)horizon),
                DiscountedResidualPurchases = request.Terms.DiscountRate > 0 ? fit.Model.DiscountedExpectedTransactions(customer, request.Terms.DiscountRate) : null,
                PurchaseProbabilities = Probabilities(request, purchases => fit.Model.ConditionalProbability(customer, purchases, (int)horizon)),
            };
        }).ToArray();
        var cells = rows.All(row => row.Age == rows[0].Age)
            ? Enumerable.Range(0, (int)rows[0].Age + 1).Select(x => new HistogramCell(x, rows.Where(row => row.Frequency == x).Sum(row => (double)row.Count), fit.Customers * fit.Model.Probability(x, (int)rows[0].Age))).ToArray()
            : null;
        return Report(request, split, fit, answered, horizon) with
        {
            Unit = data.Log is null ? "period" : request.Unit.ToString().ToLowerInvariant(),
            Diagnostics = ClvDiagnostics.Of(fit, findings) with { TotalExpectedPurchases = answered.Sum(row => row.Count * row.ExpectedPurchases!.Value), RepeatPurchases = cells },
        };
    }

    private static ClvReport Spend(ClvRequest request, PurchaseFile data)
    {
        if (!data.HasAmounts)
        {
            throw new UnsuitableDataException("Gamma-Gamma models what customers spend, but the file has no column of amounts.");
        }

        var split = Split(request, data);
        var rows = split is null ? FromSummaries(data) : FromLog(split);
        var fit = GammaGamma.Fit(rows.Select(SpendOf).ToArray());
        var answered = rows.Select(row => row with { ExpectedSpend = fit.Model.ExpectedSpend(SpendOf(row)) }).ToArray();
        var findings = data.Findings.Concat(split?.Findings ?? []).Concat(IndependenceOfSpend(rows));
        return Report(request, split, fit, answered, null) with { Diagnostics = ClvDiagnostics.Of(fit, findings) };
    }

    private static ClvReport Purchases<TModel>(ClvRequest request, PurchaseFile data, CalibrationSplit? split, ClvRow[] rows, PurchaseSummary[] summaries, ModelFit<TModel> fit)
        where TModel : class, IPurchaseModel
    {
        var horizon = request.HorizonOr(split?.HoldoutLength ?? 0);
        var terms = request.Terms with { Horizon = horizon };
        var findings = new List<Finding>(data.Findings);
        findings.AddRange(split is null ? Suitability.Check(summaries) : Suitability.Check(split));
        var spend = data.HasAmounts ? FitSpend(rows, findings) : null;
        var known = new Dictionary<PurchaseSummary, (double Alive, double Expected, double Discounted, double? Residual, double[]? Probabilities)>();
        var answered = rows.Select((row, i) =>
        {
            var summary = summaries[i] with { Count = 1 };
            if (!known.TryGetValue(summary, out var expected))
            {
                var unitValue = CustomerLifetimeValue.Of(fit.Model, summary, 1, terms);
                known[summary] = expected = (unitValue.ProbabilityAlive, unitValue.ExpectedPurchases!.Value, unitValue.DiscountedPurchases,
                    terms.DiscountRate > 0 ? fit.Model.DiscountedExpectedTransactions(summary, double.LogP1(terms.DiscountRate)) : null,
                    Probabilities(request, purchases => fit.Model.ConditionalProbability(summary, purchases, horizon)));
            }

            var each = spend?.Model.ExpectedSpend(SpendOf(row));
            return row with
            {
                ProbabilityAlive = expected.Alive,
                ExpectedPurchases = expected.Expected,
                ExpectedSpend = each,
                Value = each is null ? null : expected.Discounted * terms.Contribution(each.Value),
                DiscountedResidualPurchases = expected.Residual,
                PurchaseProbabilities = expected.Probabilities,
            };
        }).ToArray();
        var (cells, chiSquare, misfit) = Suitability.GoodnessOfFit(fit.Model, summaries);
        HoldoutReport? holdout = null;
        if (split is { HoldoutLength: > 0 })
        {
            holdout = Holdout.Evaluate(fit.Model, split);
            findings.AddRange(holdout.Findings);
        }

        if (misfit is not null)
        {
            findings.Add(misfit);
        }

        return Report(request, split, fit, answered, horizon) with
        {
            Spend = spend is null ? null : new SpendModel("gamma-gamma", Values(spend.Parameters), spend.LogLikelihood, Errors(spend.Parameters, spend.Converged), spend.Converged, spend.Model.MeanSpend),
            Diagnostics = ClvDiagnostics.Of(fit, findings) with
            {
                TotalExpectedPurchases = answered.Sum(row => row.Count * row.ExpectedPurchases!.Value),
                RepeatPurchases = cells.Select(cell => new HistogramCell(cell.Purchases, cell.Actual, cell.Expected)).ToArray(),
                ChiSquare = chiSquare,
                Holdout = holdout,
                Tracking = split is null ? null : Holdout.Track(fit.Model, split),
            },
        };
    }

    private static ClvReport Report<TModel>(ClvRequest request, CalibrationSplit? split, ModelFit<TModel> fit, IReadOnlyList<ClvRow> rows, double? horizon)
        where TModel : class => new()
        {
            Model = request.Model,
            Parameters = Values(fit.Parameters),
            LogLikelihood = fit.LogLikelihood,
            StandardErrors = Errors(fit.Parameters, fit.Converged),
            Converged = fit.Converged,
            Warning = fit.Warning,
            Customers = fit.Customers,
            Unit = request.Unit.ToString().ToLowerInvariant(),
            CalibrationEnd = split is null ? null : Day(split.CalibrationEnd),
            ObservationEnd = split is null ? null : Day(split.ObservationEnd),
            Horizon = horizon,
            Diagnostics = ClvDiagnostics.Of(fit, []),
            Rows = rows,
        };

    private static CalibrationSplit? Split(ClvRequest request, PurchaseFile data) => data.Log is null ? null
        : PurchaseLog.Split(data.Log, request.CalibrationEnd, request.Unit, request.Today is { } today && (request.UpToToday || data.Log.Any(purchase => purchase.Date > today)) ? today : null);

    private static ClvRow[] FromLog(CalibrationSplit split) => split.Customers.Select(customer => new ClvRow
    {
        Customer = customer.Customer,
        Frequency = customer.Summary.Frequency,
        Recency = customer.Summary.Recency,
        Age = customer.Summary.Age,
        Monetary = customer.MeanSpend,
        HoldoutPurchases = split.HoldoutLength > 0 ? customer.HoldoutPurchases : null,
    }).ToArray();

    private static ClvRow[] FromSummaries(PurchaseFile data) => data.Summaries!.Select(row => new ClvRow
    {
        Customer = row.Customer,
        Frequency = row.Frequency,
        Recency = row.Recency,
        Age = row.Age,
        Monetary = row.Monetary,
        Count = row.Count,
    }).ToArray();

    private static double[]? Probabilities(ClvRequest request, Func<int, double> probability) => request.Purchases is { } most ? [.. Enumerable.Range(0, most + 1).Select(probability)] : null;

    private static SpendSummary SpendOf(ClvRow row) => new(row.Monetary is > 0 ? (int)row.Frequency : 0, row.Monetary ?? 0, row.Count);

    private static ModelFit<GammaGamma>? FitSpend(ClvRow[] rows, List<Finding> findings)
    {
        try
        {
            var fit = GammaGamma.Fit(rows.Select(SpendOf).ToArray());
            findings.AddRange(IndependenceOfSpend(rows));
            return fit;
        }
        catch (UnsuitableDataException refusal)
        {
            findings.Add(new Finding("no-spend-model", FindingWeight.Warning, refusal.Message));
            return null;
        }
    }

    private static IEnumerable<Finding> IndependenceOfSpend(ClvRow[] rows)
    {
        if (GammaGamma.CorrelationWithFrequency(rows.Select(SpendOf).ToArray()) is { } correlation && Math.Abs(correlation) > 0.3)
        {
            yield return new Finding("spend-depends-on-frequency", FindingWeight.Warning, $"Spend per purchase and number of purchases correlate ({correlation:0.00}); Gamma-Gamma takes them as independent.");
        }
    }

    internal static Dictionary<string, double> Values(IEnumerable<ParameterEstimate> parameters) => parameters.ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);

    /// <summary>Standard errors belong to a maximum; where the fit found none they would only look like trust.</summary>
    internal static Dictionary<string, double?> Errors(IEnumerable<ParameterEstimate> parameters, bool converged) => parameters.ToDictionary(p => p.Name, p => converged ? p.StandardError : null, StringComparer.Ordinal);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
