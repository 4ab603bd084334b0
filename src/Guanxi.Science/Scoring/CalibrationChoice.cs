namespace Guanxi.Science.Scoring;

/// <summary>
/// Chooses between the model's own probability, Platt scaling and isotonic calibration: the one whose promises hold best in ten bins
/// of held-out records, unless it pays for that with log loss.
/// </summary>
internal static class CalibrationChoice
{
    /// <summary>What a calibration must gain in calibration error before it is preferred to the model's own probability.</summary>
    private const double LeastGain = 0.003;

    /// <summary>Calibration error that a rise of one in log loss outweighs.</summary>
    private const double LossWeight = 5;

    /// <summary>The calibration fitted to all held-out scores, and the probabilities it gives when each fold is calibrated by the others.</summary>
    public static (Calibration Calibration, double[] Probabilities) Choose(double[] scores, IReadOnlyList<bool> outcomes, int[] fold, int folds)
    {
        var own = Array.ConvertAll(scores, Calibration.None.Probability);
        if (folds < 3 || outcomes.Count(outcome => outcome) < 100 || outcomes.Count(outcome => !outcome) < 100)
        {
            return (Calibration.None, own);
        }

        (Calibration Calibration, double[] Probabilities, double Badness) best = (Calibration.None, own, Badness(own, outcomes) - LeastGain);
        foreach (var fit in (Func<IReadOnlyList<double>, IReadOnlyList<bool>, Calibration>[])[PlattCalibration.Fit, IsotonicCalibration.Fit])
        {
            var probabilities = new double[scores.Length];
            for (var held = 0; held < folds; held++)
            {
                int[] others = [.. Enumerable.Range(0, scores.Length).Where(row => fold[row] != held)];
                var part = fit(Array.ConvertAll(others, row => scores[row]), Array.ConvertAll(others, row => outcomes[row]));
                for (var row = 0; row < scores.Length; row++)
                {
                    if (fold[row] == held)
                    {
                        probabilities[row] = part.Probability(scores[row]);
                    }
                }
            }

            var badness = Badness(probabilities, outcomes);
            if (badness < best.Badness)
            {
                best = (fit(scores, outcomes), probabilities, badness);
            }
        }

        return (best.Calibration, best.Probabilities);
    }

    private static double Badness(double[] probabilities, IReadOnlyList<bool> outcomes)
    {
        var metrics = BinaryMetrics.Of(probabilities, outcomes);
        return (LossWeight * metrics.LogLoss) + Math.Sqrt(metrics.Calibration.Average(bin => Math.Pow(bin.MeanPredicted - bin.ObservedRate, 2)));
    }
}
