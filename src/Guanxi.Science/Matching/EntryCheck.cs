using Guanxi.Science.Matching.Linkage;

namespace Guanxi.Science.Matching;

/// <summary>A stored record that may be the one being entered.</summary>
/// <param name="Candidate">Place of the record among the candidates.</param>
/// <param name="Probability">Probability that the two are the same.</param>
/// <param name="Bits">Sum of the weights and the prior.</param>
/// <param name="Band">Match or review.</param>
/// <param name="IsRelated">Branch, subsidiary or namesake in another place.</param>
/// <param name="Reasons">What agreed, what did not, and the weight of each.</param>
public sealed record EntryMatch(int Candidate, double Probability, double Bits, MatchBand Band, bool IsRelated, IReadOnlyList<MatchReason> Reasons);

/// <summary>Compares one record with the few that share a blocking key with it: on entry, import, mail or call.</summary>
public static class EntryCheck
{
    /// <summary>The candidates that are matches or worth a look, best first.</summary>
    /// <param name="model">Learnt on the company's own records, or of priors.</param>
    /// <param name="entry">One value a field of the model.</param>
    /// <param name="candidates">Stored records with the same fields.</param>
    /// <remarks>The frequency of values is not weighed here: a handful of candidates does not show it.</remarks>
    public static IReadOnlyList<EntryMatch> Run(LinkageModel model, IReadOnlyList<string?> entry, IReadOnlyList<IReadOnlyList<string?>> candidates, MatchOptions? options = null, ITextNormalizer? normalizer = null)
    {
        options ??= new MatchOptions();
        var table = new RecordTable(model.Fields, normalizer);
        table.Add(entry);
        foreach (var candidate in candidates)
        {
            table.Add(candidate);
        }

        table.Learn();
        var comparer = new PairComparer(table);
        var scorer = new PairScorer(table, model, weighsFrequency: false);
        var found = new List<EntryMatch>();
        for (var i = 0; i < candidates.Count; i++)
        {
            var pattern = comparer.Pattern(0, i + 1);
            var bits = scorer.Bits(0, i + 1, pattern);
            var probability = LinkageModel.Probability(bits);
            if (probability >= options.ReviewThreshold)
            {
                var isRelated = scorer.IsRelated(pattern);
                found.Add(new EntryMatch(i, probability, bits, probability >= options.MatchThreshold && !isRelated ? MatchBand.Match : MatchBand.Review, isRelated, scorer.Explain(0, i + 1, pattern)));
            }
        }

        return [.. found.OrderByDescending(match => match.Bits).ThenBy(match => match.Candidate)];
    }
}
