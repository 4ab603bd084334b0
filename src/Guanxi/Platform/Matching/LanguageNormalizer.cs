using Guanxi.Platform.Language;
using Guanxi.Science.Matching;

namespace Guanxi.Platform.Matching;

/// <summary>Hands the product's tables of Chinese to the matcher.</summary>
public sealed class LanguageNormalizer : ITextNormalizer
{
    public static LanguageNormalizer Instance { get; } = new();

    public string Simplify(string text) => Script.ToSimplified(text);

    public string Pinyin(string text, bool isPersonName) => Language.Pinyin.Readings(text, isPersonName, max: 1) is [var reading, ..] ? string.Concat(reading) : "";
}
