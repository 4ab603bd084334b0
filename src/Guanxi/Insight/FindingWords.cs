using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;

namespace Guanxi.Insight;

/// <summary>
/// What the library finds, in the reader's language: the library gives the English sentence as words and values (<see cref="Phrase"/>), here are the Chinese words for them.
/// A sentence that comes as plain text is found by its words; one that is not known stays English, which a test keeps from happening.
/// </summary>
public static partial class FindingWords
{
    private static readonly Lazy<FrozenDictionary<string, string>> ByTemplate = new(Templates);

    private static readonly Lazy<List<(Regex Pattern, string Zh)>> Patterns = new(Known);

    public static Label Of(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return Of(finding.Phrase, finding.Sentence);
    }

    public static Label Of(UnsuitableDataException unsuitable)
    {
        ArgumentNullException.ThrowIfNull(unsuitable);
        return Of(unsuitable.Phrase, unsuitable.Message);
    }

    /// <summary>A sentence of the library that comes without its parts: the warning of a fit, why a column was left out.</summary>
    public static Label Of(string sentence) => new(Chinese(sentence), sentence);

    public static Label Of(Phrase phrase)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        return Of(phrase, phrase.ToString());
    }

    /// <summary>The name of a model or of the rule of thumb beside it.</summary>
    public static Label Baseline(string name) => Of(name);

    /// <summary>Findings that are kept for readers of every language.</summary>
    /// <param name="columns">Columns that sentences name, in words.</param>
    internal static void Write(Utf8JsonWriter writer, IEnumerable<Finding> findings, IReadOnlyDictionary<string, Label>? columns = null)
    {
        writer.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            var words = Named(Of(finding), columns);
            writer.WriteStartObject();
            writer.WriteString("code", finding.Code);
            writer.WriteString("sentence", finding.Sentence);
            writer.WriteStartObject("words");
            foreach (var language in (string[])["zh-Hans", "zh-Hant", "en"])
            {
                writer.WriteString(language, words.In(language));
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Label Named(Label words, IReadOnlyDictionary<string, Label>? columns)
    {
        string In(string text, Func<Label, string> language) => columns is null ? text : Word().Replace(text, match => columns.TryGetValue(match.Value, out var name) ? language(name) : match.Value);
        return new Label(In(words.ZhHans, name => name.ZhHans), In(words.En, name => name.En));
    }

    [GeneratedRegex("(?<![A-Za-z0-9])[A-Za-z]+(?![A-Za-z0-9])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Word();

    /// <summary>Whether there are words for a template.</summary>
    internal static bool Knows(string template) => ByTemplate.Value.ContainsKey(template);

    private static Label Of(Phrase? phrase, string sentence) => phrase is not null && ByTemplate.Value.TryGetValue(phrase.Template, out var zh) ? new Label(Filled(zh, phrase.Values), sentence) : Of(sentence);

    private static string Chinese(string sentence)
    {
        if (ByTemplate.Value.TryGetValue(sentence, out var known) || Values.TryGetValue(sentence, out known))
        {
            return known;
        }

        if (sentence.EndsWith(" runs to infinity", StringComparison.Ordinal) || sentence.EndsWith(" runs to zero", StringComparison.Ordinal))
        {
            return sentence.Replace(" runs to infinity", " 趋于无穷大", StringComparison.Ordinal).Replace(" runs to zero", " 趋于零", StringComparison.Ordinal).Replace(" and ", "，", StringComparison.Ordinal);
        }

        foreach (var (pattern, zh) in Patterns.Value)
        {
            if (pattern.Match(sentence) is { Success: true } match)
            {
                return Filled(zh, [.. match.Groups.Cast<Group>().Skip(1).Select(group => group.Value)]);
            }
        }

        return sentence;
    }

    /// <summary>Values are texts of the data or sentences in their turn.</summary>
    private static string Filled(string words, IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (words.Contains($"{{{i}}}", StringComparison.Ordinal))
            {
                words = words.Replace($"{{{i}}}", values[i].Length > 12 || Values.ContainsKey(values[i]) ? Chinese(values[i]) : values[i], StringComparison.Ordinal);
            }
        }

        return words;
    }

    private static FrozenDictionary<string, string> Templates() => Sentences.ToFrozenDictionary(item => item.En, item => item.Zh, StringComparer.Ordinal);

    /// <summary>Those with the most words of their own first: the others would fit what they say too.</summary>
    private static List<(Regex Pattern, string Zh)> Known() =>
        [.. Sentences.Where(item => item.En.Contains("{0}", StringComparison.Ordinal)).OrderByDescending(item => item.En.Length).Select(item => (Pattern(item.En), item.Zh))];

    private static Regex Pattern(string template) => new("^" + Regex.Replace(Regex.Escape(template), @"\\\{\d+}", "(.*?)", RegexOptions.None, TimeSpan.FromSeconds(1)) + "$", RegexOptions.CultureInvariant | RegexOptions.Singleline, TimeSpan.FromSeconds(1));
}
