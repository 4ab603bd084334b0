using System.Runtime.InteropServices;

namespace Guanxi.Science.Matching;

/// <summary>What to do with a pair.</summary>
public enum MatchBand
{
    /// <summary>Not the same.</summary>
    None,

    /// <summary>A person should look.</summary>
    Review,

    /// <summary>The same.</summary>
    Match,
}

/// <summary>A pair of records with the probability that they are the same.</summary>
/// <param name="Left">Number of the first record in the table.</param>
/// <param name="Right">Number of the second record; the larger one.</param>
/// <param name="Probability">Probability of a match, 0 to 1, after the other pairs of both records were weighed.</param>
/// <param name="Bits">Sum of the weights of the fields and of the prior.</param>
/// <param name="Band">Match, review, or none.</param>
/// <param name="IsRelated">Branch, subsidiary or namesake in another place: related, not the same.</param>
/// <param name="IsIndirect">The two belong together through a third record more than through each other.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MatchedPair(int Left, int Right, double Probability, double Bits, MatchBand Band, bool IsRelated, bool IsIndirect);

/// <summary>Why a pair has its probability: one field.</summary>
/// <param name="Field">The field.</param>
/// <param name="Level">Code of the level of agreement; "missing" when a value is absent.</param>
/// <param name="Bits">Weight: positive speaks for a match, negative against.</param>
/// <param name="Frequency">Share of the records with the common value when it moved the weight, else null.</param>
public sealed record MatchReason(MatchField Field, string Level, double Bits, double? Frequency);

/// <summary>How pairs are judged.</summary>
public sealed record MatchOptions
{
    /// <summary>Probability from which a pair is a match.</summary>
    public double MatchThreshold { get; init; } = 0.5;

    /// <summary>Probability from which a pair is shown to a person.</summary>
    public double ReviewThreshold { get; init; } = 0.1;

    /// <summary>Whether a record has at most one partner in the other file; null lets the data tell. Without meaning within one file.</summary>
    public bool? OneToOne { get; init; }

    /// <summary>Chance candidates a record may bring to the comparison: more finds more and takes longer.</summary>
    public double CandidatesPerRecord { get; init; } = 0.35;

    /// <summary>Seed of the sample of random pairs.</summary>
    public int Seed { get; init; } = 20260101;
}

/// <summary>All pairs that are matches or worth a look, best first, and what was learnt.</summary>
/// <param name="Pairs">The pairs.</param>
/// <param name="Candidates">Number of pairs compared.</param>
/// <param name="Model">The learnt parameters.</param>
/// <param name="Clusters">Number of the group of each record within one file; equal numbers are the same thing. Null between two files.</param>
/// <param name="IsOneToOne">Whether partners were assigned one to one.</param>
public sealed record MatchResult(IReadOnlyList<MatchedPair> Pairs, long Candidates, LinkageModel Model, IReadOnlyList<int>? Clusters, bool IsOneToOne);
