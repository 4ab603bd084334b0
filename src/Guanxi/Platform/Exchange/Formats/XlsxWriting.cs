using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>A cell on a coloured ground, so that the eye finds it.</summary>
public sealed record MarkedCell(object? Value);

/// <summary>
/// Writes a workbook straight into its zip. The document library would hold every part in memory until the end; an export of a million rows must not.
/// A full sheet is followed by another with the same header.
/// </summary>
public sealed class XlsxWriting : TableWriter
{
    const int RowsOfSheet = 1_048_576;
    const int FlushAt = 64 * 1024;

    // Excel's day 1 is 1 January 1900, and it believes in a 29 February 1900.
    static readonly DateTime Epoch = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);

    readonly Stream stream;
    readonly string sheetName;
    readonly int rowsOfSheet;
    readonly StringBuilder xml = new();
    IReadOnlyList<string> header = [];
    ZipArchive? archive;
    Stream? sheet;
    int sheets;
    int rows;

    public XlsxWriting(Stream stream, string sheetName = "Sheet", int rowsOfSheet = RowsOfSheet)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsOfSheet, 2);
        this.stream = stream;
        this.sheetName = sheetName;
        this.rowsOfSheet = Math.Min(rowsOfSheet, RowsOfSheet);
    }

    public override async ValueTask WriteHeaderAsync(IReadOnlyList<string> columns, CancellationToken cancellation = default)
    {
        header = columns;
        await OpenSheetAsync(cancellation);
    }

    public override async ValueTask WriteRowAsync(IReadOnlyList<object?> cells, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cells);
        if (sheet is null || rows == rowsOfSheet)
        {
            await OpenSheetAsync(cancellation);
        }

        xml.Append("<row>");
        for (int i = 0; i < cells.Count; i++)
        {
            Append(cells[i]);
        }

        xml.Append("</row>");
        rows++;
        await FlushAsync(FlushAt, cancellation);
    }

    protected override async ValueTask FinishAsync()
    {
        if (sheet is null)
        {
            await OpenSheetAsync(CancellationToken.None);
        }

        await CloseSheetAsync(CancellationToken.None);
        await AddAsync("xl/workbook.xml", SheetXml.Workbook(sheetName, sheets));
        await AddAsync("xl/_rels/workbook.xml.rels", SheetXml.WorkbookRelations(sheets));
        await AddAsync("xl/styles.xml", SheetXml.Styles);
        await AddAsync("_rels/.rels", SheetXml.RootRelations);
        await AddAsync("[Content_Types].xml", SheetXml.ContentTypes(sheets));
        await archive!.DisposeAsync();
    }

    async ValueTask OpenSheetAsync(CancellationToken cancellation)
    {
        archive ??= await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        await CloseSheetAsync(cancellation);
        sheets++;
        rows = 0;
        sheet = await archive.CreateEntry($"xl/worksheets/sheet{sheets}.xml", CompressionLevel.Fastest).OpenAsync(cancellation);
        xml.Append(SheetXml.SheetStart);
        if (header.Count > 0)
        {
            xml.Append("<row>");
            foreach (string column in header)
            {
                SheetXml.AppendText(xml, CellText.Neutralized(column), SheetXml.HeaderStyle);
            }

            xml.Append("</row>");
            rows++;
        }
    }

    async ValueTask CloseSheetAsync(CancellationToken cancellation)
    {
        if (sheet is not null)
        {
            xml.Append(SheetXml.SheetEnd);
            await FlushAsync(0, cancellation);
            await sheet.DisposeAsync();
            sheet = null;
        }
    }

    void Append(object? value)
    {
        switch (value)
        {
            case MarkedCell marked:
                SheetXml.AppendText(xml, TextOf(marked.Value), SheetXml.MarkedStyle);
                break;
            case null or "":
                xml.Append("<c/>");
                break;
            case bool yes:
                xml.Append(yes ? "<c t=\"b\"><v>1</v></c>" : "<c t=\"b\"><v>0</v></c>");
                break;
            case DateOnly date when date.Year >= 1900:
                SheetXml.AppendNumber(xml, Serial(date.ToDateTime(TimeOnly.MinValue)), SheetXml.DateStyle);
                break;
            case DateTime moment when moment.Year >= 1900:
                SheetXml.AppendNumber(xml, Serial(moment), SheetXml.MomentStyle);
                break;
            case DateTimeOffset moment when moment.Year >= 1900:
                SheetXml.AppendNumber(xml, Serial(moment.DateTime), SheetXml.MomentStyle);
                break;
            case TimeOnly time:
                SheetXml.AppendNumber(xml, (time.ToTimeSpan().TotalSeconds / 86400).ToString("R", CultureInfo.InvariantCulture), SheetXml.TimeStyle);
                break;
            case decimal or int or long when IsExact(TextOf(value)):
                SheetXml.AppendNumber(xml, TextOf(value), 0);
                break;
            default:
                SheetXml.AppendText(xml, TextOf(value), SheetXml.TextStyle);
                break;
        }
    }

    // Excel keeps fifteen digits; longer numbers go out as text rather than rounded.
    static bool IsExact(string number) => number.Count(char.IsAsciiDigit) <= 15;

    static string Serial(DateTime moment) => (moment - Epoch).TotalDays.ToString("R", CultureInfo.InvariantCulture);

    async ValueTask FlushAsync(int atLeast, CancellationToken cancellation)
    {
        if (xml.Length >= atLeast && sheet is not null)
        {
            await sheet.WriteAsync(Encoding.UTF8.GetBytes(xml.ToString()), cancellation);
            xml.Clear();
        }
    }

    async ValueTask AddAsync(string name, string text)
    {
        await using Stream part = await archive!.CreateEntry(name, CompressionLevel.Fastest).OpenAsync();
        await part.WriteAsync(Encoding.UTF8.GetBytes(text));
    }
}
