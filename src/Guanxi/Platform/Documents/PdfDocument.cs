using System.Globalization;
using System.Text;

namespace Guanxi.Platform.Documents;

/// <summary>
/// Pages as PDF 1.7 (ISO 32000-1): text that can be selected and searched, in fonts of which only the characters used are embedded; lines, fills and a watermark. Lengths are points from the top left of a page.
/// The same content always makes the same bytes.
/// </summary>
public sealed class PdfDocument(double width = 595, double height = 842)
{
    private readonly List<StringBuilder> pages = [];
    private readonly PdfFont[] fonts = [new("F1", TrueTypeFont.Latin), new("F2", TrueTypeFont.Chinese)];
    private readonly List<PdfImage> images = [];
    private StringBuilder content = new();

    public double Width { get; } = width;

    public double Height { get; } = height;

    public int Pages => pages.Count;

    public string Title { get; init; } = "";

    public string Language { get; init; } = "zh-CN";

    /// <summary>When it was made; null says nothing.</summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>Where the same pages are drawn once more; null for the PDF alone.</summary>
    public SvgPages? Drawing { get; init; }

    public void AddPage()
    {
        pages.Add(content = new StringBuilder());
        Drawing?.AddPage();
    }

    /// <summary>Goes on with a page made before: for its number at the foot, when all are there.</summary>
    public void Return(int page)
    {
        content = pages[page];
        Drawing?.Return(page);
    }

    /// <summary>How wide a text is.</summary>
    public double Measure(string text, double size) => Runs(text).Sum(run => run.Glyphs.Sum(glyph => run.Font.Source.Width(glyph.Glyph))) * size / 1000;

    /// <summary>Writes one line, its baseline at <paramref name="y"/>.</summary>
    /// <param name="grey">0 is black, 1 white.</param>
    /// <param name="bold">Drawn with an outline, as there is one weight.</param>
    public void Text(double x, double y, string text, double size, double grey = 0, bool bold = false)
    {
        content.Append("BT ").Append(N(grey)).Append(" g ").Append(bold ? $"2 Tr {N(size * 0.03)} w {N(grey)} G " : "0 Tr ").Append("1 0 0 1 ").Append(N(x)).Append(' ').Append(N(Height - y)).Append(" Tm ");
        Show(text, size);
        content.Append("ET\n");
        Drawing?.Text(x, y, text, size, Measure(text, size), grey, bold);
    }

    /// <summary>A line of text across the page, faint, behind nothing and over nothing that matters.</summary>
    public void Watermark(string text, double size)
    {
        const double Angle = Math.PI / 6;
        var (cos, sin) = (Math.Cos(Angle), Math.Sin(Angle));
        var step = Math.Max(220, Measure(text, size) + 60);
        Drawing?.Watermark(text, size, step, Width, Height);
        content.Append("q /G1 gs\n");
        for (var y = 60.0; y < Height + 300; y += 170)
        {
            for (var x = -80.0; x < Width; x += step)
            {
                content.Append("BT 0.4 g 0 Tr ").Append(N(cos)).Append(' ').Append(N(sin)).Append(' ').Append(N(-sin)).Append(' ').Append(N(cos)).Append(' ').Append(N(x)).Append(' ').Append(N(Height - y)).Append(" Tm ");
                Show(text, size);
                content.Append("ET\n");
            }
        }

        content.Append("Q\n");
    }

    private void Show(string text, double size)
    {
        foreach (var (font, glyphs) in Runs(text))
        {
            content.Append('/').Append(font.Name).Append(' ').Append(N(size)).Append(" Tf <");
            foreach (var (glyph, character) in glyphs)
            {
                content.Append(font.Use(glyph, character).ToString("X4", CultureInfo.InvariantCulture));
            }

            content.Append("> Tj ");
        }
    }

    public void Line(double x1, double y1, double x2, double y2, double thickness = 0.5, double grey = 0.6)
    {
        content.Append(N(grey)).Append(" G ").Append(N(thickness)).Append(" w ").Append(N(x1)).Append(' ').Append(N(Height - y1)).Append(" m ").Append(N(x2)).Append(' ').Append(N(Height - y2)).Append(" l S\n");
        Drawing?.Line(x1, y1, x2, y2, thickness, grey);
    }

    public void Fill(double x, double y, double wide, double high, double grey)
    {
        content.Append(N(grey)).Append(" g ").Append(N(x)).Append(' ').Append(N(Height - y - high)).Append(' ').Append(N(wide)).Append(' ').Append(N(high)).Append(" re f\n");
        Drawing?.Fill(x, y, wide, high, grey);
    }

