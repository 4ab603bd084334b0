using Guanxi.Platform.Identity;

namespace Guanxi.Tests.Platform.Identity;

public sealed class PasswordRulesTests
{
    private static readonly string?[] ZhangWei = ["张伟", "zhangwei", "zhangwei@lanfeng.cn", "岚峰智能"];

    [Theory]
    [InlineData("短密码123")]
    [InlineData("aaaaaaaaaaaaaa")]
    [InlineData("abcabcabcabc")]
    [InlineData("1234567890")]
    [InlineData("qwertyuiop")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("qwerty12345")]
    [InlineData("13800138000")]
    [InlineData("199001011990")]
    [InlineData("password2024!")]
    [InlineData("P@ssw0rd2024")]
    [InlineData("Manchester1")]
    [InlineData("woaini1314520")]
    [InlineData("Beijing2008!")]
    [InlineData("guanxi2026!!")]
    [InlineData("zhangwei2026")]
    [InlineData("岚峰智能2026")]
    [InlineData("ZhangWei@123")]
    public void What_is_guessed_first_is_refused(string password) => Assert.NotNull(PasswordRules.Wrong(password, ZhangWei));

    [Theory]
    [InlineData("春眠不觉晓处处闻啼鸟")]
    [InlineData("correct horse battery staple")]
    [InlineData("t7Kd-02mf-91px")]
    [InlineData("ninecharsx-otter")]
    [InlineData("guanxi-demo-2026")]
    [InlineData("zhangwei likes green tea")]
    [InlineData("7294018365520194")]
    public void Whatever_is_long_and_unusual_is_fine_without_rules_about_signs(string password) => Assert.Null(PasswordRules.Wrong(password, ZhangWei));

    [Fact]
    public void Every_listed_password_that_is_long_enough_is_refused_and_the_list_is_large_enough()
    {
        Assert.True(CommonPasswords.Count > 20_000);
        Assert.True(CommonPasswords.Contains("qwertyuiop"));
        Assert.True(CommonPasswords.Contains("password123"));
    }

    [Fact]
    public void Two_hundred_characters_are_the_most() => Assert.NotNull(PasswordRules.Wrong(string.Concat(Enumerable.Range(0, 60).Select(i => $"{i}x{i * 7}-")), []));
}
