namespace Guanxi.Science.Scoring;

/// <summary>How the values of one column become bins: numbers by rising limits, choices by a list of levels; then a bin for rare levels and the last for missing values.</summary>
internal sealed record FeatureCut(string Column, double[]? Limits, string[]? Levels)
{
    /// <summary>Bins, the missing one included.</summary>
    public int Count => (Limits?.Length ?? Levels!.Length) + 2;

    public bool Ordered => Limits is not null;

    /// <summary>The bin of each row of a column.</summary>
    public Func<int, byte> Reader(FeatureColumn column)
    {
        var missing = (byte)(Count - 1);
        if (Limits is not null)
        {
            var number = column as NumberColumn;
            return row =>
            {
                if (number is null || double.IsNaN(number.Values[row]))
                {
                    return missing;
                }

                var at = Array.BinarySearch(Limits, number.Values[row]);
                return (byte)(at >= 0 ? at : ~at);
            };
        }

        var bins = Levels!.Select((level, i) => (level, i)).ToDictionary(pair => pair.level, pair => (byte)pair.i, StringComparer.Ordinal);
        var rare = (byte)Levels!.Length;
        if (column is not ChoiceColumn choice)
        {
            return row => bins.GetValueOrDefault(column.Text(row), column.IsMissing(row) ? missing : rare);
        }

        var map = choice.Levels.Select(level => bins.GetValueOrDefault(level, rare)).ToArray();
        return row => choice.Codes[row] < 0 ? missing : map[choice.Codes[row]];
    }
}
