using System.IO.Compression;
using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>The one way to open a table that somebody sent: what it is shows in its first bytes, not in its name.</summary>
public static class TableReading
{
    /// <summary>Opens delimited text, a workbook (xlsx, xlsb, xls) or vCards.</summary>
    /// <param name="stream">Seekable; it stays open, and must until the reader is disposed.</param>
    /// <param name="fileName">For the words of a refusal only.</param>
    /// <exception cref="UnreadableFileException">It is none of these, or is damaged, encrypted, empty or too big when unpacked.</exception>
    public static TableReader Open(Stream stream, string fileName, TableReadingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            throw new ArgumentException("A table is read from a seekable stream.", nameof(stream));
        }

        options ??= new TableReadingOptions();
        stream.Position = 0;
        var head = new byte[1024];
        int length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        ReadOnlySpan<byte> start = head.AsSpan(0, length);
        if (length == 0)
        {
            throw new UnreadableFileException($"文件“{fileName}”是空的", $"The file {fileName} is empty");
        }

        if (start.StartsWith("PK"u8))
        {
            Func<Stream, IWorkbookSource> format = FormatOf(stream, fileName, options);
            return new WorkbookReading(() => format(stream), options);
        }

        if (IsOldWorkbook(start))
        {
            return new WorkbookReading(() => new OldWorkbookSource(stream), options);
        }

        RefuseForeign(start, fileName);
        return LooksLikeVCard(start) ? new VCardReading(stream, options) : new CsvReading(stream, options);
    }

    // Compound documents and the bare BIFF streams before them.
    static bool IsOldWorkbook(ReadOnlySpan<byte> start) =>
        start.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) || start.StartsWith<byte>([0x09, 0x00, 0x04, 0x00]) || start.StartsWith<byte>([0x09, 0x02, 0x06, 0x00])
        || start.StartsWith<byte>([0x09, 0x04, 0x06, 0x00]) || start.StartsWith<byte>([0x09, 0x08, 0x08, 0x00]) || start.StartsWith<byte>([0x09, 0x08, 0x10, 0x00]);

    /// <summary>Which of the zipped formats it is; refuses what is no workbook or unpacks to too much.</summary>
    static Func<Stream, IWorkbookSource> FormatOf(Stream stream, string fileName, TableReadingOptions options)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            long unpacked = archive.Entries.Sum(entry => entry.Length);
            if (unpacked > options.MaxUnpackedBytes && (unpacked > options.MaxUnpackedBytes * 8 || unpacked / Math.Max(1, stream.Length) > options.MaxRatio))
            {
                throw new UnreadableFileException($"工作簿“{fileName}”解压后有 {unpacked / 1048576} MB，超过上限 {options.MaxUnpackedBytes / 1048576} MB", $"The workbook {fileName} unpacks to {unpacked / 1048576} MB; the limit is {options.MaxUnpackedBytes / 1048576} MB");
            }

            if (!archive.Entries.Any(entry => WorkbookParts.PathOf(entry).StartsWith("xl/", StringComparison.OrdinalIgnoreCase)))
            {
                throw new UnreadableFileException($"“{fileName}”不是 Excel 工作簿，请另存为 xlsx 或 csv", $"{fileName} is no Excel workbook; save it as xlsx or csv");
            }

            WorkbookMemory memory = options.Memory ?? new WorkbookMemory();
            return archive.Entries.Any(entry => WorkbookParts.PathOf(entry).Equals("xl/workbook.bin", StringComparison.OrdinalIgnoreCase))
                ? source => new BinaryWorkbookSource(source, memory)
                : source => new OpenXmlWorkbookSource(source, memory);
        }
        catch (InvalidDataException error)
        {
            throw new UnreadableFileException($"文件“{fileName}”已损坏", $"The file {fileName} is damaged", error);
        }
        finally
        {
            stream.Position = 0;
        }
    }

    static void RefuseForeign(ReadOnlySpan<byte> start, string fileName)
    {
        string text = Encoding.Latin1.GetString(start).TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\r', '\n', '\t');
        bool markup = text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<!doctype", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<table", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase);
        if (markup)
        {
            throw new UnreadableFileException($"“{fileName}”是网页或 XML，不是表格；请用 Excel 打开后另存为 xlsx", $"{fileName} is a web page or XML, no table; open it in Excel and save it as xlsx");
        }

        bool binary = text.StartsWith("%PDF", StringComparison.Ordinal) || start.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47]) || start.StartsWith<byte>([0xFF, 0xD8, 0xFF]) || text.StartsWith("Rar!", StringComparison.Ordinal)
            || start.StartsWith<byte>([0x1F, 0x8B]) || start.StartsWith("7z"u8) || start.StartsWith("GIF8"u8) || start.StartsWith<byte>([0x7F, 0x45, 0x4C, 0x46]) || start.StartsWith("MZ\u0090"u8);
        if (binary)
        {
            throw new UnreadableFileException($"“{fileName}”不是表格；可以导入 csv、xlsx、xls 和 vcf", $"{fileName} is no table; csv, xlsx, xls and vcf can be imported");
        }
    }

    static bool LooksLikeVCard(ReadOnlySpan<byte> start)
    {
        string text = Encoding.Latin1.GetString(start).Replace("\0", "").TrimStart('\u00EF', '\u00BB', '\u00BF', '\u00FF', '\u00FE', ' ', '\r', '\n');
        return text.StartsWith("BEGIN:VCARD", StringComparison.OrdinalIgnoreCase);
    }
}
