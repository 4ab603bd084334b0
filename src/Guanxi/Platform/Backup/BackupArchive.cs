using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Guanxi.Platform.Backup;

/// <summary>A part of a backup as it was written: its name, size and SHA-256.</summary>
public sealed record BackupPart(string Name, long Size, string Hash);

/// <summary>
/// Writes a backup from front to back: parts one after another, compressed (Brotli), sealed. A part is its name (2 bytes length, UTF-8), then pieces (4 bytes length and bytes), a piece of length 0 at its end;
/// after the last part a name of length 0. Nothing but sealed bytes touches the disk.
/// </summary>
public sealed class BackupWriter : IAsyncDisposable
{
    private readonly FileStream file;
    private readonly SealedChunks chunks;
    private readonly SealingStream sealing;
    private readonly BrotliStream packing;
    private readonly string path;
    private readonly List<BackupPart> parts = [];
    private readonly byte[] buffer = new byte[1 << 18];

    private BackupWriter(string path, FileStream file, SealedChunks chunks, int chunkSize)
    {
        (this.path, this.file, this.chunks) = (path, file, chunks);
        sealing = new SealingStream(file, chunks, chunkSize);
        packing = new BrotliStream(sealing, CompressionLevel.Fastest, leaveOpen: true);
    }

    /// <summary>What has been written.</summary>
    public IReadOnlyList<BackupPart> Parts => parts;

    public static async Task<BackupWriter> CreateAsync(string path, BackupHeader header, string passphrase, CancellationToken cancel = default)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path + Unfinished, options);
        var bytes = header.ToBytes();
        await file.WriteAsync(bytes, cancel);
        return new BackupWriter(path, file, new SealedChunks(header, bytes, header.Key(passphrase)), header.ChunkSize);
    }

    /// <summary>Ending of a file that is being written; one that is found at a start was left by a process that is gone.</summary>
    public const string Unfinished = ".part";

    public async Task<BackupPart> AddAsync(string name, Stream content, CancellationToken cancel = default)
    {
        var nameBytes = Encoding.UTF8.GetBytes(name);
        await LengthAsync(nameBytes.Length, 2, cancel);
        await packing.WriteAsync(nameBytes, cancel);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        for (int read; (read = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel)) > 0; size += read)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await LengthAsync(read, 4, cancel);
            await packing.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        await LengthAsync(0, 4, cancel);
        var part = new BackupPart(name, size, Convert.ToHexStringLower(hash.GetHashAndReset()));
        parts.Add(part);
        return part;
    }

    private async Task LengthAsync(int length, int bytes, CancellationToken cancel)
    {
        var front = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(front, length);
        await packing.WriteAsync(front.AsMemory(4 - bytes), cancel);
    }

    /// <summary>Ends the file and gives it its name; until then there is none of that name.</summary>
    public async Task CompleteAsync(CancellationToken cancel = default)
    {
        await LengthAsync(0, 2, cancel);
        await packing.DisposeAsync();
        await sealing.CompleteAsync(cancel);
        file.Flush(flushToDisk: true);
        await file.DisposeAsync();
        File.Move(path + Unfinished, path, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        chunks.Dispose();
        await file.DisposeAsync();
        File.Delete(path + Unfinished);
    }
}

/// <summary>Reads a backup from front to back.</summary>
public sealed class BackupReader : IAsyncDisposable
{
    private readonly FileStream file;
    private readonly SealedChunks chunks;
    private readonly OpeningStream opening;
    private readonly BrotliStream unpacking;

    private BackupReader(FileStream file, BackupHeader header, SealedChunks chunks)
    {
        (this.file, Header, this.chunks) = (file, header, chunks);
        opening = new OpeningStream(file, chunks, header.ChunkSize);
        unpacking = new BrotliStream(opening, CompressionMode.Decompress, leaveOpen: true);
    }

    public BackupHeader Header { get; }

    /// <exception cref="BackupDamagedException">The file is no backup.</exception>
    public static async Task<BackupReader> OpenAsync(string path, string passphrase, CancellationToken cancel = default)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        try
        {
            var (header, bytes) = await BackupHeader.ReadAsync(file, cancel);
            return new BackupReader(file, header, new SealedChunks(header, bytes, header.Key(passphrase)));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands each part to <paramref name="take"/>, whose stream it need not read to the end, and answers what there was. Everything has been seen to be whole only when this returns.</summary>
    /// <exception cref="BackupDamagedException">The backup is damaged, or the passphrase wrong.</exception>
    public async Task<IReadOnlyList<BackupPart>> ReadAsync(Func<string, Stream, Task> take, CancellationToken cancel = default)
    {
        var parts = new List<BackupPart>();
        try
        {
            while (await NameAsync(cancel) is { } name)
            {
                await using var part = new PartStream(unpacking);
                await take(name, part);
                await part.CopyToAsync(Stream.Null, cancel);
                parts.Add(new BackupPart(name, part.Size, part.Hash()));
            }

            // The rest of the file has to open too: what follows the last part would be no part of ours.
            if (await unpacking.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, cancel) > 0 || await opening.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, cancel) > 0)
            {
                throw new BackupDamagedException("There is something after the end of the backup.");
            }
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException or EndOfStreamException)
        {
            throw new BackupDamagedException("The backup is damaged: it cannot be unpacked.", error);
        }

        return parts;
    }

    private async Task<string?> NameAsync(CancellationToken cancel)
    {
        var front = new byte[2];
        await unpacking.ReadExactlyAsync(front, cancel);
        var length = BinaryPrimitives.ReadUInt16BigEndian(front);
        if (length == 0)
        {
            return null;
        }

        var name = new byte[length];
        await unpacking.ReadExactlyAsync(name, cancel);
        return Encoding.UTF8.GetString(name);
    }

    public async ValueTask DisposeAsync()
    {
        await unpacking.DisposeAsync();
        chunks.Dispose();
        await file.DisposeAsync();
    }

    /// <summary>The pieces of one part as a stream.</summary>
    private sealed class PartStream(Stream source) : ReadOnlyStream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private int left;
        private bool ended;

        public long Size { get; private set; }

        public string Hash() => Convert.ToHexStringLower(hash.GetHashAndReset());

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (left == 0 && !ended)
            {
                var front = new byte[4];
                await source.ReadExactlyAsync(front, cancellationToken);
                left = BinaryPrimitives.ReadInt32BigEndian(front);
                ended = left == 0;
            }

            if (ended || left < 0)
            {
                return ended ? 0 : throw new BackupDamagedException("The backup is damaged: a piece has no length.");
            }

            var read = await source.ReadAsync(buffer[..Math.Min(left, buffer.Length)], cancellationToken);
            if (read == 0)
            {
                throw new BackupDamagedException("The backup is cut off inside a part.");
            }

            left -= read;
            Size += read;
            hash.AppendData(buffer.Span[..read]);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
