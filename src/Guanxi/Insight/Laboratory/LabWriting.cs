using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Laboratory;

/// <summary>Numbers and findings of the laboratory as JSON; no number that is none leaves.</summary>
internal static partial class LabWriting
{
    public static void Number(this Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.WriteNumber(name, Rounded(number));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>Rows of numbers; what is none becomes null.</summary>
    public static void Points(this Utf8JsonWriter writer, string name, IEnumerable<double[]> rows)
    {
        writer.WriteStartArray(name);
        foreach (var row in rows)
        {
            writer.WriteStartArray();
            foreach (var number in row)
            {
                if (double.IsFinite(number))
                {
                    writer.WriteNumberValue(Rounded(number));
                }
                else
                {
                    writer.WriteNullValue();
                }
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>Findings in the reader's language, a repeated one once.</summary>
    /// <param name="named">A column in the reader's words.</param>
    public static void Findings(this Utf8JsonWriter writer, IEnumerable<Finding> findings, string language, Func<string, string>? named = null)
    {
        writer.WriteStartArray("findings");
        foreach (var finding in findings.DistinctBy(finding => finding.Sentence))
        {
            writer.WriteStartObject();
            writer.WriteString("code", finding.Code);
            writer.WriteString("weight", finding.Weight.ToString().ToLowerInvariant());
            var sentence = FindingWords.Of(finding).In(language);
            writer.WriteString("sentence", named is null ? sentence : Names().Replace(sentence, match => named(match.Value)));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>What may be the name of a field.</summary>
    [GeneratedRegex("[a-z][A-Za-z]+([.][A-Za-z]+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();

    private static double Rounded(double number) => Math.Abs(number) < 1e-3 ? number : Math.Round(number, 6);
}
