using System.Runtime.InteropServices;
using Guanxi.Science.Matching.Fields;

namespace Guanxi.Science.Matching.Linkage;

/// <summary>
/// Expectation maximisation for the model of Fellegi and Sunter (Winkler 1988; Jaro 1989, §4) on the candidate pairs. Pairs that are no candidates
/// count as no matches; what they look like is known from <see cref="RandomAgreement"/>, less what the matches among them take.
/// </summary>
internal sealed class ExpectationMaximization(RecordTable table, PairSpace space, ulong[] pairs, ulong[] patterns, RandomAgreement random)
{
    private const int MostIterations = 60;
    private const double Tolerance = 1e-5;

    private readonly IReadOnlyList<FieldColumn> _columns = table.Columns;
    private ulong[] _distinct = [];
    private int[] _patternOfPair = [];
    private double[] _pairsOfPattern = [];

    /// <summary>Learns m, u and λ.</summary>
    /// <param name="leftOnce">A record of the left file has at most one partner.</param>
    /// <param name="rightOnce">A record of the right file has at most one partner.</param>
    /// <param name="byRunnersUp">Judge assigned pairs against the runners-up instead of by their weights; needs both of the above.</param>
    public LinkageModel Run(bool leftOnce, bool rightOnce, bool byRunnersUp = false)
    {
        GroupPatterns();
        var model = Model(new double[_columns.Count][], 0, 0, converged: false, 0);
        for (var iteration = 1; ; iteration++)
        {
            // With one partner at most, the mutually best pairs are the better start: on a single field nothing else tells matches from the rest.
            var responsibilities = iteration == 1 && leftOnce && rightOnce ? MutuallyBest(model) : byRunnersUp ? Assigned(model) ?? Expect(model, true, true) : Expect(model, leftOnce, rightOnce);
            var matched = new double[_columns.Count][];
            for (var field = 0; field < matched.Length; field++)
            {
                matched[field] = new double[16];
                for (var i = 0; i < _distinct.Length; i++)
                {
                    matched[field][PairComparer.Level(_distinct[i], field)] += responsibilities[i];
                }
            }

            var total = responsibilities.Sum();
            var next = Model(matched, total, iteration, converged: false, iteration);
            var change = Change(model, next);
            if (change < Tolerance || iteration == MostIterations)
            {
                return Model(matched, total, iteration, change < Tolerance, iteration);
            }

            model = next;
        }
    }

    private void GroupPatterns()
    {
        var index = new Dictionary<ulong, int>();
        _patternOfPair = new int[patterns.Length];
        for (var i = 0; i < patterns.Length; i++)
        {
            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(index, patterns[i], out var known);
            at = known ? at : index.Count - 1;
            _patternOfPair[i] = at;
        }

        _distinct = new ulong[index.Count];
        _pairsOfPattern = new double[index.Count];
        foreach (var at in _patternOfPair)
        {
            _pairsOfPattern[at]++;
        }

        foreach (var (pattern, at) in index)
        {
            _distinct[at] = pattern;
        }
    }

    // Expected number of matches by pattern. With "at most one partner" a pair competes with the others of its records (Sadinle 2017, §3).
    private double[] Expect(LinkageModel model, bool leftOnce, bool rightOnce)
    {
        var odds = _distinct.Select(pattern => Math.Pow(2, Math.Min(60, Bits(model, pattern)))).ToArray();
        if (!leftOnce && !rightOnce)
        {
            // Nobody competes, so all pairs of a pattern are alike.
            return [.. odds.Select((value, i) => _pairsOfPattern[i] * value / (1 + value))];
        }

        var sums = new double[table.Count];
        for (var i = 0; i < pairs.Length; i++)
        {
            var value = odds[_patternOfPair[i]];
            sums[pairs[i] >> 32] += leftOnce ? value : 0;
            sums[(uint)pairs[i]] += rightOnce ? value : 0;
        }

        var expected = new double[_distinct.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            var value = odds[_patternOfPair[i]];
            var rivals = Math.Max(0, sums[pairs[i] >> 32] - (leftOnce ? value : 0)) + Math.Max(0, sums[(uint)pairs[i]] - (rightOnce ? value : 0));
            expected[_patternOfPair[i]] += value / (1 + value + rivals);
        }

        return expected;
    }

