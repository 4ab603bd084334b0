using Guanxi.Platform.Language;
using Xunit;

namespace Guanxi.Tests.Platform.Language;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("13800138000", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("138 0013 8000", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("138-0013-8000", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("１３８００１３８０００", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("+86 138 0013 8000", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("0086-13800138000", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("8613800138000", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("013800138000", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("1795113800138000", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("\u202D13800138000\u202C", "+8613800138000", PhoneKind.Mobile)]
    [InlineData("19200001234", "+8619200001234", PhoneKind.Mobile)]
    [InlineData("16212345678", "+8616212345678", PhoneKind.Mobile)]
    [InlineData("021-55551234", "+862155551234", PhoneKind.Landline)]
    [InlineData("(021) 5555 1234", "+862155551234", PhoneKind.Landline)]
    [InlineData("+86 (0)21 5555 1234", "+862155551234", PhoneKind.Landline)]
    [InlineData("86-21-55551234", "+862155551234", PhoneKind.Landline)]
    [InlineData("0731-84512345", "+8673184512345", PhoneKind.Landline)]
    [InlineData("0731-8451234", "+867318451234", PhoneKind.Landline)]
    [InlineData("73184512345", "+8673184512345", PhoneKind.Landline)]
    [InlineData("400-800-1234", "+864008001234", PhoneKind.Service)]
    [InlineData("8008001234", "+868008001234", PhoneKind.Service)]
    [InlineData("95588", "+8695588", PhoneKind.Service)]
    [InlineData("+852 5123 4567", "+85251234567", PhoneKind.Mobile)]
    [InlineData("+852 2345 6789", "+85223456789", PhoneKind.Landline)]
    [InlineData("00853 6612 3456", "+85366123456", PhoneKind.Mobile)]
    [InlineData("+886 912 345 678", "+886912345678", PhoneKind.Mobile)]
    [InlineData("+886 0912-345-678", "+886912345678", PhoneKind.Mobile)]
    [InlineData("+1 (650) 253-0000", "+16502530000", PhoneKind.Unknown)]
    [InlineData("+44 (0)20 7946 0958", "+442079460958", PhoneKind.Unknown)]
    [InlineData("+49 30 901820", "+4930901820", PhoneKind.Unknown)]
    [InlineData("+7 912 345-67-89", "+79123456789", PhoneKind.Unknown)]
    [InlineData("+39 06 698 1234", "+39066981234", PhoneKind.Unknown)]
    [InlineData("tel:+81-3-1234-5678", "+81312345678", PhoneKind.Unknown)]
    public void Numbers_become_E164(string typed, string e164, PhoneKind kind)
    {
        PhoneCheck check = PhoneNumber.Parse(typed);
        Assert.Equal(e164, check.E164);
        Assert.Equal(kind, check.Kind);
        Assert.Null(check.Extension);
        Assert.Equal(check with { }, PhoneNumber.Parse(check.Value));
    }

    [Theory]
    [InlineData("021-55551234转801", "+862155551234", "801")]
    [InlineData("021-55551234-801", "+862155551234", "801")]
    [InlineData("02155551234 ext. 801", "+862155551234", "801")]
    [InlineData("0731-84512345#12", "+8673184512345", "12")]
    [InlineData("400-800-1234-5", "+864008001234", "5")]
    [InlineData("+862155551234;ext=801", "+862155551234", "801")]
    [InlineData("021-55551234 分机：801", "+862155551234", "801")]
    public void Extensions_are_kept_apart(string typed, string e164, string extension)
    {
        PhoneCheck check = PhoneNumber.Parse(typed);
        Assert.Equal((e164, extension), (check.E164, check.Extension));
        Assert.Equal($"{e164};ext={extension}", check.Value);
    }

    [Theory]
    [InlineData("12345678901", "13 至 19")]
    [InlineData("1380013800", "11 位")]
    [InlineData("55551234", "区号")]
    [InlineData("请致电", "不像")]
    [InlineData("1.38E+10", "不像")]
    [InlineData("+999 123456", "没有国家")]
    [InlineData("+1 123", "+1")]
    [InlineData("", "没有号码")]
    [InlineData("+86", "")]
    [InlineData("+86 转 12", "")]
    [InlineData("86", "")]
    [InlineData("0086-", "")]
    [InlineData("99999999999999999999999", "太长")]
    public void What_is_no_number_is_refused_with_a_reason(string typed, string words)
    {
        PhoneCheck check = PhoneNumber.Parse(typed);
        Assert.False(check.IsValid);
        Assert.Contains(words, check.Reason!.Value.ZhHans);
    }

    [Fact]
    public void Without_country_code_the_region_decides()
    {
        Assert.Equal("+85223456789", PhoneNumber.Parse("2345 6789", "HK").E164);
        Assert.Equal("+886912345678", PhoneNumber.Parse("0912345678", "TW").E164);
        Assert.Equal("+16502530000", PhoneNumber.Parse("(650) 253-0000", "US").E164);
    }

    [Theory]
    [InlineData("+8613800138000", "138 0013 8000")]
    [InlineData("+862155551234;ext=801", "021-5555 1234 转 801")]
    [InlineData("+867318451234", "0731-845 1234")]
    [InlineData("+864008001234", "400-800-1234")]
    [InlineData("+85223456789", "+852 2345 6789")]
    [InlineData("+8695588", "95588")]
    [InlineData("not a number", "not a number")]
    public void Numbers_are_shown_as_people_write_them(string value, string shown) => Assert.Equal(shown, PhoneNumber.Display(value));
}
