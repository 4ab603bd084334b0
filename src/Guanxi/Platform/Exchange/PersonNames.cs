using Guanxi.Platform.Language;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Platform.Exchange;

/// <summary>Which part of a person's name a column holds.</summary>
internal enum NamePart
{
    Whole,
    Family,
    Given,
    Middle,
}

/// <summary>Names of people whose parts stand in columns of their own, as phone books and mail programs write them.</summary>
internal static class PersonNames
{
    private static readonly (string Word, NamePart Part)[] Parts = [("family", NamePart.Family), ("given", NamePart.Given), ("middle", NamePart.Middle)];

    /// <summary>The words by which a mapping names the parts of a field.</summary>
    public static IEnumerable<string> PathsOf(Field field) => Parts.Select(part => $"{field.Name}.{part.Word}");

    public static bool HasParts(Field field) => field is { Search: SearchAs.PersonName, Kind: FieldKind.Text, Writable: true };

    /// <summary>The field and the part that a path such as name.family means; null when it means none.</summary>
    public static (Field Field, NamePart Part)? Find(RecordType type, string path)
    {
        foreach (var (word, part) in Parts)
        {
            if (path.EndsWith("." + word, StringComparison.Ordinal) && type.Find(path[..^(word.Length + 1)]) is { } field && HasParts(field))
            {
                return (field, part);
            }
        }

        return null;
    }

    /// <summary>The name as its bearer writes it: Chinese ones family name first and without a space.</summary>
    public static string? Join(string? family, string? given, string? middle)
    {
        var chinese = $"{family}{given}".Any(CharacterKinds.IsHan);
        var parts = (chinese ? new[] { family, middle, given } : [given, middle, family]).Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => part!.Trim()).ToList();
        return parts.Count == 0 ? null : string.Join(chinese ? "" : " ", parts);
    }
}
