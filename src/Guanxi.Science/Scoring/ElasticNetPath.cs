using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.Scoring;

/// <summary>Chooses the strength of the elastic net by cross-validation along a falling path.</summary>
public static class ElasticNetPath
{
    private const int Steps = 14;
    private const int MostRows = 20_000;

    /// <summary>The strength with the lowest held-out log loss.</summary>
    /// <param name="table">Training rows; beyond 20,000 an even sample is used.</param>
    /// <param name="outcomes">One per row; both must occur.</param>
    /// <param name="mixing">α of the penalty.</param>
    /// <param name="folds">Folds.</param>
    /// <param name="seed">Seed of the folds.</param>
    public static ElasticNetPenalty Choose(FeatureTable table, IReadOnlyList<bool> outcomes, double mixing = 0.5, int folds = 5, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(outcomes);
        if (table.Rows > MostRows)
        {
            var sample = Enumerable.Range(0, MostRows).Select(i => (int)((long)i * table.Rows / MostRows)).ToArray();
            table = table.Take(sample);
            outcomes = Array.ConvertAll(sample, row => outcomes[row]);
        }

        var strengths = Path(table, outcomes, mixing);
        var fold = StratifiedFolds.Assign(outcomes, folds, seed);
        var losses = new double[folds][];
        Parallel.For(0, folds, held => losses[held] = Losses(table, outcomes, fold, held, strengths, mixing));
        var best = Enumerable.Range(0, Steps).MinBy(step => losses.Sum(loss => loss[step]));
        return new ElasticNetPenalty(strengths[best], mixing);
    }

    private static double[] Path(FeatureTable table, IReadOnlyList<bool> outcomes, double mixing)
    {
        var matrix = DesignEncoder.Learn(table).Encode(table);
        var rate = outcomes.Average(outcome => outcome ? 1.0 : 0);
        var gradient = new double[matrix.Terms.Count];
        for (var row = 0; row < matrix.Rows; row++)
        {
            for (var i = matrix.Starts[row]; i < matrix.Starts[row + 1]; i++)
            {
                gradient[matrix.Indices[i]] += matrix.Values[i] * ((outcomes[row] ? 1 : 0) - rate) / matrix.Terms[matrix.Indices[i]].Deviation;
            }
        }

        // From the strength that keeps every coefficient at zero, down to a thousandth of it.
        var highest = gradient.Select(Math.Abs).DefaultIfEmpty(1).Max() / matrix.Rows / Math.Max(mixing, 1e-3);
        return Enumerable.Range(0, Steps).Select(step => Math.Max(highest, 1e-12) * Math.Pow(10, -3.0 * step / (Steps - 1))).ToArray();
    }

    private static double[] Losses(FeatureTable table, IReadOnlyList<bool> outcomes, int[] fold, int held, double[] strengths, double mixing)
    {
        int[] train = [.. Enumerable.Range(0, fold.Length).Where(row => fold[row] != held)], test = [.. Enumerable.Range(0, fold.Length).Where(row => fold[row] == held)];
        var trainTable = table.Take(train);
        var encoder = DesignEncoder.Learn(trainTable);
        DesignMatrix matrix = encoder.Encode(trainTable), validation = encoder.Encode(table.Take(test));
        var trainOutcomes = Array.ConvertAll(train, row => outcomes[row]);
        LogisticFit? fit = null;
        return Array.ConvertAll(strengths, strength =>
        {
            fit = LogisticRegression.Fit(matrix, trainOutcomes, new ElasticNetPenalty(strength, mixing), fit, tolerance: 1e-6);
            return Enumerable.Range(0, test.Length).Sum(i => Softplus(outcomes[test[i]] ? -fit.Score(validation, i) : fit.Score(validation, i)));
        });
    }
}
