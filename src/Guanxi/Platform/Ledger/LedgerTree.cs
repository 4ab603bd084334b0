using System.Numerics;
using Guanxi.Database;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// Reads hashes of the ledger's Merkle tree for proofs. Roots of full blocks of 256, 65,536 … entries are kept; what lies below one block is made from its entries when asked for,
/// so a proof among millions of entries reads some hundreds of rows. What is kept is not believed by <see cref="LedgerVerifier"/>, which makes the whole tree anew.
/// </summary>
public sealed class LedgerTree(DatabaseSession session)
{
    /// <summary>Levels between the kept nodes: a block has 2^8 children.</summary>
    public const int LevelsPerBlock = 8;

    private readonly Dictionary<(int Level, long Position), byte[]> known = [];

    /// <summary>Where the tree ends now.</summary>
    public async Task<MerkleFrontier> FrontierAsync(CancellationToken cancel = default) =>
        MerkleFrontier.FromBytes(await session.FirstAsync(Sql.Of($"SELECT frontier FROM ledger_head WHERE one = 1"), row => row.IsNull(0) ? null : row.Bytes(0), cancel));

    /// <summary>The edge of the tree as it was with <paramref name="size"/> entries.</summary>
    public async Task<MerkleFrontier> FrontierAtAsync(long size, CancellationToken cancel = default)
    {
        var roots = new List<byte[]>();
        foreach (var (level, position) in Subtrees(0, size))
        {
            roots.Add(await NodeAsync(level, position, cancel));
        }

        return new MerkleFrontier(size, roots);
    }

    /// <summary>The path from the entry with this number to the root of the tree of <paramref name="size"/> entries.</summary>
    public Task<IReadOnlyList<byte[]>> InclusionAsync(long sequence, long size, CancellationToken cancel = default) =>
        MerkleProof.InclusionAsync(sequence - 1, size, (from, to) => RangeAsync(from, to, cancel));

    public Task<IReadOnlyList<byte[]>> ConsistencyAsync(long first, long second, CancellationToken cancel = default) =>
        MerkleProof.ConsistencyAsync(first, second, (from, to) => RangeAsync(from, to, cancel));

    /// <summary>The root over leaves from <paramref name="from"/> up to, not with, <paramref name="to"/>.</summary>
    private async Task<byte[]> RangeAsync(long from, long to, CancellationToken cancel)
    {
        byte[]? root = null;
        foreach (var (level, position) in Subtrees(from, to).Reverse())
        {
            var node = await NodeAsync(level, position, cancel);
            root = root is null ? node : MerkleHash.Node(node, root);
        }

        return root ?? MerkleHash.Empty;
    }

    /// <summary>The perfect subtrees that make up a range which begins at a multiple of the largest of them.</summary>
    private static IEnumerable<(int Level, long Position)> Subtrees(long from, long to)
    {
        while (from < to)
        {
            var level = BitOperations.Log2((ulong)(to - from));
            yield return (level, from >> level);
            from += 1L << level;
        }
    }

    private async Task<byte[]> NodeAsync(int level, long position, CancellationToken cancel)
    {
        if (known.TryGetValue((level, position), out var hash))
        {
            return hash;
        }

        var below = level / LevelsPerBlock * LevelsPerBlock;
        if (below == level && level > 0)
        {
            below -= LevelsPerBlock;
            hash = await session.FirstAsync(Sql.Of($"SELECT hash FROM ledger_node WHERE level = {level} AND position = {position}"), row => row.Bytes(0), cancel);
        }

        if (hash is null)
        {
            // A block is read once: both halves of a path through it are then at hand.
            var (first, count) = (position << (level - below), 1L << (level - below));
            var children = below == 0 ? await LeavesAsync(first, count, cancel) : await KeptAsync(below, first, count, cancel);
            hash = Combine(below, first, children);
        }

        return known[(level, position)] = hash;
    }

    private byte[] Combine(int level, long first, List<byte[]> nodes)
    {
        for (; nodes.Count > 1; level++, first >>= 1)
        {
            for (var i = 0; i < nodes.Count; i++)
            {
                known[(level, first + i)] = nodes[i];
            }

            nodes = [.. nodes.Chunk(2).Select(pair => MerkleHash.Node(pair[0], pair[1]))];
        }

        return nodes[0];
    }

    private async Task<List<byte[]>> LeavesAsync(long first, long count, CancellationToken cancel)
    {
        var leaves = new List<byte[]>();
        await foreach (var entry in LedgerRows.RangeAsync(session, first + 1, first + count, cancel))
        {
            leaves.Add(entry.Leaf());
        }

        return leaves.Count == count ? leaves : throw new InvalidDataException($"Entries between {first + 1} and {first + count} of the ledger are missing. Run: guanxi ledger verify");
    }

    private async Task<List<byte[]>> KeptAsync(int level, long first, long count, CancellationToken cancel)
    {
        var nodes = await session.ListAsync(Sql.Of($"SELECT hash FROM ledger_node WHERE level = {level} AND position >= {first} AND position < {first + count} ORDER BY position"), row => row.Bytes(0), cancel);
        return nodes.Count == count ? nodes : throw new InvalidDataException($"Nodes of the ledger's tree are missing at level {level}. Run: guanxi ledger verify");
    }
}
