namespace Guanxi.Science.Mining;

/// <summary>Prefix tree of weighted item lists, most frequent item first, with all nodes of an item chained (Han, Pei and Yin 2000, §2).</summary>
internal sealed class FrequentPatternTree
{
    private readonly List<int> _item = [-1];
    private readonly List<int> _count = [0];
    private readonly List<int> _parent = [-1];
    private readonly List<int> _sibling = [-1];
    private readonly Dictionary<long, int> _children = [];
    private readonly Dictionary<int, int> _heads = [];
    private readonly Dictionary<int, int> _totals = [];

    /// <summary>Items in the tree with the sum of their counts.</summary>
    public IReadOnlyDictionary<int, int> Totals => _totals;

    /// <summary>Adds a list ordered by falling frequency.</summary>
    public void Add(IEnumerable<int> items, int count)
    {
        var node = 0;
        foreach (var item in items)
        {
            var key = ((long)node << 32) | (uint)item;
            if (!_children.TryGetValue(key, out var child))
            {
                child = _item.Count;
                _item.Add(item);
                _count.Add(0);
                _parent.Add(node);
                _sibling.Add(_heads.GetValueOrDefault(item, -1));
                _heads[item] = child;
                _children[key] = child;
            }

            _count[child] += count;
            _totals[item] = _totals.GetValueOrDefault(item) + count;
            node = child;
        }
    }

    /// <summary>The lists that lead to an item, each with the item's count there: its conditional pattern base.</summary>
    public IEnumerable<(List<int> Path, int Count)> PathsTo(int item)
    {
        for (var node = _heads.GetValueOrDefault(item, -1); node >= 0; node = _sibling[node])
        {
            var path = new List<int>();
            for (var above = _parent[node]; above > 0; above = _parent[above])
            {
                path.Add(_item[above]);
            }

            path.Reverse();
            yield return (path, _count[node]);
        }
    }
}
