namespace Guanxi.Insight.Scoring;

/// <summary>The share of the deals won that were seen in a stage, drawn towards the share of all as if by ten deals: what one says when there is too little to learn from.</summary>
internal sealed class StageRates
{
    private const double Weight = 10;
    private readonly Dictionary<string, (int Won, int All)> stages;
    private readonly double usual;

    public StageRates(IReadOnlyList<DealSnapshot> closed)
    {
        Count = closed.Count;
        usual = closed.Count == 0 ? double.NaN : closed.Count(deal => deal.Won) / (double)closed.Count;
        stages = closed.GroupBy(deal => deal.Stage, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (group.Count(deal => deal.Won), group.Count()), StringComparer.Ordinal);
    }

    public int Count { get; }

    /// <summary>The rate of a stage.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="otherwise">What the process itself says, where no deal was ever closed.</param>
    public double Of(string stage, double otherwise)
    {
        var prior = double.IsNaN(usual) ? otherwise : usual;
        return stages.TryGetValue(stage, out var seen) ? (seen.Won + (Weight * prior)) / (seen.All + Weight) : prior;
    }

    public (int Won, int All) Seen(string stage) => stages.GetValueOrDefault(stage);
}
