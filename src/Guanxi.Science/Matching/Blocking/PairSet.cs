namespace Guanxi.Science.Matching.Blocking;

/// <summary>A growing set of pairs of record numbers, lower number first, packed into 64 bits; duplicates go when it fills up.</summary>
internal sealed class PairSet
{
    private ulong[] _pairs = new ulong[1024];
    private int _count;
    private int _distinct;

    /// <summary>Adds a pair of two different records.</summary>
    public void Add(int first, int second)
    {
        if (_count == _pairs.Length)
        {
            Compact();
            if (_count > _pairs.Length / 2)
            {
                Array.Resize(ref _pairs, _pairs.Length * 2);
            }
        }

        var (low, high) = first < second ? (first, second) : (second, first);
        _pairs[_count++] = ((ulong)(uint)low << 32) | (uint)high;
    }

    /// <summary>Adds all pairs of another set.</summary>
    public void AddAll(PairSet other)
    {
        other.Compact();
        if (_count + other._count > _pairs.Length)
        {
            Array.Resize(ref _pairs, Math.Max(_pairs.Length * 2, _count + other._count));
        }

        other._pairs.AsSpan(0, other._count).CopyTo(_pairs.AsSpan(_count));
        _count += other._count;
    }

    /// <summary>The distinct pairs in ascending order.</summary>
    public ulong[] ToSortedArray()
    {
        Compact();
        return _pairs[.._count];
    }

    private void Compact()
    {
        if (_count == _distinct)
        {
            return;
        }

        Array.Sort(_pairs, 0, _count);
        var kept = Math.Min(1, _count);
        for (var i = 1; i < _count; i++)
        {
            if (_pairs[i] != _pairs[kept - 1])
            {
                _pairs[kept++] = _pairs[i];
            }
        }

        _count = _distinct = kept;
    }
}
