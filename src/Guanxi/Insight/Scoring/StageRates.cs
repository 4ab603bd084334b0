namespace Guanxi.Insight.Scoring;

/// <summary>The share won of the records of a group (a stage of deals, a source of leads), drawn towards the share of all as if by ten records: what one says when there is too little to learn from.</summary>
internal sealed class StageRates
{
    private const double Weight = 10;
    private readonly Dictionary<string, (int Won, int All)> stages;
    private readonly double usual;

    public StageRates(IReadOnlyList<ISnapshot> closed)
    {
        Count = closed.Count;
        usual = closed.Count == 0 ? double.NaN : closed.Count(one => one.Won) / (double)closed.Count;
        stages = closed.GroupBy(one => one.Group, StringComparer.Ordinal).ToDictionary(group => group.Key, group => (group.Count(one => one.Won), group.Count()), StringComparer.Ordinal);
    }

    public int Count { get; }

    /// <summary>The rate of a group.</summary>
    /// <param name="stage">Its name.</param>
    /// <param name="otherwise">What is said where no record has ever ended.</param>
    public double Of(string stage, double otherwise)
    {
        var prior = double.IsNaN(usual) ? otherwise : usual;
        return stages.TryGetValue(stage, out var seen) ? (seen.Won + (Weight * prior)) / (seen.All + Weight) : prior;
    }

    public (int Won, int All) Seen(string stage) => stages.GetValueOrDefault(stage);
}
