using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Reads delimited text: comma, tab, semicolon or bar, in any encoding that can be recognised.</summary>
sealed class CsvReading : TableReader
{
    const int SampleLength = 64 * 1024;

    readonly StreamReader text;
    readonly TableReadingOptions options;
    readonly IEnumerator<DelimitedRecord> records;
    readonly Queue<DelimitedRecord> ahead = new();

    public CsvReading(Stream stream, TableReadingOptions options)
    {
        this.options = options;
        DetectedEncoding detected = Detected(stream, options.Encoding);
        Encoding = detected.Name;
        stream.Position = detected.PreambleLength;
        Delimiter = options.Delimiter;
        string sample = Sample(stream, detected);
        // Excel's own first line: sep=;
        bool declared = sample.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && sample.Length > 4 && sample.AsSpan(5).StartsWith("\r\n") | sample.AsSpan(5).StartsWith("\n");
        Delimiter = options.Delimiter ?? (declared ? sample[4] : DelimiterSniffer.Find(sample));

        stream.Position = detected.PreambleLength;
        text = new StreamReader(stream, detected.Encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024, leaveOpen: true);
        records = new DelimitedRecords(text, Delimiter.Value).Read().GetEnumerator();
        if (declared)
        {
            records.MoveNext();
        }

        ReadHeader();
        if (detected.HasInvalidBytes)
        {
            Remark(0, "有些字节不符合文件的编码，已显示为 �", "Some bytes do not fit the encoding and are shown as �");
        }
    }

    public override TableKind Kind => TableKind.DelimitedText;

    public override IEnumerable<ImportRow> Rows(CancellationToken cancellation = default)
    {
        while (Next() is { } record)
        {
            cancellation.ThrowIfCancellationRequested();
            if (record.Problem is null && IsEmpty(record))
            {
                continue;
            }

            ImportRow row = Fit(record.Line, record.Cells, options, reportShort: true);
            yield return record.Problem is null ? row : row with { Problem = record.Problem };
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            records.Dispose();
            text.Dispose();
        }

        base.Dispose(disposing);
    }

    void ReadHeader()
    {
        while (ahead.Count < HeaderRow.Lookahead && records.MoveNext())
        {
            if (records.Current.Problem is not null || !IsEmpty(records.Current))
            {
                ahead.Enqueue(records.Current);
            }
        }

        DelimitedRecord[] first = [.. ahead];
        int header = HeaderRow.Find([.. first.Where(record => record.Problem is null).Select(record => (IReadOnlyList<string?>)record.Cells)], options.HasHeader);
        DelimitedRecord[] sound = [.. first.Where(record => record.Problem is null)];
        int count = header >= 0 ? TrimmedCount(sound[header].Cells) : sound.Select(record => TrimmedCount(record.Cells)).DefaultIfEmpty(0).Max();
        if (count > options.MaxColumns)
        {
            throw new UnreadableFileException($"表格有 {count} 列，最多 {options.MaxColumns} 列", $"The table has {count} columns; at most {options.MaxColumns} are read");
        }

        // Columns without a name count where the rows below fill them.
        if (header >= 0)
        {
            int usual = sound.Skip(header + 1).Select(record => TrimmedCount(record.Cells)).GroupBy(n => n).OrderByDescending(g => g.Count()).Select(g => g.Key).FirstOrDefault();
            count = sound[header].Cells.Count >= usual ? Math.Max(count, usual) : count;
        }

        Columns = HeaderRow.Names(header >= 0 ? sound[header].Cells : [], count);
        HeaderNumber = header >= 0 ? sound[header].Line : 0;
        while (header >= 0 && ahead.Dequeue().Line != HeaderNumber)
        {
            // Titles above the header are no rows.
        }
    }

    DelimitedRecord? Next()
    {
        if (ahead.TryDequeue(out DelimitedRecord waiting))
        {
            return waiting;
        }

        return records.MoveNext() ? records.Current : null;
    }

    static DetectedEncoding Detected(Stream stream, string? name)
    {
        DetectedEncoding detected = TextEncodingDetector.Detect(stream);
        if (name is null)
        {
            return detected;
        }

        Encoding given = TextEncodingDetector.ByName(name) ?? throw new UnreadableFileException($"没有名为 {name} 的编码", $"There is no encoding named {name}");
        // What is sound UTF-8 is nothing else: bytes of another encoding do not fall into its pattern by chance.
        var utf8 = new UTF8Encoding(false);
        bool otherwise = given.CodePage != detected.Encoding.CodePage;
        if (otherwise && (!TextEncodingDetector.Fits(stream, given) || (detected.Encoding.CodePage == utf8.CodePage && TextEncodingDetector.Fits(stream, utf8, least: 4))))
        {
            throw new UnreadableFileException($"文件不是 {given.WebName} 编码，看起来是 {detected.Name}", $"The file is not in {given.WebName}; it seems to be in {detected.Name}");
        }

        return new(given, given.CodePage == detected.Encoding.CodePage ? detected.PreambleLength : 0, false);
    }

    static string Sample(Stream stream, DetectedEncoding detected)
    {
        using var reader = new StreamReader(stream, detected.Encoding, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var buffer = new char[SampleLength];
        return new string(buffer, 0, reader.ReadBlock(buffer));
    }

    static int TrimmedCount(List<string?> cells)
    {
        int count = cells.Count;
        while (count > 1 && string.IsNullOrWhiteSpace(cells[count - 1]))
        {
            count--;
        }

        return count;
    }

    static bool IsEmpty(DelimitedRecord record) => record.Cells.TrueForAll(string.IsNullOrWhiteSpace);
}
