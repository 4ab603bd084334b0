namespace Guanxi.Science.Matching;

/// <summary>Which pairs of records exist: all pairs of one file, or each record of the left file with each of the right.</summary>
/// <param name="Count">Number of records in the table.</param>
/// <param name="LeftCount">Records of the left file, which come first; null for the pairs within one file.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct PairSpace(int Count, int? LeftCount)
{
    public bool IsLink => LeftCount is not null;

    /// <summary>Number of pairs.</summary>
    public double Pairs => LeftCount is { } left ? (double)left * (Count - left) : Count * (Count - 1.0) / 2;

    /// <summary>Most matches there can be when nobody has two partners.</summary>
    public int Smaller => LeftCount is { } left ? Math.Min(left, Count - left) : Count / 2;

    public bool Contains(int first, int second) => LeftCount is not { } left || first < left != second < left;
}
