using System.Globalization;

namespace Guanxi.Platform.Language;

/// <summary>What a check of a resident identity number found. The facts are null when it is not valid.</summary>
public readonly record struct ResidentIdCheck(string Value, bool IsValid, DateOnly? Born, bool? IsMale, (string ZhHans, string En)? Reason);

/// <summary>Resident identity numbers (居民身份证号), GB 11643: 6 division digits, 8 digits of the birth date, 3 of sequence (odd = male), 1 check character. The division may be a historic one and is not checked.</summary>
public static class ResidentId
{
    const string CheckCharacters = "10X98765432";

    static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    public static ResidentIdCheck Check(string? text)
    {
        string value = CreditCode.Normalize(text);
        if (value.Length != 18)
        {
            return Refused(value, ($"身份证号应为 18 位，现在是 {value.Length} 位", $"An identity number has 18 characters; this has {value.Length}"));
        }

        if (value.AsSpan(0, 17).ContainsAnyExceptInRange('0', '9') || !(char.IsAsciiDigit(value[17]) || value[17] == 'X'))
        {
            return Refused(value, ("身份证号只含数字，末位可为 X", "An identity number has digits only, and X perhaps at the end"));
        }

        if (!DateOnly.TryParseExact(value.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly born) || born.Year < 1800)
        {
            return Refused(value, ("第 7 至 14 位不是真实的出生日期", "Characters 7 to 14 are no real date of birth"));
        }

        char check = CheckCharacter(value);
        return check == value[17]
            ? new(value, true, born, (value[16] - '0') % 2 == 1, null)
            : Refused(value, ("校验位不符，请核对", "The check character does not agree; please compare"));
    }

    /// <summary>The check character over the first 17 digits (ISO 7064 MOD 11-2).</summary>
    public static char CheckCharacter(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < Weights.Length; i++)
        {
            sum += (digits[i] - '0') * Weights[i];
        }

        return CheckCharacters[sum % 11];
    }

    static ResidentIdCheck Refused(string value, (string ZhHans, string En) reason) => new(value, false, null, null, reason);
}
