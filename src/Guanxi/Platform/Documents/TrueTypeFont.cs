using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Guanxi.Platform.Documents;

/// <summary>A TrueType font (ISO/IEC 14496-22) as a printed page needs it: which glyph a character has, how wide it is, and a font of those glyphs alone.</summary>
public sealed class TrueTypeFont
{
    private const ushort MoreComponents = 0x20;
    private const ushort WordArguments = 0x01;
    private const ushort Scaled = 0x08;
    private const ushort ScaledInTwo = 0x40;
    private const ushort Matrix = 0x80;

    private static readonly Lazy<TrueTypeFont> ChineseFont = new(() => Open("chinese"));
    private static readonly Lazy<TrueTypeFont> LatinFont = new(() => Open("latin"));

    private readonly byte[] data;
    private readonly Dictionary<string, (int At, int Size)> tables = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> glyphs;
    private readonly int metrics;
    private readonly bool longOffsets;

    private TrueTypeFont(byte[] data)
    {
        this.data = data;
        for (var i = 0; i < U16(4); i++)
        {
            var at = 12 + (16 * i);
            tables[Encoding.Latin1.GetString(data, at, 4)] = ((int)U32(at + 8), (int)U32(at + 12));
        }

        UnitsPerEm = U16(Table("head") + 18);
        longOffsets = U16(Table("head") + 50) != 0;
        Ascent = S16(Table("hhea") + 4);
        Descent = S16(Table("hhea") + 6);
        metrics = U16(Table("hhea") + 34);
        Count = U16(Table("maxp") + 4);
        glyphs = ReadCharacters();
    }

    /// <summary>Chinese characters, simplified and traditional, and full-width signs.</summary>
    public static TrueTypeFont Chinese => ChineseFont.Value;

    /// <summary>Letters, digits and signs of European languages.</summary>
    public static TrueTypeFont Latin => LatinFont.Value;

    public int UnitsPerEm { get; }

    public int Ascent { get; }

    public int Descent { get; }

    public int Count { get; }

    private static TrueTypeFont Open(string name)
    {
        using var packed = typeof(TrueTypeFont).Assembly.GetManifestResourceStream($"documents/{name}.ttf.br") ?? throw new InvalidOperationException($"The font {name} is missing from the assembly.");
        using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        using var raw = new MemoryStream();
        brotli.CopyTo(raw);
        return new TrueTypeFont(raw.ToArray());
    }

    /// <summary>The glyph of a character; 0 when the font has none.</summary>
    public int Glyph(Rune character) => glyphs.GetValueOrDefault(character.Value);

    /// <summary>How far a glyph moves on, in thousandths of the size.</summary>
    public int Width(int glyph) => U16(Table("hmtx") + (4 * Math.Min(glyph, metrics - 1))) * 1000 / UnitsPerEm;

    /// <summary>A font of these glyphs alone, numbered as they come; composites bring their parts, which follow. The first is always the sign for what is missing.</summary>
    /// <param name="wanted">Without the first.</param>
    public byte[] Subset(IReadOnlyList<int> wanted)
    {
        List<int> kept = [0, .. wanted];
        var numbers = new Dictionary<int, int>();
        for (var i = 0; i < kept.Count; i++)
        {
            numbers[kept[i]] = i;
        }

        var outlines = new List<byte[]>();
        for (var i = 0; i < kept.Count; i++)
        {
            var outline = Outline(kept[i]).ToArray();
            foreach (var at in Components(outline))
            {
                var part = BinaryPrimitives.ReadUInt16BigEndian(outline.AsSpan(at));
                if (!numbers.TryGetValue(part, out var number))
                {
                    numbers[part] = number = kept.Count;
                    kept.Add(part);
                }

                BinaryPrimitives.WriteUInt16BigEndian(outline.AsSpan(at), (ushort)number);
            }

            outlines.Add(outline);
        }

        return Assemble(kept, outlines);
    }

