using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Guanxi.Platform.Language;

/// <summary>Reads the tables under Data (made by tools/language): brotli over little-endian values.</summary>
sealed class LanguageTables : IDisposable
{
    readonly BinaryReader reader;

    LanguageTables(Stream stream) => reader = new BinaryReader(stream);

    public static LanguageTables Open(string name)
    {
        Stream packed = typeof(LanguageTables).Assembly.GetManifestResourceStream($"language/{name}")
            ?? throw new InvalidOperationException($"The language table {name} is missing from the assembly.");
        var raw = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionMode.Decompress))
        {
            brotli.CopyTo(raw);
        }

        raw.Position = 0;
        return new LanguageTables(raw);
    }

    public int Int32() => reader.ReadInt32();

    public byte[] Rest() => reader.ReadBytes((int)(reader.BaseStream.Length - reader.BaseStream.Position));

    public ushort[] Values()
    {
        var values = new ushort[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public string Text() => new(MemoryMarshal.Cast<ushort, char>(Values()));

    public string[] Lines() => Text().Split('\n');

    public void Dispose() => reader.Dispose();
}
