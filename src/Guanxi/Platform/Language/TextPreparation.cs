using System.Globalization;
using System.Text;

namespace Guanxi.Platform.Language;

/// <summary>
/// The first half of normalisation, without the change of script: NFKC, lower case, Latin letters without diacritics, apostrophes and invisible characters dropped,
/// every other symbol a single space, and no space beside a character of unspaced writing.
/// </summary>
static class TextPreparation
{
    const byte Separator = 0;
    const byte Keep = 1;
    const byte Drop = 2;

    static readonly byte[] AsciiKinds = AsciiTable();

    /// <summary>Prepares into <paramref name="scratch"/> when it fits, else into a new array.</summary>
    public static ReadOnlySpan<char> Prepare(string text, Span<char> scratch)
    {
        Span<char> target = text.Length <= scratch.Length ? scratch : new char[text.Length];
        int length = TryCommon(text, target);
        return length >= 0 ? target[..length] : Thorough(text);
    }

    // Nearly all names are Han, ASCII and full-width forms: no call into ICU for them.
    static int TryCommon(ReadOnlySpan<char> text, Span<char> target)
    {
        int length = 0;
        bool space = false, afterUnspaced = false;
        foreach (char original in text)
        {
            char c = original is >= '\uFF01' and <= '\uFF5E' ? (char)(original - 0xFEE0) : original;
            if (c < 0x80)
            {
                byte kind = AsciiKinds[c];
                if (kind == Keep)
                {
                    if (space && length > 0 && !afterUnspaced)
                    {
                        target[length++] = ' ';
                    }

                    target[length++] = c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;
                    space = afterUnspaced = false;
                }
                else
                {
                    space |= kind == Separator;
                }
            }
            else if (CharacterKinds.IsHan(c))
            {
                target[length++] = c;
                space = false;
                afterUnspaced = true;
            }
            else if (c is (>= '\u3000' and <= '\u3003') or (>= '\u3008' and <= '\u3011') or '\u00B7' or '\u00A0')
            {
                space = true;
            }
            else
            {
                return -1;
            }
        }

        return length;
    }

    static char[] Thorough(string text)
    {
        string composed = text.ReplaceLoneSurrogates().Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        var target = new StringBuilder(composed.Length);
        bool space = false;
        for (int i = 0; i < composed.Length; i++)
        {
            char c = composed[i];
            if (IsInvisible(c))
            {
                continue;
            }

            bool pair = char.IsHighSurrogate(c);
            if (!(pair ? Rune.IsLetterOrDigit(new Rune(c, composed[i + 1])) : char.IsLetterOrDigit(c) || CharacterKinds.IsMark(c)))
            {
                space = true;
                i += pair ? 1 : 0;
                continue;
            }

            if (space && target.Length > 0 && !CharacterKinds.IsUnspaced(c) && !CharacterKinds.IsUnspaced(target[^1]))
            {
                target.Append(' ');
            }

            space = false;
            AppendFolded(target, c);
            if (pair)
            {
                target.Append(composed[++i]);
            }
        }

        return target.ToString().ToCharArray();
    }

    static void AppendFolded(StringBuilder target, char c)
    {
        string? spelled = c switch { 'ß' => "ss", 'æ' => "ae", 'œ' => "oe", 'ø' => "o", 'đ' => "d", 'ł' => "l", 'ı' => "i", 'þ' => "th", _ => null };
        if (spelled is not null)
        {
            target.Append(spelled);
        }
        else if (c is (>= '\u00E0' and <= '\u024F') or (>= '\u1E00' and <= '\u1EFF'))
        {
            target.Append(c.ToString().Normalize(NormalizationForm.FormD)[0]);
        }
        else if (c is not (>= '\u0300' and <= '\u036F'))
        {
            target.Append(c);
        }
    }

    static bool IsInvisible(char c) =>
        c is '\'' or '’' or '‘' or 'ʼ' || (c > 0x7F && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format);

    static byte[] AsciiTable()
    {
        var kinds = new byte[0x80];
        for (char c = '\0'; c < 0x80; c++)
        {
            kinds[c] = char.IsAsciiLetterOrDigit(c) ? Keep : c == '\'' ? Drop : Separator;
        }

        return kinds;
    }
}
