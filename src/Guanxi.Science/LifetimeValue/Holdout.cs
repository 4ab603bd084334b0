using Guanxi.Science.Common;

namespace Guanxi.Science.LifetimeValue;

/// <summary>Errors of predicted purchase counts against what happened.</summary>
/// <param name="Name">Who predicted.</param>
/// <param name="MeanAbsoluteError">Mean |predicted − actual| per customer.</param>
/// <param name="RootMeanSquaredError">√ mean (predicted − actual)².</param>
/// <param name="Bias">Mean (predicted − actual); positive when too much is promised.</param>
/// <param name="TotalPredicted">Sum over customers.</param>
/// <param name="TotalActual">Sum over customers.</param>
/// <param name="Correlation">Between predicted and actual counts; null when either does not vary.</param>
public sealed record PredictionErrors(string Name, double MeanAbsoluteError, double RootMeanSquaredError, double Bias, double TotalPredicted, double TotalActual, double? Correlation);

/// <summary>Customers with the same number of purchases in calibration.</summary>
/// <param name="Frequency">x, the last group holding all above.</param>
/// <param name="Customers">How many.</param>
/// <param name="MeanActual">Their mean purchases in the holdout.</param>
/// <param name="MeanPredicted">What the model expected.</param>
public sealed record FrequencyGroup(int Frequency, int Customers, double MeanActual, double MeanPredicted);

/// <summary>A model and the heuristics it has to beat, on purchases it has not seen.</summary>
/// <param name="Model">Errors of the model.</param>
/// <param name="Baselines">Errors of the heuristics, best first by root mean squared error.</param>
/// <param name="ByFrequency">Mean actual and predicted purchases for x = 0 … 7+.</param>
/// <param name="Findings">Whether the model earned its place.</param>
public sealed record HoldoutReport(PredictionErrors Model, IReadOnlyList<PredictionErrors> Baselines, IReadOnlyList<FrequencyGroup> ByFrequency, IReadOnlyList<Finding> Findings);

/// <summary>One point of the tracking plot.</summary>
/// <param name="Time">End of the period, in units since the first purchase of the whole log.</param>
/// <param name="CumulativeActual">Repeat purchases of all customers so far.</param>
/// <param name="CumulativeExpected">What the model expects.</param>
public readonly record struct TrackingPoint(double Time, double CumulativeActual, double CumulativeExpected);

/// <summary>Validation on a holdout and the tracking plot (Fader, Hardie and Lee 2005, sections 5 and 6).</summary>
public static class Holdout
{
    private const int LastGroup = 7;

    /// <summary>Compares a model fitted to the calibration part with the holdout part.</summary>
    /// <exception cref="UnsuitableDataException">The split has no holdout.</exception>
    public static HoldoutReport Evaluate(IPurchaseModel model, CalibrationSplit split)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(split);
        var horizon = split.HoldoutLength;
        if (horizon <= 0)
        {
            throw new UnsuitableDataException("There is nothing after the end of calibration to validate against.");
        }

