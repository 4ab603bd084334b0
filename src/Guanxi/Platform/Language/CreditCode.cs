using System.Buffers;
using System.Text;

namespace Guanxi.Platform.Language;

/// <summary>What a check of a unified social credit code found.</summary>
/// <param name="Value">The code normalised: half width, upper case, without spaces and hyphens.</param>
/// <param name="IsCreditCode">Whether it has the 18 characters of a credit code; other lengths are older numbers (15: registration or tax number).</param>
/// <param name="IsValid">Whether alphabet, division digits and check character are right.</param>
/// <param name="InnerIsValid">Whether characters 9–17 are a valid organisation code (GB 11714): second evidence where the outer check fails.</param>
/// <param name="Warning">What is odd about it, null when nothing is. Never a ground to refuse: early codes of the Fujian pilot are real and fail the check.</param>
public readonly record struct CreditCodeCheck(string Value, bool IsCreditCode, bool IsValid, bool InnerIsValid, (string ZhHans, string En)? Warning);

/// <summary>
/// Unified social credit codes (统一社会信用代码), GB 32100-2015: 1 registering department, 1 kind, 6 division digits, 9 organisation code (GB 11714), 1 check character.
/// </summary>
public static class CreditCode
{
    const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);
    static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    static readonly int[] InnerWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>NFKC, upper case, without spaces and hyphens.</summary>
    public static string Normalize(string? text) =>
        string.Concat((text ?? "").ReplaceLoneSurrogates().Normalize(NormalizationForm.FormKC).ToUpperInvariant().Where(c => !char.IsWhiteSpace(c) && !IsHyphen(c) && c != '\u200B'));

    /// <summary>Checks a code as typed.</summary>
    public static CreditCodeCheck Check(string? text)
    {
        string value = Normalize(text);
        if (value.Length != 18)
        {
            return new(value, false, false, false, value.Length == 15
                ? ("15 位是旧的注册号或税号，不是统一社会信用代码", "15 characters are an old registration or tax number, not a unified social credit code")
                : ($"统一社会信用代码应为 18 位，现在是 {value.Length} 位", $"A unified social credit code has 18 characters; this has {value.Length}"));
        }

        int wrong = value.AsSpan().IndexOfAnyExcept(Allowed);
        if (wrong >= 0)
        {
            return new(value, true, false, false, value[wrong] is 'I' or 'O' or 'S' or 'V' or 'Z'
                ? ($"第 {wrong + 1} 位是字母 {value[wrong]}，信用代码不用 I、O、S、V、Z，请核对是否应为数字", $"Character {wrong + 1} is {value[wrong]}; credit codes never use I, O, S, V or Z: is it a digit?")
                : ($"第 {wrong + 1} 位“{value[wrong]}”不是信用代码可用的字符", $"Character {wrong + 1} ({value[wrong]}) cannot stand in a credit code"));
        }

        bool inner = InnerIsValid(value.AsSpan(8, 9));
        if (value.AsSpan(2, 6).ContainsAnyExceptInRange('0', '9'))
        {
            return new(value, true, false, inner, ("第 3 至 8 位应为行政区划数字", "Characters 3 to 8 should be the digits of a division"));
        }

        char check = CheckCharacter(value);
        return check == value[17]
            ? new(value, true, true, inner, null)
            : new(value, true, false, inner, ($"校验位不符（应为 {check}），请核对；早期试点代码可能如此", $"The check character should be {check}; please compare. Early pilot codes can differ"));
    }

    /// <summary>The check character over the first 17 characters: C[(31 − Σ Cᵢ·Wᵢ mod 31) mod 31] with Wᵢ = 3^(i−1) mod 31 (GB 32100-2015, 5.2).</summary>
    public static char CheckCharacter(ReadOnlySpan<char> code)
    {
        int sum = 0;
        for (int i = 0; i < Weights.Length; i++)
        {
            sum += Alphabet.IndexOf(code[i], StringComparison.Ordinal) * Weights[i];
        }

        return Alphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>The six digits of the registering division, null when the code is not one.</summary>
    public static string? DivisionCode(string? code) =>
        code is { Length: 18 } && !code.AsSpan(2, 6).ContainsAnyExceptInRange('0', '9') ? code.Substring(2, 6) : null;

    // GB 11714: c = 11 − Σ mod 11, 10 written X, 11 written 0.
    static bool InnerIsValid(ReadOnlySpan<char> code)
    {
        int sum = 0;
        for (int i = 0; i < InnerWeights.Length; i++)
        {
            sum += (char.IsAsciiDigit(code[i]) ? code[i] - '0' : code[i] - 'A' + 10) * InnerWeights[i];
        }

        return code[8] == (11 - (sum % 11)) switch { 10 => 'X', 11 => '0', int check => (char)('0' + check) };
    }

    internal static bool IsHyphen(char c) => c is '-' or '_' or '\u00AD' or (>= '\u2010' and <= '\u2015') or '\u2212';
}
