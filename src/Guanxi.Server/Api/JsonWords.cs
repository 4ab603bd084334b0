using System.Text.Json;
using System.Text.Unicode;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>Looks at the texts of a body before anybody reads them: half of a pair of surrogates, or bytes that are no UTF-8, are no text, and reading them would be a fault of ours.</summary>
internal static class JsonWords
{
    private static readonly Refusal Unreadable = Refusal.Malformed(("内容里有无法读取的文字：半个字符，或不是 UTF-8", "A text in it cannot be read: half a character, or no UTF-8"));

    /// <exception cref="RefusedException">Some text in it cannot be read.</exception>
    public static void Check(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new RefusedException(Unreadable);
        }

        if (json.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 32 });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
            {
                continue;
            }

            try
            {
                _ = reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new RefusedException(Unreadable);
            }
        }
    }
}
