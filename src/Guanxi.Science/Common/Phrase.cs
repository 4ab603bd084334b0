using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Guanxi.Science.Common;

/// <summary>
/// A sentence that can be said in another language: the English words with {0}, {1} … in place of the values, by which a translator finds it,
/// and the values as they are written. Made from an interpolated text; numbers are written without regard to the machine's own customs.
/// </summary>
[InterpolatedStringHandler]
public sealed class Phrase
{
    private readonly StringBuilder template;
    private readonly List<string> values;

    public Phrase(int literalLength, int formattedCount) => (template, values) = (new StringBuilder(literalLength + (3 * formattedCount)), new List<string>(formattedCount));

    /// <summary>The words with {0}, {1} … for the values.</summary>
    public string Template => template.ToString();

    /// <summary>The values in their order.</summary>
    public IReadOnlyList<string> Values => values;

    public void AppendLiteral(string text) => template.Append(text);

    public void AppendFormatted<T>(T value) => AppendFormatted(value, null);

    public void AppendFormatted<T>(T value, string? format)
    {
        template.Append('{').Append(values.Count).Append('}');
        values.Add(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "");
    }

    public override string ToString()
    {
        var text = template.ToString();
        for (var i = 0; i < values.Count; i++)
        {
            text = text.Replace(string.Create(CultureInfo.InvariantCulture, $"{{{i}}}"), values[i], StringComparison.Ordinal);
        }

        return text;
    }
}
