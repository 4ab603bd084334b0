using System.Globalization;
using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The parts of a workbook (ECMA-376) as text.</summary>
static class SheetXml
{
    public const int TextStyle = 1;
    public const int DateStyle = 2;
    public const int MomentStyle = 3;
    public const int HeaderStyle = 4;
    public const int TimeStyle = 5;
    public const int MarkedStyle = 6;

    /// <summary>What Excel keeps in a cell.</summary>
    public const int MaxCellLength = 32_767;

    const string Declaration = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";
    const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    public const string SheetStart = $"""{Declaration}<worksheet xmlns="{Main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultColWidth="16" defaultRowHeight="16"/><sheetData>""";

    public const string SheetEnd = "</sheetData></worksheet>";

    public const string RootRelations = $"""{Declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{Relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>""";

    /// <summary>Styles: 0 general, 1 text, 2 date, 3 date and time, 4 header, 5 time, 6 marked.</summary>
    public const string Styles = $"""
        {Declaration}<styleSheet xmlns="{Main}"><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="hh:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>
        """;

    public static string ContentTypes(int sheets) =>
        $"""{Declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{ForEach(sheets, i => $"""<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>""")}</Types>""";

    public static string Workbook(string name, int sheets) =>
        $"""{Declaration}<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets>{ForEach(sheets, i => $"""<sheet name="{SheetName(name, i)}" sheetId="{i}" r:id="rId{i}"/>""")}</sheets></workbook>""";

    public static string WorkbookRelations(int sheets) =>
        $"""{Declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{ForEach(sheets, i => $"""<Relationship Id="rId{i}" Type="{Relations}/worksheet" Target="worksheets/sheet{i}.xml"/>""")}<Relationship Id="rId{sheets + 1}" Type="{Relations}/styles" Target="styles.xml"/></Relationships>""";

    public static void AppendText(StringBuilder xml, string text, int style)
    {
        xml.Append(CultureInfo.InvariantCulture, $"""<c t="inlineStr" s="{style}"><is><t xml:space="preserve">""");
        AppendEscaped(xml, text.Length <= MaxCellLength ? text : text[..(MaxCellLength - 1)] + "…");
        xml.Append("</t></is></c>");
    }

    public static void AppendNumber(StringBuilder xml, string number, int style) =>
        xml.Append(CultureInfo.InvariantCulture, $"""<c s="{style}"><v>{number}</v></c>""");

    // Characters that XML cannot hold are written _xHHHH_ (ECMA-376 part 1, 22.9.2.19), and so is text that looks like that.
    static void AppendEscaped(StringBuilder xml, string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            switch (c)
            {
                case '&':
                    xml.Append("&amp;");
                    break;
                case '<':
                    xml.Append("&lt;");
                    break;
                case '>':
                    xml.Append("&gt;");
                    break;
                case '_' when LooksEscaped(text.AsSpan(i)):
                    xml.Append("_x005F_");
                    break;
                case '\t' or '\n':
                    xml.Append(c);
                    break;
                case < ' ' or '\uFFFE' or '\uFFFF':
                    xml.Append(CultureInfo.InvariantCulture, $"_x{(int)c:X4}_");
                    break;
                default:
                    if (char.IsSurrogate(c))
                    {
                        bool pair = i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]);
                        xml.Append(pair ? text.AsSpan(i, 2) : "\uFFFD");
                        i += pair ? 1 : 0;
                    }
                    else
                    {
                        xml.Append(c);
                    }

                    break;
            }
        }
    }

    static bool LooksEscaped(ReadOnlySpan<char> text) =>
        text.Length >= 7 && text[1] == 'x' && text[6] == '_' && char.IsAsciiHexDigit(text[2]) && char.IsAsciiHexDigit(text[3]) && char.IsAsciiHexDigit(text[4]) && char.IsAsciiHexDigit(text[5]);

    // Excel allows 31 characters, none of \ / ? * [ ] :
    static string SheetName(string name, int number)
    {
        string clean = string.Concat(name.Where(c => !"\\/?*[]:'".Contains(c, StringComparison.Ordinal) && !char.IsControl(c)));
        clean = clean.Length == 0 ? "Sheet" : clean[..Math.Min(clean.Length, 26)];
        var xml = new StringBuilder();
        AppendEscaped(xml, number == 1 ? clean : $"{clean} {number}");
        return xml.Replace("\"", "&quot;").ToString();
    }

    static string ForEach(int count, Func<int, string> write) => string.Concat(Enumerable.Range(1, count).Select(write));
}
