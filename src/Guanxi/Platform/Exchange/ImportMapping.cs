using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Decides from the headers and the first rows of a file which column goes to which field.</summary>
public static class ImportMapping
{
    public static IReadOnlyDictionary<string, string> Guess(Actor actor, RecordType type, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string?>> sample, bool keepCreated = false)
    {
        var mapping = new Dictionary<string, string>(StringComparer.Ordinal);
        var own = OwnIds(type, header, sample);
        if (own >= 0)
        {
            mapping[header[own]] = "id";
        }

        var fields = type.Shown.Where(field => field.Name != "id" && ImportPlan.Takes(actor, type, field, keepCreated))
            .Select(field => new AvailableField(field.Name, [field.Label.ZhHans, field.Label.ZhHant, field.Label.En], field.IsList)).ToList();
        var guessed = HeaderGuessing.Guess(header, sample, fields);
        for (var i = 0; i < header.Count; i++)
        {
            if (i != own && guessed[i] is { } field)
            {
                mapping[header[i]] = field;
            }
        }

        return mapping;
    }

    /// <summary>The column of our own ids; other systems call theirs the same, but they look different.</summary>
    private static int OwnIds(RecordType type, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string?>> sample)
    {
        var id = type["id"];
        for (var i = 0; i < header.Count; i++)
        {
            if (string.Equals(header[i].Trim(), id.Name, StringComparison.OrdinalIgnoreCase) || id.Label.Reads(header[i].Trim()))
            {
                var cells = sample.Select(row => i < row.Count ? row[i] : null).Where(cell => !string.IsNullOrWhiteSpace(cell)).ToList();
                return cells.Count(cell => Guid.TryParse(cell, out _)) * 2 > cells.Count ? i : -1;
            }
        }

        return -1;
    }
}
