using Guanxi.Platform.Language;
using Xunit;

namespace Guanxi.Tests.Platform.Language;

public sealed class ScriptTests
{
    [Theory]
    [InlineData("長沙　銀行（湖南）", "长沙银行湖南")]
    [InlineData("Ａ.B. Co., Ltd", "a b co ltd")]
    [InlineData("O'Brien & Sons", "obrien sons")]
    [InlineData("Müller Straße", "muller strasse")]
    [InlineData("  华为 技术  ", "华为技术")]
    [InlineData("買買提·艾力", "买买提艾力")]
    [InlineData("ABC 公司 2", "abc公司2")]
    [InlineData("１２３號", "123号")]
    [InlineData("ﾊﾟﾅｿﾆｯｸ", "パナソニック")]
    [InlineData("zero\u200Bwidth", "zerowidth")]
    [InlineData("👍好", "好")]
    [InlineData("", "")]
    public void Texts_are_compared_in_one_form(string text, string normalized)
    {
        Assert.Equal(normalized, Script.Normalize(text));
        Assert.Equal(normalized, Script.Normalize(normalized));
    }

    [Theory]
    [InlineData("頭髮", "头发")]
    [InlineData("發展", "发展")]
    [InlineData("乾隆皇帝", "乾隆皇帝")]
    [InlineData("乾淨", "干净")]
    [InlineData("臺灣積體電路", "台湾积体电路")]
    [InlineData("裡面", "里面")]
    public void Traditional_becomes_simplified(string traditional, string simplified) =>
        Assert.Equal(simplified, Script.ToSimplified(traditional));

    [Theory]
    [InlineData("头发", "頭髮")]
    [InlineData("发展", "發展")]
    [InlineData("皇后", "皇后")]
    [InlineData("以后", "以後")]
    [InlineData("干净", "乾淨")]
    [InlineData("干部", "幹部")]
    [InlineData("面条", "麵條")]
    [InlineData("因为里面", "因為裡面")]
    [InlineData("客户管理系统", "客戶管理系統")]
    [InlineData("长沙银行", "長沙銀行")]
    public void Simplified_becomes_traditional(string simplified, string traditional) =>
        Assert.Equal(traditional, Script.ToTraditional(simplified));
}
