using Guanxi.Platform.Records;
using Guanxi.Science.Matching;
using MatchKind = Guanxi.Science.Matching.FieldKind;

namespace Guanxi.Platform.Matching;

/// <summary>One thing that two records are compared by, read from one or more fields.</summary>
/// <param name="Kind">What it is, which decides how it is normalised and compared.</param>
/// <param name="Name">The field that stands for it in reasons.</param>
/// <param name="Reads">The fields it is read from.</param>
/// <param name="Values">Its values, the usual one first: further phones, a short or former name.</param>
public sealed record MatchSource(MatchKind Kind, string Name, IReadOnlyList<string> Reads, Func<Record, IEnumerable<string?>> Values)
{
    /// <summary>As what the value counts when candidates are looked for; a reference counts as a place, which says little alone and much beside a name.</summary>
    public MatchKind BlocksAs { get; init; } = Kind;

    /// <summary>A field by itself.</summary>
    public static MatchSource Of(MatchKind kind, string field) => new(kind, field, [field], record => [record[field]?.ToString()]);

    /// <summary>A field and the list of further values beside it.</summary>
    public static MatchSource Of(MatchKind kind, string field, string further) =>
        new(kind, field, [field, further], record => [record.Text(field), .. ((ContactPoint[]?)record[further] ?? []).Select(point => point.Value)]);

    /// <summary>Several fields as one text.</summary>
    public static MatchSource Joined(MatchKind kind, string name, params string[] fields) =>
        new(kind, name, fields, record => [string.Concat(fields.Select(record.Text).Distinct(StringComparer.Ordinal)) is { Length: > 0 } text ? text : null]);
}

/// <summary>One way of finding records that may be the same: companies are compared by other things than people.</summary>
/// <param name="Name">Names the learnt model; unique within the noun.</param>
/// <param name="Reads">Fields that decide whether it applies.</param>
/// <param name="Applies">Whether a record is compared this way.</param>
/// <param name="Sources">What is compared, at most 15.</param>
public sealed record MatchProfile(string Name, IReadOnlyList<string> Reads, Func<Record, bool> Applies, IReadOnlyList<MatchSource> Sources)
{
    /// <summary>What the matcher compares.</summary>
    public IReadOnlyList<MatchField> Fields { get; } = [.. Sources.Select(source => new MatchField(source.Kind, source.Name))];

    internal IReadOnlyList<MatchField> BlockingFields { get; } = [.. Sources.Select(source => new MatchField(source.BlocksAs, source.Name))];

    /// <summary>Every field that a change of makes the record another one to the matcher.</summary>
    public IReadOnlySet<string> AllReads { get; } = Sources.SelectMany(source => source.Reads).Concat(Reads).ToHashSet(StringComparer.Ordinal);

    /// <summary>The way a record is compared; null for a noun that is not matched.</summary>
    public static MatchProfile? For(Record record) => record.Type.Matching.FirstOrDefault(profile => profile.Applies(record));

    /// <summary>The usual value of each source.</summary>
    public string?[] Usual(Record record)
    {
        var values = new string?[Sources.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Sources[i].Values(record).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
        }

        return values;
    }

    /// <summary>All values of each source.</summary>
    public string[][] All(Record record) => [.. Sources.Select(source => source.Values(record).OfType<string>().Where(value => !string.IsNullOrWhiteSpace(value)).Distinct(StringComparer.Ordinal).Take(6).ToArray())];
}
