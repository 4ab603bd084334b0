using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Guanxi.Platform.Language;

/// <summary>How much of an identity number may be seen.</summary>
public enum MaskStrength
{
    /// <summary>First and last character stay.</summary>
    High,

    /// <summary>Three at either end stay.</summary>
    Middle,

    /// <summary>Six in front and four behind stay.</summary>
    Low,
}

/// <summary>Texts of which a reader may see only the shape. Formats after Ant Design's data format specification. Null and empty stay as they are.</summary>
public static class Masking
{
    /// <summary>What stands for an amount.</summary>
    public const string Amount = "***";

    const string Hidden = "****";

    /// <summary>仲妮 → 仲*, 仲海妮 → 仲*妮, John Smith → J***.</summary>
    [return: NotNullIfNotNull(nameof(name))]
    public static string? Name(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return name;
        }

        Rune[] runes = [.. name.Trim().ReplaceLoneSurrogates().EnumerateRunes()];
        if (runes[0].IsAscii)
        {
            return runes[0] + "***";
        }

        return runes.Length switch
        {
            1 => "*",
            2 => runes[0] + "*",
            _ => runes[0] + new string('*', Math.Min(runes.Length - 2, 4)) + runes[^1],
        };
    }

    /// <summary>+8618612341402 → 186 **** 1402, landline +862155551234 → 021-****1234, +85223456789 → +852 **** 6789.</summary>
    [return: NotNullIfNotNull(nameof(phone))]
    public static string? Phone(string? phone)
    {
        if (string.IsNullOrWhiteSpace(phone))
        {
            return phone;
        }

        PhoneCheck check = PhoneNumber.Parse(phone);
        string digits = string.Concat((check.E164 ?? phone).Where(char.IsAsciiDigit));
        if (digits.Length < 7)
        {
            return Hidden;
        }

        if (check.E164?.StartsWith("+86", StringComparison.Ordinal) != true)
        {
            string code = check.E164 is null ? "" : "+" + PhonePlans.For(digits).First().CallingCode + " ";
            return $"{code}{Hidden} {digits[^4..]}";
        }

        string national = digits[2..];
        return check.Kind switch
        {
            PhoneKind.Mobile => $"{national[..3]} {Hidden} {national[^4..]}",
            PhoneKind.Landline => $"0{national[..ChinesePhones.AreaCodeLength(national)]}-{Hidden}{national[^4..]}",
            _ => national.Length == 10 ? $"{national[..3]}-{Hidden}{national[^4..]}" : national,
        };
    }

    /// <summary>zhangsan@example.com → zha***@example.com; of short names only the first letter stays.</summary>
    [return: NotNullIfNotNull(nameof(email))]
    public static string? Email(string? email)
    {
        if (string.IsNullOrWhiteSpace(email))
        {
            return email;
        }

        int at = email.LastIndexOf('@');
        return at <= 0 ? "***" : $"{email[..(at > 3 ? 3 : 1)]}***{email[at..]}";
    }

    /// <summary>Identity numbers, credit codes and the like.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static string? Identifier(string? value, MaskStrength strength = MaskStrength.Middle)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return value;
        }

        (int front, int back) = strength switch { MaskStrength.High => (1, 1), MaskStrength.Middle => (3, 3), _ => (6, 4) };
        return value.Length <= front + back ? new string('*', value.Length) : value[..front] + new string('*', value.Length - front - back) + value[^back..];
    }

    /// <summary>The last four of an account or card number stay.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public static string? Account(string? value) =>
        string.IsNullOrWhiteSpace(value) ? value : value.Length <= 4 ? Hidden : $"{Hidden} {value[^4..]}";

    /// <summary>Province, city and district stay: 湖南省长沙市岳麓区麓山路 1 号 → 湖南省长沙市岳麓区***.</summary>
    [return: NotNullIfNotNull(nameof(address))]
    public static string? Address(string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
        {
            return address;
        }

        string street = Divisions.Locate(address).Street;
        string trimmed = address.Trim();
        return street.Length > 0 && trimmed.EndsWith(street, StringComparison.Ordinal) ? trimmed[..^street.Length].TrimEnd() + "***" : street.Length == 0 ? trimmed : "***";
    }
}
