using System.Collections.Frozen;
using System.IO.Compression;

namespace Guanxi.Platform.Identity;

/// <summary>The passwords and words that attackers try first (tools/passwords says where from), in lower case.</summary>
public static class CommonPasswords
{
    private static readonly Lazy<FrozenSet<string>> Words = new(Load);

    public static bool Contains(string lowerCase) => Words.Value.Contains(lowerCase);

    public static int Count => Words.Value.Count;

    private static FrozenSet<string> Load()
    {
        using var packed = typeof(CommonPasswords).Assembly.GetManifestResourceStream("identity/common-passwords.txt.br")
            ?? throw new InvalidOperationException("The list of common passwords is missing from the assembly.");
        using var text = new StreamReader(new BrotliStream(packed, CompressionMode.Decompress));
        return text.ReadToEnd().Split('\n').ToFrozenSet(StringComparer.Ordinal);
    }
}
