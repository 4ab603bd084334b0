namespace Guanxi.Science.Common;

/// <summary>How much a finding weighs: a note explains, a warning limits trust, a refusal means there is no result.</summary>
public enum FindingWeight
{
    Note,
    Warning,
    Refusal,
}

/// <summary>One statement about data or a fit.</summary>
/// <param name="Code">A stable name for programs and translators, such as <c>no-repeat-purchases</c>.</param>
/// <param name="Weight">How much the finding limits the result.</param>
/// <param name="Sentence">The statement in words.</param>
public sealed record Finding(string Code, FindingWeight Weight, string Sentence);
