using System.Text;

namespace Guanxi.Platform.Language;

static class TextRepair
{
    /// <summary>The text with U+FFFD for every half of a surrogate pair that stands alone: <see cref="string.Normalize()"/> throws on those.</summary>
    public static string ReplaceLoneSurrogates(this string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return text.EnumerateRunes().Aggregate(new StringBuilder(text.Length), (kept, rune) => kept.Append(rune.ToString())).ToString();
            }
        }

        return text;
    }
}
