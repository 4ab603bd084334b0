namespace Guanxi.Science.Scoring;

/// <summary>Settings of boosted trees.</summary>
/// <param name="LearningRate">Share of each tree's step that is taken.</param>
/// <param name="Leaves">Most leaves of a tree.</param>
/// <param name="LeastRows">Fewest training rows in a leaf.</param>
/// <param name="Ridge">L2 penalty on leaf values.</param>
/// <param name="ColumnShare">Share of columns each tree may use.</param>
/// <param name="RowShare">Share of rows each tree learns from.</param>
/// <param name="MostTrees">Upper limit; cross-validation chooses fewer.</param>
/// <param name="Patience">Trees without improvement that end the search.</param>
public sealed record BoostingSettings(
    double LearningRate = 0.06, int Leaves = 8, int LeastRows = 20, double Ridge = 2, double ColumnShare = 0.6, double RowShare = 0.8, int MostTrees = 600, int Patience = 40);

/// <summary>Grows one tree leaf by leaf on histograms of gradients (Ke et al. 2017, LightGBM, NeurIPS 30; gain as in Chen and Guestrin 2016, XGBoost, eq. 7).</summary>
internal sealed class TreeGrower
{
    private const double CategorySmoothing = 10;
    private readonly FeatureBins features;
    private readonly byte[] bins;
    private readonly BoostingSettings settings;
    private readonly int[] offsets;
    private readonly int totalBins;

    public TreeGrower(FeatureBins features, byte[] bins, BoostingSettings settings)
    {
        (this.features, this.bins, this.settings) = (features, bins, settings);
        offsets = new int[features.Counts.Length];
        for (var f = 0; f < offsets.Length; f++)
        {
            offsets[f] = totalBins;
            totalBins += features.Counts[f];
        }
    }

    private sealed class Leaf
    {
        public required int Node { get; init; }
        public required int From { get; init; }
        public required int To { get; init; }
        public required double[] Histogram { get; init; }
        public double Gradient { get; init; }
        public double Hessian { get; init; }
        public Split? Best { get; set; }
        public int Rows => To - From;
    }

    private sealed record Split(int Feature, ulong[] LeftBins, double Gain, double LeftGradient, double LeftHessian);

    public RegressionTree Grow(int[] rows, double[] gradients, double[] hessians, int[] columns)
    {
        var tree = new RegressionTree();
        var histogram = Histogram(rows, 0, rows.Length, gradients, hessians, columns);
        double gradient = rows.Sum(row => gradients[row]), hessian = rows.Sum(row => hessians[row]);
        var root = new Leaf { Node = tree.Add(LeafValue(gradient, hessian), rows.Length), From = 0, To = rows.Length, Histogram = histogram, Gradient = gradient, Hessian = hessian };
        root.Best = FindSplit(root, columns);
        var leaves = new List<Leaf> { root };
        while (leaves.Count < settings.Leaves)
        {
            var leaf = leaves.Where(candidate => candidate.Best is not null).MaxBy(candidate => candidate.Best!.Gain);
            if (leaf is null)
            {
                break;
            }

            leaves.Remove(leaf);
            var (left, right) = Divide(leaf, tree, rows, gradients, hessians, columns);
            leaves.Add(left);
            leaves.Add(right);
        }

        return tree;
    }

    private (Leaf Left, Leaf Right) Divide(Leaf leaf, RegressionTree tree, int[] rows, double[] gradients, double[] hessians, int[] columns)
    {
        var split = leaf.Best!;
        var node = tree.Nodes[leaf.Node];
        (node.Feature, node.LeftBins) = (split.Feature, split.LeftBins);
        var width = features.Counts.Length;
        // Rows keep their order on both sides, so that sums do not depend on anything but the data.
        var right = new List<int>(leaf.Rows);
        var at = leaf.From;
        for (var i = leaf.From; i < leaf.To; i++)
        {
            if (node.GoesLeft(bins[(rows[i] * width) + split.Feature]))
            {
                rows[at++] = rows[i];
            }
            else
            {
                right.Add(rows[i]);
            }
        }

        right.CopyTo(rows, at);
        var leftSmaller = at - leaf.From < leaf.To - at;
        var small = leftSmaller ? Histogram(rows, leaf.From, at, gradients, hessians, columns) : Histogram(rows, at, leaf.To, gradients, hessians, columns);
        var large = leaf.Histogram;
        for (var i = 0; i < large.Length; i++)
        {
            large[i] -= small[i];
        }

        double leftGradient = split.LeftGradient, leftHessian = split.LeftHessian, rightGradient = leaf.Gradient - leftGradient, rightHessian = leaf.Hessian - leftHessian;
        node.Left = tree.Add(LeafValue(leftGradient, leftHessian), at - leaf.From);
        node.Right = tree.Add(LeafValue(rightGradient, rightHessian), leaf.To - at);
        var leftLeaf = new Leaf { Node = node.Left, From = leaf.From, To = at, Histogram = leftSmaller ? small : large, Gradient = leftGradient, Hessian = leftHessian };
        var rightLeaf = new Leaf { Node = node.Right, From = at, To = leaf.To, Histogram = leftSmaller ? large : small, Gradient = rightGradient, Hessian = rightHessian };
        leftLeaf.Best = FindSplit(leftLeaf, columns);
        rightLeaf.Best = FindSplit(rightLeaf, columns);
        return (leftLeaf, rightLeaf);
    }

