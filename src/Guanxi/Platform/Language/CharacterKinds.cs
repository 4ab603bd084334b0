using System.Globalization;

namespace Guanxi.Platform.Language;

/// <summary>What the search and sort code tells apart: writing without spaces between words (Han, kana, Hangul) and the rest.</summary>
static class CharacterKinds
{
    /// <summary>A Han character of the basic plane, the ideographic zero included.</summary>
    public static bool IsHan(char c) => c is (>= '\u4E00' and <= '\u9FFF') or (>= '\u3400' and <= '\u4DBF') or '\u3007';

    /// <summary>Whether words are written here without spaces, so that text is indexed by single characters and pairs. Surrogates count: Han characters of the other planes.</summary>
    public static bool IsUnspaced(char c) =>
        IsHan(c) || char.IsSurrogate(c) || c is (>= '\u3040' and <= '\u30FF') or (>= '\u31F0' and <= '\u31FF') or (>= '\uAC00' and <= '\uD7AF');

    /// <summary>A Han character outside the basic plane (rare names such as 𬍛).</summary>
    public static bool IsHan(int rune) => rune is >= 0x20000 and <= 0x323AF;

    public static bool IsMark(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
