namespace Guanxi.Platform.Documents;

/// <summary>Writes a letter or a table down an A4 page and on to the next, in the frame that all papers of the company have.</summary>
internal sealed class Pen
{
    /// <summary>Of what is written, in points.</summary>
    public const double Width = Right - Left;

    private const double Left = 48;
    private const double Right = 547;
    private const double Bottom = 786;
    private const double Size = 9;
    private const double Leading = 13;
    private readonly PdfDocument paper;
    private readonly string? watermark;
    private double y;

    public Pen(PdfDocument paper, string? watermark)
    {
        (this.paper, this.watermark) = (paper, watermark);
        Page();
    }

    private void Page()
    {
        paper.AddPage();
        y = 56;
        if (watermark is { Length: > 0 })
        {
            paper.Watermark(watermark, 13);
        }
    }

    public void Space(double points) => y += points;

    public void Heading(PdfImage? logo, string company, string companyLines, string title, string number, string day)
    {
        if (logo is not null)
        {
            // As high as the title's block allows, and no wider than half the page.
            var high = Math.Min(36, 220.0 * logo.Height / logo.Width);
            paper.Image(logo, Left, 40, high);
            y = 40 + high + 16;
        }

        paper.Text(Left, y, company, 14, bold: true);
        RightText(56, title, 16, bold: true);
        foreach (var line in paper.Wrap(companyLines, 300, 8).Where(line => line.Length > 0))
        {
            y += 11;
            paper.Text(Left, y, line, 8, 0.35);
        }

        y = Math.Max(y + 14, 74);
        RightText(74, number, Size);
        RightText(86, day, Size);
        y = Math.Max(y, 96);
        paper.Line(Left, y, Right, y, 1, 0.2);
        y += 18;
    }

    private void RightText(double at, string text, double size, bool bold = false) => paper.Text(Right - paper.Measure(text, size), at, text, size, bold: bold);

    public void Paragraph(string text, bool bold = false)
    {
        foreach (var line in text.Length == 0 ? [] : paper.Wrap(text, Width, Size))
        {
            Need(Leading);
            paper.Text(Left, y, line, Size, bold: bold);
            y += Leading;
        }

        y += 4;
    }

    public void Sum(string label, string value, bool bold = false)
    {
        Need(Leading);
        RightText(y, value, Size + (bold ? 1 : 0), bold);
        paper.Text(Right - 210, y, label, Size, bold: bold);
        y += Leading + 1;
    }

    /// <summary>A row as high as its longest cell; the head is repeated on a new page.</summary>
    public void Row(string[] cells, double[] widths, bool[] numbers, bool head, Action? again)
    {
        var wrapped = cells.Select((cell, i) => paper.Wrap(cell, widths[i] - 6, Size)).ToArray();
        var high = (wrapped.Max(lines => lines.Count) * (Leading - 1)) + 6;
        if (y + high > Bottom && again is not null)
        {
            Page();
            again();
        }

        if (head)
        {
            paper.Fill(Left, y - 10, Width, high, 0.93);
        }

        var x = Left;
        for (var i = 0; i < cells.Length; i++)
        {
            for (var line = 0; line < wrapped[i].Count; line++)
            {
                var text = wrapped[i][line];
                var at = numbers[i] ? x + widths[i] - 3 - paper.Measure(text, Size) : x + 3;
                paper.Text(at, y + 2 + (line * (Leading - 1)), text, Size, bold: head);
            }

            x += widths[i];
        }

        y += high;
        paper.Line(Left, y - 10, Right, y - 10);
    }

    private void Need(double high)
    {
        if (y + high > Bottom)
        {
            Page();
        }
    }

    public void Footers(string text, bool english)
    {
        for (var page = 0; page < paper.Pages; page++)
        {
            paper.Return(page);
            paper.Text(Left, 812, text, 8, 0.4);
            var number = english ? $"Page {page + 1} of {paper.Pages}" : $"{page + 1} / {paper.Pages}";
            paper.Text(Right - paper.Measure(number, 8), 812, number, 8, 0.4);
        }
    }
}