    private byte[] Assemble(List<int> kept, List<byte[]> outlines)
    {
        var (glyf, loca, hmtx) = (new MemoryStream(), new byte[4 * (kept.Count + 1)], new byte[4 * kept.Count]);
        for (var i = 0; i < kept.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(loca.AsSpan(4 * i), (uint)glyf.Length);
            glyf.Write(outlines[i]);
            glyf.Write(new byte[(4 - (outlines[i].Length & 3)) & 3]);
            var metric = Table("hmtx") + (4 * Math.Min(kept[i], metrics - 1));
            data.AsSpan(metric, 2).CopyTo(hmtx.AsSpan(4 * i));
            data.AsSpan(kept[i] < metrics ? metric + 2 : Table("hmtx") + (4 * metrics) + (2 * (kept[i] - metrics)), 2).CopyTo(hmtx.AsSpan((4 * i) + 2));
        }

        BinaryPrimitives.WriteUInt32BigEndian(loca.AsSpan(4 * kept.Count), (uint)glyf.Length);
        var (head, hhea, maxp) = (Copy("head"), Copy("hhea"), Copy("maxp"));
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), 0);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(50), 1);
        BinaryPrimitives.WriteUInt16BigEndian(hhea.AsSpan(34), (ushort)kept.Count);
        BinaryPrimitives.WriteUInt16BigEndian(maxp.AsSpan(4), (ushort)kept.Count);
        var parts = new List<(string Tag, byte[] Data)> { ("glyf", glyf.ToArray()), ("head", head), ("hhea", hhea), ("hmtx", hmtx), ("loca", loca), ("maxp", maxp) };
        parts.AddRange(new[] { "cvt ", "fpgm", "prep" }.Where(tables.ContainsKey).Select(tag => (tag, Copy(tag))));
        return File([.. parts.OrderBy(part => part.Tag, StringComparer.Ordinal)]);
    }

    private static byte[] File(List<(string Tag, byte[] Data)> parts)
    {
        var directory = new byte[12 + (16 * parts.Count)];
        BinaryPrimitives.WriteUInt32BigEndian(directory, 0x00010000);
        BinaryPrimitives.WriteUInt16BigEndian(directory.AsSpan(4), (ushort)parts.Count);
        var power = (int)Math.Log2(parts.Count);
        BinaryPrimitives.WriteUInt16BigEndian(directory.AsSpan(6), (ushort)(16 << power));
        BinaryPrimitives.WriteUInt16BigEndian(directory.AsSpan(8), (ushort)power);
        BinaryPrimitives.WriteUInt16BigEndian(directory.AsSpan(10), (ushort)((16 * parts.Count) - (16 << power)));
        var file = new MemoryStream();
        var next = directory.Length;
        for (var i = 0; i < parts.Count; i++)
        {
            var entry = directory.AsSpan(12 + (16 * i), 16);
            var body = parts[i].Data;
            Encoding.Latin1.GetBytes(parts[i].Tag, entry);
            BinaryPrimitives.WriteUInt32BigEndian(entry[4..], Sum(body));
            BinaryPrimitives.WriteUInt32BigEndian(entry[8..], (uint)next);
            BinaryPrimitives.WriteUInt32BigEndian(entry[12..], (uint)body.Length);
            next += (body.Length + 3) & ~3;
        }

        file.Write(directory);
        foreach (var (_, body) in parts)
        {
            file.Write(body);
            file.Write(new byte[(4 - (body.Length & 3)) & 3]);
        }

        return file.ToArray();
    }

    private static uint Sum(byte[] table)
    {
        var sum = 0u;
        for (var at = 0; at < table.Length; at++)
        {
            sum = unchecked(sum + ((uint)table[at] << (24 - (8 * (at & 3)))));
        }

        return sum;
    }

    /// <summary>Where in a composite outline the numbers of its parts stand.</summary>
    private static IEnumerable<int> Components(byte[] outline)
    {
        if (outline.Length < 10 || BinaryPrimitives.ReadInt16BigEndian(outline) >= 0)
        {
            yield break;
        }

        for (var at = 10; ;)
        {
            var flags = BinaryPrimitives.ReadUInt16BigEndian(outline.AsSpan(at));
            yield return at + 2;
            at += 4 + ((flags & WordArguments) != 0 ? 4 : 2) + ((flags & Scaled) != 0 ? 2 : (flags & ScaledInTwo) != 0 ? 4 : (flags & Matrix) != 0 ? 8 : 0);
            if ((flags & MoreComponents) == 0)
            {
                yield break;
            }
        }
    }

    private ReadOnlySpan<byte> Outline(int glyph)
    {
        var loca = Table("loca");
        var (from, to) = longOffsets ? ((int)U32(loca + (4 * glyph)), (int)U32(loca + (4 * glyph) + 4)) : (2 * U16(loca + (2 * glyph)), 2 * U16(loca + (2 * glyph) + 2));
        return data.AsSpan(Table("glyf") + from, to - from);
    }

    private Dictionary<int, int> ReadCharacters()
    {
        var found = new Dictionary<int, int>();
        var cmap = Table("cmap");
        for (var i = 0; i < U16(cmap + 2); i++)
        {
            var at = cmap + (int)U32(cmap + 8 + (8 * i));
            switch (U16(at))
            {
                case 4:
                    ReadSegments(at, found);
                    break;
                case 12:
                    for (var group = 0; group < (int)U32(at + 12); group++)
                    {
                        var entry = at + 16 + (12 * group);
                        for (var code = (int)U32(entry); code <= (int)U32(entry + 4); code++)
                        {
                            found[code] = (int)U32(entry + 8) + code - (int)U32(entry);
                        }
                    }

                    break;
            }
        }

        return found;
    }

    private void ReadSegments(int at, Dictionary<int, int> found)
    {
        var segments = U16(at + 6) / 2;
        var (ends, starts) = (at + 14, at + 16 + (2 * segments));
        var (deltas, offsets) = (starts + (2 * segments), starts + (4 * segments));
        for (var i = 0; i < segments; i++)
        {
            var (first, last, delta, offset) = (U16(starts + (2 * i)), U16(ends + (2 * i)), U16(deltas + (2 * i)), U16(offsets + (2 * i)));
            for (int code = first; code <= last && code < 0xFFFF; code++)
            {
                var glyph = offset == 0 ? (code + delta) & 0xFFFF : U16(offsets + (2 * i) + offset + (2 * (code - first))) is var raw and > 0 ? (raw + delta) & 0xFFFF : 0;
                if (glyph > 0)
                {
                    found[code] = glyph;
                }
            }
        }
    }

    private byte[] Copy(string tag) => data.AsSpan(tables[tag].At, tables[tag].Size).ToArray();

    private int Table(string tag) => tables[tag].At;

    private ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(at));

    private short S16(int at) => BinaryPrimitives.ReadInt16BigEndian(data.AsSpan(at));

    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(at));
}
