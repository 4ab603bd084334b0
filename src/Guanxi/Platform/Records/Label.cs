namespace Guanxi.Platform.Records;

/// <summary>Words in the three languages. Traditional Chinese is derived from the simplified text unless it is given.</summary>
public sealed record Label(string ZhHans, string En, string? ZhHantGiven = null)
{
    private string? traditional;

    public string ZhHant => traditional ??= ZhHantGiven ?? Language.Script.ToTraditional(ZhHans);

    /// <summary>The words in a language: zh-Hans, zh-Hant or en; anything else reads simplified Chinese.</summary>
    public string In(string? language) => language switch
    {
        "en" => En,
        "zh-Hant" => ZhHant,
        _ => ZhHans,
    };

    /// <summary>The same words with {0}, {1} … filled in.</summary>
    public Label With(params object?[] values) => new(string.Format(ZhHans, values), string.Format(En, values), ZhHantGiven is null ? null : string.Format(ZhHantGiven, values));

    /// <summary>Whether one of the three texts is this one, ignoring case.</summary>
    public bool Reads(string text) =>
        string.Equals(ZhHans, text, StringComparison.OrdinalIgnoreCase) || string.Equals(En, text, StringComparison.OrdinalIgnoreCase) || string.Equals(ZhHant, text, StringComparison.OrdinalIgnoreCase);

    public static implicit operator Label((string ZhHans, string En) words) => new(words.ZhHans, words.En);
}