    // Expected matches when partners are assigned, each judged against the runners-up.
    private double[]? Assigned(LinkageModel model)
    {
        var scorer = new PairScorer(table, model);
        var bits = new double[pairs.Length];
        Parallel.For(0, pairs.Length, i => bits[i] = scorer.Bits((int)(pairs[i] >> 32), (int)(uint)pairs[i], patterns[i]));
        if (new RunnerUpCalibration(pairs, table.Count).Run(bits, out _) is not { } probability)
        {
            return null;
        }

        var expected = new double[_distinct.Length];
        for (var i = 0; i < pairs.Length; i++)
        {
            expected[_patternOfPair[i]] += probability[i];
        }

        return expected;
    }

    private double[] MutuallyBest(LinkageModel model)
    {
        var bits = _distinct.Select(pattern => Bits(model, pattern)).ToArray();
        var best = Enumerable.Repeat(double.NegativeInfinity, table.Count).ToArray();
        for (var i = 0; i < pairs.Length; i++)
        {
            var value = bits[_patternOfPair[i]];
            best[pairs[i] >> 32] = Math.Max(best[pairs[i] >> 32], value);
            best[(uint)pairs[i]] = Math.Max(best[(uint)pairs[i]], value);
        }

        var ties = new int[table.Count];
        for (var pass = 0; pass < 2; pass++)
        {
            var expected = new double[_distinct.Length];
            for (var i = 0; i < pairs.Length; i++)
            {
                var (left, right, value) = ((int)(pairs[i] >> 32), (int)(uint)pairs[i], bits[_patternOfPair[i]]);
                if (value >= best[left] && value >= best[right])
                {
                    ties[left] += pass == 0 ? 1 : 0;
                    ties[right] += pass == 0 ? 1 : 0;
                    expected[_patternOfPair[i]] += pass == 0 ? 0 : 1.0 / Math.Max(ties[left], ties[right]);
                }
            }

            if (pass == 1)
            {
                return expected;
            }
        }

        return [];
    }

    private static double Bits(LinkageModel model, ulong pattern)
    {
        var bits = model.PriorBits;
        for (var field = 0; field < model.Fields.Count; field++)
        {
            bits += model.Weight(field, PairComparer.Level(pattern, field));
        }

        return bits;
    }

    private LinkageModel Model(double[][] matched, double total, int iteration, bool converged, int iterations)
    {
        var match = new double[_columns.Count][];
        var other = new double[_columns.Count][];
        for (var field = 0; field < match.Length; field++)
        {
            var levels = _columns[field].Comparator.Levels;
            var seen = iteration == 0 ? 0 : levels.Select((_, level) => matched[field][level]).Sum();

            // To begin with, as many agreements are taken for those of matches as there can be matches: a single field would else never start.
            // Priors weigh as much as some matches would: they carry a small file and fade in a large one.
            const double priorMatches = 12;
            match[field] = [.. levels.Select((level, k) => ((iteration == 0 ? 0 : matched[field][k]) + (priorMatches * level.MatchPrior)) / (seen + priorMatches))];
            var scale = Math.Max(1, random.Present[field] / 1_000_000);
            var counts = levels.Select((level, k) => Math.Max(0, random.Counts[field][k] - (iteration == 0 ? level.MatchPrior * space.Smaller : matched[field][k])) + (k == 0 ? 0.5 : 0.5 * scale) + (2 * level.OtherPrior)).ToArray();
            var sum = counts.Sum();
            other[field] = [.. counts.Select(count => count / sum)];
        }

        // The few matches expected beforehand keep a single field from losing one match after the other to chance agreement.
        // Matches between records without any value are never seen, so the share is taken of the pairs that can be compared.
        var comparable = Math.Max(1, random.Present.Max());
        var expected = Math.Min(6, 0.02 * space.Smaller);
        var prior = iteration == 0 ? 0.2 * space.Smaller / space.Pairs : (total + expected + 0.5) / (comparable + 5);
        return new LinkageModel(table.Fields, match, other, Math.Clamp(prior, 1e-15, 0.5), random.MeanFrequency, converged, iterations);
    }

    private static double Change(LinkageModel before, LinkageModel after)
    {
        var change = Math.Abs(Math.Log(before.Prior / after.Prior)) / 100;
        for (var field = 0; field < before.Match.Count; field++)
        {
            for (var level = 0; level < before.Match[field].Count; level++)
            {
                change = Math.Max(change, Math.Abs(before.Match[field][level] - after.Match[field][level]));
            }
        }

        return change;
    }
}
