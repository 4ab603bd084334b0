using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>Moves a request on: the next turn of its step, the next step, the end.</summary>
internal static class ApprovalFlow
{
    private static readonly Label YourTurn = ("{0} 提交的审批等你处理", "{0} submitted something that waits for your word");
    private static readonly Label YourTurnNow = ("有一项审批等你处理", "An approval waits for your word");

    /// <summary>One after the other: whoever decides about the same request at the same time waits here, and then finds it as the first left it.</summary>
    public static async ValueTask<ApprovalRequest?> HoldAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval SET version = version + 1 WHERE id = {id}"), cancel);
        return await ApprovalRequest.FindAsync(context.Session, id, cancel);
    }

    /// <param name="comment">What whoever signed last has said; where his word is the end it goes to the record with it.</param>
    public static async Task AdvanceAsync(SaveContext context, Guid id, CancellationToken cancel, string? comment = null)
    {
        while (true)
        {
            var request = (await ApprovalRequest.FindAsync(context.Session, id, cancel))!;
            if (request.Step >= 0)
            {
                var turns = (await ApprovalTurn.OfAsync(context.Session, id, cancel)).Where(turn => turn.Round == request.Round && turn.Step == request.Step).ToList();
                if (await CallAsync(context, request, turns, cancel))
                {
                    return;
                }
            }

            if (request.Step + 1 >= request.Chain.Steps.Count)
            {
                await CloseAsync(context, request, ApprovalState.Approved, comment, tell: true, cancel);
                return;
            }

            await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval SET step = {(long)request.Step + 1} WHERE id = {id}"), cancel);
            await EnterAsync(context, request with { Step = request.Step + 1 }, cancel);
        }
    }

    /// <summary>Calls those of the first place that is not done; false when the step is.</summary>
    private static async ValueTask<bool> CallAsync(SaveContext context, ApprovalRequest request, List<ApprovalTurn> turns, CancellationToken cancel)
    {
        var step = request.Chain.Steps[request.Step];
        foreach (var group in turns.Where(turn => turn.State is not ("void" or "returned")).GroupBy(turn => turn.Place).OrderBy(group => group.Key))
        {
            // Whoever was added was asked for by name: each of them signs.
            var any = step.Mode == SignMode.Any && group.All(turn => turn.AddedBy is null);
            if (any ? group.Any(turn => turn.IsYes) : group.All(turn => turn.IsYes))
            {
                foreach (var left in group.Where(turn => turn.IsOpen))
                {
                    await SetAsync(context, left, "void", cancel);
                }

                continue;
            }

            foreach (var turn in group.Where(turn => turn.State == "queued"))
            {
                var due = step.Hours is { } hours ? context.Now.AddHours(hours) : (DateTimeOffset?)null;
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval_turn SET state = {"waiting"}, due_at = {due}, created_at = {context.Now} WHERE id = {turn.Id}"), cancel);
                await TellAsync(context, request, turn.Signer, cancel);
            }

            return true;
        }

        return false;
    }

    /// <summary>The signer and those who stand in for him.</summary>
    public static async ValueTask TellAsync(SaveContext context, ApprovalRequest request, Guid signer, CancellationToken cancel)
    {
        var text = context.Actor.Id == request.SubmittedBy ? YourTurn : YourTurnNow;
        foreach (var person in (await Delegations.StandInsAsync(context.Session, signer, context.Now, request.SubmittedBy, cancel)).Prepend(signer).Where(person => person != request.SubmittedBy).Distinct())
        {
            await ApprovalNotices.SendAsync(context, person, request, text);
        }
    }

    private static async ValueTask EnterAsync(SaveContext context, ApprovalRequest request, CancellationToken cancel)
    {
        var (step, directory) = (request.Chain.Steps[request.Step], context.Actor.Directory);
        if (!await ApprovalChecks.HoldsAsync(context, context.Schema[request.RecordType], request.Record, step.When, cancel))
        {
            await ApprovalTrail.AddAsync(context, request.Id, "skip", step.Name, null, cancel: cancel);
            return;
        }

        var signers = Approvers.Find(directory, step.Who, request.SubmittedBy, request.Chosen.GetValueOrDefault(step.Key) ?? []);
        if (signers.Count == 0 && request.Chain.Nobody == WhenNobody.Administrator)
        {
            signers = Approvers.Administrators(directory, request.SubmittedBy);
        }

        if (signers.Count == 0)
        {
            await ApprovalTrail.AddAsync(context, request.Id, "nobody", step.Name, null, cancel: cancel);
            return;
        }

        var said = request.Chain.EachTime ? [] : (await ApprovalTurn.OfAsync(context.Session, request.Id, cancel)).Where(turn => turn.Round == request.Round && turn.Step < request.Step && turn.State is "approved" or "same").Select(turn => turn.Signer).ToHashSet();
        foreach (var signer in signers)
        {
            await AddTurnAsync(context, request, 0, signer, said.Contains(signer) ? "same" : "queued", null, cancel);
        }
    }

    public static async ValueTask AddTurnAsync(SaveContext context, ApprovalRequest request, int place, Guid signer, string state, Guid? addedBy, CancellationToken cancel) =>
        await context.Session.ExecuteAsync(
            Sql.Of($"INSERT INTO approval_turn (id, approval_id, round, step, place, signer_id, state, added_by, created_at) VALUES ({Guid.CreateVersion7(context.Now)}, {request.Id}, {(long)request.Round}, {(long)request.Step}, {(long)place}, {signer}, {state}, {addedBy}, {context.Now})"), cancel);

    public static async ValueTask SetAsync(SaveContext context, ApprovalTurn turn, string state, CancellationToken cancel)
    {
        var (by, at) = state == "void" ? (null, null) : (context.ActorId, (DateTimeOffset?)context.Now);
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval_turn SET state = {state}, decided_by = {by}, decided_at = {at} WHERE id = {turn.Id}"), cancel);
    }

    /// <summary>Nobody's turn any more.</summary>
    public static async ValueTask ClearAsync(SaveContext context, Guid approval, CancellationToken cancel) =>
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval_turn SET state = {"void"} WHERE approval_id = {approval} AND state IN ('waiting', 'queued')"), cancel);

    /// <summary>The end, whichever it is: the record is put back where its kind says so, the module and the submitter are told.</summary>
    public static async Task CloseAsync(SaveContext context, ApprovalRequest request, ApprovalState state, string? comment, bool tell, CancellationToken cancel)
    {
        await ClearAsync(context, request.Id, cancel);
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval SET state = {ApprovalRequest.NameOf(state)}, decided_by = {context.ActorId}, decided_at = {context.Now} WHERE id = {request.Id}"), cancel);
        await ApprovalTrail.AddAsync(context, request.Id, "end-" + ApprovalRequest.NameOf(state), null, null, cancel: cancel);
        if (state != ApprovalState.Withdrawn)
        {
            await ApprovalNotices.SendAsync(context, request.SubmittedBy, request, Outcome(state));
        }

        if (!tell || ApprovalKind.Find(context.Schema, request.Kind) is not { } found)
        {
            return;
        }

        if (found.Kind.RestoresOnReject && state is ApprovalState.Rejected or ApprovalState.Withdrawn)
        {
            await ApprovalSnapshot.RestoreAsync(context, found.Type, request, cancel);
        }

        await TellModuleAsync(context, request, state, comment);
    }

    public static async ValueTask TellModuleAsync(SaveContext context, ApprovalRequest request, ApprovalState state, string? comment)
    {
        if (ApprovalKind.Find(context.Schema, request.Kind)?.Kind.DecidedAsync is { } decided)
        {
            await decided(context, new ApprovalOutcome(request.Id, request.Kind, request.Record, request.Item, state, context.ActorId, comment));
        }
    }

    private static Label Outcome(ApprovalState state) => state switch
    {
        ApprovalState.Approved => ("你提交的审批已通过", "What you submitted is approved"),
        ApprovalState.Rejected => ("你提交的审批被拒绝", "What you submitted is rejected"),
        _ => ("你提交的审批已失效：内容有变动", "What you submitted has lapsed: its subject changed"),
    };
}
