using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Decides from the headers and the first rows of a file which column goes to which field.</summary>
public static class ImportMapping
{
    /// <summary>In one sheet of companies and people these belong to the person; what is not named here belongs to the company.</summary>
    private static readonly string[] Personal =
        ["name", "title", "department", "decisionRole", "isPrimary", "phone", "otherPhones", "email", "otherEmails", "wechat", "qq", "social", "gender", "birthday", "maritalStatus", "interests"];

    /// <param name="together">Whether the columns are those of two nouns in one sheet.</param>
    public static IReadOnlyDictionary<string, string> Guess(Actor actor, RecordType type, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string?>> sample, bool keepCreated = false, bool together = false)
    {
        var mapping = new Dictionary<string, string>(StringComparer.Ordinal);
        var own = OwnIds(type, header, sample);
        if (own >= 0)
        {
            mapping[header[own]] = "id";
        }

        var beside = together ? ImportPlan.BesideOf(actor, type) : null;
        var paths = beside is null ? Alone(actor, type, keepCreated) : Together(actor, type, beside, keepCreated);
        var guessed = HeaderGuessing.Guess(header, sample, paths.ConvertAll(item => item.Field));
        for (var i = 0; i < header.Count; i++)
        {
            if (i != own && guessed[i] is { } field)
            {
                mapping[header[i]] = paths.First(item => item.Field.Name == field).Path;
            }
        }

        return mapping;
    }

    /// <summary>Fields by the words of headers that mean them, and what a mapping calls them.</summary>
    private static List<(AvailableField Field, string Path)> Alone(Actor actor, RecordType type, bool keepCreated) =>
        [.. Taken(actor, type, keepCreated).Select(field => (Available(field, field.Name), field.Name)), .. NameParts(actor, type, "")];

    /// <summary>A header says which of two nouns it belongs to by what it names: a company has an address, a person a job.</summary>
    private static List<(AvailableField Field, string Path)> Together(Actor actor, RecordType type, RecordType beside, bool keepCreated)
    {
        var prefix = beside.Name + ".";
        var people = Taken(actor, beside, keepCreated: false).Where(field => Personal.Contains(field.Name, StringComparer.Ordinal) && field.Name != beside.ParentField).Select(field => (Available(field, field.Name), prefix + field.Name));
        var companies = Taken(actor, type, keepCreated).Where(field => field.Name is "phone" or "email" || field.Name == type.TitleField || !Personal.Contains(field.Name, StringComparer.Ordinal)).Select(field => (field.Name switch
        {
            _ when field.Name == type.TitleField => Available(field, "customer"),
            "phone" => Available(field, "companyPhone"),
            "email" => Available(field, "companyEmail"),
            _ => Available(field, field.Name),
        }, field.Name));
        return [.. people, .. NameParts(actor, beside, prefix), .. companies];
    }

    private static IEnumerable<Field> Taken(Actor actor, RecordType type, bool keepCreated) => type.Shown.Where(field => field.Name != "id" && ImportPlan.Takes(actor, type, field, keepCreated));

    private static AvailableField Available(Field field, string word) => new(word, word == field.Name ? [field.Label.ZhHans, field.Label.ZhHant, field.Label.En] : [], field.IsList);

    private static IEnumerable<(AvailableField Field, string Path)> NameParts(Actor actor, RecordType type, string prefix) =>
        Taken(actor, type, keepCreated: false).Where(PersonNames.HasParts).SelectMany(PersonNames.PathsOf).Select(path => (new AvailableField(path, []), prefix + path));

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
