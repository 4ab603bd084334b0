namespace Guanxi.Insight.Laboratory;

/// <summary>
/// Numbers brought to one scale before groups are found: mean 0 and deviation 1, signed logarithms first where a column is long in the tail;
/// columns that never vary are left out.
/// </summary>
/// <param name="Columns">The columns in use.</param>
internal sealed record GroupScale(IReadOnlyList<GroupColumn> Columns)
{
    private const double LeastDeviation = 1e-9;

    /// <summary>The scale of these customers.</summary>
    /// <param name="columns">Named numbers; what is not known is no number.</param>
    public static GroupScale Of(IEnumerable<(string Name, double[] Values)> columns)
    {
        var used = new List<GroupColumn>();
        foreach (var (name, values) in columns)
        {
            var known = values.Where(double.IsFinite).ToArray();
            if (known.Length == 0)
            {
                continue;
            }

            // A missing number stands for the mean of the others as they are, not of their logarithms.
            var usual = known.Average();
            var logarithmic = known.Max() > 100 * Math.Max(1, Math.Abs(usual)) || known.Max() > 1000;
            var all = values.Select(value => Bent(double.IsFinite(value) ? value : usual, logarithmic)).ToArray();
            var mean = all.Average();
            var deviation = Math.Sqrt(all.Average(value => (value - mean) * (value - mean)));
            if (deviation > LeastDeviation)
            {
                used.Add(new GroupColumn(name, logarithmic, usual, mean, deviation));
            }
        }

        return new GroupScale(used);
    }

    /// <summary>Customers as points of this scale, also such as it was not made from.</summary>
    public double[][] Points(IReadOnlyDictionary<string, double[]> columns, int rows) =>
        [.. Enumerable.Range(0, rows).Select(row => Columns.Select(column => column.Of(columns[column.Name][row])).ToArray())];

    internal static double Bent(double value, bool logarithmic) => logarithmic ? Math.Sign(value) * Math.Log(1 + Math.Abs(value)) : value;
}

/// <summary>How one column is brought to scale.</summary>
/// <param name="Logarithmic">Whether sign(x) ln(1 + |x|) is taken first.</param>
/// <param name="Usual">What stands for a missing number.</param>
internal sealed record GroupColumn(string Name, bool Logarithmic, double Usual, double Mean, double Deviation)
{
    public double Of(double value) => (GroupScale.Bent(double.IsFinite(value) ? value : Usual, Logarithmic) - Mean) / Deviation;
}
