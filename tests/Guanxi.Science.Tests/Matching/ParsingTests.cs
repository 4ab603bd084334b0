using Guanxi.Science.Matching;
using Guanxi.Science.Matching.Parsing;

namespace Guanxi.Science.Tests.Matching;

public sealed class ParsingTests
{
    [Theory]
    [InlineData("重庆市晨曦教育机械设备有限公司", "重庆", "晨曦", "教育机械设备", "有限公司", "")]
    [InlineData("博克斯特(深圳)物流有限公司", "深圳", "博克斯特", "物流", "有限公司", "")]
    [InlineData("半壁街食(深圳)品股份有限公司", "深圳", "半壁街", "食品", "股份有限公司", "")]
    [InlineData("上海华兴机械设备有限公司北京分公司", "上海", "华兴", "机械设备", "有限公司", "北京分公司")]
    [InlineData("青岛啤酒股份有限公司", "青岛", "啤酒", "", "股份有限公司", "")]
    [InlineData("上海银行", "", "上海", "银行", "", "")]
    [InlineData("Huawei Technologies Co., Ltd.", "", "huawei", "technologies", "co ltd", "")]
    [InlineData("Nestlé S.A.", "", "nestle", "", "sa", "")]
    [InlineData("삼성전자주식회사", "", "삼성전자", "", "주식회사", "")]
    public void A_company_name_is_taken_apart(string name, string region, string brand, string trade, string form, string branch)
    {
        var parsed = CompanyNames.Parse(TextFolding.Fold(name, PlainTextNormalizer.Instance));
        Assert.Equal(new CompanyName(region, brand, trade, form, branch), parsed);
    }

    [Theory]
    [InlineData("+86 138-0013-8000", "13800138000")]
    [InlineData("１３８００１３８０００", "13800138000")]
    [InlineData("0086 13800138000", "13800138000")]
    [InlineData("010-88886666 转 801", "1088886666")]
    [InlineData("310/246-1501", "3102461501")]
    [InlineData("1.38E+10", "")]
    [InlineData("000000", "")]
    [InlineData("12", "")]
    public void A_phone_number_is_its_digits(string written, string number) =>
        Assert.Equal(number, PhoneNumbers.Normalise(TextFolding.Fold(written, PlainTextNormalizer.Instance)));

    [Theory]
    [InlineData("1971-06-24", "19710624")]
    [InlineData("24/06/1971", "19710624")]
    [InlineData("6/24/1971", "19710624")]
    [InlineData("1971年6月24日", "19710624")]
    [InlineData("24 Jun 1971", "19710624")]
    [InlineData("19710624", "19710624")]
    [InlineData("1971", "1971")]
    public void A_date_is_eight_digits(string written, string date) =>
        Assert.Equal(date, DateValues.Normalise(TextFolding.Fold(written, PlainTextNormalizer.Instance)));

    [Theory]
    [InlineData("张三经理", "张三")]
    [InlineData(" 许静 定 ", "许静定")]
    [InlineData("Smith, John", "john smith")]
    [InlineData("Dr. John Smith", "john smith")]
    public void A_person_is_a_name_without_titles(string written, string name) =>
        Assert.Equal(name, PersonNames.Normalise(TextFolding.Fold(written, PlainTextNormalizer.Instance)));

    [Fact]
    public void Ill_formed_text_is_folded_without_failing() => Assert.NotEmpty(TextFolding.Fold("\ud800abc\u0000é", PlainTextNormalizer.Instance));
}
