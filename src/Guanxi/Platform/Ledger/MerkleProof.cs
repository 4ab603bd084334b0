using System.Numerics;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// Proofs over a Merkle tree, by RFC 9162: that an entry is in a tree (2.1.3), and that a tree is the beginning of a larger one (2.1.4).
/// Making one needs the hashes of ranges; checking one needs nothing but the proof, the leaf and the roots.
/// </summary>
public static class MerkleProof
{
    /// <summary>Longest proof there can be: a tree of 2^63 leaves.</summary>
    public const int Longest = 64;

    /// <summary>The audit path of leaf <paramref name="index"/> (from 0) in a tree of <paramref name="size"/> leaves, from the leaf up.</summary>
    /// <param name="range">The root over the leaves from the first number up to, not with, the second.</param>
    public static async Task<IReadOnlyList<byte[]>> InclusionAsync(long index, long size, Func<long, long, Task<byte[]>> range)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<byte[]>();
        var (from, to) = (0L, size);
        while (to - from > 1)
        {
            var middle = from + Half(to - from);
            if (index < middle)
            {
                path.Add(await range(middle, to));
                to = middle;
            }
            else
            {
                path.Add(await range(from, middle));
                from = middle;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>The proof that the tree of <paramref name="first"/> leaves is the beginning of the tree of <paramref name="second"/>.</summary>
    public static async Task<IReadOnlyList<byte[]>> ConsistencyAsync(long first, long second, Func<long, long, Task<byte[]>> range)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, second);
        var path = new List<byte[]>();
        var (from, to, wanted, whole) = (0L, second, first, true);
        while (wanted != to)
        {
            var middle = from + Half(to - from);
            if (wanted <= middle)
            {
                path.Add(await range(middle, to));
                to = middle;
            }
            else
            {
                path.Add(await range(from, middle));
                (from, whole) = (middle, false);
            }
        }

        if (!whole)
        {
            path.Add(await range(from, to));
        }

        path.Reverse();
        return path;
    }

    /// <summary>Whether the path leads from the leaf to the root. False for anything that does not, however it is wrong.</summary>
    public static bool Includes(byte[] root, long size, long index, byte[] leaf, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= size || path.Count > Longest || path.Append(leaf).Append(root).Any(hash => hash.Length != MerkleHash.Size))
        {
            return false;
        }

        var (fn, sn, hash) = (index, size - 1, leaf);
        foreach (var step in path)
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                hash = MerkleHash.Node(step, hash);
                if ((fn & 1) == 0)
                {
                    var zeros = BitOperations.TrailingZeroCount(fn);
                    (fn, sn) = fn == 0 ? (0, 0) : (fn >> zeros, sn >> zeros);
                }
            }
            else
            {
                hash = MerkleHash.Node(hash, step);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>Whether the path shows that the first tree is the beginning of the second. False for anything that does not.</summary>
    public static bool Extends(long first, byte[] firstRoot, long second, byte[] secondRoot, IReadOnlyList<byte[]> path)
    {
        if (first < 1 || first > second || path.Count > Longest + 1 || path.Append(firstRoot).Append(secondRoot).Any(hash => hash.Length != MerkleHash.Size))
        {
            return false;
        }

        if (first == second)
        {
            return path.Count == 0 && firstRoot.AsSpan().SequenceEqual(secondRoot);
        }

        var steps = BitOperations.IsPow2(first) ? [firstRoot, .. path] : path;
        if (steps.Count == 0)
        {
            return false;
        }

        var (fn, sn) = (first - 1, second - 1);
        var zeros = BitOperations.TrailingZeroCount(~fn);
        (fn, sn) = (fn >> zeros, sn >> zeros);
        var (old, now) = (steps[0], steps[0]);
        foreach (var step in steps.Skip(1))
        {
            if (sn == 0)
            {
                return false;
            }

            if ((fn & 1) == 1 || fn == sn)
            {
                (old, now) = (MerkleHash.Node(step, old), MerkleHash.Node(step, now));
                while (fn != 0 && (fn & 1) == 0)
                {
                    (fn, sn) = (fn >> 1, sn >> 1);
                }
            }
            else
            {
                now = MerkleHash.Node(now, step);
            }

            (fn, sn) = (fn >> 1, sn >> 1);
        }

        return sn == 0 && old.AsSpan().SequenceEqual(firstRoot) && now.AsSpan().SequenceEqual(secondRoot);
    }

    /// <summary>The largest power of two below <paramref name="length"/>, which is at least 2.</summary>
    private static long Half(long length) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(length - 1)));
}
