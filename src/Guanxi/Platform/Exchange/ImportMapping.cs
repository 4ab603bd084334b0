using System.Text;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Decides from the headers of a file which column goes to which field.</summary>
public static class ImportMapping
{
    /// <summary>Column → field for the columns whose header says it; a field is taken once, by the first that fits.</summary>
    public static IReadOnlyDictionary<string, string> Guess(Actor actor, RecordType type, IReadOnlyList<string> header, bool keepCreated = false)
    {
        var fields = type.Shown.Where(field => ImportPlan.Takes(actor, type, field, keepCreated)).ToList();
        var mapping = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in header)
        {
            var wanted = Normal(column);
            if (wanted.Length > 0 && fields.Find(candidate => Names(candidate).Any(name => Normal(name) == wanted)) is { } field && mapping.TryAdd(column, field.Name))
            {
                fields.Remove(field);
            }
        }

        return mapping;
    }

    private static IEnumerable<string> Names(Field field) => [field.Name, field.Label.ZhHans, field.Label.En, field.Label.ZhHant];

    private static string Normal(string text)
    {
        var plain = new StringBuilder();
        foreach (var letter in Script.Normalize(text).Normalize(NormalizationForm.FormKC))
        {
            if (char.IsLetterOrDigit(letter))
            {
                plain.Append(char.ToLowerInvariant(letter));
            }
        }

        return plain.ToString();
    }
}
