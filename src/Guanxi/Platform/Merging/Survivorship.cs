using Guanxi.Platform.Records;

namespace Guanxi.Platform.Merging;

/// <summary>
/// Which value a merged record gets when nobody chooses: its own, else the other's; of data that age the newest record's; lists have what both had; notes follow each other.
/// A value that was not chosen goes where its field says it is kept.
/// </summary>
public static class Survivorship
{
    /// <summary>Whether a merge decides about the field at all: what the program keeps follows by itself.</summary>
    public static bool Chooses(Field field, RecordType type) =>
        field.Writable && field.Kind is not FieldKind.Json && type.Derived.All(rule => rule.Field != field.Name);

    /// <summary>The value that two records would have as one; the first is the one that stays.</summary>
    public static object? Value(Field field, Record stays, Record goes)
    {
        var (own, other) = (stays[field], goes[field]);
        if (IsEmpty(other) || (field.Reference == stays.Type.Name && (other is Guid id && (id == stays.Id || id == goes.Id))))
        {
            return own;
        }

        if (IsEmpty(own))
        {
            return other;
        }

        return field.Kind switch
        {
            FieldKind.Tags or FieldKind.Choices => ((string[])own!).Union((string[])other!, StringComparer.Ordinal).ToArray(),
            FieldKind.ContactPoints => Points((ContactPoint[])own!, (ContactPoint[])other!),
            FieldKind.LongText => Text(field, (string)own!, (string)other!),
            _ when field.ValidFor is not null && field.Name != stays.Type.TitleField && goes.UpdatedAt > stays.UpdatedAt => other,
            _ => own,
        };
    }

    /// <summary>Puts the values that were not chosen where they are kept: further phones and addresses, the former name.</summary>
    public static void Keep(Record merged, IReadOnlyList<Record> sources)
    {
        foreach (var field in merged.Type.Fields)
        {
            if (field.KeptIn is not { } name || merged.Type.Find(name) is not { } keeper)
            {
                continue;
            }

            foreach (var lost in sources.Select(source => source[field]).OfType<string>().Where(value => value.Length > 0 && value != merged[field] as string).Distinct(StringComparer.Ordinal))
            {
                if (keeper.Kind == FieldKind.ContactPoints)
                {
                    merged[keeper] = Points((ContactPoint[]?)merged[keeper] ?? [], [new ContactPoint("", lost)]);
                }
                else if (IsEmpty(merged[keeper]))
                {
                    merged[keeper] = lost;
                }
            }
        }
    }

    public static bool IsEmpty(object? value) => value is null or "" or string[] { Length: 0 } or ContactPoint[] { Length: 0 };

    private static ContactPoint[] Points(ContactPoint[] own, ContactPoint[] other) => [.. own.Concat(other).DistinctBy(point => point.Value, StringComparer.Ordinal).Take(20)];

    private static string Text(Field field, string own, string other) =>
        own.Contains(other, StringComparison.Ordinal) ? own : own.Length + other.Length + 2 <= field.MaxLength ? own + "\n\n" + other : own;
}
