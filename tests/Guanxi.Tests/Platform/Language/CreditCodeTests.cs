using Guanxi.Platform.Language;
using Xunit;

namespace Guanxi.Tests.Platform.Language;

public sealed class CreditCodeTests
{
    [Theory]
    [InlineData("91350100M000100Y43")]
    [InlineData("91110108551385082Q")]
    [InlineData("914403001922038216")]
    [InlineData("9144030071526726XG")]
    [InlineData("91440101MA5CJQ4N59")]
    public void Real_codes_are_valid_inside_and_outside(string code)
    {
        CreditCodeCheck check = CreditCode.Check(code);
        Assert.True(check.IsValid && check.InnerIsValid);
        Assert.Null(check.Warning);
    }

    [Fact]
    public void A_made_up_code_can_be_valid() => Assert.True(CreditCode.Check("91000000000000000K").IsValid);

    [Theory]
    [InlineData("91350100M000100Y43")]
    [InlineData("91000000000000000K")]
    public void Any_other_last_character_is_a_warning(string code)
    {
        foreach (char last in "0123456789ABCDEFGHJKLMNPQRTUWXY".Where(c => c != code[17]))
        {
            CreditCodeCheck check = CreditCode.Check(code[..17] + last);
            Assert.False(check.IsValid);
            Assert.Contains(code[17..], check.Warning!.Value.ZhHans);
        }
    }

    [Theory]
    [InlineData("91350100M0001TGQXM")]
    [InlineData("91350211M0000XUF46")]
    [InlineData("91350203M0001FUE2P")]
    public void Pilot_codes_are_doubted_but_credit_codes_all_the_same(string code)
    {
        CreditCodeCheck check = CreditCode.Check(code);
        Assert.True(check.IsCreditCode);
        Assert.False(check.IsValid);
        Assert.Contains("试点", check.Warning!.Value.ZhHans);
    }

    [Theory]
    [InlineData(" 9135 0100-m000 100y43 ")]
    [InlineData("９１３５０１００Ｍ０００１００Ｙ４３")]
    public void Spaces_hyphens_and_wide_letters_do_not_matter(string typed)
    {
        Assert.Equal("91350100M000100Y43", CreditCode.Check(typed).Value);
        Assert.True(CreditCode.Check(typed).IsValid);
    }

    [Theory]
    [InlineData("91350100M0O0100Y43", "字母 O")]
    [InlineData("9135010中M000100Y43", "不是信用代码可用的字符")]
    [InlineData("913A0100M000100Y43", "行政区划")]
    [InlineData("350100100012345", "15 位")]
    [InlineData("123", "3 位")]
    [InlineData(null, "0 位")]
    public void The_reason_says_what_is_wrong(string? code, string words) => Assert.Contains(words, CreditCode.Check(code).Warning!.Value.ZhHans);

    [Theory]
    [InlineData("11010519491231002X", true)]
    [InlineData("11010519491231002x", true)]
    [InlineData("110105194912310020", false)]
    [InlineData("11010519491331002X", false)]
    [InlineData("1101051949123100", false)]
    [InlineData("A1010519491231002X", false)]
    public void Identity_numbers_are_checked(string id, bool valid)
    {
        ResidentIdCheck check = ResidentId.Check(id);
        Assert.Equal(valid, check.IsValid);
        Assert.Equal(valid, check.Reason is null);
        Assert.Equal(valid ? new DateOnly(1949, 12, 31) : null, check.Born);
        Assert.Equal(valid ? false : null, check.IsMale);
    }
}
