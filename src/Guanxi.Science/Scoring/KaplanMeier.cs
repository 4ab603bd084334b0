using Guanxi.Science.Common;

namespace Guanxi.Science.Scoring;

/// <summary>How long a record was watched.</summary>
/// <param name="Time">Time to the event, or to the end of watching; above 0.</param>
/// <param name="Event">Whether the event happened; false when watching ended before (censored).</param>
public readonly record struct SurvivalTime(double Time, bool Event);

/// <summary>One step of a survival curve.</summary>
/// <param name="Time">Time of the events.</param>
/// <param name="AtRisk">Records still watched just before.</param>
/// <param name="Events">Events at that time.</param>
/// <param name="Survival">Estimated share without an event up to and including the time.</param>
/// <param name="StandardError">Greenwood's standard error of the survival.</param>
/// <param name="Lower">Lower end of the 95 % interval on the log-log scale.</param>
/// <param name="Upper">Upper end.</param>
public sealed record SurvivalStep(double Time, int AtRisk, int Events, double Survival, double StandardError, double Lower, double Upper);

/// <summary>The product-limit estimate (Kaplan and Meier 1958, J. American Statistical Association 53).</summary>
/// <param name="Steps">One per time with an event.</param>
/// <param name="Records">Records watched.</param>
/// <param name="MedianTime">First time at which survival is at most one half; null when it stays above.</param>
public sealed record SurvivalCurve(IReadOnlyList<SurvivalStep> Steps, int Records, double? MedianTime)
{
    private const double NormalQuantile = 1.959963984540054;

    /// <summary>Survival at a time.</summary>
    public double At(double time)
    {
        var survival = 1.0;
        foreach (var step in Steps)
        {
            if (step.Time > time)
            {
                break;
            }

            survival = step.Survival;
        }

        return survival;
    }

    /// <summary>Estimates the curve.</summary>
    /// <exception cref="UnsuitableDataException">No record, or a time that is not positive.</exception>
    public static SurvivalCurve Of(IEnumerable<SurvivalTime> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var sorted = SurvivalData.Sorted(records);
        var steps = new List<SurvivalStep>();
        double survival = 1, greenwood = 0;
        for (var from = 0; from < sorted.Length;)
        {
            int to = from, events = 0;
            while (to < sorted.Length && sorted[to].Time.Equals(sorted[from].Time))
            {
                events += sorted[to].Event ? 1 : 0;
                to++;
            }

            var atRisk = sorted.Length - from;
            if (events > 0)
            {
                survival *= 1 - ((double)events / atRisk);
                greenwood += atRisk > events ? (double)events / ((double)atRisk * (atRisk - events)) : 0;
                steps.Add(Step(sorted[from].Time, atRisk, events, survival, greenwood));
            }

            from = to;
        }

        return new SurvivalCurve(steps, sorted.Length, steps.FirstOrDefault(step => step.Survival <= 0.5 + 1e-12)?.Time);
    }

    private static SurvivalStep Step(double time, int atRisk, int events, double survival, double greenwood)
    {
        var error = survival * Math.Sqrt(greenwood);
        if (survival is <= 0 or >= 1)
        {
            return new SurvivalStep(time, atRisk, events, survival, survival <= 0 ? 0 : error, survival, survival);
        }

        // The interval on ln(−ln S) keeps its ends between 0 and 1.
        var width = NormalQuantile * Math.Sqrt(greenwood) / Math.Abs(Math.Log(survival));
        return new SurvivalStep(time, atRisk, events, survival, error, Math.Pow(survival, Math.Exp(width)), Math.Pow(survival, Math.Exp(-width)));
    }
}

internal static class SurvivalData
{
    public static SurvivalTime[] Sorted(IEnumerable<SurvivalTime> records)
    {
        SurvivalTime[] sorted = [.. records.OrderBy(record => record.Time)];
        if (sorted.Length == 0)
        {
            throw new UnsuitableDataException("There is no record to follow over time.");
        }

        return sorted.Any(record => !(record.Time > 0) || !double.IsFinite(record.Time))
            ? throw new UnsuitableDataException("Every record must be watched for a time above zero.")
            : sorted;
    }
}
