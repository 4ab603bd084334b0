using System.Runtime.InteropServices;

namespace Guanxi.Science.Matching.Fields;

/// <summary>The distinct normalised values of a column with their counts, in order of first appearance. An open-addressed table of indices keeps it small.</summary>
internal sealed class ValuePool
{
    private readonly List<string> _values = [];
    private readonly List<int> _counts = [];
    private int[] _slots = new int[64];

    public int Count => _values.Count;

    public string this[int id] => _values[id];

    public int CountOf(int id) => _counts[id];

    /// <summary>Index of the value, added when new.</summary>
    public int Intern(string value)
    {
        if ((_values.Count + 1) * 3 > _slots.Length * 2)
        {
            Grow();
        }

        var slot = FindSlot(value);
        if (_slots[slot] == 0)
        {
            _values.Add(value);
            _counts.Add(0);
            _slots[slot] = _values.Count;
        }

        var id = _slots[slot] - 1;
        CollectionsMarshal.AsSpan(_counts)[id]++;
        return id;
    }

    /// <summary>Gives back the memory only interning needs.</summary>
    public void Seal()
    {
        _slots = new int[2];
        _values.TrimExcess();
        _counts.TrimExcess();
    }

    private int FindSlot(string value)
    {
        var mask = _slots.Length - 1;
        var slot = value.GetHashCode(StringComparison.Ordinal) & mask;
        while (_slots[slot] != 0 && !string.Equals(_values[_slots[slot] - 1], value, StringComparison.Ordinal))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (var id = 0; id < _values.Count; id++)
        {
            _slots[FindSlot(_values[id])] = id + 1;
        }
    }
}
