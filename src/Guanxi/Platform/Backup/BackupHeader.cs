using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Guanxi.Platform.Backup;

/// <summary>A backup that cannot be used, with the reason in one sentence.</summary>
public sealed class BackupDamagedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// What stands in front of a backup in clear: how the key is made and how the chunks are sealed. Nothing about the company. Every chunk is bound to it, so a changed header opens nothing.
/// </summary>
/// <param name="Iterations">Rounds of PBKDF2-HMAC-SHA256 that make the key from the passphrase.</param>
/// <param name="ChunkSize">Bytes of each chunk before sealing; the last may have fewer.</param>
public sealed record BackupHeader(DateTimeOffset Created, string Kind, byte[] Salt, byte[] NoncePrefix, int Iterations, int ChunkSize)
{
    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";
    public const string File = "file";
    public const int NormalIterations = 600_000;
    public const int PrefixLength = 7;
    private const int LargestHeader = 4096;
    private const int LargestChunk = 16 << 20;
    private static readonly byte[] Magic = "GXBACKUP"u8.ToArray();
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static BackupHeader New(DateTimeOffset now, string kind) =>
        new(DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds()), kind, RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(PrefixLength), NormalIterations, 1 << 20);

    /// <summary>Magic, version 1 (2 bytes), length (2 bytes), JSON.</summary>
    public byte[] ToBytes()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, Json);
        var bytes = new byte[Magic.Length + 4 + json.Length];
        Magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(10), (ushort)json.Length);
        json.CopyTo(bytes, 12);
        return bytes;
    }

    /// <exception cref="BackupDamagedException">The stream does not begin like a backup, or like one of a newer program.</exception>
    public static async Task<(BackupHeader Header, byte[] Bytes)> ReadAsync(Stream stream, CancellationToken cancel = default)
    {
        var front = new byte[12];
        if (await stream.ReadAtLeastAsync(front, front.Length, throwOnEndOfStream: false, cancel) < front.Length || !front.AsSpan(0, 8).SequenceEqual(Magic))
        {
            throw new BackupDamagedException("This is not a backup of Guanxi, or its beginning is damaged.");
        }

        var version = BinaryPrimitives.ReadUInt16BigEndian(front.AsSpan(8));
        var length = BinaryPrimitives.ReadUInt16BigEndian(front.AsSpan(10));
        if (version != 1 || length > LargestHeader)
        {
            throw new BackupDamagedException($"The backup has form {version}; this program knows form 1. It is damaged, or was made by a newer Guanxi.");
        }

        var bytes = new byte[12 + length];
        front.CopyTo(bytes, 0);
        if (await stream.ReadAtLeastAsync(bytes.AsMemory(12), length, throwOnEndOfStream: false, cancel) < length)
        {
            throw new BackupDamagedException("The backup ends inside its header.");
        }

        try
        {
            var header = JsonSerializer.Deserialize<BackupHeader>(bytes.AsSpan(12), Json);
            return header is { Salt.Length: 16, NoncePrefix.Length: PrefixLength, Iterations: >= 1000 and <= 100_000_000, ChunkSize: >= 1024 and <= LargestChunk }
                ? (header, bytes)
                : throw new BackupDamagedException("The backup's header is damaged.");
        }
        catch (JsonException error)
        {
            throw new BackupDamagedException("The backup's header is damaged.", error);
        }
    }

    /// <summary>The 32 bytes that the chunks are sealed with.</summary>
    public byte[] Key(string passphrase) => Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase.Normalize(NormalizationForm.FormC)), Salt, Iterations, HashAlgorithmName.SHA256, 32);
}
