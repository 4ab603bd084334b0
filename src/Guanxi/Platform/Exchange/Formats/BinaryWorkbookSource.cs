namespace Guanxi.Platform.Exchange.Formats;

/// <summary>xlsb, after [MS-XLSB]: the parts of a workbook as binary records in a zip.</summary>
sealed class BinaryWorkbookSource : IWorkbookSource
{
    // Record types of [MS-XLSB] 2.3.2 that matter for values.
    const int RowHeader = 0, CellRk = 2, CellError = 3, CellBool = 4, CellReal = 5, CellText = 6, CellShared = 7, FormulaText = 8, FormulaNumber = 9, FormulaBool = 10, FormulaError = 11, CellRichText = 62;
    const int SharedItem = 19, NumberFormat = 44, CellFormat = 47, EndSheetData = 146, MergeCell = 176, WorkbookProperties = 153, Sheet = 156, BeginCellFormats = 617, EndCellFormats = 618;

    readonly WorkbookParts parts;
    readonly List<(string Name, string Part, bool Visible)> sheets = [];
    readonly WorkbookMemory memory;
    readonly SharedTexts shared;
    readonly List<string?> formats = [];
    BinaryRecords? records;
    bool base1904;
    int pendingRow = -1;

    public BinaryWorkbookSource(Stream stream, WorkbookMemory memory)
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
                Start(part);
                if (sheet is not null || pendingRow >= 0)
                {
                    return name;
                }
            }
        }

        return sheet is null && sheets.Count > 0 ? sheets[0].Name : null;
    }

    // [MS-XLSB] 2.4.701: the first and last row, then the first and last column.
    public IReadOnlyList<MergedCells> Merges(string sheet)
    {
        if (!memory.Merges.TryGetValue(sheet, out IReadOnlyList<MergedCells>? merges))
        {
            var found = new List<MergedCells>();
            using var items = new BinaryRecords(parts.Need(sheets.Find(known => known.Name == sheet).Part));
            while (items.Next())
            {
                if (items.Type == MergeCell)
                {
                    found.Add(new MergedCells(items.Int32(8), items.Int32(0) + 1L, items.Int32(4) + 1L));
                }
            }

            memory.Merges[sheet] = merges = found;
        }

        return merges;
    }

    public (long Number, object?[] Values, string?[] Formats)? Read()
    {
        if (records is null || pendingRow < 0)
        {
            return null;
        }

        long number = pendingRow + 1L;
        pendingRow = -1;
        var values = new List<object?>();
        var shown = new List<string?>();
        while (records.Next() && records.Type != EndSheetData)
        {
            if (records.Type == RowHeader)
            {
                pendingRow = records.Int32(0);
                break;
            }

            if (records.Type is <= FormulaError and > 0 or CellRichText)
            {
                int column = records.Int32(0);
                ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)column, 16_384u, nameof(column));
                while (values.Count <= column)
                {
                    values.Add(null);
                    shown.Add(null);
                }

                shown[column] = formats.ElementAtOrDefault(records.Int32(4) & 0xFFFFFF);
                values[column] = Value(shown[column]);
            }
        }

        return (number, [.. values], [.. shown]);
    }

    public void Dispose()
    {
        records?.Dispose();
        parts.Dispose();
    }

    object? Value(string? format) => records!.Type switch
    {
        CellRk => NumberFormats.Value(Rk(records.Int32(8)), format, base1904),
        CellReal or FormulaNumber => NumberFormats.Value(records.Double(8), format, base1904),
        CellBool or FormulaBool => records.Data[8] != 0,
        CellText or FormulaText => records.Text(8),
        CellRichText => records.Text(9),
        CellShared => shared[records.Int32(8)],
        CellError or FormulaError => MissingValue.Error,
        _ => null,
    };

    // [MS-XLSB] 2.5.122: bit 0 a hundredth, bit 1 an integer, else the upper 30 bits of a double.
    static double Rk(int value)
    {
        double number = (value & 2) != 0 ? value >> 2 : BitConverter.Int64BitsToDouble((long)(value & ~3) << 32);
        return (value & 1) != 0 ? number / 100 : number;
    }

    void Start(string part)
    {
        records?.Dispose();
        records = new BinaryRecords(parts.Need(part));
        pendingRow = -1;
        while (records.Next())
        {
            if (records.Type == RowHeader)
            {
                pendingRow = records.Int32(0);
                return;
            }
        }
    }

    void ReadWorkbook()
    {
        Dictionary<string, string> targets = parts.Relations("xl/_rels/workbook.bin.rels");
        using var workbook = new BinaryRecords(parts.Need("xl/workbook.bin"));
        while (workbook.Next())
        {
            if (workbook.Type == WorkbookProperties)
            {
                base1904 = (workbook.Data[0] & 1) != 0;
            }
            else if (workbook.Type == Sheet)
            {
                string relation = workbook.Text(8, out int end);
                string name = workbook.Text(end);
                sheets.Add((name, targets[relation], workbook.Int32(0) == 0));
            }
        }
    }

    SharedTexts ReadShared()
    {
        var texts = new SharedTexts();
        if (parts.Open("xl/sharedStrings.bin") is not { } part)
        {
            return texts;
        }

        using var items = new BinaryRecords(part);
        while (items.Next())
        {
            if (items.Type == SharedItem)
            {
                texts.Add(items.Text(1));
            }
        }

        texts.Complete();
        return texts;
    }

    void ReadFormats()
    {
        if (parts.Open("xl/styles.bin") is not { } part)
        {
            return;
        }

        using var styles = new BinaryRecords(part);
        var custom = new Dictionary<int, string>();
        bool ofCells = false;
        while (styles.Next())
        {
            if (styles.Type == NumberFormat)
            {
                custom[styles.UInt16(0)] = styles.Text(2);
            }
            else if (styles.Type is BeginCellFormats or EndCellFormats)
            {
                ofCells = styles.Type == BeginCellFormats;
            }
            else if (styles.Type == CellFormat && ofCells)
            {
                int format = styles.UInt16(2);
                formats.Add(custom.GetValueOrDefault(format) ?? NumberFormats.BuiltIn(format));
            }
        }
    }
}
