namespace Guanxi.Science.Scoring;

/// <summary>One tenth (or other part) of the records, best scored first.</summary>
/// <param name="Part">1 for the best.</param>
/// <param name="Records">Records in the part.</param>
/// <param name="Positives">Those with the outcome.</param>
/// <param name="Rate">Positives / records.</param>
/// <param name="Lift">Rate over the overall rate.</param>
/// <param name="CumulativeGain">Share of all positives in this and the better parts.</param>
/// <param name="CumulativeLift">Rate of this and the better parts over the overall rate.</param>
public sealed record GainPart(int Part, int Records, int Positives, double Rate, double Lift, double CumulativeGain, double CumulativeLift);

/// <summary>Records of about equal predicted probability.</summary>
/// <param name="Records">How many.</param>
/// <param name="MeanPredicted">Their mean probability.</param>
/// <param name="ObservedRate">Their share with the outcome.</param>
public sealed record CalibrationBin(int Records, double MeanPredicted, double ObservedRate);

/// <summary>How good probabilities of a yes/no outcome are.</summary>
/// <param name="Auc">Area under the ROC curve.</param>
/// <param name="AveragePrecision">Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores.</param>
/// <param name="LogLoss">Mean negative log-likelihood.</param>
/// <param name="Brier">Mean squared error of the probability.</param>
/// <param name="LiftAtTenPercent">Rate among the best scored tenth over the overall rate.</param>
/// <param name="Gains">Ten parts, best first.</param>
/// <param name="Calibration">Ten bins of equal size, lowest probability first.</param>
public sealed record BinaryMetrics(
    double Auc, double AveragePrecision, double LogLoss, double Brier, double LiftAtTenPercent, IReadOnlyList<GainPart> Gains, IReadOnlyList<CalibrationBin> Calibration)
{
    /// <summary>Largest |predicted − observed| over the calibration bins.</summary>
    public double LargestCalibrationError => Calibration.Max(bin => Math.Abs(bin.MeanPredicted - bin.ObservedRate));

    /// <summary>Measures probabilities against outcomes. Both outcomes must occur.</summary>
    /// <param name="probabilities">Probability of the outcome, one per record.</param>
    /// <param name="outcomes">What happened.</param>
    /// <param name="ranking">Scores that rank the records where the probabilities have ties, such as those before calibration; the probabilities when null.</param>
    public static BinaryMetrics Of(IReadOnlyList<double> probabilities, IReadOnlyList<bool> outcomes, IReadOnlyList<double>? ranking = null)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(outcomes);
        var n = outcomes.Count;
        var positives = outcomes.Count(outcome => outcome);
        if (positives == 0 || positives == n || probabilities.Count != n)
        {
            throw new ArgumentException("Both outcomes must occur, and every record needs a probability.", nameof(outcomes));
        }

        var scores = ranking ?? probabilities;
        var order = Enumerable.Range(0, n).OrderByDescending(i => scores[i]).ToArray();
        double logLoss = 0, brier = 0;
        for (var i = 0; i < n; i++)
        {
            var p = Math.Clamp(probabilities[i], 1e-15, 1 - 1e-15);
            logLoss -= outcomes[i] ? Math.Log(p) : double.LogP1(-p);
            brier += Math.Pow(probabilities[i] - (outcomes[i] ? 1 : 0), 2);
        }

        var gains = Gain(order, outcomes, positives, 10);
        return new BinaryMetrics(Area(scores, outcomes), Precision(order, scores, outcomes, positives), logLoss / n, brier / n, gains[0].Lift, gains, Bins(order, probabilities, outcomes, 10));
    }

    /// <summary>Area under the ROC curve as the Mann–Whitney statistic with mid-ranks for ties; 0.5 when only one outcome occurs.</summary>
    public static double Area(IReadOnlyList<double> scores, IReadOnlyList<bool> outcomes)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(outcomes);
        var keys = scores.ToArray();
        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(keys, order);
        double positives = 0, rankSum = 0;
        for (var from = 0; from < keys.Length;)
        {
            var to = from;
            var tied = 0;
            while (to < keys.Length && keys[to].Equals(keys[from]))
            {
                tied += outcomes[order[to]] ? 1 : 0;
                to++;
            }

            rankSum += tied * (from + 1 + to) / 2.0;
            positives += tied;
            from = to;
        }

        var negatives = keys.Length - positives;
        return positives == 0 || negatives == 0 ? 0.5 : (rankSum - (positives * (positives + 1) / 2)) / (positives * negatives);
    }

    private static double Precision(int[] order, IReadOnlyList<double> scores, IReadOnlyList<bool> outcomes, int positives)
    {
        double sum = 0;
        var found = 0;
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            var tied = 0;
            while (to < order.Length && scores[order[to]].Equals(scores[order[from]]))
            {
                tied += outcomes[order[to]] ? 1 : 0;
                to++;
            }

            found += tied;
            sum += (double)tied / positives * found / to;
            from = to;
        }

        return sum;
    }

    private static GainPart[] Gain(int[] order, IReadOnlyList<bool> outcomes, int positives, int parts)
    {
        var rate = (double)positives / order.Length;
        parts = Math.Min(parts, order.Length);
        var found = 0;
        return Enumerable.Range(0, parts).Select(part =>
        {
            int from = (int)((long)part * order.Length / parts), to = (int)((long)(part + 1) * order.Length / parts);
            var here = Enumerable.Range(from, to - from).Count(i => outcomes[order[i]]);
            found += here;
            var own = (double)here / (to - from);
            return new GainPart(part + 1, to - from, here, own, own / rate, (double)found / positives, (double)found / to / rate);
        }).ToArray();
    }

    private static CalibrationBin[] Bins(int[] order, IReadOnlyList<double> probabilities, IReadOnlyList<bool> outcomes, int bins)
    {
        bins = Math.Min(bins, order.Length);
        return Enumerable.Range(0, bins).Select(bin =>
        {
            int to = order.Length - (int)((long)bin * order.Length / bins), from = order.Length - (int)((long)(bin + 1) * order.Length / bins);
            var members = order[from..to];
            return new CalibrationBin(members.Length, members.Average(i => probabilities[i]), members.Average(i => outcomes[i] ? 1.0 : 0));
        }).ToArray();
    }
}
