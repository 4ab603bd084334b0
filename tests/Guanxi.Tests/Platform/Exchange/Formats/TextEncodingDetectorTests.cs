using System.Text;
using Guanxi.Platform.Exchange.Formats;
using Xunit;

namespace Guanxi.Tests.Platform.Exchange.Formats;

public sealed class TextEncodingDetectorTests
{
    [Fact]
    public void Nine_of_ten_real_files_are_read_as_their_folder_says()
    {
        int right = 0, all = 0;
        foreach (string file in Directory.GetFiles(SharedData.Path("import_encodings"), "*.txt", SearchOption.AllDirectories))
        {
            string name = Path.GetFileName(Path.GetDirectoryName(file)!).Split(' ')[0];
            byte[] bytes = File.ReadAllBytes(file);
            DetectedEncoding detected = TextEncodingDetector.Detect(bytes);
            Encoding truth = TextEncodingDetector.ByName(name == "cp949" ? "ks_c_5601-1987" : name)!;
            bool same = Text(truth, bytes) == Text(detected.Encoding, bytes);
            TestContext.Current.TestOutputHelper?.WriteLine($"{(same ? "ok " : "BAD")} {name} -> {detected.Name}");
            (right, all) = (right + (same ? 1 : 0), all + 1);
        }

        Assert.True(right >= 0.9 * all, $"{right} of {all}");
    }

    [Theory]
    [InlineData("gb18030", "客户名称,联系人,手机\r\n长沙银行,张三,13800138000\r\n")]
    [InlineData("gb18030", "名称\r\n万科A\r\n")]
    [InlineData("gb18030", "姓名,备注\r\n李镕基,喆䶮\r\n王小明,老客户，常买\r\n")]
    [InlineData("big5", "客戶名稱,聯絡人,電話\r\n臺灣積體電路製造股份有限公司,張小明,02-12345678\r\n")]
    [InlineData("big5", "姓名\r\n陳大文\r\n")]
    [InlineData("shift_jis", "会社名,担当者\r\n株式会社トヨタ自動車,山田たろう\r\n")]
    [InlineData("euc-kr", "회사 이름,담당자\r\n삼성전자 주식회사,김철수\r\n")]
    [InlineData("windows-1251", "Имя,Компания\r\nИван Петров,Газпром\r\n")]
    [InlineData("windows-1252", "Name,City\r\nJürgen Müller,Köln\r\nFrançois Lefèvre,Orléans\r\n")]
    [InlineData("windows-1250", "Jméno,Město\r\nTomáš Dvořák,Plzeň\r\n")]
    [InlineData("utf-16", "客户,电话\r\n长沙银行,123\r\n")]
    [InlineData("utf-16BE", "客户,电话\r\n长沙银行,123\r\n")]
    [InlineData("utf-8", "客户,电话\r\n长沙银行,123\r\n")]
    [InlineData("us-ascii", "name,phone\r\n")]
    public void Short_lists_of_customers_are_read_right(string encoding, string text)
    {
        Encoding truth = TextEncodingDetector.ByName(encoding)!;
        Assert.Equal(text, Text(TextEncodingDetector.Detect(truth.GetBytes(text)).Encoding, truth.GetBytes(text)));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void A_byte_order_mark_decides(string encoding)
    {
        Encoding truth = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. truth.GetPreamble(), .. truth.GetBytes("名称,电话\n")];
        DetectedEncoding detected = TextEncodingDetector.Detect(bytes);
        Assert.Equal("名称,电话\n", detected.Encoding.GetString(bytes[detected.PreambleLength..]));
    }

    [Fact]
    public void The_first_Chinese_character_may_come_late_in_a_file()
    {
        byte[] bytes = TextEncodingDetector.ByName("gbk")!.GetBytes(string.Concat(Enumerable.Repeat("plain,row,13800138000\n", 20_000)) + "长沙银行,张三,\n");
        using var stream = new MemoryStream(bytes);
        Assert.Equal("gb18030", TextEncodingDetector.Detect(stream).Name);
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public void A_cell_cut_within_a_character_does_not_make_a_file_foreign()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("长沙银行,张三\n", 200))), 0xE9, 0x95, (byte)',', (byte)'x'];
        DetectedEncoding detected = TextEncodingDetector.Detect(bytes);
        Assert.Equal(("utf-8", true), (detected.Name, detected.HasInvalidBytes));
    }

    static string Text(Encoding encoding, byte[] bytes) => encoding.GetString(bytes).TrimStart('\uFEFF');
}
