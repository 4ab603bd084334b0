using System.Text.Json;
using System.Text.Json.Serialization;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Whether rows become new records, change those there are, or both.</summary>
public enum ImportMode
{
    Create,
    Update,
    Both,
}

/// <summary>What a value of the file does to the one that is there. An empty cell never does anything.</summary>
public enum ColumnRule
{
    Overwrite,

    /// <summary>Fills in what is empty.</summary>
    IfEmpty,

    /// <summary>Counts for new records only.</summary>
    Never,
}

/// <summary>What becomes of a row that looks like a record there is, where nobody decided about that row.</summary>
public enum AlikeRule
{
    /// <summary>It becomes a new record all the same.</summary>
    Create,

    /// <summary>It is left out when the two count as the same.</summary>
    Skip,

    /// <summary>It changes the record when the two count as the same and the actor may.</summary>
    Update,
}

/// <summary>What to make of a file.</summary>
public sealed record ImportOptions
{
    /// <summary>The record type, such as customers.</summary>
    public required string Type { get; init; }

    /// <summary>
    /// Column of the file → field. Null lets the headers decide; a column that is left out is not imported. A field of the noun that may come in one sheet with this one is written with its
    /// name, as in contacts.phone; parts of a person's name are name.family, name.given and name.middle.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Mapping { get; init; }

    public ImportMode Mode { get; init; }

    /// <summary>The field by which a row finds its record; one of the type's keys.</summary>
    public string? Key { get; init; }

    /// <summary>Field → what its values do to those that are there; overwrite for a field that is not named.</summary>
    public IReadOnlyDictionary<string, ColumnRule>? Rules { get; init; }

    /// <summary>Whose the new records are: me, none, an id, a name or a user name; me unless the program itself imports.</summary>
    public string? Owner { get; init; }

    /// <summary>The id or name of the pool where new records go that nobody owns.</summary>
    public string? Pool { get; init; }

    /// <summary>Checks and counts without writing.</summary>
    public bool DryRun { get; init; }

    public string? Encoding { get; init; }

    public string? Delimiter { get; init; }

    /// <summary>The sheet of a workbook; the first that has rows otherwise.</summary>
    public string? Sheet { get; init; }

    /// <summary>Whether a row names the columns; found otherwise.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>Whether to guess for both nouns that come in one sheet, when there is no mapping.</summary>
    public bool Together { get; init; }

    /// <summary>Takes the creator and the time of creation from the file.</summary>
    public bool KeepCreated { get; init; }

    /// <summary>Field → text in the file → what is meant by it: values settled once for all rows, such as owners who left. Empty text leaves the cell out.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Values { get; init; }

    /// <summary>What becomes of rows that look like records there are.</summary>
    public AlikeRule Alike { get; init; }

    /// <summary>Row → create, skip, or the id of the record that it is.</summary>
    public IReadOnlyDictionary<long, string>? Decisions { get; init; }

    /// <summary>Row → column → the text that should have stood there.</summary>
    public IReadOnlyDictionary<long, IReadOnlyDictionary<string, string>>? Corrections { get; init; }

    /// <summary>Columns whose dates have the day before the month; found by reading the file.</summary>
    public IReadOnlyList<string>? DayFirst { get; init; }

    /// <summary>What the token that began the import may do; set by the program, so that going on after a restart may do no more.</summary>
    public string? TokenScope { get; init; }

    /// <summary>A name for the batch, so that a person finds it again.</summary>
    public string? Name { get; init; }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="RefusedException">The text is no such options.</exception>
    public static ImportOptions Parse(string json)
    {
        try
        {
            var options = JsonSerializer.Deserialize<ImportOptions>(json, Json) ?? throw new JsonException("null");
            return options.Mapping?.Values.Contains(null!) == true || options.Values?.Values.Any(values => values?.Values.Contains(null!) != false) == true ? throw new JsonException("null") : options;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            // Where it is wrong, not what the program calls it.
            var place = (error as JsonException)?.Path ?? "$";
            throw new RefusedException(Refusal.Malformed(new Label($"导入选项无法读取（{place}）", $"The options of the import cannot be read (at {place})")));
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
