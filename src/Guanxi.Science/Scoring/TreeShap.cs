namespace Guanxi.Science.Scoring;

/// <summary>
/// Exact Shapley values of a tree in polynomial time, with absent columns averaged by the training rows that went each way
/// (Lundberg et al. 2020, From Local Explanations to Global Understanding with Explainable AI for Trees, algorithm 2).
/// </summary>
internal static class TreeShap
{
    /// <summary>A column on the path: the share of training rows (zero) and of this row (one) that follow it, and the weight of subsets by size.</summary>
    private struct Step
    {
        public int Feature;
        public double Zero;
        public double One;
        public double Weight;
    }

    /// <summary>Mean leaf value over the training rows.</summary>
    public static double Expectation(RegressionTree tree) =>
        tree.Nodes.Where(node => node.Left < 0).Sum(leaf => leaf.Value * leaf.Cover) / tree.Nodes[0].Cover;

    /// <summary>Adds the contributions of one tree for one row.</summary>
    public static void Add(RegressionTree tree, ReadOnlySpan<byte> bins, double[] contributions)
    {
        if (tree.Nodes[0].Left >= 0)
        {
            Walk(tree, bins, contributions, 0, [], 1, 1, -1);
        }
    }

    private static void Walk(RegressionTree tree, ReadOnlySpan<byte> bins, double[] contributions, int at, ReadOnlySpan<Step> parent, double zero, double one, int feature)
    {
        var node = tree.Nodes[at];
        Span<Step> path = stackalloc Step[parent.Length + 1];
        parent.CopyTo(path);
        Extend(path, zero, one, feature);
        if (node.Left < 0)
        {
            for (var i = 1; i < path.Length; i++)
            {
                contributions[path[i].Feature] += UnwoundSum(path, i) * (path[i].One - path[i].Zero) * node.Value;
            }

            return;
        }

        var left = node.GoesLeft(bins[node.Feature]);
        int hot = left ? node.Left : node.Right, cold = left ? node.Right : node.Left;
        double incomingZero = 1, incomingOne = 1;
        for (var i = 1; i < path.Length; i++)
        {
            if (path[i].Feature == node.Feature)
            {
                (incomingZero, incomingOne) = (path[i].Zero, path[i].One);
                path = Unwind(path, i);
                break;
            }
        }

        Walk(tree, bins, contributions, hot, path, incomingZero * tree.Nodes[hot].Cover / node.Cover, incomingOne, node.Feature);
        Walk(tree, bins, contributions, cold, path, incomingZero * tree.Nodes[cold].Cover / node.Cover, 0, node.Feature);
    }

    private static void Extend(Span<Step> path, double zero, double one, int feature)
    {
        var depth = path.Length - 1;
        path[depth] = new Step { Feature = feature, Zero = zero, One = one, Weight = depth == 0 ? 1 : 0 };
        for (var i = depth - 1; i >= 0; i--)
        {
            path[i + 1].Weight += one * path[i].Weight * (i + 1) / (depth + 1);
            path[i].Weight = zero * path[i].Weight * (depth - i) / (depth + 1);
        }
    }

    private static Span<Step> Unwind(Span<Step> path, int index)
    {
        var depth = path.Length - 1;
        var (one, zero) = (path[index].One, path[index].Zero);
        var next = path[depth].Weight;
        for (var i = depth - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var kept = path[i].Weight;
                path[i].Weight = next * (depth + 1) / ((i + 1) * one);
                next = kept - (path[i].Weight * zero * (depth - i) / (depth + 1));
            }
            else
            {
                path[i].Weight = path[i].Weight * (depth + 1) / (zero * (depth - i));
            }
        }

        for (var i = index; i < depth; i++)
        {
            (path[i].Feature, path[i].Zero, path[i].One) = (path[i + 1].Feature, path[i + 1].Zero, path[i + 1].One);
        }

        return path[..depth];
    }

    private static double UnwoundSum(ReadOnlySpan<Step> path, int index)
    {
        var depth = path.Length - 1;
        var (one, zero) = (path[index].One, path[index].Zero);
        double next = path[depth].Weight, total = 0;
        for (var i = depth - 1; i >= 0; i--)
        {
            if (one != 0)
            {
                var kept = next * (depth + 1) / ((i + 1) * one);
                total += kept;
                next = path[i].Weight - (kept * zero * (depth - i) / (depth + 1));
            }
            else
            {
                total += path[i].Weight * (depth + 1) / (zero * (depth - i));
            }
        }

        return total;
    }
}
