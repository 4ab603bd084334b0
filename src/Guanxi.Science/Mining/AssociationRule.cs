namespace Guanxi.Science.Mining;

/// <summary>A set of items that occur together in at least the asked number of baskets.</summary>
/// <param name="Items">Item numbers in ascending order.</param>
/// <param name="Count">Baskets that hold all of them.</param>
public sealed record FrequentItemset(IReadOnlyList<int> Items, int Count);

/// <summary>"Who takes the items on the left also takes the one on the right."</summary>
/// <param name="Left">Item numbers in ascending order; may be empty.</param>
/// <param name="Right">The one item concluded.</param>
/// <param name="Count">Baskets that hold left and right.</param>
/// <param name="Support">Share of all baskets that hold left and right.</param>
/// <param name="Confidence">Share of the baskets with left that also hold right.</param>
/// <param name="Lift">Confidence over the share of right in all baskets: 1 is no association.</param>
public sealed record AssociationRule(IReadOnlyList<int> Left, int Right, int Count, double Support, double Confidence, double Lift);
