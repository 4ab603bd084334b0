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

/// <summary>What to make of a file.</summary>
public sealed record ImportOptions
{
    /// <summary>The record type, such as customers.</summary>
    public required string Type { get; init; }

    /// <summary>Column of the file → field. Null lets the headers decide; a column that is left out is not imported.</summary>
    public IReadOnlyDictionary<string, string>? Mapping { get; init; }

    public ImportMode Mode { get; init; }

    /// <summary>The field by which a row finds its record; one of the type's keys.</summary>
    public string? Key { get; init; }

    /// <summary>Whose the new records are: me, none, an id, a name or a user name; me unless the program itself imports.</summary>
    public string? Owner { get; init; }

    /// <summary>Checks and counts without writing.</summary>
    public bool DryRun { get; init; }

    public string? Encoding { get; init; }

    public string? Delimiter { get; init; }

    /// <summary>Takes the creator and the time of creation from the file.</summary>
    public bool KeepCreated { get; init; }

    /// <summary>Field → text in the file → what is meant by it: values settled once for all rows, such as owners who left.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>? Values { get; init; }

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
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Malformed(new Label($"导入选项无法读取：{error.Message}", $"The options of the import cannot be read: {error.Message}")));
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
