using System.Text;
using System.Text.RegularExpressions;

namespace Guanxi.Platform.Language;

public enum PhoneKind
{
    Unknown,
    Mobile,
    Landline,

    /// <summary>400, 800 and short service numbers such as 95588.</summary>
    Service,
}

/// <summary>What was read from a phone number as typed.</summary>
/// <param name="E164">"+8613800138000"; null when the number is not plausible.</param>
/// <param name="Extension">Digits after 转, ext, x or #; null when there are none.</param>
/// <param name="Reason">Why it is not plausible; null when it is.</param>
public readonly record struct PhoneCheck(string? E164, string? Extension, PhoneKind Kind, (string ZhHans, string En)? Reason)
{
    public bool IsValid => E164 is not null;

    /// <summary>E.164 with the extension as RFC 3966 writes it: "+862155551234;ext=801". Null when not valid.</summary>
    public string? Value => E164 is null ? null : Extension is null ? E164 : $"{E164};ext={Extension}";
}

/// <summary>
/// Phone numbers. Chinese ones by their own rules, without any list of operators: such lists age, and numbers are carried over between operators.
/// Others by the patterns of national numbers of libphonenumber, so that the length and the first digits are plausible.
/// </summary>
public static partial class PhoneNumber
{
    static readonly (string, string) Empty = ("没有号码", "There is no number");
    static readonly (string, string) NotPhone = ("这不像电话号码", "This does not look like a phone number");

    /// <summary>Longer than any number with its extension and its signs: what is longer is not looked at by patterns.</summary>
    private const int Longest = 200;

    /// <param name="region">The country a number without country code belongs to (ISO 3166: CN, HK, TW, US …).</param>
    public static PhoneCheck Parse(string? text, string region = "CN")
    {
        string typed = (text ?? "").ReplaceLoneSurrogates().Normalize(NormalizationForm.FormKC).Trim();
        if (typed.Length > Longest)
        {
            return Refused(NotPhone);
        }

        string? extension = null;
        Match tail = ExtensionTail().Match(typed);
        tail = tail.Success ? tail : HyphenatedExtension().Match(typed);
        if (tail.Success)
        {
            extension = tail.Groups["extension"].Value;
            typed = typed[..tail.Groups["tail"].Index];
        }

        bool international = false;
        var digits = new StringBuilder();
        foreach (char c in typed.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? typed[4..] : typed)
        {
            if (char.IsAsciiDigit(c))
            {
                digits.Append(c);
            }
            else if (c == '+' && digits.Length == 0)
            {
                international = true;
            }
            else if (!IsSeparator(c))
            {
                return Refused(NotPhone);
            }
        }

        if (digits.Length == 0)
        {
            return Refused(Empty);
        }

        return digits.Length > 20 ? Refused(("号码太长", "The number is too long")) : Read(digits.ToString(), international, extension, region);
    }

    static PhoneCheck Read(string digits, bool international, string? extension, string region)
    {
        if (!international && digits.StartsWith("00", StringComparison.Ordinal) && digits.Length > 8)
        {
            (digits, international) = (digits[2..], true);
        }

        if (international)
        {
            // "+86 (0)21 …": the trunk zero does not belong behind a country code.
            return digits.StartsWith("86", StringComparison.Ordinal) ? ChinesePhones.Read(digits[2..], extension, withCountryCode: true) : ReadForeign(digits, extension);
        }

        if (string.Equals(region, "CN", StringComparison.OrdinalIgnoreCase))
        {
            return ChinesePhones.Read(digits, extension, withCountryCode: false);
        }

        return PhonePlans.OfRegion(region) is { } plan
            ? ReadForeign(plan.CallingCode + WithoutTrunk(plan, digits), extension)
            : throw new ArgumentException($"There is no phone plan of the region {region}.", nameof(region));
    }

    static PhoneCheck ReadForeign(string digits, string? extension)
    {
        PhonePlan[] plans = [.. PhonePlans.For(digits)];
        if (plans.Length == 0)
        {
            return Refused(($"没有国家或地区使用区号 +{digits[..Math.Min(3, digits.Length)]}", $"No country has the code +{digits[..Math.Min(3, digits.Length)]}"));
        }

        string code = plans[0].CallingCode;
        string national = digits[code.Length..];
        foreach (string candidate in new[] { national, WithoutTrunk(plans[0], national) })
        {
            if (plans.Any(plan => plan.Allows(candidate)))
            {
                return new($"+{code}{candidate}", extension, KindOf(code, candidate), null);
            }
        }

        return Refused(($"+{code} 的号码位数或开头不对", $"Length or first digits do not fit +{code}"));
    }

    static string WithoutTrunk(PhonePlan plan, string national) =>
        plan.TrunkPrefix.Length > 0 && national.StartsWith(plan.TrunkPrefix, StringComparison.Ordinal) && !plan.Allows(national) ? national[plan.TrunkPrefix.Length..] : national;

    static PhoneKind KindOf(string code, string national) => (code, national[0]) switch
    {
        ("852", '5' or '6' or '9' or '7' or '4') => PhoneKind.Mobile,
        ("852", '2' or '3') => PhoneKind.Landline,
        ("853", '6') => PhoneKind.Mobile,
        ("853", '2' or '8') => PhoneKind.Landline,
        ("886", '9') => PhoneKind.Mobile,
        ("886", >= '2' and <= '8') => PhoneKind.Landline,
        _ => PhoneKind.Unknown,
    };

    static bool IsSeparator(char c) => char.IsWhiteSpace(c) || CreditCode.IsHyphen(c) || c is '(' or ')' or '.' or '/' or '·' or '\u200B' or '\u202A' or '\u202C' or '\u202D' or '\uFEFF' or '[' or ']';

    internal static PhoneCheck Refused((string ZhHans, string En) reason) => new(null, null, PhoneKind.Unknown, reason);

    /// <summary>A number as people write it: 138 0013 8000, 021-5555 1234 转 801, 400-800-1234, +852 2345 6789.</summary>
    public static string Display(string? value)
    {
        if (string.IsNullOrEmpty(value) || value[0] != '+')
        {
            return value ?? "";
        }

        string[] parts = value.Split(";ext=", 2);
        string shown = parts[0].StartsWith("+86", StringComparison.Ordinal) ? ChinesePhones.Display(parts[0][3..]) : DisplayForeign(parts[0][1..]);
        return parts.Length == 2 ? $"{shown} 转 {parts[1]}" : shown;
    }

    static string DisplayForeign(string digits)
    {
        string code = PhonePlans.For(digits).FirstOrDefault()?.CallingCode ?? "";
        string national = digits[code.Length..];
        return national.Length switch
        {
            8 => $"+{code} {national[..4]} {national[4..]}",
            9 or 10 => $"+{code} {national[..3]} {national[3..6]} {national[6..]}",
            _ => $"+{code} {national}",
        };
    }

    [GeneratedRegex(@"(?<tail>\s*(?:;\s*ext=|[,，]?\s*(?:转|轉|分机号?|分機|extension|ext\.?|x|#|，|,))\s*[:：]?\s*(?<extension>\d{1,7})\s*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex ExtensionTail();

    [GeneratedRegex(@"^(?:\+?86[-\s]?)?\(?(?:0?\d{2,3}\)?[-\s]?\d{4}[-\s]?\d{3,4}|[48]00[-\s]?\d{3}[-\s]?\d{4})(?<tail>[-–—]\s?(?<extension>\d{1,6}))$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex HyphenatedExtension();
}
