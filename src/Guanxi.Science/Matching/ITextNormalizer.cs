namespace Guanxi.Science.Matching;

/// <summary>What matching needs to know of a language's tables; handed in because this library reads no files.</summary>
public interface ITextNormalizer
{
    /// <summary>The text in simplified characters; text of other scripts unchanged.</summary>
    string Simplify(string text);

    /// <summary>Pinyin of the Chinese characters without tones and blanks ("weiwei"); empty when a character has none.</summary>
    string Pinyin(string text);
}

/// <summary>Knows no tables: keeps text as it is and has no sounds.</summary>
public sealed class PlainTextNormalizer : ITextNormalizer
{
    /// <summary>The one instance.</summary>
    public static PlainTextNormalizer Instance { get; } = new();

    /// <inheritdoc/>
    public string Simplify(string text) => text;

    /// <inheritdoc/>
    public string Pinyin(string text) => "";
}

/// <summary>Tables handed in as two functions.</summary>
public sealed class DelegateTextNormalizer(Func<string, string> simplify, Func<string, string> pinyin) : ITextNormalizer
{
    /// <inheritdoc/>
    public string Simplify(string text) => simplify(text);

    /// <inheritdoc/>
    public string Pinyin(string text) => pinyin(text);
}
