using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.Scoring;

/// <summary>Turns log-odds of a model into probabilities that hold what they promise.</summary>
public abstract record Calibration(string Name)
{
    /// <summary>The model's own probability.</summary>
    public static readonly Calibration None = new OwnProbability();

    /// <summary>Probability for a score in log-odds; never 0 or 1.</summary>
    public abstract double Probability(double score);

    private sealed record OwnProbability() : Calibration("none")
    {
        public override double Probability(double score) => Math.Clamp(Sigmoid(score), 1e-12, 1 - 1e-12);
    }
}

/// <summary>
/// Platt scaling: a logistic curve through the scores, with smoothed targets (Platt 1999, Probabilistic Outputs for Support Vector
/// Machines), fitted by Newton's method with the safeguards of Lin, Lin and Weng (2007, Machine Learning 68).
/// </summary>
public sealed record PlattCalibration(double Slope, double Shift) : Calibration("platt")
{
    /// <inheritdoc/>
    public override double Probability(double score) => Math.Clamp(Sigmoid((Slope * score) + Shift), 1e-12, 1 - 1e-12);

    /// <summary>Fits scores that the model gave to records it had not learnt from.</summary>
    public static PlattCalibration Fit(IReadOnlyList<double> scores, IReadOnlyList<bool> outcomes)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(outcomes);
        double positives = outcomes.Count(outcome => outcome), negatives = outcomes.Count - positives;
        double high = (positives + 1) / (positives + 2), low = 1 / (negatives + 2);
        double Loss(double slope, double shift) => Enumerable.Range(0, scores.Count).Sum(i =>
        {
            var z = (slope * scores[i]) + shift;
            return Softplus(z) - ((outcomes[i] ? high : low) * z);
        });
        double a = 1, b = 0;
        var loss = Loss(a, b);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            double ga = 0, gb = 0, haa = 1e-10, hab = 0, hbb = 1e-10;
            for (var i = 0; i < scores.Count; i++)
            {
                var p = Sigmoid((a * scores[i]) + b);
                double residual = p - (outcomes[i] ? high : low), weight = p * (1 - p);
                ga += residual * scores[i];
                gb += residual;
                haa += weight * scores[i] * scores[i];
                hab += weight * scores[i];
                hbb += weight;
            }

            var determinant = (haa * hbb) - (hab * hab);
            if (Math.Max(Math.Abs(ga), Math.Abs(gb)) < 1e-8 * scores.Count || determinant <= 0)
            {
                break;
            }

            double da = ((hbb * ga) - (hab * gb)) / determinant, db = ((haa * gb) - (hab * ga)) / determinant, step = 1;
            while (step > 1e-10 && Loss(a - (step * da), b - (step * db)) >= loss)
            {
                step /= 2;
            }

            if (step <= 1e-10)
            {
                break;
            }

            (a, b) = (a - (step * da), b - (step * db));
            loss = Loss(a, b);
        }

        return new PlattCalibration(a, b);
    }
}

/// <summary>
/// Isotonic calibration: the best rising step function by pooling adjacent violators (Zadrozny and Elkan 2002, KDD), joined by
/// straight lines so that different scores rarely become equal.
/// </summary>
/// <param name="Scores">Rising scores.</param>
/// <param name="Probabilities">Their probabilities, never falling.</param>
public sealed record IsotonicCalibration(IReadOnlyList<double> Scores, IReadOnlyList<double> Probabilities) : Calibration("isotonic")
{
    /// <inheritdoc/>
    public override double Probability(double score)
    {
        int low = 0, high = Scores.Count - 1;
        if (score <= Scores[0] || high == 0)
        {
            return Probabilities[0];
        }

        if (score >= Scores[high])
        {
            return Probabilities[high];
        }

        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Scores[middle] <= score ? (middle, high) : (low, middle);
        }

        var share = (score - Scores[low]) / (Scores[high] - Scores[low]);
        return Probabilities[low] + (share * (Probabilities[high] - Probabilities[low]));
    }

    /// <summary>Fits scores that the model gave to records it had not learnt from.</summary>
    public static IsotonicCalibration Fit(IReadOnlyList<double> scores, IReadOnlyList<bool> outcomes)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(outcomes);
        var blocks = new List<(double ScoreSum, double Positives, double Count)>();
        foreach (var tied in Enumerable.Range(0, scores.Count).GroupBy(i => scores[i]).OrderBy(group => group.Key))
        {
            var block = (ScoreSum: tied.Key * tied.Count(), Positives: tied.Sum(i => outcomes[i] ? 1.0 : 0), Count: (double)tied.Count());
            while (blocks.Count > 0 && blocks[^1].Positives * block.Count >= block.Positives * blocks[^1].Count)
            {
                block = (block.ScoreSum + blocks[^1].ScoreSum, block.Positives + blocks[^1].Positives, block.Count + blocks[^1].Count);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        // Half a record of the other outcome keeps probabilities off 0 and 1, where the log loss is infinite.
        return new IsotonicCalibration(
            blocks.Select(block => block.ScoreSum / block.Count).ToArray(),
            blocks.Select(block => Math.Clamp(block.Positives / block.Count, 0.5 / (block.Count + 1), 1 - (0.5 / (block.Count + 1)))).Scan().ToArray());
    }
}

internal static class Monotone
{
    /// <summary>Running maximum, which undoes any fall that clamping small blocks has made.</summary>
    public static IEnumerable<double> Scan(this IEnumerable<double> values)
    {
        var highest = double.NegativeInfinity;
        foreach (var value in values)
        {
            highest = Math.Max(highest, value);
            yield return highest;
        }
    }
}
