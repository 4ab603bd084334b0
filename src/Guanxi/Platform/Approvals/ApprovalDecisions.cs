using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>
/// What people do with a request. Each is one transaction under the request's lock: of two who decide at once the second finds it decided; the same word said twice by one person is said once.
/// Who has no part in a request does not learn that it is there.
/// </summary>
public static class ApprovalDecisions
{
    private static readonly Refusal Over = Refusal.Breaks("approval-over", ("这项审批已经处理完毕，或现在不该由你处理", "This was decided already, or it is not your turn"));

    public static Task<ApprovalRequest> ApproveAsync(SaveContext context, Guid id, string? comment, CancellationToken cancel = default) => SignAsync(context, id, "approved", ApprovalRequests.Said(comment, "comment", needed: false), cancel);

    /// <summary>No, for everybody; the reason is given.</summary>
    public static Task<ApprovalRequest> RejectAsync(SaveContext context, Guid id, string? comment, CancellationToken cancel = default) => SignAsync(context, id, "rejected", ApprovalRequests.Said(comment, "comment", needed: true), cancel);

    private static async Task<ApprovalRequest> SignAsync(SaveContext context, Guid id, string word, string? comment, CancellationToken cancel)
    {
        var (request, turns) = await HoldAsync(context, id, cancel);
        var mine = turns.LastOrDefault(turn => turn.DecidedBy == context.Actor.Id && turn.State == word);
        if (await MyTurnAsync(context, request, turns, cancel) is not { } turn)
        {
            // A second click, or an answer that got lost on the way.
            return mine?.Round == request.Round ? request : throw new RefusedException(Over);
        }

        await ApprovalFlow.SetAsync(context, turn, word, cancel);
        await ApprovalTrail.AddAsync(context, id, word == "approved" ? "approve" : "reject", StepOf(request), comment, turn.Signer == context.Actor.Id ? null : turn.Signer, cancel);
        if (word == "approved")
        {
            await ApprovalFlow.AdvanceAsync(context, id, cancel, comment);
        }
        else
        {
            await ApprovalFlow.CloseAsync(context, request, ApprovalState.Rejected, comment, tell: true, cancel);
        }

        return (await ApprovalRequest.FindAsync(context.Session, id, cancel))!;
    }

    /// <summary>Sends it back to an earlier step, or to the submitter when none is named.</summary>
    /// <param name="to">Key of a step before the present one.</param>
    public static async Task<ApprovalRequest> SendBackAsync(SaveContext context, Guid id, string? to, string? comment, CancellationToken cancel = default)
    {
        var said = ApprovalRequests.Said(comment, "comment", needed: true);
        var (request, turns) = await HoldAsync(context, id, cancel);
        var turn = await MyTurnAsync(context, request, turns, cancel) ?? throw new RefusedException(Over);
        var back = -1;
        if (!string.IsNullOrEmpty(to))
        {
            back = request.Chain.Steps.Take(request.Step).ToList().FindIndex(step => step.Key == to);
            if (back < 0)
            {
                throw new RefusedException(Refusal.Invalid("to", ("只能退回给提交人或之前的步骤", "It goes back to the submitter or to an earlier step")));
            }
        }

        await ApprovalFlow.SetAsync(context, turn, "returned", cancel);
        await ApprovalFlow.ClearAsync(context, id, cancel);
        await ApprovalTrail.AddAsync(context, id, "send-back", back < 0 ? null : request.Chain.Steps[back].Name, said, cancel: cancel);
        if (back < 0)
        {
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval SET state = {"returned"}, step = {-1L} WHERE id = {id}"), cancel);
            await ApprovalFlow.TellModuleAsync(context, request, ApprovalState.Returned, said);
            await ApprovalNotices.SendAsync(context, request.SubmittedBy, request, ("{0} 退回了你提交的审批，请修改后重新提交", "{0} sent back what you submitted; change it and submit it again"));
        }
        else
        {
            // What was said from there on is said anew.
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval_turn SET state = {"void"} WHERE approval_id = {id} AND round = {(long)request.Round} AND step >= {(long)back} AND state <> {"returned"}"), cancel);
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval SET step = {(long)back - 1} WHERE id = {id}"), cancel);
            await ApprovalFlow.AdvanceAsync(context, id, cancel);
        }

        return (await ApprovalRequest.FindAsync(context.Session, id, cancel))!;
    }

    /// <summary>Submits again what was sent back, as the record stands now and under the chain that fits it now.</summary>
    public static async Task<ApprovalRequest> ResubmitAsync(SaveContext context, Guid id, string? reason, CancellationToken cancel = default)
    {
        var (request, _) = await HoldAsync(context, id, cancel);
        DemandSubmitter(context, request);
        if (request.State != ApprovalState.Returned)
        {
            throw new RefusedException(Over);
        }

        var (type, kind) = ApprovalKind.Find(context.Schema, request.Kind) ?? throw new RefusedException(Over);
        var record = await RecordStore.FindAsync(context.Session, type, request.Record, cancel) ?? throw new RefusedException(Refusal.NotFound);
        var said = ApprovalRequests.Said(reason, "reason", needed: false) ?? request.Reason;
        var (definition, chain) = await ApprovalRequests.ChainAsync(context, kind, record, cancel);
        var causes = kind.CausesAsync is { } why ? System.Text.Json.JsonSerializer.Serialize(await why(context, record), ApprovalChain.Json) : request.Causes;
        var (snapshot, json) = (await ApprovalSnapshot.TakeAsync(context, record, new Dictionary<string, object?>(StringComparer.Ordinal), cancel), new SqlName(context.Session.Dialect.JsonParameter));
        await context.Session.ExecuteAsync(
            Sql.Of($"UPDATE approval SET state = {"waiting"}, step = {-1L}, round = round + 1, reason = {said}, causes = {causes}{json}, snapshot = {snapshot}{json}, chain = {chain.Write()}{json}, definition_id = {definition} WHERE id = {id}"), cancel);
        await ApprovalTrail.AddAsync(context, id, "resubmit", null, said, cancel: cancel);
        await ApprovalFlow.TellModuleAsync(context, request, ApprovalState.Waiting, null);
        await ApprovalFlow.AdvanceAsync(context, id, cancel);
        return (await ApprovalRequest.FindAsync(context.Session, id, cancel))!;
    }

