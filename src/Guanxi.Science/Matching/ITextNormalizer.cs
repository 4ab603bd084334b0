namespace Guanxi.Science.Matching;

/// <summary>What matching needs to know of a language's tables; handed in because this library reads no files.</summary>
public interface ITextNormalizer
{
    /// <summary>The text in simplified characters; text of other scripts unchanged.</summary>
    string Simplify(string text);

    /// <summary>The likeliest pinyin of the text without tones and blanks ("weiwei"); empty when it cannot be read.</summary>
    /// <param name="text">Simplified Chinese.</param>
    /// <param name="isPersonName">Whether the text begins with a surname, which is read its own way (单 is shan).</param>
    string Pinyin(string text, bool isPersonName);
}

/// <summary>Knows no tables: keeps text as it is and has no sounds.</summary>
public sealed class PlainTextNormalizer : ITextNormalizer
{
    /// <summary>The one instance.</summary>
    public static PlainTextNormalizer Instance { get; } = new();

    /// <inheritdoc/>
    public string Simplify(string text) => text;

    /// <inheritdoc/>
    public string Pinyin(string text, bool isPersonName) => "";
}

/// <summary>Tables handed in as two functions.</summary>
public sealed class DelegateTextNormalizer(Func<string, string> simplify, Func<string, bool, string> pinyin) : ITextNormalizer
{
    /// <inheritdoc/>
    public string Simplify(string text) => simplify(text);

    /// <inheritdoc/>
    public string Pinyin(string text, bool isPersonName) => pinyin(text, isPersonName);
}
