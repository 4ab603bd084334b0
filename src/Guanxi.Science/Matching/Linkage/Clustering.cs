namespace Guanxi.Science.Matching.Linkage;

/// <summary>
/// Groups the records of one file from their pairs, heaviest link first. Two groups join only when the pairs between them speak for it on the whole
/// (average linkage over all cross pairs), so that a chain of doubtful links does not bind strangers (Hernández and Stolfo 1995 on closure; Bansal, Blum and Chawla 2004 on agreement).
/// </summary>
internal sealed class Clustering(int records, Func<int, int, double> bits)
{
    private const int LargestCheckedProduct = 400;

    private readonly Dictionary<int, List<int>> _members = [];
    private readonly int[] _parent = [.. Enumerable.Range(0, records)];

    /// <summary>Group number of each record: the lowest record number in it.</summary>
    public int[] Run(IEnumerable<(int Left, int Right)> linksBestFirst)
    {
        foreach (var (left, right) in linksBestFirst)
        {
            var (a, b) = (Find(left), Find(right));
            if (a != b && BelongTogether(Members(a), Members(b)))
            {
                var (root, child) = a < b ? (a, b) : (b, a);
                var merged = Members(root);
                merged.AddRange(Members(child));
                _members[root] = merged;
                _members.Remove(child);
                _parent[child] = root;
            }
        }

        return [.. Enumerable.Range(0, records).Select(Find)];
    }

    private int Find(int record)
    {
        while (_parent[record] != record)
        {
            record = _parent[record] = _parent[_parent[record]];
        }

        return record;
    }

    private List<int> Members(int root) => _members.TryGetValue(root, out var members) ? members : [root];

    private bool BelongTogether(List<int> first, List<int> second)
    {
        if (first.Count * second.Count == 1)
        {
            return true;
        }

        if (first.Count * second.Count > LargestCheckedProduct)
        {
            return false;
        }

        var sum = 0.0;
        foreach (var a in first)
        {
            foreach (var b in second)
            {
                // Bounded, so that one certain pair cannot outweigh many that contradict it.
                sum += Math.Clamp(bits(a, b), -12, 12);
            }
        }

        return sum > 0;
    }
}
