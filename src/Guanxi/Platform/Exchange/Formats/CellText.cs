using System.Buffers;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>
/// The text of cells on its way out and in. A spreadsheet runs what begins with = + - @ TAB or CR as a formula, so such texts go out behind an apostrophe;
/// coming in, one apostrophe before such a beginning is taken off again, so that a text survives the way out and back unchanged.
/// </summary>
static class CellText
{
    static readonly SearchValues<char> Dangerous = SearchValues.Create("=+-@\t\r＝＋－＠");

    /// <summary>The text that no spreadsheet runs.</summary>
    public static string Neutralized(string text) => StartsDangerously(text) ? "'" + text : text;

    /// <summary>The text that was meant; null for an empty cell.</summary>
    public static string? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text[0] == '\'' && StartsDangerously(text) ? text[1..] : text;
    }

    /// <summary>Why a cell cannot be kept: NUL and lone surrogates are no text in a database.</summary>
    public static (string ZhHans, string En)? ProblemOf(string? text, int maxLength)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > maxLength)
        {
            return ($"单元格超过 {maxLength} 个字", $"A cell has more than {maxLength} characters");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return ("单元格中有空字符（NUL），文件可能已损坏", "A cell has a NUL character; the file may be damaged");
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return ("单元格中有残缺的字符", "A cell has half of a character");
            }
        }

        return null;
    }

    static bool StartsDangerously(string text)
    {
        int start = text.AsSpan().IndexOfAnyExcept('\'');
        return start >= 0 && Dangerous.Contains(text[start]);
    }
}
