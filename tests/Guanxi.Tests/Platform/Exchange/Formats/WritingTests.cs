using System.Text;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Language;
using Xunit;

namespace Guanxi.Tests.Platform.Exchange.Formats;

public sealed class WritingTests
{
    static readonly string[] Columns = ["名称", "备注"];

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task Naughty_strings_come_back_as_they_went(string format)
    {
        string[] lines = [.. File.ReadAllText(SharedData.Path("import_csv/blns/blns.txt")).Split('\n').Where(line => line.Length > 0), "a\r\nb", "'=1", "''", "_x0041_", "\u0001", " blank ", "\ttab", "x\r"];
        using MemoryStream file = await WriteAsync(format, lines.Select((line, i) => new object?[] { i, line }));
        using TableReader reader = TableReading.Open(file, "blns." + format, new() { HasHeader = true });
        Assert.Equal(lines, reader.All().Select(row => row.Cells[1] ?? ""));
        Assert.Empty(reader.Remarks);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task Nothing_that_goes_out_is_run_as_a_formula(string format)
    {
        string[] payloads = [.. File.ReadAllLines(SharedData.Path("import_csv/csv-injection/csv-payload.txt")), "+1+cmd|' /C calc'!A0", "-2+3", "\t=1+1", "\r=1+1", "＝1+1"];
        using MemoryStream file = await WriteAsync(format, payloads.Select((payload, i) => new object?[] { i, payload }));
        string raw = format == "csv" ? Encoding.UTF8.GetString(file.ToArray()) : Sheet(file);
        foreach (string payload in payloads.Where(payload => "=+-@\t\r＝".Contains(payload[0], StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(format == "csv" ? $",{payload}" : $">{payload.Replace("&", "&amp;")}", raw, StringComparison.Ordinal);
        }

        using TableReader reader = TableReading.Open(file, "a." + format, new() { HasHeader = true });
        Assert.Equal(payloads, reader.All().Select(row => row.Cells[1]));
    }

    [Fact]
    public async Task A_workbook_keeps_phones_codes_dates_and_numbers()
    {
        object?[] cells = ["13800138000", "91350100M000100Y43", "010010", new DateOnly(2026, 11, 22), new DateTime(2026, 11, 22, 9, 30, 0), 1234.5m, 12345678901234567890m, true, null, new TimeOnly(9, 30)];
        using var file = new MemoryStream();
        await using (var writer = new XlsxWriting(file, "客户/清单"))
        {
            await writer.WriteHeaderAsync([.. cells.Select((_, i) => "列" + i)], TestContext.Current.CancellationToken);
            await writer.WriteRowAsync(cells, TestContext.Current.CancellationToken);
        }

        using TableReader reader = TableReading.Open(file, "a.xlsx");
        Assert.Equal("客户清单", reader.Sheet);
        Assert.Equal(["13800138000", "91350100M000100Y43", "010010", "2026-11-22", "2026-11-22 09:30:00", "1234.5", "12345678901234567890", "TRUE", "", "09:30:00"], reader.All().Single().Texts());
    }

    [Fact]
    public async Task A_full_sheet_is_followed_by_another()
    {
        using var file = new MemoryStream();
        await using (var writer = new XlsxWriting(file, rowsOfSheet: 3))
        {
            await writer.WriteHeaderAsync(Columns, TestContext.Current.CancellationToken);
            for (int i = 0; i < 5; i++)
            {
                await writer.WriteRowAsync([i, "x"], TestContext.Current.CancellationToken);
            }
        }

        using TableReader reader = TableReading.Open(file, "a.xlsx", new() { Sheet = "Sheet 3" });
        Assert.Equal(["Sheet", "Sheet 2", "Sheet 3"], reader.Sheets);
        Assert.Equal(["4", "x"], reader.All().Single().Texts());
    }

    [Fact]
    public async Task A_CSV_file_opens_in_Excel_with_its_Chinese()
    {
        using MemoryStream file = await WriteAsync("csv", [["a,b", "say \"hi\"\n"]]);
        Assert.Equal("\uFEFF名称,备注\r\n\"a,b\",\"say \"\"hi\"\"\n\"\r\n", Encoding.UTF8.GetString(file.ToArray()));
    }

    [Fact]
    public async Task A_card_comes_back_as_it_went()
    {
        using var file = new MemoryStream();
        await using (var writer = new VCardWriting(file))
        {
            await writer.WriteAsync(new VCardContact("欧阳修") { Company = "长沙银行; 总行", Department = "信贷部", Title = "行长", Phones = [(PhoneKind.Mobile, "+8613800138000"), (PhoneKind.Landline, "+8673184512345")], Emails = ["a@b.cn"], City = "长沙市", Street = "麓山路1号", Birthday = Birthday.Parse("lunar:--08-15"), Tags = ["vip", "老,客户"], Note = string.Concat(Enumerable.Repeat("很长的备注", 40)) + "\n第二行", WeChat = "oyx" }, TestContext.Current.CancellationToken);
        }

        Assert.All(Encoding.UTF8.GetString(file.ToArray()).Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        using TableReader reader = TableReading.Open(file, "a.vcf");
        Dictionary<string, string?> card = reader.Columns.Zip(reader.All().Single().Cells).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal(("欧阳修", "长沙银行; 总行", "信贷部", "行长"), (card["name"], card["customer"], card["department"], card["title"]));
        Assert.Equal(("+8613800138000", "+8673184512345", "a@b.cn", "lunar:--08-15"), (card["mobile"], card["phone"], card["email"], card["birthday"]));
        Assert.EndsWith("很长的备注\n第二行", card["note"]);
        Assert.Equal("oyx", card["wechat"]);
        Assert.Contains("N:欧阳;修;;;", Encoding.UTF8.GetString(file.ToArray()));
    }

    static async Task<MemoryStream> WriteAsync(string format, IEnumerable<object?[]> rows)
    {
        var file = new MemoryStream();
        await using (TableWriter writer = format == "csv" ? new CsvWriting(file) : new XlsxWriting(file))
        {
            await writer.WriteHeaderAsync(Columns, TestContext.Current.CancellationToken);
            foreach (object?[] row in rows)
            {
                await writer.WriteRowAsync(row, TestContext.Current.CancellationToken);
            }
        }

        return file;
    }

    static string Sheet(MemoryStream file)
    {
        using var archive = new System.IO.Compression.ZipArchive(new MemoryStream(file.ToArray()));
        using var reader = new StreamReader(archive.GetEntry("xl/worksheets/sheet1.xml")!.Open());
        return reader.ReadToEnd();
    }
}