        var customers = split.Customers;
        var actual = customers.Select(customer => (double)customer.HoldoutPurchases).ToArray();
        var predicted = customers.Select(customer => model.ConditionalExpectation(customer.Summary, horizon)).ToArray();
        var errors = Errors(model.Name, predicted, actual);
        var hiatus = Heuristics.Hiatus(customers);
        PredictionErrors[] baselines =
        [
            Errors("same rate as before", customers.Select(customer => Heuristics.PastRate(customer.Summary, horizon)).ToArray(), actual),
            Errors($"past rate, gone after {Math.Min(hiatus, 1e6):0.#} {split.Unit.ToString().ToLowerInvariant()}s without purchase", customers.Select(customer => Heuristics.PastRateUnlessGone(customer.Summary, horizon, hiatus)).ToArray(), actual),
            Errors("everyone buys the average", Enumerable.Repeat(customers.Average(customer => Heuristics.PastRate(customer.Summary, horizon)), actual.Length).ToArray(), actual),
        ];
        Array.Sort(baselines, (left, right) => left.RootMeanSquaredError.CompareTo(right.RootMeanSquaredError));
        return new HoldoutReport(errors, baselines, Groups(customers, predicted), Judge(errors, baselines[0]));
    }

    /// <summary>Cumulative repeat purchases, actual against expected, at the end of each unit of time through calibration and holdout.</summary>
    public static IReadOnlyList<TrackingPoint> Track(IPurchaseModel model, CalibrationSplit split, int maximumPoints = 400)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(split);
        var length = PurchaseLog.DaysPer(split.Unit);
        var origin = split.Customers.Min(customer => customer.PurchaseDays[0].DayNumber);
        var total = split.ObservationEnd.DayNumber - origin;
        var points = (int)Math.Min(maximumPoints, Math.Floor(total / length));
        if (points < 1)
        {
            return [];
        }

        var births = split.Customers.GroupBy(customer => customer.PurchaseDays[0].DayNumber - origin).Select(group => (Day: group.Key, Count: group.Count())).ToArray();
        var repeats = split.Customers.SelectMany(customer => customer.PurchaseDays.Skip(1)).Select(day => day.DayNumber - origin).Order().ToArray();
        var stride = Math.Max(1, Math.Floor(total / length) / points) * length;
        var track = new TrackingPoint[points];
        var known = new Dictionary<double, double>();
        var next = 0;
        for (var i = 0; i < points; i++)
        {
            var day = (i + 1) * stride;
            while (next < repeats.Length && repeats[next] <= day)
            {
                next++;
            }

            double expected = 0;
            foreach (var (born, count) in births)
            {
                var age = (day - born) / length;
                if (age <= 0)
                {
                    continue;
                }

                ref var expectation = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(known, Math.Round(age, 6), out var exists);
                if (!exists)
                {
                    expectation = model.Expectation(age);
                }

                expected += count * expectation;
            }

            track[i] = new TrackingPoint(day / length, next, expected);
        }

        return track;
    }

    /// <summary>Errors of any prediction.</summary>
    public static PredictionErrors Errors(string name, IReadOnlyList<double> predicted, IReadOnlyList<double> actual)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(actual);
        if (predicted.Count != actual.Count || actual.Count == 0)
        {
            throw new ArgumentException("Predictions and outcomes must be of one positive length.", nameof(predicted));
        }

        var n = actual.Count;
        var differences = Enumerable.Range(0, n).Select(i => predicted[i] - actual[i]).ToArray();
        double meanPredicted = predicted.Average(), meanActual = actual.Average();
        double covariance = 0, variancePredicted = 0, varianceActual = 0;
        for (var i = 0; i < n; i++)
        {
            covariance += (predicted[i] - meanPredicted) * (actual[i] - meanActual);
            variancePredicted += Math.Pow(predicted[i] - meanPredicted, 2);
            varianceActual += Math.Pow(actual[i] - meanActual, 2);
        }

        var spread = Math.Sqrt(variancePredicted * varianceActual);
        return new PredictionErrors(
            name,
            differences.Average(Math.Abs),
            Math.Sqrt(differences.Average(difference => difference * difference)),
            differences.Average(),
            predicted.Sum(),
            actual.Sum(),
            spread > 1e-12 * n ? covariance / spread : null);
    }

    private static FrequencyGroup[] Groups(IReadOnlyList<CustomerHistory> customers, double[] predicted) =>
        Enumerable.Range(0, customers.Count)
            .GroupBy(i => Math.Min(LastGroup, customers[i].Summary.Frequency))
            .OrderBy(group => group.Key)
            .Select(group => new FrequencyGroup(group.Key, group.Count(), group.Average(i => (double)customers[i].HoldoutPurchases), group.Average(i => predicted[i])))
            .ToArray();

    private static List<Finding> Judge(PredictionErrors model, PredictionErrors baseline)
    {
        var findings = new List<Finding>();
        if (model.RootMeanSquaredError >= baseline.RootMeanSquaredError)
        {
            findings.Add(new Finding("baseline-wins", FindingWeight.Warning, $"The simple rule \"{baseline.Name}\" predicts the holdout better than {model.Name} (RMSE {baseline.RootMeanSquaredError:0.###} against {model.RootMeanSquaredError:0.###}), so prefer it here."));
        }

        if (model.TotalActual > 0 && Math.Abs((model.TotalPredicted / model.TotalActual) - 1) > 0.25)
        {
            findings.Add(new Finding("holdout-total-off", FindingWeight.Warning, $"The holdout saw {model.TotalActual:0} purchases where {model.Name} expected {model.TotalPredicted:0}; customers behave differently from the calibration period."));
        }

        return findings;
    }
}