    /// <summary>The submitter takes it back, as long as it is open and the chain lets him.</summary>
    public static async Task<ApprovalRequest> WithdrawAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var (request, _) = await HoldAsync(context, id, cancel);
        DemandSubmitter(context, request);
        if (request.State == ApprovalState.Withdrawn)
        {
            return request;
        }

        if (!request.IsOpen)
        {
            throw new RefusedException(Over);
        }

        if (!request.Chain.MayWithdraw && request.State == ApprovalState.Waiting)
        {
            throw new RefusedException(Refusal.Breaks("approval-stays", ("这类审批提交后不能撤回", "What is submitted here is not withdrawn")));
        }

        await ApprovalTrail.AddAsync(context, id, "withdraw", null, null, cancel: cancel);
        await ApprovalFlow.CloseAsync(context, request, ApprovalState.Withdrawn, null, tell: true, cancel);
        return (await ApprovalRequest.FindAsync(context.Session, id, cancel))!;
    }

    /// <summary>Asks for one more signature in the present step: before one's own, or after it.</summary>
    public static async Task<ApprovalRequest> AddSignerAsync(SaveContext context, Guid id, Guid? person, bool before, string? comment, CancellationToken cancel = default)
    {
        var said = ApprovalRequests.Said(comment, "comment", needed: false);
        var (request, turns) = await HoldAsync(context, id, cancel);
        var turn = await MyTurnAsync(context, request, turns, cancel) ?? throw new RefusedException(Over);
        if (person is not { } signer || context.Actor.Directory.Person(signer) is not { Active: true } || signer == request.SubmittedBy || turns.Exists(known => known.Round == request.Round && known.Step == request.Step && known.Signer == signer && known.IsOpen))
        {
            throw new RefusedException(Refusal.Invalid("user", ("请选择一位在职同事，不能是提交人，也不能是本步骤已有的审批人", "Choose an active colleague who neither submitted it nor signs this step already")));
        }

        var place = before ? turn.Place : turn.Place + 1;
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE approval_turn SET place = place + 1, state = CASE WHEN state = 'waiting' THEN 'queued' ELSE state END WHERE approval_id = {id} AND round = {(long)request.Round} AND step = {(long)request.Step} AND place >= {(long)place} AND state <> {"void"}"), cancel);
        await ApprovalFlow.AddTurnAsync(context, request, place, signer, "queued", context.Actor.Id, cancel);
        await ApprovalTrail.AddAsync(context, id, before ? "add-before" : "add-after", StepOf(request), said, signer, cancel);
        await ApprovalFlow.AdvanceAsync(context, id, cancel);
        return (await ApprovalRequest.FindAsync(context.Session, id, cancel))!;
    }

    private static async ValueTask<(ApprovalRequest Request, List<ApprovalTurn> Turns)> HoldAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        var request = await ApprovalFlow.HoldAsync(context, id, cancel);
        var turns = request is null ? [] : await ApprovalTurn.OfAsync(context.Session, id, cancel);
        return request is not null && await ApprovalReading.MaySeeAsync(context.Session, context.Actor, request, turns, context.Now, cancel) ? (request, turns) : throw new RefusedException(Refusal.NotFound);
    }

    /// <summary>The turn that is the actor's own, else one he stands in for; never on what he submitted himself.</summary>
    internal static async ValueTask<ApprovalTurn?> MyTurnAsync(DatabaseSession session, Actor actor, ApprovalRequest request, List<ApprovalTurn> turns, DateTimeOffset now, CancellationToken cancel)
    {
        if (request.State != ApprovalState.Waiting || request.SubmittedBy == actor.Id)
        {
            return null;
        }

        var waiting = turns.Where(turn => turn.State == "waiting" && turn.Round == request.Round && turn.Step == request.Step).ToList();
        if (waiting.Find(turn => turn.Signer == actor.Id) is { } own)
        {
            return own;
        }

        var others = waiting.Count == 0 ? [] : await Delegations.StoodInForAsync(session, actor.Id, now, request.SubmittedBy, cancel);
        return waiting.Find(turn => others.Contains(turn.Signer));
    }

    private static ValueTask<ApprovalTurn?> MyTurnAsync(SaveContext context, ApprovalRequest request, List<ApprovalTurn> turns, CancellationToken cancel) => MyTurnAsync(context.Session, context.Actor, request, turns, context.Now, cancel);

    private static void DemandSubmitter(SaveContext context, ApprovalRequest request)
    {
        if (request.SubmittedBy != context.Actor.Id)
        {
            throw new RefusedException(Refusal.Forbidden(("只有提交人可以这样做", "Only who submitted it may do this")));
        }
    }

    private static string? StepOf(ApprovalRequest request) => request.Step >= 0 ? request.Chain.Steps[request.Step].Name : null;
}
