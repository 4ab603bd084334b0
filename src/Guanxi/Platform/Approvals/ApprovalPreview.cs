using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>One step as it would come for a certain record.</summary>
/// <param name="Holds">Whether its condition holds; else it is passed over.</param>
/// <param name="Signers">Who would be asked, as the company stands now.</param>
/// <param name="Instead">Who signs because nobody else is found: administrators; empty where the step is passed.</param>
/// <param name="IsChosen">Whether the submitter names the signers.</param>
public sealed record PreviewStep(ApprovalStep Step, bool Holds, IReadOnlyList<Guid> Signers, IReadOnlyList<Guid> Instead, bool IsChosen);

/// <param name="Applies">Whether the condition holds for the record.</param>
/// <param name="Definition">The definition that would be taken; null for the one that is being composed, or the kind's own.</param>
public sealed record ApprovalPreview(bool Applies, Guid? Definition, string? Name, IReadOnlyList<PreviewStep> Steps)
{
    /// <summary>Who would be asked about a record: by a chain that is being composed, or by those in force.</summary>
    /// <param name="draft">Condition and steps not saved yet; null asks those in force.</param>
    /// <param name="submitter">Who would submit it.</param>
    /// <exception cref="RefusedException">The actor does not manage chains or may not read the record, or the draft could not be saved.</exception>
    public static async Task<ApprovalPreview> RunAsync(SaveContext context, string kindName, Guid recordId, (string? Condition, string Steps)? draft, Guid? submitter, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.ManageApprovals);
        var (type, kind) = ApprovalKind.Find(context.Schema, kindName) ?? throw new RefusedException(Refusal.Invalid("kind", ("没有这种审批事项", "There is no such kind of approval")));
        var record = await RecordStore.LoadAsync(context.Session, context.Actor, type, recordId, Verb.Read, context.Now, cancel: cancel);
        var (definition, chain, applies) = draft is { } own ? await OwnAsync(context, type, recordId, own.Condition, own.Steps, cancel) : await InForceAsync(context, kind, record, cancel);
        var by = submitter ?? record.OwnerId ?? context.Actor.Id;
        var (steps, directory) = (new List<PreviewStep>(), context.Actor.Directory);
        foreach (var step in chain.Steps)
        {
            var holds = await ApprovalChecks.HoldsAsync(context, type, recordId, step.When, cancel);
            var signers = holds ? Approvers.Find(directory, step.Who, by, []) : [];
            var chosen = step.Who.Any(rule => rule.Kind == ApproverKind.Chosen);
            var instead = holds && signers.Count == 0 && !chosen && chain.Nobody == WhenNobody.Administrator ? Approvers.Administrators(directory, by) : [];
            steps.Add(new PreviewStep(step, holds, signers, instead, chosen));
        }

        var name = definition is { } id ? await context.Session.FirstAsync(Sql.Of($"SELECT name FROM approval_definition WHERE id = {id}"), row => row.Text(0), cancel) : null;
        return new ApprovalPreview(applies, definition, name, steps);
    }

    private static async ValueTask<(Guid? Definition, ApprovalChain Chain, bool Applies)> OwnAsync(SaveContext context, RecordType type, Guid record, string? condition, string steps, CancellationToken cancel)
    {
        ApprovalChecks.Condition(condition, "condition", type, context);
        return (null, ApprovalChecks.Read(steps, type, context).Unrolled(), await ApprovalChecks.HoldsAsync(context, type, record, condition, cancel));
    }

    private static async ValueTask<(Guid? Definition, ApprovalChain Chain, bool Applies)> InForceAsync(SaveContext context, ApprovalKind kind, Record record, CancellationToken cancel)
    {
        var (definition, chain) = await ApprovalRequests.ChainAsync(context, kind, record, cancel);
        return (definition, chain, true);
    }
}
