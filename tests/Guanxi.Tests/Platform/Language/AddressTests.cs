using Guanxi.Platform.Language;
using Xunit;

namespace Guanxi.Tests.Platform.Language;

public sealed class AddressTests
{
    [Theory]
    [InlineData("Zhang.San@Example.COM", "zhang.san@example.com")]
    [InlineData(" mailto:a@b.cn ", "a@b.cn")]
    [InlineData("张三 <san@example.com.cn>", "san@example.com.cn")]
    [InlineData("ａ＠ｂ．ｃｎ", "a@b.cn")]
    [InlineData("a+b_c%d@sub.example.co", "a+b_c%d@sub.example.co")]
    [InlineData("用户@例子.中国", "用户@例子.中国")]
    public void Mail_addresses_are_normalised(string typed, string value) => Assert.Equal(value, EmailAddress.Parse(typed).Value);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("@b.cn")]
    [InlineData("a@")]
    [InlineData("a@b")]
    [InlineData("a b@c.cn")]
    [InlineData("a..b@c.cn")]
    [InlineData(".a@c.cn")]
    [InlineData("a@-c.cn")]
    [InlineData("a@c..cn")]
    [InlineData("a@b@c d.cn")]
    [InlineData("a@1.2.3.4")]
    public void What_is_no_mail_address_is_refused_with_a_reason(string typed)
    {
        Assert.False(EmailAddress.Parse(typed).IsValid);
        Assert.NotNull(EmailAddress.Parse(typed).Reason);
    }

    [Theory]
    [InlineData("www.example.com", "https://www.example.com")]
    [InlineData("HTTP://Example.COM/", "http://example.com")]
    [InlineData("https://example.com/Path?q=1#a", "https://example.com/Path?q=1#a")]
    [InlineData("example.com:8080/x", "https://example.com:8080/x")]
    [InlineData("//example.com", "https://example.com")]
    [InlineData("www。example。com", "https://www.example.com")]
    [InlineData("例子.中国", "https://例子.中国")]
    [InlineData("http://192.168.1.2/a", "http://192.168.1.2/a")]
    public void Links_are_normalised(string typed, string value) => Assert.Equal(value, Link.Parse(typed).Value);

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("JavaScript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com")]
    [InlineData("https://user:secret@example.com")]
    [InlineData("https://localhost")]
    [InlineData("https://exa mple.com")]
    [InlineData("没有网站")]
    [InlineData("")]
    public void Other_links_are_refused_with_a_reason(string typed)
    {
        Assert.False(Link.Parse(typed).IsValid);
        Assert.NotNull(Link.Parse(typed).Reason);
    }

    [Theory]
    [InlineData("湖南省长沙市岳麓区麓山路1号", "430104", "麓山路1号")]
    [InlineData("湖南长沙岳麓区麓山路1号", "430104", "麓山路1号")]
    [InlineData("长沙市岳麓区 麓山路1号", "430104", "麓山路1号")]
    [InlineData("湖南省 长沙市 长沙县 星沙镇", "430121", "星沙镇")]
    [InlineData("长沙县星沙镇", "430121", "星沙镇")]
    [InlineData("中国江苏省昆山市花桥镇", "320583", "花桥镇")]
    [InlineData("江苏昆山花桥镇", "320583", "花桥镇")]
    [InlineData("北京市朝阳区建国路88号", "110105", "建国路88号")]
    [InlineData("北京朝阳门内大街1号", "110000", "朝阳门内大街1号")]
    [InlineData("上海浦东新区张江镇", "310115", "张江镇")]
    [InlineData("重庆市渝中区解放碑", "500103", "解放碑")]
    [InlineData("重慶市渝中區解放碑", "500103", "解放碑")]
    [InlineData("广东省东莞市松山湖", "441900", "松山湖")]
    [InlineData("内蒙古呼和浩特市新城区", "150102", "")]
    [InlineData("新疆乌鲁木齐天山区", "650102", "")]
    [InlineData("湘西吉首市", "433101", "")]
    [InlineData("吉林省吉林市船营区", "220204", "")]
    [InlineData("吉林长春", "220100", "")]
    [InlineData("河南省济源市", "419001", "")]
    [InlineData("南京市鼓楼区中山路", "320106", "中山路")]
    [InlineData("鼓楼区中山路", null, "鼓楼区中山路")]
    [InlineData("岳麓区麓山路", "430104", "麓山路")]
    [InlineData("香港九龙城区", "810007", "")]
    [InlineData("台湾省台北市信义路", "710100", "信义路")]
    [InlineData("臺北市信義路", "710100", "信義路")]
    [InlineData("深圳市南山区科技园", "440305", "科技园")]
    [InlineData("1 Infinite Loop", null, "1 Infinite Loop")]
    [InlineData("", null, "")]
    public void The_division_of_an_address_is_found(string address, string? code, string street)
    {
        LocatedAddress located = Divisions.Locate(address);
        Assert.Equal((code, street), (located.Code, located.Street));
    }

    [Fact]
    public void Divisions_have_names_levels_and_children()
    {
        Assert.Equal(34, Divisions.Children(null).Count);
        Assert.Equal("湖南省长沙市岳麓区", Divisions.FullName("430104"));
        Assert.Equal("北京市朝阳区", Divisions.FullName("110105"));
        Assert.Equal(16, Divisions.Children("110000").Count);
        Assert.Equal(38, Divisions.Children("500000").Count);
        Assert.Contains(Divisions.Children("430000"), d => d is { Code: "430100", Level: DivisionLevel.City });
        Assert.Contains(Divisions.Children("430100"), d => d.Name == "岳麓区");
        Assert.Null(Divisions.Find("999999"));
        Assert.Null(Divisions.Find(null));
        LocatedAddress located = Divisions.Locate("湖南长沙岳麓区");
        Assert.Equal(("湖南省", "长沙市", "岳麓区"), (located.Province, located.City, located.District));
    }
}
