using System.Text;
using Guanxi.Platform.Identity;

namespace Guanxi.Tests.Platform.Identity;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    /// <summary>RFC 6238 appendix B, SHA-1; of its eight digits ours are the last six.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void The_published_codes_come_out(long seconds, string code) => Assert.Equal(code, Totp.Code(Secret, seconds / Totp.Seconds));

    [Fact]
    public void One_step_to_either_side_is_allowed_and_no_more()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_111);
        var step = Totp.StepAt(now);
        foreach (var (distance, right) in new[] { (-2, false), (-1, true), (0, true), (1, true), (2, false) })
        {
            Assert.Equal(right ? step + distance : null, Totp.Match(Secret, Totp.Code(Secret, step + distance), now, after: 0));
        }
    }

    [Fact]
    public void A_step_that_was_used_and_all_before_it_are_void()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_111_111_111);
        var step = Totp.StepAt(now);
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step), now, after: step));
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step - 1), now, after: step));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_RFC_4648(string plain, string encoded)
    {
        Assert.Equal(encoded, Totp.Base32(Encoding.ASCII.GetBytes(plain)));
        Assert.Equal(plain, Encoding.ASCII.GetString(Totp.FromBase32(encoded)));
    }

    [Fact]
    public void The_address_for_the_picture_escapes_what_a_company_is_called() =>
        Assert.StartsWith("otpauth://totp/Guanxi%20%E5%B2%9A%E5%B3%B0:zhangwei?secret=", Totp.Address(Secret, "Guanxi 岚峰", "zhangwei"), StringComparison.Ordinal);
}
