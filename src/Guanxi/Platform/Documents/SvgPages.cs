using System.Globalization;
using System.Net;
using System.Text;

namespace Guanxi.Platform.Documents;

/// <summary>The pages of a <see cref="PdfDocument"/> once more as SVG, drawn in the same places, for showing them where no PDF can be shown: inside a page, on a phone.</summary>
public sealed class SvgPages
{
    private readonly List<StringBuilder> pages = [];
    private StringBuilder content = new();

    /// <summary>A picture a page.</summary>
    public IReadOnlyList<string> Pages(double width, double height) =>
        [.. pages.Select(page => string.Create(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif\"><rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>{page}</svg>"))];

    internal void AddPage() => pages.Add(content = new StringBuilder());

    internal void Return(int page) => content = pages[page];

    /// <param name="wide">How wide the PDF draws it: the browser's font is stretched to it.</param>
    internal void Text(double x, double y, string text, double size, double wide, double grey, bool bold)
    {
        if (text.Length > 0)
        {
            content.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.##}\" y=\"{y:0.##}\" font-size=\"{size:0.##}\" textLength=\"{wide:0.##}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{Colour(grey)}\"{(bold ? " font-weight=\"600\"" : "")}>{WebUtility.HtmlEncode(text)}</text>");
        }
    }

    internal void Watermark(string text, double size, double step, double width, double height)
    {
        for (var y = 60.0; y < height + 300; y += 170)
        {
            for (var x = -80.0; x < width; x += step)
            {
                content.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate({x:0.##} {y:0.##}) rotate(-30)\" font-size=\"{size:0.##}\" fill=\"#666\" opacity=\"0.12\">{WebUtility.HtmlEncode(text)}</text>");
            }
        }
    }

    internal void Line(double x1, double y1, double x2, double y2, double thickness, double grey) =>
        content.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\" stroke=\"{Colour(grey)}\" stroke-width=\"{thickness:0.##}\"/>");

    internal void Fill(double x, double y, double wide, double high, double grey) =>
        content.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{wide:0.##}\" height=\"{high:0.##}\" fill=\"{Colour(grey)}\"/>");

    internal void Image(PdfImage image, double x, double y, double wide, double high) =>
        content.Append(CultureInfo.InvariantCulture, $"<image x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{wide:0.##}\" height=\"{high:0.##}\" href=\"data:image/{(image.IsJpeg ? "jpeg" : "png")};base64,{Convert.ToBase64String(image.File)}\"/>");

    private static string Colour(double grey)
    {
        var part = (int)Math.Round(Math.Clamp(grey, 0, 1) * 255);
        return $"#{part:x2}{part:x2}{part:x2}";
    }
}
