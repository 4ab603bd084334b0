using System.Runtime.Intrinsics;

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
    private readonly byte[][] byColumn;
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

        // A histogram of a column reads that column of many rows: they stand beside each other here.
        var (width, height) = (offsets.Length, offsets.Length == 0 ? 0 : bins.Length / offsets.Length);
        byColumn = [.. Enumerable.Range(0, width).Select(_ => new byte[height])];
        for (var row = 0; row < height; row++)
        {
            for (var f = 0; f < width; f++)
            {
                byColumn[f][row] = bins[(row * width) + f];
            }
        }
    }

    private sealed class Leaf
    {
        public required int Node { get; init; }
        public required int From { get; init; }
        public required int To { get; init; }

        /// <summary>Of each bin of each column: sum of gradients, sum of hessians, number of rows, nothing.</summary>
        public required Vector256<double>[] Histogram { get; init; }

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

    /// <summary>Four columns at a time: their bins stay in the nearest cache, and a row's step is read once for the four.</summary>
    private Vector256<double>[] Histogram(int[] rows, int from, int to, double[] gradients, double[] hessians, int[] columns)
    {
        var histogram = new Vector256<double>[totalBins];
        var steps = new Vector256<double>[to - from];
        for (var i = from; i < to; i++)
        {
            steps[i - from] = Vector256.Create(gradients[rows[i]], hessians[rows[i]], 1, 0);
        }

        var of = rows.AsSpan(from, to - from);
        var done = 0;
        for (; done + 4 <= columns.Length; done += 4)
        {
            int f0 = columns[done], f1 = columns[done + 1], f2 = columns[done + 2], f3 = columns[done + 3];
            byte[] bins0 = byColumn[f0], bins1 = byColumn[f1], bins2 = byColumn[f2], bins3 = byColumn[f3];
            Span<Vector256<double>> sums0 = Sums(histogram, f0), sums1 = Sums(histogram, f1), sums2 = Sums(histogram, f2), sums3 = Sums(histogram, f3);
            for (var i = 0; i < of.Length; i++)
            {
                var row = of[i];
                var step = steps[i];
                sums0[bins0[row]] += step;
                sums1[bins1[row]] += step;
                sums2[bins2[row]] += step;
                sums3[bins3[row]] += step;
            }
        }

        for (; done < columns.Length; done++)
        {
            var column = byColumn[columns[done]];
            var sums = Sums(histogram, columns[done]);
            for (var i = 0; i < of.Length; i++)
            {
                sums[column[of[i]]] += steps[i];
            }
        }

        return histogram;
    }

    private Span<Vector256<double>> Sums(Vector256<double>[] histogram, int f) => histogram.AsSpan(offsets[f], features.Counts[f]);

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
                if (leaf.Histogram[offsets[f] + missing][2] > 0)
                {
                    // Missing values may also go with the low values.
                    best = Scan(leaf, f, [missing, .. order], settings.Ridge, best);
                }
            }
            else
            {
                int[] order = [.. Enumerable.Range(0, features.Counts[f])
                    .Where(bin => leaf.Histogram[offsets[f] + bin][2] >= 3)
                    .OrderBy(bin => leaf.Histogram[offsets[f] + bin][0] / (leaf.Histogram[offsets[f] + bin][1] + CategorySmoothing))];
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
            var cell = leaf.Histogram[offsets[f] + order[i]];
            if (cell[2] == 0)
            {
                continue;
            }

            gradient += cell[0];
            hessian += cell[1];
            rows += cell[2];
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
