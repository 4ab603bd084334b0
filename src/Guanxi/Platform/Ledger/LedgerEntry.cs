using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Guanxi.Platform.Ledger;

/// <summary>One line of the ledger: who did what to which record, when, through which surface, and every field's old and new value.</summary>
public sealed record LedgerEntry(DateTimeOffset At, Guid? ActorId, string Surface, string Action, string? RecordType, Guid? RecordId, Guid? BatchId, string? Changes)
{
    public long Sequence { get; init; }

    /// <summary>Sixteen random bytes that keep erased content from being guessed; destroyed with it.</summary>
    public byte[]? Salt { get; init; }

    public byte[] ContentHash { get; init; } = [];

    public byte[] Hash { get; init; } = [];

    /// <summary>The entry with its salt and the hash of its content; its place in the chain is still open.</summary>
    public LedgerEntry Sealed(byte[] salt) => this with { Salt = salt, ContentHash = HashContent(salt, Changes) };

    /// <summary>SHA-256 of salt and changes.</summary>
    public static byte[] HashContent(byte[] salt, string? changes)
    {
        var length = salt.Length + Encoding.UTF8.GetByteCount(changes ?? "");
        var rented = ArrayPool<byte>.Shared.Rent(length);
        salt.CopyTo(rented, 0);
        Encoding.UTF8.GetBytes(changes ?? "", rented.AsSpan(salt.Length));
        var hash = SHA256.HashData(rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    /// <summary>SHA-256 over the previous entry's hash and <see cref="Canonical"/>.</summary>
    public byte[] Chain(ReadOnlySpan<byte> previous) => Hashes(previous).Chain;

    /// <summary>The entry's leaf in the Merkle tree: SHA-256 of 0x00 and <see cref="Canonical"/>.</summary>
    public byte[] Leaf() => MerkleHash.Leaf(Canonical());

    /// <summary>Both hashes of the entry for one encoding of it.</summary>
    public (byte[] Chain, byte[] Leaf) Hashes(ReadOnlySpan<byte> previous)
    {
        var buffer = kept ??= new ArrayBufferWriter<byte>(512);
        buffer.ResetWrittenCount();
        buffer.Write(previous);
        WriteCanonical(buffer);
        return (SHA256.HashData(buffer.WrittenSpan), MerkleHash.Leaf(buffer.WrittenSpan[previous.Length..]));
    }

    /// <summary>
    /// The bytes that stand for the entry: 8 bytes sequence, 8 bytes Unix milliseconds (big-endian), then actor, surface, action, type, record, batch,
    /// each as 4 bytes length (-1 when absent) and its bytes (ids as 16 bytes big-endian, text as UTF-8), then the 32 bytes of the content hash.
    /// </summary>
    public byte[] Canonical()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        WriteCanonical(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? kept;

    private void WriteCanonical(ArrayBufferWriter<byte> buffer)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), Sequence);
        buffer.Advance(8);
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), At.ToUnixTimeMilliseconds());
        buffer.Advance(8);
        Put(buffer, ActorId);
        Put(buffer, Surface);
        Put(buffer, Action);
        Put(buffer, RecordType);
        Put(buffer, RecordId);
        Put(buffer, BatchId);
        buffer.Write(ContentHash);
    }

    private static void Put(ArrayBufferWriter<byte> buffer, Guid? id)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), id is null ? -1 : 16);
        buffer.Advance(4);
        if (id is { } value)
        {
            value.TryWriteBytes(buffer.GetSpan(16), bigEndian: true, out _);
            buffer.Advance(16);
        }
    }

    private static void Put(ArrayBufferWriter<byte> buffer, string? text)
    {
        var length = text is null ? -1 : Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(4), length);
        buffer.Advance(4);
        if (text is not null)
        {
            Encoding.UTF8.GetBytes(text, buffer.GetSpan(length));
            buffer.Advance(length);
        }
    }
}
