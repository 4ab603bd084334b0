using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>Looks at turns whose time is over, and at those of people who have left.</summary>
public static class ApprovalClock
{
    private const int AtOnce = 50;
    private static readonly Label Overdue = ("审批已超时，请尽快处理", "An approval is overdue; it waits for your word");
    private static readonly Label LateAtOthers = ("你提交的审批超时未处理，已转交", "What you submitted was not answered in time and went to somebody else");

    /// <summary>Does what is due; true when more is waiting.</summary>
    public static async Task<bool> TickAsync(Workspace workspace, CancellationToken cancel = default)
    {
        List<(Guid Turn, Guid Approval)> due;
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            due = await session.ListAsync(Sql.Of($"SELECT id, approval_id FROM approval_turn WHERE state = 'waiting' AND due_at IS NOT NULL AND due_at <= {workspace.Now} ORDER BY due_at LIMIT {(long)AtOnce}"), row => (row.Id(0), row.Id(1)), cancel);
            var gone = workspace.Directory.People.Where(person => !person.Active).Select(person => person.Id).ToList();
            var left = gone.Count == 0 ? [] : await session.ListAsync(new Sql().Append("SELECT id, approval_id FROM approval_turn WHERE state = 'waiting' AND signer_id IN ").List(gone).Append(" LIMIT ").Value((long)AtOnce), row => (row.Id(0), row.Id(1)), cancel);
            due.AddRange(left.Except(due));
        }

        foreach (var (turn, approval) in due)
        {
            await workspace.WriteAsync(workspace.System(), context => LookAsync(context, approval, turn, cancel), cancel: cancel);
        }

        return due.Count >= AtOnce;
    }

    private static async Task LookAsync(SaveContext context, Guid approval, Guid id, CancellationToken cancel)
    {
        var request = (await ApprovalFlow.HoldAsync(context, approval, cancel))!;
        var turns = await ApprovalTurn.OfAsync(context.Session, approval, cancel);
        if (request.State != ApprovalState.Waiting || turns.Find(known => known.Id == id) is not { State: "waiting" } turn)
        {
            return;
        }

        var step = request.Chain.Steps[request.Step];
        if (context.Actor.Directory.Person(turn.Signer) is not { Active: true })
        {
            await GiveAsync(context, request, turn, turns, Approvers.Administrators(context.Actor.Directory, request.SubmittedBy), "left", cancel);
            return;
        }

        switch (step.OnTimeout)
        {
            case OnTimeout.Approve:
                await ApprovalFlow.SetAsync(context, turn, "passed", cancel);
                await ApprovalTrail.AddAsync(context, approval, "timeout-approve", step.Name, null, turn.Signer, cancel);
                await ApprovalFlow.AdvanceAsync(context, approval, cancel);
                break;
            case OnTimeout.Reject:
                await ApprovalTrail.AddAsync(context, approval, "timeout-reject", step.Name, null, turn.Signer, cancel);
                await ApprovalFlow.CloseAsync(context, request, ApprovalState.Rejected, null, tell: true, cancel);
                break;
            case OnTimeout.Escalate:
                var higher = step.EscalateTo is { } rules ? Approvers.Find(context.Actor.Directory, rules, request.SubmittedBy, []) : [.. Approvers.ManagersAbove(context.Actor.Directory, turn.Signer).Where(person => person != request.SubmittedBy).Take(1)];
                await GiveAsync(context, request, turn, turns, higher.Count > 0 ? higher : Approvers.Administrators(context.Actor.Directory, request.SubmittedBy), "escalate", cancel);
                break;
            default:
                await RemindAsync(context, request, turn, step, cancel);
                break;
        }
    }

    private static async ValueTask RemindAsync(SaveContext context, ApprovalRequest request, ApprovalTurn turn, ApprovalStep step, CancellationToken cancel)
    {
        var next = context.Now.AddHours(step.Hours ?? 24);
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval_turn SET due_at = {next}, reminded_at = {context.Now} WHERE id = {turn.Id}"), cancel);
        foreach (var person in (await Delegations.StandInsAsync(context.Session, turn.Signer, context.Now, request.SubmittedBy, cancel)).Prepend(turn.Signer).Distinct())
        {
            await ApprovalNotices.SendAsync(context, person, request, Overdue);
        }
    }

    /// <summary>The turn goes to others; to nobody when all of them have it already, and then it is only reminded of.</summary>
    private static async ValueTask GiveAsync(SaveContext context, ApprovalRequest request, ApprovalTurn turn, List<ApprovalTurn> turns, IReadOnlyList<Guid> to, string action, CancellationToken cancel)
    {
        var step = request.Chain.Steps[request.Step];
        var known = turns.Where(other => other.Round == request.Round && other.Step == request.Step && other.State != "void").Select(other => other.Signer).ToHashSet();
        var others = to.Where(person => person != turn.Signer && !known.Contains(person)).ToList();
        if (others.Count == 0 && !(action == "left" && to.Count > 0))
        {
            // There is nobody above: the signer stays, and is reminded.
            await RemindAsync(context, request, turn, step, cancel);
            return;
        }

        await ApprovalFlow.SetAsync(context, turn, "void", cancel);
        foreach (var person in others)
        {
            await ApprovalFlow.AddTurnAsync(context, request, turn.Place, person, "queued", turn.AddedBy, cancel);
            await ApprovalTrail.AddAsync(context, request.Id, action, step.Name, null, person, cancel);
        }

        await ApprovalNotices.SendAsync(context, request.SubmittedBy, request, LateAtOthers);
        await ApprovalFlow.AdvanceAsync(context, request.Id, cancel);
    }
}
