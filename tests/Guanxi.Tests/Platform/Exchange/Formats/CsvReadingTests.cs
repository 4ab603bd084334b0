using System.Text;
using System.Text.Json;
using Guanxi.Platform.Exchange.Formats;
using Xunit;

namespace Guanxi.Tests.Platform.Exchange.Formats;

public sealed class CsvReadingTests
{
    [Fact]
    public void The_csv_spectrum_is_read_as_its_json_says()
    {
        string folder = SharedData.Path("import_csv");
        string[] files = Directory.GetFiles(Path.Combine(folder, "csvs"));
        Assert.Equal(12, files.Length);
        foreach (string file in files)
        {
            using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "json", Path.GetFileNameWithoutExtension(file) + ".json")));
            using FileStream stream = File.OpenRead(file);
            using TableReader reader = TableReading.Open(stream, file, new() { HasHeader = true });
            ImportRow[] rows = [.. reader.All()];
            // The set holds files with line feeds whose JSON has carriage returns: the breaks within cells are compared as breaks.
            JsonElement[] objects = expected.RootElement.ValueKind == JsonValueKind.Array ? [.. expected.RootElement.EnumerateArray()] : [expected.RootElement];
            string[][] wanted = [.. objects.Select(row => row.EnumerateObject().Select(cell => cell.Value.GetString()!.ReplaceLineEndings("\n")).ToArray())];
            Assert.Equal(objects[0].EnumerateObject().Select(cell => cell.Name), reader.Columns);
            // One phone number was replaced in the JSON of the set but not in its CSV.
            Assert.Equal(wanted, rows.Select(row => row.Cells.Select(cell => (cell ?? "").ReplaceLineEndings("\n").Replace("2095257564", "1234567890")).ToArray()));
            Assert.All(rows, row => Assert.Null(row.Problem));
        }
    }

    [Fact]
    public void A_long_list_with_long_texts_is_read_whole()
    {
        using FileStream stream = File.OpenRead(SharedData.Path("import_csv/papaparse/verylong-sample.csv"));
        using TableReader reader = TableReading.Open(stream, "verylong.csv");
        Assert.Equal(["placeholder", "meaning of life", "TLD"], reader.Columns);
        Assert.Equal(2000, reader.All().Count(row => row.Problem is null));
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_column()
    {
        using FileStream stream = File.OpenRead(SharedData.Path("import_csv/papaparse/utf-8-bom-sample.csv"));
        using TableReader reader = TableReading.Open(stream, "bom.csv");
        Assert.Equal("A", reader.Columns[0]);
    }

    [Fact]
    public void Malformed_rows_are_reported_by_their_line_and_the_rest_is_read()
    {
        using FileStream stream = File.OpenRead(SharedData.Path("import_csv/papaparse/malformed.tsv"));
        using TableReader reader = TableReading.Open(stream, "malformed.tsv");
        ImportRow[] rows = [.. reader.All()];
        Assert.Equal('\t', reader.Delimiter);
        Assert.Equal(9, rows.Length);
        Assert.Equal([3L, 9L], rows.Where(row => row.Problem is not null).Select(row => row.Number));
        Assert.Contains("引号", rows.Single(row => row.Number == 9).Problem!.Value.ZhHans);
        Assert.Equal([6L], reader.Remarks.Select(remark => remark.Number));
    }

    [Fact]
    public void A_GBK_list_of_shares_is_recognised()
    {
        using FileStream stream = File.OpenRead(SharedData.Path("cn_names/stock_basic_gbk.csv"));
        using TableReader reader = TableReading.Open(stream, "stock_basic_gbk.csv");
        ImportRow[] rows = [.. reader.All()];
        Assert.Equal("gb18030", reader.Encoding);
        Assert.Equal(["列 A", "TS代码", "股票代码", "股票名称", "行业"], reader.Columns);
        Assert.Equal(4347, rows.Length);
        Assert.Equal("万科A", rows[1].Cells[3]);
        Assert.Empty(reader.Remarks);
    }

    [Theory]
    [InlineData("gb18030", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    public void The_same_list_in_any_encoding_gives_the_same_rows(string name, bool mark)
    {
        Encoding encoding = TextEncodingDetector.ByName(name)!;
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes("客户名称,手机\r\n长沙银行,13800138000\r\n")];
        using TableReader reader = TableReading.Open(new MemoryStream(bytes), "a.csv");
        Assert.Equal(["客户名称", "手机"], reader.Columns);
        Assert.Equal(["长沙银行", "13800138000"], Assert.Single(reader.All()).Texts());
    }

    [Theory]
    [InlineData("a;b;c\n1,5;2;3\n4,5;5;6\n", ';')]
    [InlineData("a\tb\n1, x\t2\n3, y\t4\n", '\t')]
    [InlineData("a|b|c\n1|2|3\n", '|')]
    [InlineData("sep=;\r\na;b\r\n1;2\r\n", ';')]
    [InlineData("name\n张三\n李四\n", ',')]
    [InlineData("a,b\n\"x;y;z\",1\n\"p;q;r\",2\n", ',')]
    public void The_separator_is_found(string text, char delimiter)
    {
        using TableReader reader = Open(text);
        Assert.Equal(delimiter, reader.Delimiter);
        Assert.All(reader.All(), row => Assert.Null(row.Problem));
    }

    [Fact]
    public void Repeated_and_empty_column_names_get_names_of_their_own()
    {
        using TableReader reader = Open("电话,电话,,姓名\n1,2,3,张三\n");
        Assert.Equal(["电话", "电话 (2)", "列 C", "姓名"], reader.Columns);
    }

    [Fact]
    public void A_title_above_the_table_is_passed_over()
    {
        using TableReader reader = Open("客户信息表,,,\n\n姓名,电话,城市,备注\n张三,1,长沙,\n李四,2,上海,x\n");
        Assert.Equal(["姓名", "电话", "城市", "备注"], reader.Columns);
        Assert.Equal(3, reader.HeaderNumber);
        Assert.Equal([4L, 5L], reader.All().Select(row => row.Number));
    }

    [Theory]
    [InlineData("张三,13800138000,a@b.cn\n李四,13900139000,c@d.cn\n", 0)]
    [InlineData("姓名,电话\n张三,13800138000\n", 1)]
    public void A_list_without_header_is_noticed(string text, long header)
    {
        using TableReader reader = Open(text);
        Assert.Equal(header, reader.HeaderNumber);
        Assert.Equal("张三", reader.All().First().Cells[0]);
    }

    [Fact]
    public void A_text_of_two_megabytes_is_no_name_of_a_column()
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes("name," + new string('长', 700_000) + "\n张三,1\n"));
        var refused = Assert.Throws<UnreadableFileException>(() => TableReading.Open(stream, "list.csv", new() { HasHeader = true }));
        Assert.Contains("B 列", refused.Reason.ZhHans, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_with_NUL_or_half_characters_are_refused_and_others_taken()
    {
        byte[] bytes = [.. "a,b\n1,x\u0000y\n2,ok\n"u8];
        using TableReader reader = TableReading.Open(new MemoryStream(bytes), "a.csv");
        ImportRow[] rows = [.. reader.All()];
        Assert.Contains("NUL", rows[0].Problem!.Value.En);
        Assert.Equal(2, rows[0].Number);
        Assert.Null(rows[1].Problem);

        byte[] utf16 = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a,b\n1,x"), 0x00, 0xD8, .. Encoding.Unicode.GetBytes("\n2,ok\n")];
        using TableReader broken = TableReading.Open(new MemoryStream(utf16), "a.csv");
        Assert.Equal(2, broken.All().Length);
    }

    [Fact]
    public void Quotes_and_breaks_within_cells_keep_their_text_and_line_numbers_stay_right()
    {
        using TableReader reader = Open("a,b\n\"x\ny\",\"say \"\"hi\"\"\"\n3,4\nab\"c,5\n");
        ImportRow[] rows = [.. reader.All()];
        Assert.Equal(["x\ny", "say \"hi\""], rows[0].Texts());
        Assert.Equal([2L, 4L, 5L], rows.Select(row => row.Number));
        Assert.Equal("ab\"c", rows[2].Cells[0]);
    }

    [Fact]
    public void An_encoding_and_a_separator_can_be_given()
    {
        byte[] bytes = TextEncodingDetector.ByName("big5")!.GetBytes("姓名;電話\n陳大文;123\n");
        using TableReader reader = TableReading.Open(new MemoryStream(bytes), "a.csv", new() { Encoding = "big5", Delimiter = ';' });
        Assert.Equal(["陳大文", "123"], reader.All().Single().Texts());
        Assert.Throws<UnreadableFileException>(() => TableReading.Open(new MemoryStream(bytes), "a.csv", new() { Encoding = "no-such" }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%PDF-1.7 ...")]
    [InlineData("<html><table><tr><td>1</td></tr></table></html>")]
    [InlineData("<?xml version=\"1.0\"?><Workbook/>")]
    [InlineData("PK\u0003\u0004 not really")]
    public void What_is_no_table_is_refused_with_a_sentence(string content)
    {
        var error = Assert.Throws<UnreadableFileException>(() => TableReading.Open(new MemoryStream(Encoding.Latin1.GetBytes(content)), "某文件.csv"));
        Assert.Contains("某文件", error.Reason.ZhHans);
    }

    static TableReader Open(string text) => TableReading.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "a.csv");
}
