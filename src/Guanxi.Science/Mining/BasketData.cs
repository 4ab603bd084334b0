using System.Runtime.InteropServices;
using Guanxi.Science.Common;

namespace Guanxi.Science.Mining;

/// <summary>Baskets as sets of item numbers. Items are told apart by every character, blanks included.</summary>
public sealed class BasketData
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _items = [];
    private readonly List<int[]> _baskets = [];

    /// <summary>Names of the items by number.</summary>
    public IReadOnlyList<string> Items => _items;

    /// <summary>The baskets; items ascending, each once.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Baskets => _baskets;

    /// <summary>Adds a basket; an item named twice counts once, an empty name not at all. A basket without items still counts as one.</summary>
    public void Add(IEnumerable<string> items)
    {
        var numbers = new SortedSet<int>();
        foreach (var item in items)
        {
            if (item.Length > 0)
            {
                ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, item, out var known);
                if (!known)
                {
                    number = _items.Count;
                    _items.Add(item);
                }

                numbers.Add(number);
            }
        }

        _baskets.Add([.. numbers]);
    }

    /// <summary>Smallest number of baskets that is at least the given share of all.</summary>
    /// <exception cref="UnsuitableDataException">There is no basket, or the share is not above 0 and at most 1.</exception>
    public int CountFor(double support)
    {
        if (_baskets.Count == 0)
        {
            throw new UnsuitableDataException("There are no baskets.");
        }

        if (!(support is > 0 and <= 1))
        {
            throw new UnsuitableDataException("The support is a share above 0 and at most 1.");
        }

        // 0.006 · 9835 must not become one more by the last bit of the product.
        return Math.Max(1, (int)Math.Ceiling((support * _baskets.Count) - 1e-9));
    }
}
