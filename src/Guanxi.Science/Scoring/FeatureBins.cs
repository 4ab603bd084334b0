namespace Guanxi.Science.Scoring;

/// <summary>Columns cut into at most 256 bins each, the last bin of every column holding missing values.</summary>
internal sealed class FeatureBins
{
    private const int MostBins = 255;
    private readonly Func<FeatureColumn, Func<int, byte>>[] readers;

    private FeatureBins(string[] columns, int[] counts, bool[] ordered, Func<FeatureColumn, Func<int, byte>>[] readers) =>
        (Columns, Counts, Ordered, this.readers) = (columns, counts, ordered, readers);

    public string[] Columns { get; }

    /// <summary>Bins of each column, the missing one included.</summary>
    public int[] Counts { get; }

    /// <summary>Whether the bins of a column have an order (numbers) or not (choices).</summary>
    public bool[] Ordered { get; }

    public static FeatureBins Learn(FeatureTable table)
    {
        var learnt = table.Columns.Select(column => column is NumberColumn number ? Numbers(number) : Choices((ChoiceColumn)column)).ToArray();
        return new FeatureBins(
            table.Columns.Select(column => column.Name).ToArray(),
            learnt.Select(one => one.Count).ToArray(),
            table.Columns.Select(column => column is NumberColumn).ToArray(),
            learnt.Select(one => one.Reader).ToArray());
    }

    /// <summary>Bins of a table, row by row; columns are found by name.</summary>
    public byte[] Read(FeatureTable table)
    {
        var bins = new byte[table.Rows * Columns.Length];
        var byName = table.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        for (var f = 0; f < Columns.Length; f++)
        {
            var missing = (byte)(Counts[f] - 1);
            var reader = byName.TryGetValue(Columns[f], out var column) ? readers[f](column) : _ => missing;
            for (var row = 0; row < table.Rows; row++)
            {
                bins[(row * Columns.Length) + f] = reader(row);
            }
        }

        return bins;
    }

    private static (int Count, Func<FeatureColumn, Func<int, byte>> Reader) Numbers(NumberColumn column)
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

        double[] limits = [.. cuts.Take(MostBins - 1)];
        var missing = (byte)(limits.Length + 1);
        return (limits.Length + 2, other =>
        {
            var number = other as NumberColumn;
            return row =>
            {
                if (number is null || double.IsNaN(number.Values[row]))
                {
                    return missing;
                }

                var at = Array.BinarySearch(limits, number.Values[row]);
                return (byte)(at >= 0 ? at : ~at);
            };
        });
    }

    private static (int Count, Func<FeatureColumn, Func<int, byte>> Reader) Choices(ChoiceColumn column)
    {
        var frequent = column.Codes.Where(code => code >= 0).GroupBy(code => code).Where(group => group.Count() >= 5)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key).Take(MostBins - 2).Select(group => column.Levels[group.Key]).ToArray();
        var bins = frequent.Select((level, i) => (level, i)).ToDictionary(pair => pair.level, pair => (byte)pair.i, StringComparer.Ordinal);
        byte rare = (byte)frequent.Length, missing = (byte)(frequent.Length + 1);
        return (frequent.Length + 2, other =>
        {
            if (other is not ChoiceColumn choice)
            {
                return row => bins.GetValueOrDefault(other.Text(row), other.IsMissing(row) ? missing : rare);
            }

            var map = choice.Levels.Select(level => bins.GetValueOrDefault(level, rare)).ToArray();
            return row => choice.Codes[row] < 0 ? missing : map[choice.Codes[row]];
        });
    }
}
