using System.Security.Cryptography;
using Guanxi.Platform.Files;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// The keys of checkpoints, under keys/ in the data directory: one private (ECDSA P-256, readable by the program's user alone) and the public ones, of today and of before.
/// Whoever checks from outside keeps a copy of the public key.
/// </summary>
public sealed class LedgerKeys : IDisposable
{
    public const string PrivateFile = "ledger-signing.pem";
    private const string PublicPattern = "ledger-*.pub.pem";
    private readonly ECDsa? signing;
    private readonly List<ECDsa> trusted;

    private LedgerKeys(ECDsa? signing, List<ECDsa> trusted) => (this.signing, this.trusted) = (signing, trusted);

    /// <summary>The keys of a data directory; a first one is made when there is none.</summary>
    public static LedgerKeys Open(string folder)
    {
        var keys = KeyFolder.Ensure(folder);
        var path = Path.Combine(keys, PrivateFile);
        if (!File.Exists(path))
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            KeyFolder.WriteSecret(path, made.ExportPkcs8PrivateKeyPem() + "\n");
        }

        var signing = ECDsa.Create();
        signing.ImportFromPem(File.ReadAllText(path));
        var published = Path.Combine(keys, $"ledger-{Convert.ToHexStringLower(Id(signing))}.pub.pem");
        if (!File.Exists(published))
        {
            File.WriteAllText(published, signing.ExportSubjectPublicKeyInfoPem() + "\n");
        }

        return new LedgerKeys(signing, Public(keys));
    }

    /// <summary>The public keys of a data directory, and of further files; nothing is made.</summary>
    /// <exception cref="InvalidDataException">A file holds no public key.</exception>
    public static LedgerKeys Read(string folder, params IEnumerable<string> files)
    {
        var keys = Path.Combine(folder, KeyFolder.Name);
        return new LedgerKeys(null, [.. Directory.Exists(keys) ? Public(keys) : [], .. files.Select(FromFile)]);
    }

    private static List<ECDsa> Public(string keys) => [.. Directory.EnumerateFiles(keys, PublicPattern).Order(StringComparer.Ordinal).Select(FromFile)];

    private static ECDsa FromFile(string file)
    {
        try
        {
            var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(file));
            return key;
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            throw new InvalidDataException($"{file} holds no public key in PEM form.", error);
        }
    }

    /// <summary>First four bytes of SHA-256 over the key's SubjectPublicKeyInfo (DER), as the signed-note form names ECDSA keys.</summary>
    public static byte[] Id(ECDsa key) => SHA256.HashData(key.ExportSubjectPublicKeyInfo())[..4];

    /// <summary>The public key of today in PEM form.</summary>
    public string PublicPem => (signing ?? trusted[0]).ExportSubjectPublicKeyInfoPem();

    /// <summary>Key id and DER signature (SHA-256, RFC 3279) of the text.</summary>
    public byte[] Sign(byte[] text)
    {
        var key = signing ?? throw new InvalidOperationException("There is no private key to sign with.");
        return [.. Id(key), .. key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)];
    }

    /// <summary>Whether one of the trusted keys signed the text so.</summary>
    public bool Verify(byte[] text, byte[] signature) => signature.Length > 4 && trusted.Any(key =>
        Id(key).AsSpan().SequenceEqual(signature.AsSpan(0, 4)) && key.VerifyData(text, signature.AsSpan(4), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    public void Dispose()
    {
        signing?.Dispose();
        trusted.ForEach(key => key.Dispose());
    }
}
