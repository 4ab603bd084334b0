using System.Buffers;

namespace Guanxi.Platform.Files;

/// <summary>
/// What a file is, by its first bytes; what its sender calls it counts for nothing. Only kinds that a browser shows without running anything have a name here; all else is bytes.
/// </summary>
public static class FileKind
{
    public const string Bytes = "application/octet-stream";

    /// <summary>So many first bytes tell.</summary>
    public const int Head = 16;

    // Marks that turn the reading direction, hide or join letters: "photo[RLO]gnp.exe" would be shown as "photoexe.png".
    private static readonly SearchValues<char> Deceptive = SearchValues.Create("\u061C\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\uFEFF");

    private static readonly (byte[] Mark, int At, string Kind)[] Marks =
    [
        ([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], 0, "image/png"),
        ([0xFF, 0xD8, 0xFF], 0, "image/jpeg"),
        ([.. "GIF87a"u8], 0, "image/gif"),
        ([.. "GIF89a"u8], 0, "image/gif"),
        ([.. "WEBP"u8], 8, "image/webp"),
        ([.. "%PDF-"u8], 0, "application/pdf"),
        ([(byte)'P', (byte)'K', 3, 4], 0, "application/zip"),
    ];

    /// <summary>The media type by the first bytes; <see cref="Bytes"/> for everything unknown, text and markup included.</summary>
    public static string Of(ReadOnlySpan<byte> head)
    {
        foreach (var (mark, at, kind) in Marks)
        {
            if (head.Length >= at + mark.Length && head.Slice(at, mark.Length).SequenceEqual(mark))
            {
                return kind;
            }
        }

        return Bytes;
    }

    /// <summary>A name without folders, as it is kept and given back; null when it cannot be used.</summary>
    public static string? NameOf(string given)
    {
        var name = Path.GetFileName(given.Replace('\\', '/')).Trim().TrimEnd('.');
        return name.Length is 0 or > 200 || name.Any(char.IsControl) || name.AsSpan().ContainsAny(Deceptive) || HasHalfLetter(name) ? null : name;
    }

    private static bool HasHalfLetter(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogate(name[i]) && !(i + 1 < name.Length && char.IsSurrogatePair(name[i], name[++i])))
            {
                return true;
            }
        }

        return false;
    }
}
