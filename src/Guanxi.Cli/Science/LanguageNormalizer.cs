using Guanxi.Platform.Language;
using Guanxi.Science.Matching;

namespace Guanxi.Cli.Science;

/// <summary>Hands the product's tables of Chinese to the matcher.</summary>
internal sealed class LanguageNormalizer : ITextNormalizer
{
    public static LanguageNormalizer Instance { get; } = new();

    public string Simplify(string text) => Script.ToSimplified(text);

    public string Pinyin(string text, bool isPersonName) => Platform.Language.Pinyin.Readings(text, isPersonName, max: 1) is [var reading, ..] ? string.Concat(reading) : "";
}
