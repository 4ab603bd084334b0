using System.Text.Json;
using System.Text.Json.Serialization;

namespace Guanxi.Platform.Approvals;

/// <summary>How a signer is found.</summary>
public enum ApproverKind
{
    /// <summary>A certain person.</summary>
    Person,

    /// <summary>Everybody with a role; with <see cref="ApproverRule.Near"/> those of the nearest team above the submitter that has any.</summary>
    Role,

    /// <summary>The manager so many levels above the submitter.</summary>
    Manager,

    /// <summary>Each manager up to so many levels above, one after the other.</summary>
    Managers,

    /// <summary>Whom the submitter names.</summary>
    Chosen,
}

/// <summary>Whether one yes of several is enough.</summary>
public enum SignMode
{
    Any,
    All,
}

/// <summary>What happens when a signer's time is over.</summary>
public enum OnTimeout
{
    /// <summary>He is reminded, once for every span of the time.</summary>
    Remind,

    /// <summary>Somebody else gets the turn.</summary>
    Escalate,

    /// <summary>It counts as a yes.</summary>
    Approve,

    Reject,
}

/// <summary>What happens when a step has nobody to sign.</summary>
public enum WhenNobody
{
    /// <summary>An administrator signs.</summary>
    Administrator,

    /// <summary>The step is passed.</summary>
    Pass,
}

/// <param name="Person">Id, for a person.</param>
/// <param name="Role">Key, for a role.</param>
/// <param name="Level">Levels above the submitter, from 1; for managers how many.</param>
public sealed record ApproverRule(ApproverKind Kind, Guid? Person = null, string? Role = null, int Level = 1, bool Near = false);

/// <summary>One step of a chain.</summary>
/// <param name="Who">Whose word it needs; several rules stand beside each other.</param>
/// <param name="When">A filter over the record; the step is passed over when it does not hold.</param>
/// <param name="Hours">How long a signer has; null for as long as he likes.</param>
/// <param name="EscalateTo">Who gets the turn then; the signer's own manager when it is not said.</param>
public sealed record ApprovalStep(string Key, string Name, IReadOnlyList<ApproverRule> Who, SignMode Mode = SignMode.Any, string? When = null, int? Hours = null, OnTimeout OnTimeout = OnTimeout.Remind, IReadOnlyList<ApproverRule>? EscalateTo = null);

/// <summary>The steps in their order, as data.</summary>
/// <param name="EachTime">Whether somebody who stands in several steps signs each; else his first word counts for all.</param>
/// <param name="MayWithdraw">Whether the submitter may take it back.</param>
public sealed record ApprovalChain(IReadOnlyList<ApprovalStep> Steps, WhenNobody Nobody = WhenNobody.Administrator, bool EachTime = false, bool MayWithdraw = true)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="JsonException">The text is no chain.</exception>
    public static ApprovalChain Read(string text) => JsonSerializer.Deserialize<ApprovalChain>(text, Json) ?? throw new JsonException("The chain is empty.");

    public string Write() => JsonSerializer.Serialize(this, Json);

    /// <summary>The same chain with a step for each level of managers one above the other.</summary>
    public ApprovalChain Unrolled() => this with
    {
        Steps =
        [
            .. Steps.SelectMany(step => step.Who is [{ Kind: ApproverKind.Managers, Level: var levels }]
                ? Enumerable.Range(1, levels).Select(level => step with { Key = $"{step.Key}-{level}", Who = [new ApproverRule(ApproverKind.Manager, Level: level)] })
                : [step]),
        ],
    };
}
