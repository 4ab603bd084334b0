using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guanxi.Cli.Science;

/// <summary>What every science command answers under the same names; the <c>rows</c> stand last.</summary>
internal abstract record ScienceReport
{
    /// <summary>The model or method, by the name it is asked for.</summary>
    [JsonPropertyOrder(-9)]
    public required string Model { get; init; }

    /// <summary>What was fitted, or asked where nothing is fitted, by the names in the literature.</summary>
    [JsonPropertyOrder(-8)]
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }

    /// <summary>Null where the method has no likelihood.</summary>
    [JsonPropertyOrder(-7)]
    public double? LogLikelihood { get; init; }

    /// <summary>Empty where the method knows none.</summary>
    [JsonPropertyOrder(-6)]
    public IReadOnlyDictionary<string, double?> StandardErrors { get; init; } = new Dictionary<string, double?>(StringComparer.Ordinal);

    /// <summary>Whether a search came to rest; true where there is nothing to search for.</summary>
    [JsonPropertyOrder(-5)]
    public bool Converged { get; init; } = true;
}

/// <summary>A number as JSON: what is no finite number is null, for no NaN and no infinity leaves the program.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
