using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Guanxi.Platform.Documents;

/// <summary>The objects of a PDF and the table of where they stand.</summary>
internal sealed class PdfFile
{
    private readonly List<byte[]?> objects = [];

    public int Reserve()
    {
        objects.Add(null);
        return objects.Count;
    }

    public void Put(int number, string body) => objects[number - 1] = Encoding.Latin1.GetBytes(body);

    public int Add(string body)
    {
        var number = Reserve();
        Put(number, body);
        return number;
    }

    /// <param name="entries">Further entries of the stream's dictionary.</param>
    public int AddStream(string entries, byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(data);
        }

        var number = Reserve();
        objects[number - 1] = [.. Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<< /Length {packed.Length} /Filter /FlateDecode {entries} >>\nstream\n")), .. packed.ToArray(), .. "\nendstream"u8];
        return number;
    }

    /// <summary>A stream that is packed already, as its entries say.</summary>
    public int AddRaw(string entries, byte[] data)
    {
        var number = Reserve();
        objects[number - 1] = [.. Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"<< /Length {data.Length} {entries} >>\nstream\n")), .. data, .. "\nendstream"u8];
        return number;
    }

    public byte[] Finish(int catalogue, int information)
    {
        using var file = new MemoryStream();
        file.Write("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n"u8);
        var places = new List<long>();
        for (var i = 0; i < objects.Count; i++)
        {
            places.Add(file.Length);
            file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n")));
            file.Write(objects[i]);
            file.Write("\nendobj\n"u8);
        }

        var table = file.Length;
        var words = new StringBuilder().Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (var place in places)
        {
            words.Append(CultureInfo.InvariantCulture, $"{place:0000000000} 00000 n \n");
        }

        words.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size {objects.Count + 1} /Root {catalogue} 0 R /Info {information} 0 R >>\nstartxref\n{table}\n%%EOF\n");
        file.Write(Encoding.ASCII.GetBytes(words.ToString()));
        return file.ToArray();
    }
}

/// <summary>A font of a document: which of its characters stand on the pages, and under which number.</summary>
internal sealed class PdfFont(string name, TrueTypeFont source)
{
    private readonly Dictionary<int, int> numbers = [];
    private readonly List<(int Glyph, Rune Character)> used = [];

    public string Name { get; } = name;

    public TrueTypeFont Source { get; } = source;

    public bool IsUsed => used.Count > 0;

    /// <summary>The number of a glyph in the embedded font.</summary>
    public int Use(int glyph, Rune character)
    {
        if (glyph == 0)
        {
            return 0;
        }

        if (!numbers.TryGetValue(glyph, out var number))
        {
            used.Add((glyph, character));
            numbers[glyph] = number = used.Count;
        }

        return number;
    }

    /// <summary>Writes it and answers its number as an object.</summary>
    public int Write(PdfFile file)
    {
        var data = Source.Subset([.. used.Select(item => item.Glyph)]);
        var body = file.AddStream(string.Create(CultureInfo.InvariantCulture, $"/Length1 {data.Length}"), data);
        var (up, down, full) = (Source.Ascent * 1000 / Source.UnitsPerEm, Source.Descent * 1000 / Source.UnitsPerEm, "AAAAA" + (char)('A' + Name[^1] - '1') + "+Guanxi" + Name);
        var descriptor = file.Add(string.Create(CultureInfo.InvariantCulture, $"<< /Type /FontDescriptor /FontName /{full} /Flags 4 /FontBBox [-200 {down} 1200 {up}] /ItalicAngle 0 /Ascent {up} /Descent {down} /CapHeight 700 /StemV 80 /FontFile2 {body} 0 R >>"));
        var widths = string.Join(' ', used.Select(item => Source.Width(item.Glyph).ToString(CultureInfo.InvariantCulture)));
        var inner = file.Add($"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{full} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {descriptor} 0 R /DW 1000 /W [1 [{widths}]] /CIDToGIDMap /Identity >>");
        var unicode = file.AddStream("", Encoding.ASCII.GetBytes(ToUnicode()));
        return file.Add($"<< /Type /Font /Subtype /Type0 /BaseFont /{full} /Encoding /Identity-H /DescendantFonts [{inner} 0 R] /ToUnicode {unicode} 0 R >>");
    }

    /// <summary>Which character each number is, so that text can be selected and searched.</summary>
    private string ToUnicode()
    {
        var words = new StringBuilder("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
        for (var from = 0; from < used.Count; from += 100)
        {
            var part = used.Skip(from).Take(100).ToList();
            words.Append(CultureInfo.InvariantCulture, $"{part.Count} beginbfchar\n");
            for (var i = 0; i < part.Count; i++)
            {
                words.Append(CultureInfo.InvariantCulture, $"<{from + i + 1:X4}> <{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(part[i].Character.ToString()))}>\n");
            }

            words.Append("endbfchar\n");
        }

        return words.Append("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n").ToString();
    }
}
