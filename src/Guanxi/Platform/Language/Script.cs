namespace Guanxi.Platform.Language;

/// <summary>Chinese scripts and the one form in which texts are compared and searched.</summary>
public static class Script
{
    /// <summary>
    /// The form in which two texts are compared: NFKC, lower case, Latin letters without diacritics (é → e), traditional characters as simplified ones (character by character,
    /// so that a part of a text is normalised as it is within the whole), apostrophes and invisible characters dropped, all other symbols one space,
    /// and no space beside a Chinese, Japanese or Korean character: "長沙 銀行（湖南）" → "长沙银行湖南", "A.B. Co., Ltd" → "a b co ltd".
    /// </summary>
    public static string Normalize(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        Span<char> scratch = stackalloc char[256];
        ReadOnlySpan<char> prepared = TextPreparation.Prepare(text, scratch);
        Span<char> folded = prepared.Length <= 256 ? stackalloc char[prepared.Length] : new char[prepared.Length];
        prepared.CopyTo(folded);
        ScriptTable.Simplified.FoldCharacters(folded);
        return folded.SequenceEqual(text) ? text : new string(folded);
    }

    /// <summary>Traditional to simplified, phrase-aware (乾隆 stays, 乾淨 → 干净); everything else is left as it is.</summary>
    public static string ToSimplified(string text) => ScriptTable.Simplified.Convert(text);

    /// <summary>Simplified to traditional as OpenCC's standard, phrase-aware (头发 → 頭髮, 发展 → 發展); everything else is left as it is.</summary>
    public static string ToTraditional(string text) => ScriptTable.Traditional.Convert(text);
}
