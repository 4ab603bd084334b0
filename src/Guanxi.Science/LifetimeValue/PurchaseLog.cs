using Guanxi.Science.Common;

namespace Guanxi.Science.LifetimeValue;

/// <summary>The unit in which the models measure time.</summary>
public enum TimeUnit
{
    Day,
    Week,
    Month,
    Year,
}

/// <summary>One line of a transaction log.</summary>
/// <param name="Customer">Whose purchase it is.</param>
/// <param name="Date">The day of the purchase.</param>
/// <param name="Amount">Money; negative for a return; null when the log has none.</param>
public readonly record struct Purchase(string Customer, DateOnly Date, double? Amount = null);

/// <summary>What a log says of one customer.</summary>
/// <param name="Customer">The customer's key.</param>
/// <param name="Summary">x, t_x and T at the end of calibration.</param>
/// <param name="MeanSpend">Mean amount of the repeat purchases in calibration; null without amounts or repeat purchases.</param>
/// <param name="TotalSpend">All money up to the end of calibration, returns taken off; null without amounts.</param>
/// <param name="HoldoutPurchases">Purchase days after the end of calibration.</param>
/// <param name="PurchaseDays">All purchase days, ascending, holdout included.</param>
public sealed record CustomerHistory(string Customer, PurchaseSummary Summary, double? MeanSpend, double? TotalSpend, int HoldoutPurchases, IReadOnlyList<DateOnly> PurchaseDays)
{
    /// <summary>The figures the spend model wants.</summary>
    public SpendSummary Spend => MeanSpend is { } mean ? new SpendSummary(Summary.Frequency, mean) : new SpendSummary(0, 0);
}

/// <summary>A log split into calibration and holdout.</summary>
/// <param name="Customers">Customers whose first purchase lies in calibration, by key.</param>
/// <param name="CalibrationEnd">Last day the models may see.</param>
/// <param name="ObservationEnd">Last day of the holdout; equal to the end of calibration when there is none.</param>
/// <param name="Unit">The unit of the summaries.</param>
/// <param name="Findings">What was left out or looks wrong.</param>
public sealed record CalibrationSplit(IReadOnlyList<CustomerHistory> Customers, DateOnly CalibrationEnd, DateOnly ObservationEnd, TimeUnit Unit, IReadOnlyList<Finding> Findings)
{
    /// <summary>Length of the holdout in <see cref="Unit"/>.</summary>
    public double HoldoutLength => (ObservationEnd.DayNumber - CalibrationEnd.DayNumber) / PurchaseLog.DaysPer(Unit);
}

