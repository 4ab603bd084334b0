namespace Guanxi.Science.Matching.Linkage;

/// <summary>
/// Probabilities of an assignment of two files learnt from its runners-up. Taking the chosen pairs away and assigning once more gives pairs that look
/// as chosen pairs do when no partner exists: an empirical null (Efron 2004, JASA 99(465), local false discovery rate). Against it a two-component
/// mixture is fitted to weight and lead over the next best pair. So one weak field, such as a product name alone, is judged by how far the best stands out.
/// </summary>
internal sealed class RunnerUpCalibration(ulong[] pairs, int records)
{
    private const int FewestPairs = 30;
    private const int Bins = 12;
    private const int Rounds = 50;

    /// <summary>Probability that each pair is a match; null when there are too few runners-up to learn from.</summary>
    /// <param name="bits">Weights of the pairs.</param>
    /// <param name="chosen">The assignment.</param>
    public double[]? Run(double[] bits, out bool[] chosen)
    {
        chosen = OneToOne.Assign(pairs, bits, double.NegativeInfinity, records);
        var left = chosen;
        var remaining = bits.Select((value, i) => left[i] ? double.NegativeInfinity : value).ToArray();
        var second = OneToOne.Assign(pairs, remaining, double.NegativeInfinity, records);
        var first = Indices(chosen);
        var runnersUp = Indices(second);
        if (first.Length < FewestPairs || runnersUp.Length < FewestPairs)
        {
            return null;
        }

        var weights = Feature(first.Select(i => bits[i]), runnersUp.Select(i => bits[i]));
        var leads = Feature(Leads(bits, first), Leads(remaining, runnersUp));
        var probability = Mixture([weights, leads]);
        var all = new double[pairs.Length];
        for (var k = 0; k < first.Length; k++)
        {
            all[first[k]] = probability[k];
        }

        return all;
    }

    private static int[] Indices(bool[] marked) => [.. Enumerable.Range(0, marked.Length).Where(i => marked[i])];

    // How far a pair leads the best other pair of either of its records.
    private IEnumerable<double> Leads(double[] bits, int[] of)
    {
        var best = Enumerable.Repeat(double.NegativeInfinity, records).ToArray();
        var next = Enumerable.Repeat(double.NegativeInfinity, records).ToArray();
        for (var i = 0; i < pairs.Length; i++)
        {
            foreach (var record in (ReadOnlySpan<int>)[(int)(pairs[i] >> 32), (int)(uint)pairs[i]])
            {
                (best[record], next[record]) = bits[i] > best[record] ? (bits[i], best[record]) : (best[record], Math.Max(next[record], bits[i]));
            }
        }

        return of.Select(i =>
        {
            var (left, right) = ((int)(pairs[i] >> 32), (int)(uint)pairs[i]);
            var rival = Math.Max(bits[i] >= best[left] ? next[left] : best[left], bits[i] >= best[right] ? next[right] : best[right]);
            return Math.Clamp(bits[i] - rival, -30, 30);
        });
    }

    private static (int[] First, int[] Null) Feature(IEnumerable<double> first, IEnumerable<double> runnersUp)
    {
        var a = first.ToArray();
        var b = runnersUp.ToArray();
        double[] pooled = [.. a, .. b];
        Array.Sort(pooled);
        var cuts = Enumerable.Range(1, Bins - 1).Select(k => pooled[k * pooled.Length / Bins]).Distinct().ToArray();
        int Bin(double value)
        {
            var at = Array.BinarySearch(cuts, value);
            return at >= 0 ? at + 1 : ~at;
        }

        return ([.. a.Select(Bin)], [.. b.Select(Bin)]);
    }

    private static double[] Mixture((int[] First, int[] Null)[] features)
    {
        var count = features[0].First.Length;
        var nulls = features.Select(feature => Shares(feature.Null.Select(bin => (bin, 1.0)))).ToArray();
        var probability = Enumerable.Repeat(0.5, count).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var share = Math.Clamp(probability.Average(), 1e-3, 1 - 1e-3);
            var ratios = features.Select((feature, f) => Ratios(Shares(feature.First.Select((bin, k) => (bin, probability[k]))), nulls[f])).ToArray();
            for (var k = 0; k < count; k++)
            {
                var odds = share / (1 - share);
                for (var f = 0; f < features.Length; f++)
                {
                    odds *= ratios[f][features[f].First[k]];
                }

                probability[k] = odds / (1 + odds);
            }
        }

        return probability;
    }

    private static double[] Shares(IEnumerable<(int Bin, double Weight)> entries)
    {
        var shares = Enumerable.Repeat(0.5, Bins).ToArray();
        foreach (var (bin, weight) in entries)
        {
            shares[bin] += weight;
        }

        var sum = shares.Sum();
        return [.. shares.Select(share => share / sum)];
    }

    // More weight and more lead never speak against a match: neighbouring bins that say so are pooled (Ayer et al. 1955).
    private static double[] Ratios(double[] match, double[] other)
    {
        var blocks = new List<(double Match, double Other, int Length)>();
        for (var bin = 0; bin < Bins; bin++)
        {
            var block = (Match: match[bin], Other: other[bin], Length: 1);
            while (blocks.Count > 0 && blocks[^1].Match / blocks[^1].Other > block.Match / block.Other)
            {
                block = (block.Match + blocks[^1].Match, block.Other + blocks[^1].Other, block.Length + blocks[^1].Length);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        return [.. blocks.SelectMany(block => Enumerable.Repeat(block.Match / block.Other, block.Length))];
    }
}
