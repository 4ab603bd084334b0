using System.Globalization;
using System.Xml;
using static Guanxi.Platform.Exchange.Formats.CellXml;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>
/// xlsx, in the transitional and the strict form of ISO/IEC 29500: elements are told by their local names, for the namespaces of the two differ.
/// One pass over a sheet; the package at hand needs three, and sees no sheet in the strict form.
/// </summary>
sealed class OpenXmlWorkbookSource : IWorkbookSource
{
    static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true };

    readonly WorkbookParts parts;
    readonly WorkbookMemory memory;
    readonly List<(string Name, string Part, bool Visible)> sheets = [];
    readonly SharedTexts shared;
    readonly List<string?> formats = [];
    XmlReader? rows;
    bool base1904;
    long previousRow;

    public OpenXmlWorkbookSource(Stream stream, WorkbookMemory memory)
    {
        this.memory = memory;
        parts = new WorkbookParts(stream);
        ReadWorkbook();
        shared = memory.Shared ??= ReadShared();
        ReadFormats();
    }

    public IReadOnlyList<string> Sheets => [.. sheets.Select(sheet => sheet.Name)];

    public string? Open(string? sheet)
    {
        foreach ((string name, string part, bool visible) in sheets)
        {
            if (sheet is null ? visible : string.Equals(name, sheet, StringComparison.OrdinalIgnoreCase))
            {
                rows?.Dispose();
                rows = XmlReader.Create(parts.Need(part), Settings);
                previousRow = 0;
                if (sheet is not null || MoveTo(rows, "row"))
                {
                    return name;
                }
            }
        }

        return sheet is null && sheets.Count > 0 ? sheets[0].Name : null;
    }

    public IReadOnlyList<MergedCells> Merges(string sheet)
    {
        if (!memory.Merges.TryGetValue(sheet, out IReadOnlyList<MergedCells>? merges))
        {
            using Stream? part = sheets.Find(known => known.Name == sheet) is { Part: { } name } ? parts.Open(name) : null;
            memory.Merges[sheet] = merges = part is null ? [] : MergeScan.Of(part);
        }

        return merges;
    }

    public (long Number, object?[] Values, string?[] Formats)? Read()
    {
        if (rows is null || (!IsAt(rows, "row") && !MoveTo(rows, "row")))
        {
            return null;
        }

        long number = RowNumber(rows);
        var values = new List<object?>();
        var shown = new List<string?>();
        do
        {
            ReadCells(rows, values, shown);
        }
        while (IsAt(rows, "row") && rows.GetAttribute("r") is not null && RowNumber(rows) == number);
        previousRow = number;
        return (number, [.. values], [.. shown]);
    }

    public void Dispose()
    {
        rows?.Dispose();
        parts.Dispose();
    }

    long RowNumber(XmlReader xml) =>
        long.TryParse(xml.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out long given) ? given : previousRow + 1;

    // The reader stands behind the row afterwards. Some programs write a row in several elements of the same number.
    void ReadCells(XmlReader xml, List<object?> values, List<string?> shown)
    {
        if (!xml.IsEmptyElement)
        {
            int depth = xml.Depth;
            xml.Read();
            while (xml.Depth > depth)
            {
                if (IsAt(xml, "c"))
                {
                    ReadCell(xml, values, shown);
                }
                else
                {
                    xml.Skip();
                }
            }
        }

        xml.Read();
    }

    void ReadCell(XmlReader xml, List<object?> values, List<string?> shown)
    {
        int column = ColumnOf(xml.GetAttribute("r")) ?? values.Count;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(column, 16_384, nameof(xml));
        while (values.Count <= column)
        {
            values.Add(null);
            shown.Add(null);
        }

        string type = xml.GetAttribute("t") ?? "n";
        shown[column] = int.TryParse(xml.GetAttribute("s"), NumberStyles.None, CultureInfo.InvariantCulture, out int style) ? formats.ElementAtOrDefault(style) : null;
        (string? value, string? inline, bool formula) = (null, null, false);
        if (!xml.IsEmptyElement)
        {
            int depth = xml.Depth;
            xml.Read();
            while (xml.Depth > depth)
            {
                if (IsAt(xml, "v"))
                {
                    value = Content(xml);
                }
                else if (IsAt(xml, "is"))
                {
                    inline = Runs(xml);
                }
                else
                {
                    formula |= IsAt(xml, "f");
                    xml.Skip();
                }
            }
        }

        xml.Read();
        values[column] = inline ?? (formula && string.IsNullOrEmpty(value) && type != "str" ? MissingValue.NoResult : Value(type, value, shown[column]));
    }

    object? Value(string type, string? value, string? format) => (type, value) switch
    {
        (_, null or "") => null,
        ("e", _) => MissingValue.Error,
        ("s", _) => shared[int.Parse(value, CultureInfo.InvariantCulture)],
        ("b", _) => value == "1",
        ("str", _) => XmlConvert.DecodeName(value),
        ("d", ['P', ..] or ['-', 'P', ..]) => XmlConvert.ToTimeSpan(value),
        ("d", _) when DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime moment) => moment,
        _ => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? NumberFormats.Value(number, format, base1904) : value,
    };

    void ReadWorkbook()
    {
        Dictionary<string, string> targets = parts.Relations("xl/_rels/workbook.xml.rels");
        using XmlReader xml = XmlReader.Create(parts.Need("xl/workbook.xml"), Settings);
        while (xml.Read())
        {
            if (IsAt(xml, "workbookPr"))
            {
                base1904 = xml.GetAttribute("date1904") is "1" or "true";
            }
            else if (IsAt(xml, "sheet"))
            {
                string name = xml.GetAttribute("name") ?? "";
                bool visible = xml.GetAttribute("state") is null or "visible";
                string? id = xml.GetAttribute("id", "http://purl.oclc.org/ooxml/officeDocument/relationships") ?? xml.GetAttribute("id", "http://schemas.openxmlformats.org/officeDocument/2006/relationships");
                string part = id is not null && targets.TryGetValue(id, out string? target) ? target : $"xl/worksheets/sheet{sheets.Count + 1}.xml";
                sheets.Add((name, part, visible));
            }
        }
    }

    SharedTexts ReadShared()
    {
        var texts = new SharedTexts();
        if (parts.Open("xl/sharedStrings.xml") is not { } part)
        {
            return texts;
        }

        using XmlReader xml = XmlReader.Create(part, Settings);
        bool more = MoveTo(xml, "si");
        while (more)
        {
            texts.Add(Runs(xml));
            more = IsAt(xml, "si") || MoveTo(xml, "si");
        }

        texts.Complete();
        return texts;
    }

    void ReadFormats()
    {
        if (parts.Open("xl/styles.xml") is not { } part)
        {
            return;
        }

        using XmlReader xml = XmlReader.Create(part, Settings);
        var custom = new Dictionary<int, string>();
        bool ofCells = false;
        while (xml.Read())
        {
            ofCells = xml.LocalName == "cellXfs" ? xml.NodeType == XmlNodeType.Element : ofCells;
            if (xml.NodeType != XmlNodeType.Element || !int.TryParse(xml.GetAttribute("numFmtId"), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }

            if (xml.LocalName == "numFmt")
            {
                custom[id] = xml.GetAttribute("formatCode") ?? "";
            }
            else if (xml.LocalName == "xf" && ofCells)
            {
                formats.Add(custom.GetValueOrDefault(id) ?? NumberFormats.BuiltIn(id));
            }
        }
    }

    static int? ColumnOf(string? reference)
    {
        int column = 0;
        foreach (char c in reference ?? "")
        {
            if (!char.IsAsciiLetter(c))
            {
                break;
            }

            column = (column * 26) + (char.ToUpperInvariant(c) - 'A' + 1);
        }

        return column == 0 ? null : column - 1;
    }
}
