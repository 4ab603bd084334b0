using System.Text;
using Guanxi.Platform.Inbound;

namespace Guanxi.Tests.Platform.Inbound;

/// <summary>Letters as people and programs in China send them, and as somebody sends them who means ill.</summary>
public sealed class MailMessageTests
{
    static MailMessageTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private static MailMessage Read(string text) => MailMessage.Read(Encoding.Latin1.GetBytes(text.ReplaceLineEndings("\r\n")));

    [Fact]
    public void A_letter_in_GB2312_with_a_file_is_read_as_it_was_meant()
    {
        var chinese = Encoding.GetEncoding("gb18030");
        string B64(string text) => Convert.ToBase64String(chinese.GetBytes(text));
        var message = Read($"""
            From: =?gb2312?B?{B64("陈立新")}?= <chen@huaxing.example>
            Subject: =?gb2312?B?{B64("询价：")}?=
             =?gb2312?B?{B64("两台五轴")}?=
            Message-ID: <a1@huaxing.example>
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="x y"

            preamble
            --x y
            Content-Type: multipart/alternative; boundary=inner

            --inner
            Content-Type: text/plain; charset=gb2312
            Content-Transfer-Encoding: base64

            {B64("请报价。\n谢谢")}
            --inner
            Content-Type: text/html; charset=utf-8

            <p>nicht dies</p>
            --inner--
            --x y
            Content-Type: application/pdf; name="=?gb2312?B?{B64("图纸.pdf")}?="
            Content-Disposition: attachment; filename*0*=utf-8''%E5%9B%BE; filename*1*=%E7%BA%B8.pdf
            Content-Transfer-Encoding: base64

            JVBERi0=
            --x y--
            """);
        Assert.Equal(("陈立新", "chen@huaxing.example", "询价：两台五轴", "请报价。\n谢谢", "<a1@huaxing.example>"), (message.FromName, message.FromAddress, message.Subject, message.Text, message.Id));
        var file = Assert.Single(message.Files);
        Assert.Equal(("图纸.pdf", "%PDF-"), (file.Name, Encoding.ASCII.GetString(file.Content)));
        Assert.False(message.IsAutomatic);
    }

    [Fact]
    public void A_letter_in_HTML_alone_is_read_without_its_scripts()
    {
        var message = Read("From: a@b.example\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<style>x</style><p>=E4=BD=A0=E5=A5=BD&amp;</p><script>alert(1)</script><br>zwei=\nte");
        Assert.Equal("你好&\n\nzweite", message.Text);
        Assert.Equal("a@b.example", message.FromAddress);
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied")]
    [InlineData("List-Id: <news.example>")]
    [InlineData("Precedence: bulk")]
    [InlineData("Return-Path: <>")]
    public void What_programs_send_is_known_as_such(string header) => Assert.True(Read($"From: a@b.example\n{header}\n\nx").IsAutomatic);

    [Fact]
    public void Nothing_that_strangers_send_makes_it_fail()
    {
        var random = new Random(7);
        var nested = new StringBuilder();
        for (var i = 0; i < 60; i++)
        {
            nested.Append($"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        }

        foreach (var text in new[] { "", "\n", ":", "From", "Content-Type: multipart/mixed; boundary=\n\nx", "Content-Type: text/plain; charset=no-such\n\nx", "Subject: =?utf-8?B?%%%?=\n\nx", nested.ToString(), "Content-Transfer-Encoding: base64\n\n=", new string('(', 60_000) })
        {
            _ = Read(text).Text;
        }

        for (var i = 0; i < 300; i++)
        {
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            _ = MailMessage.Read([.. Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=a\r\nSubject: =?utf-8?Q?"), .. bytes]).Subject;
        }
    }
}
