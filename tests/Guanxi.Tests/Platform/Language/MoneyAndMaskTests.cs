using System.Globalization;
using Guanxi.Platform.Language;
using Xunit;

namespace Guanxi.Tests.Platform.Language;

public sealed class MoneyAndMaskTests
{
    [Theory]
    [InlineData("1409.50", "壹仟肆佰零玖元伍角整")]
    [InlineData("6007.14", "陆仟零柒元壹角肆分")]
    [InlineData("1680.32", "壹仟陆佰捌拾元零叁角贰分")]
    [InlineData("107000.53", "壹拾万柒仟元零伍角叁分")]
    [InlineData("16409.02", "壹万陆仟肆佰零玖元零贰分")]
    [InlineData("325.04", "叁佰贰拾伍元零肆分")]
    [InlineData("0.5", "伍角整")]
    [InlineData("0.05", "伍分")]
    [InlineData("10", "壹拾元整")]
    [InlineData("100000001", "壹亿零壹元整")]
    [InlineData("0", "零元整")]
    [InlineData("0.001", "零元整")]
    [InlineData("-12.30", "负壹拾贰元叁角整")]
    [InlineData("10000", "壹万元整")]
    [InlineData("10010", "壹万零壹拾元整")]
    [InlineData("100100000", "壹亿零壹拾万元整")]
    [InlineData("120000000", "壹亿贰仟万元整")]
    [InlineData("1000000000000", "壹万亿元整")]
    [InlineData("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分")]
    [InlineData("1.005", "壹元零壹分")]
    public void Amounts_are_written_in_capital_characters(string amount, string words) =>
        Assert.Equal(words, RmbCapitals.Write(decimal.Parse(amount, CultureInfo.InvariantCulture)));

    [Fact]
    public void The_prefix_stands_without_a_gap_and_too_much_is_refused()
    {
        Assert.Equal("人民币壹元整", RmbCapitals.Write(1, withPrefix: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => RmbCapitals.Write(10_000_000_000_000_000m));
    }

    [Theory]
    [InlineData("仲妮", "仲*")]
    [InlineData("仲海妮", "仲*妮")]
    [InlineData("欧阳海妮", "欧**妮")]
    [InlineData("John Smith", "J***")]
    [InlineData("", "")]
    public void Names_are_masked(string name, string masked) => Assert.Equal(masked, Masking.Name(name));

    [Theory]
    [InlineData("+8618612341402", "186 **** 1402")]
    [InlineData("18612341402", "186 **** 1402")]
    [InlineData("+862155551234", "021-****1234")]
    [InlineData("+862155551234;ext=801", "021-****1234")]
    [InlineData("+8673184512345", "0731-****2345")]
    [InlineData("+864008001234", "400-****1234")]
    [InlineData("+85223456789", "+852 **** 6789")]
    [InlineData("55551234", "**** 1234")]
    [InlineData("123", "****")]
    public void Phones_are_masked(string phone, string masked) => Assert.Equal(masked, Masking.Phone(phone));

    [Fact]
    public void Other_texts_are_masked()
    {
        Assert.Equal("zha***@example.com", Masking.Email("zhangsan@example.com"));
        Assert.Equal("l***@example.com", Masking.Email("li@example.com"));
        Assert.Equal("110************02X", Masking.Identifier("11010519491231002X")![..15] + "02X");
        Assert.Equal("1****************X", Masking.Identifier("11010519491231002X", MaskStrength.High));
        Assert.Equal("110105********002X", Masking.Identifier("11010519491231002X", MaskStrength.Low));
        Assert.Equal("**** 7890", Masking.Account("6222021234567890"));
        Assert.Equal("湖南省长沙市岳麓区***", Masking.Address("湖南省长沙市岳麓区麓山路1号"));
        Assert.Equal("***", Masking.Address("麓山路1号"));
        Assert.Null(Masking.Phone(null));
    }
}
