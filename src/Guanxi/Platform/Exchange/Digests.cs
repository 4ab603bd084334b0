using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Guanxi.Platform.Exchange;

/// <summary>Texts of which only equality is asked, as sixteen bytes each: two million of them fit into memory.</summary>
internal static class Digests
{
    public static UInt128 Of(string text) => MemoryMarshal.Read<UInt128>(SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan())));

    public static UInt128 Of(object key) => Of(key as string ?? key.ToString()!);
}
