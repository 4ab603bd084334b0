using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Guanxi.Platform.Moving;

/// <summary>How many rows a table has and the sum of the SHA-256 of each, cut to 128 bits: the same for the same rows in any order.</summary>
internal record struct TableDigest(long Rows, UInt128 Sum)
{
    public void Add(ReadOnlySpan<byte> row)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(row, hash);
        Rows++;
        Sum = unchecked(Sum + BinaryPrimitives.ReadUInt128LittleEndian(hash));
    }
}