/// <summary>From a transaction log to the summaries of the models.</summary>
public static class PurchaseLog
{
    /// <summary>Days in a unit; months and years of the mean Gregorian length.</summary>
    public static double DaysPer(TimeUnit unit) => unit switch
    {
        TimeUnit.Day => 1,
        TimeUnit.Week => 7,
        TimeUnit.Month => 365.2425 / 12,
        TimeUnit.Year => 365.2425,
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    /// <summary>
    /// Summarises a log. Purchases of one customer on one day are one purchase; a day whose amounts sum below zero is a return:
    /// it lowers the money and is no purchase.
    /// </summary>
    /// <param name="log">The lines in any order.</param>
    /// <param name="calibrationEnd">Last day of calibration; the last day of the log when null.</param>
    /// <param name="unit">Unit of t_x and T.</param>
    /// <param name="observationEnd">Last day that counts at all (such as today); the last day of the log when null.</param>
    /// <exception cref="UnsuitableDataException">No line, or no customer who bought up to the end of calibration.</exception>
    public static CalibrationSplit Split(IEnumerable<Purchase> log, DateOnly? calibrationEnd = null, TimeUnit unit = TimeUnit.Week, DateOnly? observationEnd = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        var customers = new Dictionary<string, SortedDictionary<DateOnly, double?>>(StringComparer.Ordinal);
        DateOnly last = DateOnly.MinValue;
        int future = 0, lines = 0;
        foreach (var (customer, date, amount) in log)
        {
            lines++;
            if (observationEnd is { } end && date > end)
            {
                future++;
                continue;
            }

            if (!customers.TryGetValue(customer, out var days))
            {
                customers[customer] = days = [];
            }

            days[date] = days.TryGetValue(date, out var before) ? before + amount ?? before ?? amount : amount;
            last = date > last ? date : last;
        }

        if (customers.Count == 0)
        {
            throw new UnsuitableDataException(lines == 0 ? "The log has no purchases." : "Every purchase lies after the last day that counts.");
        }

        var observed = observationEnd ?? last;
        var calibrated = calibrationEnd ?? observed;
        if (calibrated > observed)
        {
            observed = calibrated;
        }

        // Who names the last day of observation knows that nobody bought since the last purchase.
        return Summarise(customers, calibrated, observed, calibrationEnd is not null && observationEnd is null ? last : calibrated, unit, future);
    }

    /// <summary>The customers of a split at whole periods, for BG/BB: n opportunities after the period of the first purchase.</summary>
    public static IReadOnlyList<OpportunitySummary> Opportunities(CalibrationSplit split)
    {
        ArgumentNullException.ThrowIfNull(split);
        var end = Period(split.CalibrationEnd, split.Unit);
        return split.Customers.Select(customer =>
        {
            var first = Period(customer.PurchaseDays[0], split.Unit);
            var bought = customer.PurchaseDays.Where(day => day <= split.CalibrationEnd).Select(day => Period(day, split.Unit) - first).Where(period => period > 0).Distinct().ToArray();
            return new OpportunitySummary(bought.Length, bought.Length == 0 ? 0 : bought[^1], end - first);
        }).ToArray();
    }

    private static CalibrationSplit Summarise(Dictionary<string, SortedDictionary<DateOnly, double?>> customers, DateOnly calibrated, DateOnly observed, DateOnly last, TimeUnit unit, int future)
    {
        var findings = new List<Finding>();
        var histories = new List<CustomerHistory>(customers.Count);
        int returns = 0, later = 0;
        var length = DaysPer(unit);
        foreach (var (customer, days) in customers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var bought = days.Where(day => day.Value is not < 0).Select(day => day.Key).ToArray();
            returns += days.Count - bought.Length;
            if (bought.Length == 0 || bought[0] > calibrated)
            {
                later++;
                continue;
            }

            var repeats = Array.FindAll(bought, day => day <= calibrated)[1..];
            var recency = repeats.Length == 0 ? 0 : (repeats[^1].DayNumber - bought[0].DayNumber) / length;
            var summary = new PurchaseSummary(repeats.Length, recency, (calibrated.DayNumber - bought[0].DayNumber) / length);
            var amounts = repeats.Select(day => days[day]).OfType<double>().ToArray();
            var seen = days.Where(day => day.Key <= calibrated && day.Value is not null).Select(day => day.Value!.Value).ToArray();
            histories.Add(new CustomerHistory(
                customer,
                summary,
                amounts.Length == 0 ? null : amounts.Average(),
                seen.Length == 0 ? null : seen.Sum(),
                bought.Length - repeats.Length - 1,
                bought));
        }

        if (histories.Count == 0)
        {
            throw returns > 0 && customers.Values.All(days => days.Values.All(amount => amount is < 0))
                ? new UnsuitableDataException("Every amount is negative, so the log has returns only and no purchase; turn the sign round if these are purchases.")
                : new UnsuitableDataException($"No customer bought on or before the end of calibration, {calibrated:yyyy-MM-dd}.");
        }

        void Note(int count, string code, Phrase phrase)
        {
            if (count > 0)
            {
                findings.Add(new Finding(code, FindingWeight.Note, phrase));
            }
        }

        Note(future, "future-purchases", $"{future} purchases after {observed:yyyy-MM-dd} were left out.");
        Note(returns, "returns", $"{returns} customer days with more returned than bought lower the money but do not count as purchases.");
        Note(later, "customers-after-calibration", $"{later} customers without a purchase up to the end of calibration were left out.");
        if ((calibrated.DayNumber - last.DayNumber) / length > 1)
        {
            findings.Add(new Finding("calibration-after-log", FindingWeight.Warning, $"The last purchase of the log is of {last:yyyy-MM-dd}; until the end of calibration, {calibrated:yyyy-MM-dd}, nobody is taken to have bought. If the log only stops there, name its last day."));
        }

        return new CalibrationSplit(histories, calibrated, observed, unit, findings);
    }

    private static int Period(DateOnly day, TimeUnit unit) => unit switch
    {
        TimeUnit.Day => day.DayNumber,
        TimeUnit.Week => day.DayNumber / 7,
        TimeUnit.Month => (day.Year * 12) + day.Month,
        _ => day.Year,
    };
}
