using static Guanxi.Science.Common.Functions;

namespace Guanxi.Science.Scoring;

/// <summary>
/// Gradient-boosted trees for a yes/no outcome: Newton boosting of the logistic loss (Friedman 2001, Annals of Statistics 29(5);
/// Chen and Guestrin 2016) on histograms. Missing values are sent to the better side; choices are split by sets of levels.
/// </summary>
public sealed class BoostedTrees
{
    private readonly FeatureBins features;
    private readonly List<RegressionTree> trees;

    internal BoostedTrees(FeatureBins features, double start, List<RegressionTree> trees) => (this.features, Start, this.trees) = (features, start, trees);

    internal FeatureBins Features => features;

    internal IReadOnlyList<RegressionTree> Grown => trees;

    /// <summary>Log-odds before the first tree: those of the overall rate.</summary>
    public double Start { get; }

    /// <summary>Number of trees.</summary>
    public int Trees => trees.Count;

    /// <summary>The columns in the order of <see cref="Explain"/>.</summary>
    public IReadOnlyList<string> Columns => features.Columns;

    /// <summary>Expected log-odds over the training rows, the base of the explanations.</summary>
    public double Base => Start + trees.Sum(TreeShap.Expectation);

    /// <summary>Trains a given number of trees.</summary>
    /// <param name="table">Training rows.</param>
    /// <param name="outcomes">One per row; both must occur.</param>
    /// <param name="count">Trees to train.</param>
    /// <param name="settings">Settings; defaults when null.</param>
    /// <param name="seed">Seed of the row and column samples.</param>
    public static BoostedTrees Train(FeatureTable table, IReadOnlyList<bool> outcomes, int count, BoostingSettings? settings = null, int seed = 1) =>
        Train(table, outcomes, count, settings, seed, null).Model;

    /// <summary>Trains until the log loss on a validation part has not fallen for a while; also gives that loss after each tree, the first entry being without trees.</summary>
    internal static (BoostedTrees Model, IReadOnlyList<double> ValidationLoss) Train(
        FeatureTable table, IReadOnlyList<bool> outcomes, int count, BoostingSettings? settings, int seed, (FeatureTable Table, IReadOnlyList<bool> Outcomes)? validation)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(outcomes);
        settings ??= new BoostingSettings();
        settings = settings with { LeastRows = Math.Max(2, Math.Min(settings.LeastRows, table.Rows / 20)) };
        var learnt = FeatureBins.Learn(table);
        var bins = learnt.Read(table);
        var held = validation is { } part ? learnt.Read(part.Table) : [];
        var rate = outcomes.Average(outcome => outcome ? 1.0 : 0);
        var model = new BoostedTrees(learnt, Math.Log(rate / (1 - rate)), []);
        var grower = new TreeGrower(learnt, bins, settings);
        var random = new Random(seed);
        var scores = Enumerable.Repeat(model.Start, table.Rows).ToArray();
        var heldScores = Enumerable.Repeat(model.Start, validation?.Table.Rows ?? 0).ToArray();
        double[] gradients = new double[table.Rows], hessians = new double[table.Rows];
        var losses = new List<double>();
        if (validation is not null)
        {
            losses.Add(Loss(heldScores, validation.Value.Outcomes));
        }

        var best = 0;
        for (var round = 0; round < count; round++)
        {
            for (var row = 0; row < scores.Length; row++)
            {
                var p = Sigmoid(scores[row]);
                gradients[row] = p - (outcomes[row] ? 1 : 0);
                hessians[row] = p * (1 - p);
            }

            var tree = grower.Grow(Sample(table.Rows, settings.RowShare, random), gradients, hessians, Sample(learnt.Columns.Length, settings.ColumnShare, random));
            model.trees.Add(tree);
            Add(tree, bins, learnt.Columns.Length, scores);
            if (validation is not null)
            {
                Add(tree, held, learnt.Columns.Length, heldScores);
                losses.Add(Loss(heldScores, validation.Value.Outcomes));
                best = losses[^1] < losses[best] ? losses.Count - 1 : best;
                if (losses.Count - 1 - best >= settings.Patience)
                {
                    break;
                }
            }
        }

        return (model, losses);
    }

    /// <summary>Log-odds of every row, by the first <paramref name="most"/> trees.</summary>
    public double[] Scores(FeatureTable table, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(table);
        var bins = features.Read(table);
        var scores = Enumerable.Repeat(Start, table.Rows).ToArray();
        foreach (var tree in trees.Take(most))
        {
            Add(tree, bins, features.Columns.Length, scores);
        }

        return scores;
    }

    /// <summary>
    /// Exact SHAP values of every row in log-odds, rows × columns: with <see cref="Base"/> each row sums to its score.
    /// Path-dependent TreeSHAP (Lundberg et al. 2020, Nature Machine Intelligence 2, algorithm 2).
    /// </summary>
    public double[][] Explain(FeatureTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var bins = features.Read(table);
        var width = features.Columns.Length;
        var contributions = new double[table.Rows][];
        Parallel.For(0, table.Rows, row =>
        {
            contributions[row] = new double[width];
            foreach (var tree in trees)
            {
                TreeShap.Add(tree, bins.AsSpan(row * width, width), contributions[row]);
            }
        });
        return contributions;
    }

    private static void Add(RegressionTree tree, byte[] bins, int width, double[] scores)
    {
        for (var row = 0; row < scores.Length; row++)
        {
            scores[row] += tree.Predict(bins.AsSpan(row * width, width));
        }
    }

    private static double Loss(double[] scores, IReadOnlyList<bool> outcomes)
    {
        double sum = 0;
        for (var row = 0; row < scores.Length; row++)
        {
            sum += Softplus(outcomes[row] ? -scores[row] : scores[row]);
        }

        return sum / scores.Length;
    }

    private static int[] Sample(int size, double share, Random random)
    {
        var wanted = Math.Max(1, (int)Math.Ceiling(share * size));
        if (wanted >= size)
        {
            return [.. Enumerable.Range(0, size)];
        }

        // Selection sampling keeps the order (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S).
        var chosen = new int[wanted];
        var filled = 0;
        for (var i = 0; i < size && filled < wanted; i++)
        {
            if (random.NextDouble() * (size - i) < wanted - filled)
            {
                chosen[filled++] = i;
            }
        }

        return chosen;
    }
}
