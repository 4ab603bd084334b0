namespace Guanxi.Science.Scoring;

/// <summary>Folds of cross-validation in which each outcome is spread evenly.</summary>
public static class StratifiedFolds
{
    /// <summary>The fold (0 … folds − 1) of each record, shuffled by the seed within each outcome.</summary>
    public static int[] Assign(IReadOnlyList<bool> outcomes, int folds, int seed)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var random = new Random(seed);
        var fold = new int[outcomes.Count];
        var next = 0;
        foreach (var outcome in (ReadOnlySpan<bool>)[true, false])
        {
            var members = Enumerable.Range(0, outcomes.Count).Where(i => outcomes[i] == outcome).ToArray();
            random.Shuffle(members);
            foreach (var member in members)
            {
                fold[member] = next++ % folds;
            }
        }

        return fold;
    }
}
