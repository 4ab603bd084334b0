using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Guanxi.Platform.Backup;

/// <summary>
/// The sealing of a backup: AES-256-GCM over chunks, each with its number and whether it is the last in the nonce and the header's hash as associated data. So a chunk that is changed, dropped, doubled,
/// moved or taken from another file does not open, and an end that is cut off or added to is seen.
/// </summary>
internal sealed class SealedChunks(BackupHeader header, byte[] headerBytes, byte[] key) : IDisposable
{
    public const int TagSize = 16;
    private readonly AesGcm cipher = new(key, TagSize);
    private readonly byte[] bound = SHA256.HashData(headerBytes);
    private readonly byte[] nonce = [.. header.NoncePrefix, 0, 0, 0, 0, 0];
    private uint number;

    /// <summary>Most a file holds: four thousand million chunks, a nonce each.</summary>
    private ReadOnlySpan<byte> Next(bool last)
    {
        BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(BackupHeader.PrefixLength), number);
        number = checked(number + 1);
        nonce[^1] = last ? (byte)1 : (byte)0;
        return nonce;
    }

    public void Seal(ReadOnlySpan<byte> plain, Span<byte> sealedBytes, Span<byte> tag, bool last) => cipher.Encrypt(Next(last), plain, sealedBytes, tag, bound);

    /// <exception cref="BackupDamagedException">The chunk does not open: a wrong passphrase when it is the first, else damage.</exception>
    public void Open(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> tag, Span<byte> plain, bool last)
    {
        var at = number;
        try
        {
            cipher.Decrypt(Next(last), sealedBytes, tag, plain, bound);
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new BackupDamagedException(at == 0 ? "The backup does not open: the passphrase is wrong, or its beginning is damaged." : $"The backup is damaged near byte {(long)at * header.ChunkSize:N0}: it was changed, cut off, or put together anew.", error);
        }
    }

    public void Dispose() => cipher.Dispose();
}

/// <summary>Takes bytes and writes them sealed. <see cref="CompleteAsync"/> ends it; without that the file has no end and does not open.</summary>
internal sealed class SealingStream(Stream target, SealedChunks chunks, int chunkSize) : WriteOnlyStream
{
    private readonly byte[] plain = new byte[chunkSize];
    private readonly byte[] sealedBytes = new byte[4 + SealedChunks.TagSize + chunkSize];
    private int filled;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            // A full chunk waits until it is known that another follows: the last is marked.
            if (filled == plain.Length)
            {
                await FlushChunkAsync(last: false, cancellationToken);
            }

            var taken = Math.Min(buffer.Length, plain.Length - filled);
            buffer[..taken].CopyTo(plain.AsMemory(filled));
            filled += taken;
            buffer = buffer[taken..];
        }
    }

    public Task CompleteAsync(CancellationToken cancel = default) => FlushChunkAsync(last: true, cancel);

    private async Task FlushChunkAsync(bool last, CancellationToken cancel)
    {
        // The length's highest bit says that it is the last; the nonce says it too, and cannot be forged.
        BinaryPrimitives.WriteUInt32BigEndian(sealedBytes, (uint)filled | (last ? 0x8000_0000 : 0));
        chunks.Seal(plain.AsSpan(0, filled), sealedBytes.AsSpan(4 + SealedChunks.TagSize, filled), sealedBytes.AsSpan(4, SealedChunks.TagSize), last);
        await target.WriteAsync(sealedBytes.AsMemory(0, 4 + SealedChunks.TagSize + filled), cancel);
        filled = 0;
    }
}

/// <summary>Gives the bytes of a sealed file, each only after its chunk has proved to be whole and in its place.</summary>
internal sealed class OpeningStream(Stream source, SealedChunks chunks, int chunkSize) : ReadOnlyStream
{
    private readonly byte[] sealedBytes = new byte[SealedChunks.TagSize + chunkSize];
    private readonly byte[] plain = new byte[chunkSize];
    private int start;
    private int end;
    private bool last;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (start == end)
        {
            if (last)
            {
                return 0;
            }

            await NextAsync(cancellationToken);
        }

        var taken = Math.Min(buffer.Length, end - start);
        plain.AsMemory(start, taken).CopyTo(buffer);
        start += taken;
        return taken;
    }

    private async Task NextAsync(CancellationToken cancel)
    {
        var front = new byte[4];
        if (await source.ReadAtLeastAsync(front, 4, throwOnEndOfStream: false, cancel) < 4)
        {
            throw new BackupDamagedException("The backup is cut off: its end is missing.");
        }

        var word = BinaryPrimitives.ReadUInt32BigEndian(front);
        last = word >> 31 == 1;
        var length = (int)(word & 0x7fff_ffff);
        if (length > chunkSize || (length < chunkSize && !last))
        {
            throw new BackupDamagedException("The backup is damaged: a chunk has a length that none has.");
        }

        var all = SealedChunks.TagSize + length;
        if (await source.ReadAtLeastAsync(sealedBytes.AsMemory(0, all), all, throwOnEndOfStream: false, cancel) < all)
        {
            throw new BackupDamagedException("The backup is cut off: its last chunk is not whole.");
        }

        chunks.Open(sealedBytes.AsSpan(SealedChunks.TagSize, length), sealedBytes.AsSpan(0, SealedChunks.TagSize), plain.AsSpan(0, length), last);
        (start, end) = (0, length);
        if (last && await source.ReadAtLeastAsync(front, 1, throwOnEndOfStream: false, cancel) > 0)
        {
            throw new BackupDamagedException("Something was added at the end of the backup.");
        }
    }
}
