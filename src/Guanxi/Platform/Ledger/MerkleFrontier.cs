using System.Buffers.Binary;
using System.Numerics;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// The right edge of a growing Merkle tree: the roots of its perfect subtrees, the largest first, one for each set bit of the size. It is all that an append needs,
/// so adding a leaf costs at most log2(size) hashes and no read.
/// </summary>
public sealed class MerkleFrontier
{
    private readonly List<byte[]> roots = [];

    public MerkleFrontier()
    {
    }

    /// <summary>The edge of a tree of <paramref name="size"/> leaves from the roots of its perfect subtrees.</summary>
    /// <exception cref="InvalidDataException">The number of roots does not fit the size.</exception>
    public MerkleFrontier(long size, IEnumerable<byte[]> subtrees)
    {
        Size = size;
        roots.AddRange(subtrees);
        if (size < 0 || roots.Count != BitOperations.PopCount((ulong)size))
        {
            throw new InvalidDataException("The edge of the ledger's tree does not fit its size.");
        }
    }

    /// <summary>How many leaves the tree has.</summary>
    public long Size { get; private set; }

    /// <summary>Adds a leaf; <paramref name="completed"/> hears of each perfect subtree above it that it fills: its level (leaves are 0), its place among those of the level, its root.</summary>
    public void Append(byte[] leaf, Action<int, long, byte[]>? completed = null)
    {
        var node = leaf;
        var level = 0;
        for (var left = Size; (left & 1) == 1; left >>= 1)
        {
            node = MerkleHash.Node(roots[^1], node);
            roots.RemoveAt(roots.Count - 1);
            level++;
            completed?.Invoke(level, left >> 1, node);
        }

        roots.Add(node);
        Size++;
    }

    /// <summary>The root of the whole tree.</summary>
    public byte[] Root()
    {
        if (roots.Count == 0)
        {
            return MerkleHash.Empty;
        }

        var root = roots[^1];
        for (var i = roots.Count - 2; i >= 0; i--)
        {
            root = MerkleHash.Node(roots[i], root);
        }

        return root;
    }

    /// <summary>Eight bytes of size (big-endian), then the roots.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[8 + (MerkleHash.Size * roots.Count)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Size);
        for (var i = 0; i < roots.Count; i++)
        {
            roots[i].CopyTo(bytes, 8 + (MerkleHash.Size * i));
        }

        return bytes;
    }

    /// <summary>What <see cref="ToBytes"/> wrote; nothing is the empty tree.</summary>
    /// <exception cref="InvalidDataException">The bytes are no edge of a tree.</exception>
    public static MerkleFrontier FromBytes(byte[]? bytes)
    {
        if (bytes is null)
        {
            return new MerkleFrontier();
        }

        if (bytes.Length < 8 || (bytes.Length - 8) % MerkleHash.Size != 0)
        {
            throw new InvalidDataException("The edge of the ledger's tree is damaged.");
        }

        return new MerkleFrontier(BinaryPrimitives.ReadInt64BigEndian(bytes), bytes[8..].Chunk(MerkleHash.Size));
    }
}
