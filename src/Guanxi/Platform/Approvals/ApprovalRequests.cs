using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>
/// Where a module asks for somebody's word: it submits a record with a reason inside its own transaction and is told, in the transaction of the decision, what was decided
/// (<see cref="ApprovalKind.DecidedAsync"/>).
/// </summary>
public static class ApprovalRequests
{
    private const int LongestText = 4000;

    /// <summary>Submits a record. Where nobody has to sign, it is approved at once and the module is told before this returns.</summary>
    /// <exception cref="RefusedException">A request of this kind about this record is open already, the reason is missing, or a step leaves the choice to the submitter and he named nobody.</exception>
    public static async Task<ApprovalRequest> SubmitAsync(SaveContext context, Submission submission, CancellationToken cancel = default)
    {
        var kind = ApprovalKind.Find(context.Schema, submission.Kind)?.Kind ?? throw new InvalidOperationException($"There is no kind of approval '{submission.Kind}'.");
        var reason = Said(submission.Reason, "reason", needed: true)!;
        if (await OpenAsync(context.Session, submission.Kind, submission.Subject.Id, submission.Item, cancel) is not null)
        {
            throw new RefusedException(Refusal.Breaks("approval-open", ("已经提交过审批，正在处理中", "It was submitted already and is being decided")));
        }

        var (definition, chain) = await ChainAsync(context, kind, submission.Subject, cancel);
        DemandChoices(context.Actor.Directory, chain, submission.Chosen, context.Actor.Id);
        var (id, json) = (Guid.CreateVersion7(context.Now), new SqlName(context.Session.Dialect.JsonParameter));
        var title = submission.Title ?? submission.Subject.Title;
        var causes = submission.Causes.Count == 0 ? null : JsonSerializer.Serialize(submission.Causes, ApprovalChain.Json);
        var chosen = submission.Chosen.Count == 0 ? null : JsonSerializer.Serialize(submission.Chosen);
        var snapshot = await ApprovalSnapshot.TakeAsync(context, submission.Subject, submission.Before, cancel);
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO approval (id, kind, record_type, record_id, item, title, reason, causes, snapshot, chain, chosen, definition_id, state, step, round, version, submitted_by, submitted_at) VALUES ({id}, {submission.Kind}, {submission.Subject.Type.Name}, {submission.Subject.Id}, {submission.Item}, {title}, {reason}, {causes}{json}, {snapshot}{json}, {chain.Write()}{json}, {chosen}{json}, {definition}, {"waiting"}, {-1L}, {1L}, {1L}, {context.Actor.Id}, {context.Now})"), cancel);
        await ApprovalTrail.AddAsync(context, id, "submit", null, reason, cancel: cancel);
        await ApprovalFlow.AdvanceAsync(context, id, cancel);
        return (await ApprovalRequest.FindAsync(context.Session, id, cancel))!;
    }

    /// <summary>The open request of a kind about a record; null when there is none.</summary>
    public static async ValueTask<Guid?> OpenAsync(DatabaseSession session, string kind, Guid record, string item = "", CancellationToken cancel = default) =>
        await session.FirstAsync(Sql.Of($"SELECT id FROM approval WHERE kind = {kind} AND record_id = {record} AND item = {item} AND state IN ('waiting', 'returned')"), row => (Guid?)row.Id(0), cancel);

    /// <summary>Ends an open request because what it was about has changed or is gone; the module that says so is not told again.</summary>
    public static async Task LapseAsync(SaveContext context, string kind, Guid record, string item = "", CancellationToken cancel = default)
    {
        if (await OpenAsync(context.Session, kind, record, item, cancel) is { } id)
        {
            await ApprovalFlow.CloseAsync(context, (await ApprovalRequest.FindAsync(context.Session, id, cancel))!, ApprovalState.Lapsed, null, tell: false, cancel);
        }
    }

    /// <summary>Takes away every request about a record that is gone for good.</summary>
    public static async ValueTask RemoveAsync(SaveContext context, string type, Guid record, CancellationToken cancel = default)
    {
        foreach (var table in new[] { "approval_turn", "approval_event" })
        {
            await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM {new SqlName(table)} WHERE approval_id IN (SELECT id FROM approval WHERE record_type = {type} AND record_id = {record})"), cancel);
        }

        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM approval WHERE record_type = {type} AND record_id = {record}"), cancel);
    }

    /// <summary>The chain that fits a record: of the definition with the lowest number whose condition holds, else the kind's own.</summary>
    internal static async ValueTask<(Guid? Definition, ApprovalChain Chain)> ChainAsync(SaveContext context, ApprovalKind kind, Record subject, CancellationToken cancel)
    {
        var known = await context.Session.ListAsync(
            Sql.Of($"SELECT id, condition, definition FROM approval_definition WHERE kind = {kind.Name} AND active = {1L} AND deleted_at IS NULL ORDER BY priority, created_at, id"),
            row => (Id: row.Id(0), Condition: row.OptionalText(1), Chain: row.Text(2)), cancel);
        foreach (var definition in known)
        {
            if (await ApprovalChecks.HoldsAsync(context, subject.Type, subject.Id, definition.Condition, cancel))
            {
                return (definition.Id, ApprovalChain.Read(definition.Chain).Unrolled());
            }
        }

        var borrowed = known.Count == 0 && kind.BorrowsAsync is { } borrow ? await borrow(context, subject) : null;
        return (null, (borrowed ?? kind.Otherwise).Unrolled());
    }

    private static void DemandChoices(Access.Directory directory, ApprovalChain chain, IReadOnlyDictionary<string, IReadOnlyList<Guid>> chosen, Guid submitter)
    {
        var open = chain.Steps.FirstOrDefault(step => step.Who.Any(rule => rule.Kind == ApproverKind.Chosen) && Approvers.Find(directory, step.Who, submitter, chosen.GetValueOrDefault(step.Key) ?? []).Count == 0);
        if (open is not null)
        {
            throw new RefusedException(Refusal.Invalid("chosen", new Label($"请为“{open.Name}”选择审批人（不能是自己）", $"Choose who signs “{open.Name}”; not yourself")) with { More = new Dictionary<string, object?>(StringComparer.Ordinal) { ["step"] = open.Key } });
        }
    }

    /// <summary>A text a person wrote, without blanks around it.</summary>
    /// <exception cref="RefusedException">It is missing though needed, or too long.</exception>
    internal static string? Said(string? text, string field, bool needed)
    {
        var said = text?.Trim();
        return said is { Length: > LongestText } ? throw new RefusedException(Refusal.Invalid(field, new Label($"最多 {LongestText} 字", $"At most {LongestText} characters")))
            : !string.IsNullOrEmpty(said) ? said
            : needed ? throw new RefusedException(Refusal.Invalid(field, ("请写明理由", "Say why"))) : null;
    }
}
