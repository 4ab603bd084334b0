namespace Guanxi.Science.Scoring;

/// <summary>A binary tree whose splits send a set of bins to the left. Node 0 is the root; leaves have no children.</summary>
internal sealed class RegressionTree
{
    private readonly List<Node> nodes = [];

    public IReadOnlyList<Node> Nodes => nodes;

    /// <summary>A node; a leaf when <see cref="Left"/> is -1.</summary>
    internal sealed class Node
    {
        public int Feature { get; set; } = -1;
        public ulong[] LeftBins { get; set; } = [];
        public int Left { get; set; } = -1;
        public int Right { get; set; } = -1;
        public double Value { get; set; }

        /// <summary>Training rows that passed here.</summary>
        public double Cover { get; set; }

        public bool GoesLeft(byte bin) => (LeftBins[bin >> 6] >> (bin & 63) & 1) != 0;
    }

    public int Add(double value, double cover)
    {
        nodes.Add(new Node { Value = value, Cover = cover });
        return nodes.Count - 1;
    }

    public double Predict(ReadOnlySpan<byte> bins)
    {
        var node = nodes[0];
        while (node.Left >= 0)
        {
            node = nodes[node.GoesLeft(bins[node.Feature]) ? node.Left : node.Right];
        }

        return node.Value;
    }
}
