using System.Security.Cryptography;

namespace Guanxi.Platform.Ledger;

/// <summary>The hashes of a Merkle tree as RFC 9162, section 2.1.1, has them: leaves and nodes can never be taken for each other.</summary>
public static class MerkleHash
{
    public const int Size = 32;

    /// <summary>The root of a tree without leaves: SHA-256 of nothing.</summary>
    public static byte[] Empty => SHA256.HashData([]);

    /// <summary>SHA-256 of 0x00 and the leaf's bytes.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> data)
    {
        Span<byte> buffer = data.Length < 1024 ? stackalloc byte[data.Length + 1] : new byte[data.Length + 1];
        buffer[0] = 0;
        data.CopyTo(buffer[1..]);
        return SHA256.HashData(buffer);
    }

    /// <summary>SHA-256 of 0x01, the left and the right hash.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> buffer = stackalloc byte[1 + (2 * Size)];
        buffer[0] = 1;
        left.CopyTo(buffer[1..]);
        right.CopyTo(buffer[(1 + Size)..]);
        return SHA256.HashData(buffer);
    }
}
