using System.Text;

namespace Guanxi.Science.Matching.Parsing;

/// <summary>Telephone numbers as digits, without country code 86, trunk zero, extension and punctuation.</summary>
public static class PhoneNumbers
{
    private const int ShortestNumber = 5;
    private const int LongestNumber = 15;

    /// <summary>
    /// The digits that tell one line from another, or an empty string when there are too few, too many, only one digit repeated,
    /// or a spreadsheet's rounded number such as 1.38E+10.
    /// </summary>
    public static string Normalise(string folded)
    {
        if (folded.Contains("e+", StringComparison.Ordinal))
        {
            return "";
        }

        var digits = new StringBuilder(20);
        foreach (var character in folded)
        {
            if (char.IsAsciiDigit(character))
            {
                digits.Append(character);
            }
            else if (IsEnd(character) && digits.Length >= 7)
            {
                break;
            }
        }

        var number = WithoutPrefixes(digits.ToString(), folded.StartsWith('+'));
        return number.Length is < ShortestNumber or > LongestNumber || number.AsSpan().Trim(number[0]).IsEmpty ? "" : number;
    }

    /// <summary>True for a mainland mobile number: eleven digits from 13 to 19.</summary>
    public static bool IsChineseMobile(string digits) => digits.Length == 11 && digits[0] == '1' && digits[1] is >= '3' and <= '9';

    private static bool IsEnd(char character) => character is ';' or ',' or '、' or '/' or '|' or '转' or 'x' or '#' or '*' || (character is >= 'a' and <= 'z');

    private static string WithoutPrefixes(string digits, bool international)
    {
        var number = digits;
        if (number.StartsWith("00", StringComparison.Ordinal))
        {
            number = number[2..];
            international = true;
        }

        if (number.StartsWith("86", StringComparison.Ordinal) && (international || (number.Length == 13 && IsChineseMobile(number[2..]))))
        {
            number = number[2..];
        }
        else if (international && number.Length == 11 && number[0] == '1')
        {
            number = number[1..];
        }

        // 0 before a mobile number, or the trunk zero of an area code: both are dialling habits, not part of the line.
        return number.Length > 8 && number[0] == '0' ? number.TrimStart('0') : number;
    }
}
