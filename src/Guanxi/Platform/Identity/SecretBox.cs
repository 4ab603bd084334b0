using System.Security.Cryptography;
using System.Text;
using Guanxi.Platform.Files;

namespace Guanxi.Platform.Identity;

/// <summary>Seals secrets that the program must read again (of an authenticator app, of a sign-in provider): AES-256-GCM, the key apart from the database in keys/sign-in.key.</summary>
public sealed class SecretBox
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private readonly byte[] key;

    private SecretBox(byte[] key) => this.key = key;

    /// <summary>The key of a data directory, made at first need. Several servers share one: copy the file, or give it base64 in GUANXI__Keys__SignIn.</summary>
    public static SecretBox Open(string folder)
    {
        if (Environment.GetEnvironmentVariable("GUANXI__Keys__SignIn") is { Length: > 0 } given)
        {
            var bytes = Convert.FromBase64String(given);
            return bytes.Length == 32 ? new SecretBox(bytes) : throw new InvalidOperationException("GUANXI__Keys__SignIn should be 32 bytes in base64.");
        }

        var path = Path.Combine(KeyFolder.Ensure(folder), "sign-in.key");
        if (!File.Exists(path))
        {
            KeyFolder.WriteSecret(path, RandomNumberGenerator.GetBytes(32));
        }

        var kept = File.ReadAllBytes(path);
        return kept.Length == 32 ? new SecretBox(kept) : throw new InvalidOperationException($"{path} is not a key of 32 bytes.");
    }

    /// <summary>Sealed text, bound to what it is for: one person's secret cannot be put in another's row.</summary>
    public string Seal(string secret, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        var sealedBytes = new byte[NonceSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceSize));
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceSize), plain, sealedBytes.AsSpan(NonceSize, plain.Length), sealedBytes.AsSpan(NonceSize + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return Convert.ToBase64String(sealedBytes);
    }

    /// <summary>What was sealed; null when the key is another or the text was touched.</summary>
    public string? Open(string text, string purpose)
    {
        var bytes = Convert.FromBase64String(text);
        if (bytes.Length < NonceSize + TagSize)
        {
            return null;
        }

        var plain = new byte[bytes.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        try
        {
            aes.Decrypt(bytes.AsSpan(0, NonceSize), bytes.AsSpan(NonceSize, plain.Length), bytes.AsSpan(NonceSize + plain.Length), plain, Encoding.UTF8.GetBytes(purpose));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
