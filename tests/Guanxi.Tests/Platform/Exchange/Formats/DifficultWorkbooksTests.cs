using System.IO.Compression;
using System.Text;
using Guanxi.Platform.Exchange.Formats;

namespace Guanxi.Tests.Platform.Exchange.Formats;

public sealed class DifficultWorkbooksTests
{
    private static MemoryStream Workbook(string rows, string after = "", string? shared = null)
    {
        const string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, string text)
            {
                using var part = new StreamWriter(zip.CreateEntry(name).Open(), new UTF8Encoding(false));
                part.Write(text);
            }

            Add("xl/workbook.xml", $"""<workbook xmlns="{main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>""");
            Add("xl/_rels/workbook.xml.rels", """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>""");
            Add("xl/worksheets/sheet1.xml", $"""<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{after}</worksheet>""");
            if (shared is not null)
            {
                Add("xl/sharedStrings.xml", $"""<sst xmlns="{main}">{shared}</sst>""");
            }
        }

        stream.Position = 0;
        return stream;
    }

    private static string Cell(string at, string text) => $"""<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>""";

    [Fact]
    public void Cells_joined_downwards_hold_for_each_of_their_rows()
    {
        var rows = $"""<row r="1">{Cell("A1", "客户名称")}{Cell("B1", "联系人")}{Cell("C1", "城市")}</row><row r="2">{Cell("A2", "甲公司")}{Cell("B2", "一")}{Cell("C2", "长沙")}</row><row r="3">{Cell("B3", "二")}</row><row r="4"/><row r="5">{Cell("B5", "三")}</row>""";
        using var file = Workbook(rows, """<mergeCells count="2"><mergeCell ref="A2:A4"/><mergeCell ref="C2:C3"/></mergeCells>""");
        using var reader = TableReading.Open(file, "a.xlsx");
        Assert.Equal(["甲公司|一|长沙", "甲公司|二|长沙", "|三|"], reader.Rows().Select(row => string.Join('|', row.Cells)));
    }

    [Fact]
    public void Formulas_bring_their_results_and_those_without_one_are_named()
    {
        var rows = $"""<row r="1">{Cell("A1", "名称")}{Cell("B1", "员工")}</row><row r="2">{Cell("A2", "甲")}<c r="B2"><f>1+2</f><v>3</v></c></row><row r="3">{Cell("A3", "乙")}<c r="B3"><f>1+2</f></c></row><row r="4">{Cell("A4", "丙")}<c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>""";
        using var file = Workbook(rows);
        using var reader = TableReading.Open(file, "a.xlsx");
        Assert.Equal(["甲|3", "乙|", "丙|"], reader.Rows().Select(row => string.Join('|', row.Cells)));
        Assert.Equal([3L, 4L], reader.Remarks.Select(remark => remark.Number));
        Assert.StartsWith("B3：公式没有保存结果", reader.Remarks[0].Text.ZhHans, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_as_long_as_a_book_is_a_problem_of_its_row()
    {
        using var file = Workbook($"""<row r="1">{Cell("A1", "名称")}</row><row r="2"><c r="A2" t="s"><v>0</v></c></row><row r="3">{Cell("A3", "乙")}</row>""", shared: $"<si><t>{new string('长', 2_000_000)}</t></si>");
        using var reader = TableReading.Open(file, "a.xlsx");
        var rows = reader.Rows().ToList();
        Assert.Contains("200000", rows[0].Problem!.Value.ZhHans, StringComparison.Ordinal);
        Assert.True(rows[0].Cells[0]!.Length <= 400_000);
        Assert.Equal("乙", rows[1].Cells[0]);
    }

    [Fact]
    public void Shared_texts_beyond_what_memory_should_hold_go_to_a_file_and_read_the_same()
    {
        var (here, there) = (new SharedTexts(), new SharedTexts(mostCharacters: 1_000));
        var random = new Random(7);
        for (var i = 0; i < 40_000; i++)
        {
            var text = i % 97 == 0 ? "" : $"文本{i} {new string((char)('a' + (i % 26)), random.Next(40))}";
            here.Add(text);
            there.Add(text);
        }

        here.Complete();
        there.Complete();
        Assert.Equal((false, true, here.Count), (here.IsOnDisk, there.IsOnDisk, there.Count));
        for (var i = 0; i < 20_000; i++)
        {
            var at = i < 10_000 ? i * 4 : random.Next(here.Count);
            Assert.Equal(here[at], there[at]);
        }
    }

    [Fact]
    public void An_encoding_that_the_file_is_not_in_is_refused_and_the_right_one_named()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var text = "客户名称,城市\n长沙银行,长沙\n武汉晨曦教育设备有限公司,武汉\n";
        foreach (var (written, said, right) in new[] { ("gb18030", "utf-8", "gb18030"), ("utf-8", "gb18030", "utf-8"), ("gb18030", "big5", "gb18030") })
        {
            using var file = new MemoryStream(Encoding.GetEncoding(written).GetBytes(text));
            var refused = Xunit.Record.Exception(() => TableReading.Open(file, "a.csv", new TableReadingOptions { Encoding = said }).Dispose());
            if (said != "big5")
            {
                Assert.Contains(right, Assert.IsType<UnreadableFileException>(refused).Reason.En, StringComparison.OrdinalIgnoreCase);
            }

            file.Position = 0;
            using var reader = TableReading.Open(file, "a.csv", new TableReadingOptions { Encoding = right });
            Assert.Equal("长沙银行", reader.Rows().First().Cells[0]);
        }
    }

    [Fact]
    public void Headers_of_the_same_name_are_told_apart_by_a_number()
    {
        using var file = new MemoryStream("电话,电话,,电话\n1,2,3,4\n"u8.ToArray());
        using var reader = TableReading.Open(file, "a.csv");
        Assert.Equal(["电话", "电话 (2)", "列 C", "电话 (3)"], reader.Columns);
    }
}