    /// <summary>Draws a picture, its top left corner at the point, as high as that.</summary>
    /// <returns>How wide it is.</returns>
    public double Image(PdfImage image, double x, double y, double high)
    {
        var (number, wide) = (images.IndexOf(image), high * image.Width / image.Height);
        if (number < 0)
        {
            number = images.Count;
            images.Add(image);
        }

        content.Append("q ").Append(N(wide)).Append(" 0 0 ").Append(N(high)).Append(' ').Append(N(x)).Append(' ').Append(N(Height - y - high)).Append(" cm /I").Append(number.ToString(CultureInfo.InvariantCulture)).Append(" Do Q\n");
        Drawing?.Image(image, x, y, wide, high);
        return wide;
    }

    /// <summary>The text as lines no wider than that; breaks between Chinese characters, between words, and inside a word that is too long by itself.</summary>
    public IReadOnlyList<string> Wrap(string? text, double wide, double size)
    {
        var lines = new List<string>();
        foreach (var paragraph in (text ?? "").ReplaceLineEndings("\n").Split('\n'))
        {
            var (line, used) = (new StringBuilder(), 0.0);
            foreach (var piece in Pieces(paragraph))
            {
                var needed = Measure(piece.TrimEnd(), size);
                if (used > 0 && used + needed > wide)
                {
                    lines.Add(line.ToString().TrimEnd());
                    (line, used) = (new StringBuilder(), 0.0);
                }

                foreach (var part in needed > wide ? piece.EnumerateRunes().Select(rune => rune.ToString()) : [piece])
                {
                    var more = Measure(part, size);
                    if (used > 0 && used + Measure(part.TrimEnd(), size) > wide)
                    {
                        lines.Add(line.ToString());
                        (line, used) = (new StringBuilder(), 0.0);
                    }

                    line.Append(part);
                    used += more;
                }
            }

            lines.Add(line.ToString().TrimEnd());
        }

        return lines;
    }

    /// <summary>Words with the blank after them, and single characters of scripts without blanks; a closing sign stays with what is before it.</summary>
    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        var word = new StringBuilder();
        void End()
        {
            if (word.Length > 0)
            {
                pieces.Add(word.ToString());
                word.Clear();
            }
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value < 0x2E80)
            {
                word.Append(rune.ToString());
                if (Rune.IsWhiteSpace(rune))
                {
                    End();
                }

                continue;
            }

            End();
            if (pieces.Count > 0 && "，。、；：！？）》”’】」』％".Contains(rune.ToString(), StringComparison.Ordinal))
            {
                pieces[^1] += rune.ToString();
            }
            else
            {
                pieces.Add(rune.ToString());
            }
        }

        End();
        return pieces;
    }

    private List<(PdfFont Font, List<(int Glyph, Rune Character)> Glyphs)> Runs(string text)
    {
        var runs = new List<(PdfFont Font, List<(int Glyph, Rune Character)> Glyphs)>();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                continue;
            }

            var font = Array.Find(fonts, candidate => candidate.Source.Glyph(rune) > 0) ?? fonts[0];
            if (runs.Count == 0 || runs[^1].Font != font)
            {
                runs.Add((font, []));
            }

            runs[^1].Glyphs.Add((font.Source.Glyph(rune), rune));
        }

        return runs;
    }

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        var file = new PdfFile();
        var tree = file.Reserve();
        var used = fonts.Where(font => font.IsUsed).Select(font => (font.Name, Number: font.Write(file))).ToList();
        var faint = file.Add("<< /Type /ExtGState /ca 0.12 /CA 0.12 >>");
        var drawn = images.Count == 0 ? "" : $" /XObject << {string.Join(' ', images.Select((image, i) => $"/I{i} {image.Write(file)} 0 R"))} >>";
        var resources = $"<< /Font << {string.Join(' ', used.Select(font => $"/{font.Name} {font.Number} 0 R"))} >> /ExtGState << /G1 {faint} 0 R >>{drawn} >>";
        var kids = new List<int>();
        foreach (var page in pages)
        {
            var body = file.AddStream("", Encoding.ASCII.GetBytes(page.ToString()));
            kids.Add(file.Add($"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {N(Width)} {N(Height)}] /Resources {resources} /Contents {body} 0 R >>"));
        }

        file.Put(tree, $"<< /Type /Pages /Kids [{string.Join(' ', kids.Select(kid => $"{kid} 0 R"))}] /Count {kids.Count} >>");
        var catalogue = file.Add($"<< /Type /Catalog /Pages {tree} 0 R /Lang ({Language}) /ViewerPreferences << /DisplayDocTitle true >> >>");
        var information = file.Add($"<< /Title <{Hex(Title)}> /Producer (Guanxi){(MadeAt is { } at ? $" /CreationDate (D:{at.UtcDateTime:yyyyMMddHHmmss}Z)" : "")} >>");
        return file.Finish(catalogue, information);
    }

    private static string Hex(string text) => Convert.ToHexString([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)]);

    private static string N(double number) => Math.Round(number, 3).ToString("0.###", CultureInfo.InvariantCulture);
}
