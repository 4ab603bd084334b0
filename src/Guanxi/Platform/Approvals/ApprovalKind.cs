using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>What a request for approval has come to.</summary>
public enum ApprovalState
{
    /// <summary>Somebody's turn.</summary>
    Waiting,

    /// <summary>Sent back to whoever submitted it, who submits it again or withdraws it.</summary>
    Returned,

    Approved,

    Rejected,

    Withdrawn,

    /// <summary>Overtaken: what it was about has changed or is gone.</summary>
    Lapsed,
}

/// <summary>What a module is told in the transaction in which its request is decided.</summary>
/// <param name="Item">The module's own word for what of the record it is about; empty where there is only one thing.</param>
/// <param name="By">Who decided; null when nobody did, as when a time ran out.</param>
public sealed record ApprovalOutcome(Guid Approval, string Kind, Guid Record, string Item, ApprovalState State, Guid? By, string? Comment);

/// <summary>
/// A way in which records of a noun need somebody's word, declared with the noun (<see cref="RecordType.Approvals"/>): what those who decide are shown, and what a decision means.
/// Who decides is data: <see cref="ApprovalDefinition"/>.
/// </summary>
/// <param name="Name">Names it among all nouns: quote, credit-override.</param>
public sealed record ApprovalKind(string Name, Label Label)
{
    /// <summary>Fields of the record, as they were when it was submitted, that those who decide are shown, each as far as his field rights go.</summary>
    public IReadOnlyList<string> Shows { get; init; } = [];

    /// <summary>Puts the fields back as they were when it was submitted, if it comes to nothing.</summary>
    public bool RestoresOnReject { get; init; }

    /// <summary>The chain where no definition fits: the direct manager, unless the kind says otherwise.</summary>
    public ApprovalChain Otherwise { get; init; } = new([new ApprovalStep("manager", "直接上级", [new ApproverRule(ApproverKind.Manager)])]);

    /// <summary>Asked before <see cref="Otherwise"/>: the chain of another kind that this record must not go round, with the steps that hold for it and no condition left in them.</summary>
    public Func<SaveContext, Record, ValueTask<ApprovalChain?>>? BorrowsAsync { get; init; }

    /// <summary>Why it needs a word as it stands now; asked again when it is submitted anew.</summary>
    public Func<SaveContext, Record, ValueTask<IReadOnlyList<ApprovalCause>>>? CausesAsync { get; init; }

    /// <summary>
    /// Called once, in the transaction of the decision, as whoever decides; what it throws undoes the decision. Also when a request is sent back to its submitter (<see cref="ApprovalState.Returned"/>),
    /// so that the record can be changed, and when it is submitted again (<see cref="ApprovalState.Waiting"/>).
    /// </summary>
    public Func<SaveContext, ApprovalOutcome, ValueTask>? DecidedAsync { get; init; }

    /// <summary>The kind of that name and the noun it belongs to; null when there is none.</summary>
    public static (RecordType Type, ApprovalKind Kind)? Find(Schema schema, string name)
    {
        foreach (var type in schema.Types)
        {
            if (type.Approvals.FirstOrDefault(kind => kind.Name == name) is { } kind)
            {
                return (type, kind);
            }
        }

        return null;
    }
}

/// <summary>Why a request was needed, in words; shown to those who may read the field it tells of.</summary>
/// <param name="Field">A field of the record, or null when it gives nothing away.</param>
public sealed record ApprovalCause(string ZhHans, string En, string? Field = null)
{
    /// <summary>The field whose readers are told more by another cause, and need not read this one.</summary>
    public string? Instead { get; init; }
}

/// <summary>What a module hands in.</summary>
/// <param name="Kind">Name of an <see cref="ApprovalKind"/> of the record's noun.</param>
/// <param name="Subject">The record, saved already, so that the conditions of definitions hold for what is submitted.</param>
/// <param name="Reason">What whoever submits has to say for it.</param>
public sealed record Submission(string Kind, Record Subject, string Reason)
{
    public string Item { get; init; } = "";

    /// <summary>What it is called in lists; the record's title when it is not said.</summary>
    public string? Title { get; init; }

    public IReadOnlyList<ApprovalCause> Causes { get; init; } = [];

    /// <summary>Signers that the submitter chose, by key of the step that leaves the choice to him.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Guid>> Chosen { get; init; } = new Dictionary<string, IReadOnlyList<Guid>>(StringComparer.Ordinal);

    /// <summary>What it is restored to when rejected, where that is not how it stands now.</summary>
    public IReadOnlyDictionary<string, object?> Before { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);
}
