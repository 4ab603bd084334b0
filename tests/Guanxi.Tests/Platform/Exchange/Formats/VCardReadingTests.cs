using System.Text;
using Guanxi.Platform.Exchange.Formats;
using Xunit;

namespace Guanxi.Tests.Platform.Exchange.Formats;

public sealed class VCardReadingTests
{
    [Fact]
    public void Cards_of_nine_programs_are_read()
    {
        string[] files = Directory.GetFiles(SharedData.Path("import_vcards"), "*.vcf", SearchOption.AllDirectories);
        Assert.Equal(9, files.Length);
        foreach (string file in files)
        {
            int wanted = Path.GetFileName(file) switch { "John_Doe_ANDROID.vcf" => 6, "rfc2426-example.vcf" => 2, _ => 1 };
            ImportRow[] rows = Rows(File.ReadAllBytes(file));
            Assert.Equal(wanted, rows.Length);
            Assert.All(rows, row => Assert.Null(row.Problem));
            Assert.All(rows, row => Assert.False(string.IsNullOrEmpty(Cell(row, "name")), file));
        }
    }

    [Fact]
    public void A_card_of_an_address_book_keeps_its_facts()
    {
        ImportRow row = Rows(File.ReadAllBytes(SharedData.Path("import_vcards/io/text/John_Doe_EVOLUTION.vcf"))).Single();
        Assert.Equal("Mr. John Richter, James Doe Sr.", Cell(row, "name"));
        Assert.Equal("IBM", Cell(row, "customer"));
        Assert.Equal("Accounting Dungeon", Cell(row, "department"));
        Assert.Equal("Money Counter", Cell(row, "title"));
        Assert.Equal("905-666-1234", Cell(row, "mobile"));
        Assert.Equal("905-555-1234", Cell(row, "phone"));
        Assert.Equal("john.doe@ibm.com", Cell(row, "email"));
        Assert.Equal("http://www.ibm.com", Cell(row, "website"));
        Assert.Equal("1980-03-22", Cell(row, "birthday"));
        Assert.Equal("VIP", Cell(row, "tags"));
        Assert.Equal("12345", Cell(row, "postcode"));
        Assert.StartsWith("THIS SOFTWARE IS PROVIDED", Cell(row, "note"));
        Assert.Contains("AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING", Cell(row, "note"));
    }

    [Fact]
    public void Quoted_printable_with_soft_breaks_is_read()
    {
        ImportRow[] rows = Rows(File.ReadAllBytes(SharedData.Path("import_vcards/io/text/John_Doe_ANDROID.vcf")));
        Assert.Equal("Ñ Ñ Ñ Ñ Ñ", Cell(rows[2], "name"));
        Assert.Equal("Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ", Cell(rows[3], "name"));
        Assert.Equal("123456789", Cell(rows[2], "mobile"));
    }

    [Fact]
    public void A_Chinese_phone_card_in_GBK_is_read()
    {
        string card = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=GBK:曾;国藩;;;\r\nORG;CHARSET=GBK:长沙银行;信贷部\r\nTEL;CELL:13800138000\r\nTEL;WORK:0731-84512345\r\nX-QQ:12345\r\nBDAY:19900512\r\nEND:VCARD\r\n";
        ImportRow row = Rows(TextEncodingDetector.ByName("gbk")!.GetBytes(card)).Single();
        Assert.Equal(("曾国藩", "长沙银行", "信贷部"), (Cell(row, "name"), Cell(row, "customer"), Cell(row, "department")));
        Assert.Equal(("13800138000", "0731-84512345", "12345", "1990-05-12"), (Cell(row, "mobile"), Cell(row, "phone"), Cell(row, "qq"), Cell(row, "birthday")));
    }

    [Fact]
    public void Folded_lines_escapes_groups_and_version_four_are_read()
    {
        string card = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:张\r\n 三\r\nitem1.TEL;VALUE=uri;TYPE=\"cell,voice\":tel:+86-138-0013-8000\r\nNOTE:a\\nb\\, c\\; d\\\\e\r\nBDAY:--0512\r\nADR;TYPE=work:;;麓山路 1 号;长沙;湖南;410000;中国\r\nIMPP:wechat:zhangsan\r\nCATEGORIES:vip,老客户\r\nGENDER:M\r\nEND:VCARD\r\n";
        ImportRow row = Rows(Encoding.UTF8.GetBytes(card)).Single();
        Assert.Equal(("张三", "+86-138-0013-8000", "a\nb, c; d\\e"), (Cell(row, "name"), Cell(row, "mobile"), Cell(row, "note")));
        Assert.Equal(("--05-12", "麓山路 1 号", "长沙", "湖南"), (Cell(row, "birthday"), Cell(row, "street"), Cell(row, "city"), Cell(row, "province")));
        Assert.Equal(("zhangsan", "vip,老客户", "M"), (Cell(row, "wechat"), Cell(row, "tags"), Cell(row, "gender")));
    }

    [Fact]
    public void A_card_without_end_is_a_problem_of_its_row()
    {
        ImportRow[] rows = Rows("BEGIN:VCARD\nFN:A\nEND:VCARD\nBEGIN:VCARD\nFN:B\n"u8.ToArray());
        Assert.Null(rows[0].Problem);
        Assert.Contains("END:VCARD", rows[1].Problem!.Value.En);
    }

    static ImportRow[] Rows(byte[] bytes)
    {
        using TableReader reader = TableReading.Open(new MemoryStream(bytes), "a.vcf");
        Assert.Equal(TableKind.VCard, reader.Kind);
        return [.. reader.All()];
    }

    static string? Cell(ImportRow row, string column)
    {
        using TableReader reader = TableReading.Open(new MemoryStream("BEGIN:VCARD\nFN:A\nEND:VCARD\n"u8.ToArray()), "a.vcf");
        return row.Cells[reader.Columns.ToList().IndexOf(column)];
    }
}