    private double LeafValue(double gradient, double hessian) => -settings.LearningRate * gradient / (hessian + settings.Ridge);

    private double[] Histogram(int[] rows, int from, int to, double[] gradients, double[] hessians, int[] columns)
    {
        var histogram = new double[3 * totalBins];
        var width = features.Counts.Length;
        for (var i = from; i < to; i++)
        {
            var row = rows[i];
            double gradient = gradients[row], hessian = hessians[row];
            var start = row * width;
            foreach (var f in columns)
            {
                var cell = 3 * (offsets[f] + bins[start + f]);
                histogram[cell] += gradient;
                histogram[cell + 1] += hessian;
                histogram[cell + 2]++;
            }
        }

        return histogram;
    }

    private Split? FindSplit(Leaf leaf, int[] columns)
    {
        if (leaf.Rows < 2 * settings.LeastRows)
        {
            return null;
        }

        Split? best = null;
        foreach (var f in columns)
        {
            var missing = features.Counts[f] - 1;
            if (features.Ordered[f])
            {
                int[] order = [.. Enumerable.Range(0, missing)];
                best = Scan(leaf, f, order, settings.Ridge, best);
                if (leaf.Histogram[(3 * (offsets[f] + missing)) + 2] > 0)
                {
                    // Missing values may also go with the low values.
                    best = Scan(leaf, f, [missing, .. order], settings.Ridge, best);
                }
            }
            else
            {
                int[] order = [.. Enumerable.Range(0, features.Counts[f])
                    .Where(bin => leaf.Histogram[(3 * (offsets[f] + bin)) + 2] >= 3)
                    .OrderBy(bin => leaf.Histogram[3 * (offsets[f] + bin)] / (leaf.Histogram[(3 * (offsets[f] + bin)) + 1] + CategorySmoothing))];
                best = Scan(leaf, f, order, settings.Ridge + (order.Length > 4 ? CategorySmoothing : 0), best);
            }
        }

        return best;
    }

    /// <summary>Tries every prefix of an order of bins as the left side; bins outside the order go right.</summary>
    private Split? Scan(Leaf leaf, int f, int[] order, double ridge, Split? best)
    {
        double gradient = 0, hessian = 0, rows = 0;
        var parent = leaf.Gradient * leaf.Gradient / (leaf.Hessian + ridge);
        int cut = -1;
        double gain = Math.Max(best?.Gain ?? 0, 1e-9), cutGradient = 0, cutHessian = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var cell = 3 * (offsets[f] + order[i]);
            if (leaf.Histogram[cell + 2] == 0)
            {
                continue;
            }

            gradient += leaf.Histogram[cell];
            hessian += leaf.Histogram[cell + 1];
            rows += leaf.Histogram[cell + 2];
            if (rows < settings.LeastRows)
            {
                continue;
            }

            if (leaf.Rows - rows < settings.LeastRows)
            {
                break;
            }

            double otherGradient = leaf.Gradient - gradient, otherHessian = leaf.Hessian - hessian;
            var here = (gradient * gradient / (hessian + ridge)) + (otherGradient * otherGradient / (otherHessian + ridge)) - parent;
            if (here > gain)
            {
                (gain, cut, cutGradient, cutHessian) = (here, i, gradient, hessian);
            }
        }

        if (cut < 0)
        {
            return best;
        }

        var left = new ulong[4];
        for (var i = 0; i <= cut; i++)
        {
            left[order[i] >> 6] |= 1UL << (order[i] & 63);
        }

        return new Split(f, left, gain, cutGradient, cutHessian);
    }
}
