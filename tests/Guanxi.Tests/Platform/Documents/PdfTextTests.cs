using Guanxi.Platform.Documents;

namespace Guanxi.Tests.Platform.Documents;

public sealed class PdfTextTests
{
    [Fact]
    public void What_is_written_can_be_selected_and_only_its_characters_are_embedded()
    {
        var paper = new PdfDocument { Title = "报价单" };
        paper.AddPage();
        paper.Text(50, 80, "人民币壹万贰仟叁佰元伍角整，共 3 台 (Pump) 100%·€", 10);
        paper.Text(50, 100, "繁體：報價單", 12, bold: true);
        var file = paper.ToArray();
        Assert.Equal(["人民币壹万贰仟叁佰元伍角整，共 3 台 (Pump) 100%·€", "繁體：報價單"], PdfReader.Lines(file));
        Assert.True(file.Length < 40_000, $"{file.Length} bytes for two lines");
        Assert.Equal(file, Again());

        byte[] Again()
        {
            var same = new PdfDocument { Title = "报价单" };
            same.AddPage();
            same.Text(50, 80, "人民币壹万贰仟叁佰元伍角整，共 3 台 (Pump) 100%·€", 10);
            same.Text(50, 100, "繁體：報價單", 12, bold: true);
            return same.ToArray();
        }
    }

    [Fact]
    public void The_embedded_font_is_whole_by_its_own_tables()
    {
        var font = TrueTypeFont.Chinese;
        var glyphs = "报价单有效期".EnumerateRunes().Select(font.Glyph).ToList();
        Assert.DoesNotContain(0, glyphs);
        var subset = font.Subset(glyphs);
        Assert.Equal(0x00010000u, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(subset));
        Assert.True(subset.Length < 20_000, $"{subset.Length} bytes for six characters");
        Assert.Equal(1000, font.Width(glyphs[0]));
        Assert.Equal(0, font.Glyph(new System.Text.Rune(0x1F600)));
    }

    [Theory]
    [InlineData("一二三四五六七八九十，甲乙丙丁", 60, 10)]
    [InlineData("Stainless steel pump with a very-long-word-that-does-not-fit-at-all-anywhere", 100, 10)]
    [InlineData("", 100, 10)]
    public void A_text_is_broken_so_that_each_line_fits_and_nothing_is_lost(string text, double wide, double size)
    {
        var paper = new PdfDocument();
        var lines = paper.Wrap(text, wide, size);
        Assert.All(lines, line => Assert.True(paper.Measure(line, size) <= wide + size, line));
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith('，'));
    }
}
