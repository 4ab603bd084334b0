using System.Text.RegularExpressions;

namespace Guanxi.Platform.Language;

/// <summary>Numbers of mainland China: mobiles (1[3-9] and nine digits), landlines with area code, 400/800 and short service numbers.</summary>
static partial class ChinesePhones
{
    static readonly string[] CallThroughPrefixes = ["17951", "17911", "12593", "17909"];

    public static PhoneCheck Read(string digits, string? extension, bool withCountryCode)
    {
        digits = WithoutPrefixes(digits);
        if (Mobile().IsMatch(digits))
        {
            return new("+86" + digits, extension, PhoneKind.Mobile, null);
        }

        if (Service().IsMatch(digits))
        {
            return new("+86" + digits, extension, PhoneKind.Service, null);
        }

        Match landline = Landline().Match(digits);
        if (landline.Success)
        {
            return new("+86" + landline.Groups["number"].Value, extension, PhoneKind.Landline, null);
        }

        // Behind a country code, and in text that dropped it as a number, the zero of the area code is missing.
        if ((withCountryCode || digits.Length is 10 or 11) && !digits.StartsWith('0') && Landline().Match("0" + digits) is { Success: true } bare)
        {
            return new("+86" + bare.Groups["number"].Value, extension, PhoneKind.Landline, null);
        }

        return PhoneNumber.Refused(ReasonFor(digits));
    }

    /// <summary>A national number (without its zero) as people write it.</summary>
    public static string Display(string national)
    {
        if (Mobile().IsMatch(national))
        {
            return $"{national[..3]} {national[3..7]} {national[7..]}";
        }

        if (Service().IsMatch(national))
        {
            return national.Length == 10 ? $"{national[..3]}-{national[3..6]}-{national[6..]}" : national;
        }

        int area = AreaCodeLength(national);
        string local = national[area..];
        return national.Length > area + 4 ? $"0{national[..area]}-{local[..^4]} {local[^4..]}" : national;
    }

    /// <summary>Digits of the area code of a national landline number (without its zero): 10 and 2x have two, others three.</summary>
    public static int AreaCodeLength(string national) => national.StartsWith("10", StringComparison.Ordinal) || national.StartsWith('2') ? 2 : 3;

    static string WithoutPrefixes(string digits)
    {
        string? through = Array.Find(CallThroughPrefixes, prefix => digits.StartsWith(prefix, StringComparison.Ordinal) && digits.Length >= prefix.Length + 10);
        if (through is not null)
        {
            digits = digits[through.Length..];
        }

        if (digits.StartsWith("86", StringComparison.Ordinal) && digits.Length >= 12)
        {
            digits = digits[2..];
        }

        return digits.Length == 12 && digits[0] == '0' && Mobile().IsMatch(digits[1..]) ? digits[1..] : digits;
    }

    static (string ZhHans, string En) ReasonFor(string digits)
    {
        if (digits.Length is 7 or 8)
        {
            return ("座机号码缺少区号，例如 021-55551234", "The landline lacks its area code, such as 021-55551234");
        }

        if (digits.StartsWith('1'))
        {
            return digits.Length == 11
                ? ("手机号码应以 13 至 19 开头", "A mobile number begins with 13 to 19")
                : ($"手机号码应为 11 位，现在是 {digits.Length} 位", $"A mobile number has 11 digits; this has {digits.Length}");
        }

        return ("号码的位数或区号不对", "The number of digits or the area code is not right");
    }

    [GeneratedRegex(@"^1[3-9]\d{9}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Mobile();

    [GeneratedRegex(@"^(?:[48]00\d{7}|95\d{3}|95\d{4}|96\d{3,4}|1(?:00|10|11|12|16|19|20|22|23)\d{0,3}|12\d{3})$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Service();

    // Area codes 10 and 2x go with eight digits (seven in old lists), three-digit ones with seven or eight.
    [GeneratedRegex(@"^0(?<number>(?:10|2\d)[2-8]\d{6,7}|[3-9]\d{2}[2-8]\d{6,7})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Landline();
}
