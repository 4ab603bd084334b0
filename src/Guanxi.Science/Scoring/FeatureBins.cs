namespace Guanxi.Science.Scoring;

/// <summary>Columns cut into at most 256 bins each, the last bin of every column holding missing values.</summary>
internal sealed class FeatureBins
{
    private const int MostBins = 255;

    public FeatureBins(IReadOnlyList<FeatureCut> cuts)
    {
        Cuts = cuts;
        Columns = [.. cuts.Select(cut => cut.Column)];
        Counts = [.. cuts.Select(cut => cut.Count)];
        Ordered = [.. cuts.Select(cut => cut.Ordered)];
    }

    public IReadOnlyList<FeatureCut> Cuts { get; }

    public string[] Columns { get; }

    /// <summary>Bins of each column, the missing one included.</summary>
    public int[] Counts { get; }

    /// <summary>Whether the bins of a column have an order (numbers) or not (choices).</summary>
    public bool[] Ordered { get; }

    public static FeatureBins Learn(FeatureTable table) => new([.. table.Columns.Select(column => column is NumberColumn number ? Numbers(number) : Choices((ChoiceColumn)column))]);

    /// <summary>Bins of a table, row by row; columns are found by name.</summary>
    public byte[] Read(FeatureTable table)
    {
        var bins = new byte[table.Rows * Columns.Length];
        var byName = table.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        for (var f = 0; f < Columns.Length; f++)
        {
            var missing = (byte)(Counts[f] - 1);
            var reader = byName.TryGetValue(Columns[f], out var column) ? Cuts[f].Reader(column) : _ => missing;
            for (var row = 0; row < table.Rows; row++)
            {
                bins[(row * Columns.Length) + f] = reader(row);
            }
        }

        return bins;
    }

    private static FeatureCut Numbers(NumberColumn column)
    {
        var sorted = column.Values.Where(value => !double.IsNaN(value)).Order().ToArray();
        var cuts = new List<double>();
        double perBin = sorted.Length / (MostBins - 1.0), filled = 0;
        for (var i = 1; i < sorted.Length; i++)
        {
            filled++;
            if (sorted[i] > sorted[i - 1] && filled >= perBin)
            {
                cuts.Add(sorted[i - 1] + ((sorted[i] - sorted[i - 1]) / 2));
                filled = 0;
            }
        }

        return new FeatureCut(column.Name, [.. cuts.Take(MostBins - 1)], null);
    }

    private static FeatureCut Choices(ChoiceColumn column) => new(
        column.Name, null,
        [.. column.Codes.Where(code => code >= 0).GroupBy(code => code).Where(group => group.Count() >= 5).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(MostBins - 2).Select(group => column.Levels[group.Key])]);
}
