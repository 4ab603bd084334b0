using System.Text.Json.Serialization;

namespace Guanxi.Science.Common;

/// <summary>How much a finding weighs: a note explains, a warning limits trust, a refusal means there is no result.</summary>
public enum FindingWeight
{
    Note,
    Warning,
    Refusal,
}

/// <summary>One statement about data or a fit.</summary>
/// <param name="Code">A stable name for programs, such as <c>no-repeat-purchases</c>.</param>
/// <param name="Weight">How much the finding limits the result.</param>
/// <param name="Sentence">The statement in words.</param>
[method: JsonConstructor]
public sealed record Finding(string Code, FindingWeight Weight, string Sentence)
{
    public Finding(string code, FindingWeight weight, Phrase phrase) : this(code, weight, phrase?.ToString() ?? "") => Phrase = phrase;

    /// <summary>The sentence as words and values, for a translator; null where it has no values.</summary>
    [JsonIgnore]
    public Phrase? Phrase { get; }
}
