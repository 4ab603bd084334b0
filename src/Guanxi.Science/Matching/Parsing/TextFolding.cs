using System.Globalization;
using System.Text;

namespace Guanxi.Science.Matching.Parsing;

/// <summary>Brings spellings of the same text together: Unicode NFKC, lower case, no accents on Latin letters, single blanks.</summary>
public static class TextFolding
{
    private static readonly HashSet<string> MissingMarks = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "unknown", "-", "--", "—", "?", ".", "无", "空", "暂无", "未知", "不详", "无此项",
    };

    /// <summary>True for an empty cell and for the usual ways of writing "nothing" (NA, N/A, null, -, 无 …).</summary>
    public static bool IsMissing(string? value) => value is null || MissingMarks.Contains(value.Trim());

    /// <summary>
    /// NFKC (full width to half width, ligatures, circled signs), lower case, accents of Latin, Greek and Cyrillic letters dropped,
    /// apostrophes dropped, every other run of blanks and control characters made one blank. Ill-formed surrogates become U+FFFD.
    /// </summary>
    public static string Fold(string value, ITextNormalizer normalizer)
    {
        if (IsPlain(value))
        {
            return value;
        }

        var composed = Normalize(value);
        if (!Ascii.IsValid(composed))
        {
            composed = WithoutAccents(normalizer.Simplify(composed));
        }

        var builder = new StringBuilder(composed.Length);
        foreach (var character in composed)
        {
            if (character is '\'' or '’' or '‘' or '`')
            {
                continue;
            }

            if (char.IsWhiteSpace(character) || char.IsControl(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format)
            {
                if (builder.Length > 0 && builder[^1] != ' ')
                {
                    builder.Append(' ');
                }
            }
            else
            {
                builder.Append(char.ToLowerInvariant(character));
            }
        }

        return builder.ToString().TrimEnd();
    }

    /// <summary>Only letters and digits, in order.</summary>
    public static string LettersAndDigits(string folded)
    {
        foreach (var character in folded)
        {
            if (!char.IsLetterOrDigit(character))
            {
                return string.Concat(folded.Where(char.IsLetterOrDigit));
            }
        }

        return folded;
    }

    /// <summary>Runs of letters and digits; every Chinese character, kana or Hangul syllable stays within its run.</summary>
    public static List<string> Words(string folded)
    {
        var words = new List<string>();
        var start = -1;
        for (var i = 0; i <= folded.Length; i++)
        {
            var inside = i < folded.Length && (char.IsLetterOrDigit(folded[i]) || char.GetUnicodeCategory(folded[i]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
            if (inside && start < 0)
            {
                start = i;
            }
            else if (!inside && start >= 0)
            {
                words.Add(folded[start..i]);
                start = -1;
            }
        }

        return words;
    }

    /// <summary>True for a Chinese character.</summary>
    public static bool IsHan(char character) => character is (>= '\u3400' and <= '\u9fff') or (>= '\uf900' and <= '\ufaff');

    /// <summary>True when the text holds a Chinese character.</summary>
    public static bool HasHan(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (IsHan(character))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPlain(string value)
    {
        var blank = true;
        foreach (var character in value)
        {
            if (char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))
            {
                blank = false;
            }
            else if (character == ' ' && !blank)
            {
                blank = true;
            }
            else
            {
                return false;
            }
        }

        return !blank;
    }

    private static string Normalize(string value)
    {
        try
        {
            return value.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)).Normalize(NormalizationForm.FormKC);
        }
    }

    private static string WithoutAccents(string composed)
    {
        var accented = false;
        foreach (var character in composed)
        {
            accented |= character is (>= '\u00c0' and < '\u0530') or (>= '\u1e00' and < '\u2000');
        }

        if (!accented)
        {
            return composed;
        }

        var decomposed = composed.Normalize(NormalizationForm.FormD);
        var builder = new StringBuilder(decomposed.Length);
        foreach (var character in decomposed)
        {
            if (char.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark || character >= '\u0900')
            {
                builder.Append(character switch { 'ß' => 's', 'ø' => 'o', 'Ø' => 'o', 'ł' => 'l', 'đ' => 'd', 'æ' => 'a', _ => character });
            }
        }

        return builder.ToString().Normalize(NormalizationForm.FormC);
    }
}
