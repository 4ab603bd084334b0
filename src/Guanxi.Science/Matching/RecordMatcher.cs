using Guanxi.Science.Matching.Blocking;
using Guanxi.Science.Matching.Linkage;

namespace Guanxi.Science.Matching;

/// <summary>Finds the records that are the same thing, within one file or between two, and learns how from the records themselves.</summary>
public sealed class RecordMatcher
{
    private readonly RecordTable _table;
    private readonly PairSpace _space;
    private readonly MatchOptions _options;
    private readonly PairComparer _comparer;
    private PairScorer? _scorer;

    /// <param name="table">The records; nothing is added to it afterwards.</param>
    /// <param name="leftCount">How many of them, the first, are the left file; null when all are one file.</param>
    /// <exception cref="ArgumentOutOfRangeException">A file has no record.</exception>
    public RecordMatcher(RecordTable table, int? leftCount = null, MatchOptions? options = null)
    {
        if (table.Count == 0 || leftCount <= 0 || leftCount >= table.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(leftCount), leftCount, "Matching needs at least one record in each file.");
        }

        _table = table;
        _space = new PairSpace(table.Count, leftCount);
        _options = options ?? new MatchOptions();
        _comparer = new PairComparer(table);
    }

    /// <summary>Finds candidates, learns the weights, judges every candidate.</summary>
    public MatchResult Run()
    {
        _table.Learn();
        if (_space.Pairs < 1)
        {
            return new MatchResult([], 0, LinkageModel.FromPriors(_table.Fields, _table.Count), [0], false);
        }

        var pairs = new CandidateFinder(_table, _space, _options.CandidatesPerRecord).Find();
        var patterns = _comparer.Patterns(pairs);
        var random = RandomAgreement.Of(_table, _space, _comparer, patterns, _options.Seed);
        var learning = new ExpectationMaximization(_table, _space, pairs, patterns, random);
        return _space.IsLink ? Link(learning, pairs, patterns) : Deduplicate(learning, pairs, patterns);
    }

    /// <summary>What agreed in a pair, what did not, and the weight of each; after <see cref="Run"/>.</summary>
    public IReadOnlyList<MatchReason> Explain(int left, int right) => _scorer is null
        ? throw new InvalidOperationException("Run comes before Explain.")
        : _scorer.Explain(left, right, _comparer.Pattern(left, right));

    private MatchResult Link(ExpectationMaximization learning, ulong[] pairs, ulong[] patterns)
    {
        var model = learning.Run(leftOnce: true, rightOnce: true);
        var (leftOnce, rightOnce) = _options.OneToOne is { } asked ? (asked, asked) : OnePartner(model, pairs, patterns);
        var oneToOne = leftOnce && rightOnce;
        model = oneToOne ? model : learning.Run(leftOnce, rightOnce);
        var byRunnersUp = false;
        if (oneToOne)
        {
            // Where the fields carry too little for the weights alone, standing out among the rivals finds many more matches.
            var relative = learning.Run(leftOnce: true, rightOnce: true, byRunnersUp: true);
            byRunnersUp = model.Prior < 0.75 * relative.Prior;
            model = byRunnersUp ? relative : model;
        }

        _scorer = new PairScorer(_table, model);
        var bits = Score(pairs, patterns);
        bool[]? chosen = null;
        var calibrated = byRunnersUp ? new RunnerUpCalibration(pairs, _table.Count).Run(bits, out chosen) : null;
        chosen ??= oneToOne ? OneToOne.Assign(pairs, bits, double.NegativeInfinity, _table.Count) : null;
        var odds = new double[_table.Count];
        for (var i = 0; i < pairs.Length; i++)
        {
            var value = Math.Pow(2, Math.Clamp(bits[i], -60, 60));
            odds[pairs[i] >> 32] += leftOnce ? value : 0;
            odds[(uint)pairs[i]] += rightOnce ? value : 0;
        }

        var found = new List<MatchedPair>();
        for (var i = 0; i < pairs.Length; i++)
        {
            var (left, right) = ((int)(pairs[i] >> 32), (int)(uint)pairs[i]);
            var value = Math.Pow(2, Math.Clamp(bits[i], -60, 60));
            var rivals = Math.Max(0, odds[left] - (leftOnce ? value : 0)) + Math.Max(0, odds[right] - (rightOnce ? value : 0));
            var probability = chosen?[i] == true ? calibrated?[i] ?? value / (1 + value + rivals) : value / (1 + value + rivals);
            Keep(found, left, right, probability, bits[i], _scorer.IsRelated(patterns[i]), isIndirect: false, excluded: chosen is not null && !chosen[i]);
        }

        return new MatchResult(Sorted(found), pairs.Length, model, null, oneToOne);
    }

    private MatchResult Deduplicate(ExpectationMaximization learning, ulong[] pairs, ulong[] patterns)
    {
        var model = learning.Run(leftOnce: false, rightOnce: false);
        _scorer = new PairScorer(_table, model);
        var bits = Score(pairs, patterns);
        var threshold = Math.Log2(_options.MatchThreshold / (1 - _options.MatchThreshold));
        var links = Enumerable.Range(0, pairs.Length).Where(i => bits[i] >= threshold && !_scorer.IsRelated(patterns[i])).ToArray();
        Array.Sort(links, (a, b) => bits[b].CompareTo(bits[a]) is var byBits and not 0 ? byBits : pairs[a].CompareTo(pairs[b]));
        var clusters = new Clustering(_table.Count, (a, b) => Bits(a, b)).Run(links.Select(i => ((int)(pairs[i] >> 32), (int)(uint)pairs[i])));
        var found = new List<MatchedPair>();
        var direct = new HashSet<ulong>();
        for (var i = 0; i < pairs.Length; i++)
        {
            var (left, right) = ((int)(pairs[i] >> 32), (int)(uint)pairs[i]);
            var probability = LinkageModel.Probability(bits[i]);
            var together = clusters[left] == clusters[right];
            if (together)
            {
                direct.Add(pairs[i]);
            }

            var isIndirect = together && bits[i] < threshold;
            Keep(found, left, right, isIndirect ? Math.Max(probability, _options.MatchThreshold) : probability, bits[i], _scorer.IsRelated(patterns[i]), isIndirect, excluded: !together);
        }

        AddIndirect(found, clusters, direct);
        return new MatchResult(Sorted(found), pairs.Length, model, clusters, false);
    }

    private void AddIndirect(List<MatchedPair> found, int[] clusters, HashSet<ulong> direct)
    {
        foreach (var cluster in Enumerable.Range(0, clusters.Length).GroupBy(record => clusters[record]).Where(group => group.Skip(1).Any()))
        {
            var members = cluster.ToArray();
            for (var i = 0; i < members.Length; i++)
            {
                for (var j = i + 1; j < members.Length; j++)
                {
                    if (!direct.Contains(((ulong)(uint)members[i] << 32) | (uint)members[j]))
                    {
                        var pattern = _comparer.Pattern(members[i], members[j]);
                        Keep(found, members[i], members[j], _options.MatchThreshold, _scorer!.Bits(members[i], members[j], pattern), _scorer.IsRelated(pattern), isIndirect: true, excluded: false);
                    }
                }
            }
        }
    }

    private void Keep(List<MatchedPair> found, int left, int right, double probability, double bits, bool isRelated, bool isIndirect, bool excluded)
    {
        if (probability >= _options.ReviewThreshold)
        {
            var band = probability >= _options.MatchThreshold && !isRelated && !excluded ? MatchBand.Match : MatchBand.Review;
            found.Add(new MatchedPair(left, right, probability, bits, band, isRelated, isIndirect));
        }
    }

    private double Bits(int left, int right) => _scorer!.Bits(left, right, _comparer.Pattern(left, right));

    private double[] Score(ulong[] pairs, ulong[] patterns)
    {
        var bits = new double[pairs.Length];
        Parallel.For(0, pairs.Length, i => bits[i] = _scorer!.Bits((int)(pairs[i] >> 32), (int)(uint)pairs[i], patterns[i]));
        return bits;
    }

    // A record with a strong partner that often has a second one just as strong is a record with several partners.
    private (bool LeftOnce, bool RightOnce) OnePartner(LinkageModel model, ulong[] pairs, ulong[] patterns)
    {
        const double strong = 4.3;
        const double asStrong = 3;
        var scorer = new PairScorer(_table, model);
        var best = new double[_table.Count];
        var second = new double[_table.Count];
        for (var i = 0; i < pairs.Length; i++)
        {
            var (left, right) = ((int)(pairs[i] >> 32), (int)(uint)pairs[i]);
            var bits = scorer.Bits(left, right, patterns[i]);
            foreach (var record in (ReadOnlySpan<int>)[left, right])
            {
                (best[record], second[record]) = bits > best[record] ? (bits, best[record]) : (best[record], Math.Max(second[record], bits));
            }
        }

        bool Once(int from, int to)
        {
            var with = Enumerable.Range(from, to - from).Where(record => best[record] >= strong).ToList();
            return with.Count(record => second[record] >= Math.Max(strong, best[record] - asStrong)) <= 0.15 * with.Count;
        }

        return (Once(0, _space.LeftCount!.Value), Once(_space.LeftCount!.Value, _table.Count));
    }

    private static List<MatchedPair> Sorted(List<MatchedPair> found)
    {
        found.Sort((a, b) => b.Probability.CompareTo(a.Probability) is var byProbability and not 0 ? byProbability
            : b.Bits.CompareTo(a.Bits) is var byBits and not 0 ? byBits
            : a.Left.CompareTo(b.Left) is var byLeft and not 0 ? byLeft : a.Right.CompareTo(b.Right));
        return found;
    }
}
