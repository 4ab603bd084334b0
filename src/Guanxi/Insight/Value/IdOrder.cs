namespace Guanxi.Insight.Value;

/// <summary>The order in which both databases sort ids: by bytes.</summary>
internal sealed class IdOrder : IComparer<Guid>
{
    public static IdOrder Instance { get; } = new();

    public int Compare(Guid x, Guid y)
    {
        Span<byte> a = stackalloc byte[16], b = stackalloc byte[16];
        x.TryWriteBytes(a, bigEndian: true, out _);
        y.TryWriteBytes(b, bigEndian: true, out _);
        return a.SequenceCompareTo(b);
    }
}
