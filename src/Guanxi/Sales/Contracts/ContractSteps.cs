using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;
using Guanxi.Sales.Credit;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales.Contracts;

/// <summary>A contract's way: submitted, approved or sent back, completed, made void.</summary>
public static class ContractSteps
{
    /// <param name="reason">What the submitter has to say for it, to those who decide.</param>
    public static async Task<Record> SubmitAsync(SaveContext context, Guid id, string? reason = null, CancellationToken cancel = default)
    {
        var contract = await LoadAsync(context, id, Verb.Edit, ["draft"], ("只有草稿可以提交审批", "Only a draft is submitted"), cancel);
        await DemandPlanAsync(context, contract, cancel);
        await CreditCheck.DemandAsync(context, contract.Reference("customer")!.Value, CreditMoment.Contract, ((Money)contract["homeAmount"]!).Amount, cancel);
        (contract["status"], contract["submittedBy"], contract["decidedBy"], contract["decidedAt"], contract["decision"]) = ("pending", context.ActorId, null, null, null);
        await SaveAsync(context, contract, "submit", cancel);
        if (await ApprovalRequests.OpenAsync(context.Session, Kind, id, cancel: cancel) is { } returned)
        {
            // Sent back before: the same request goes on, with what was said so far.
            await ApprovalDecisions.ResubmitAsync(context, returned, reason, cancel);
        }
        else if (await Chains.HasAsync(context.Session, Kind, cancel))
        {
            await ApprovalRequests.SubmitAsync(context, new Submission(Kind, contract, reason ?? contract.Title), cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, contract.Type, id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>The kind of approval of a contract. While no chain is composed for it, whoever has the right to approve contracts decides alone.</summary>
    public const string Kind = "contract";

    public static ApprovalKind Approval { get; } = new(Kind, ("合同", "Contract"))
    {
        Shows = ["number", "customer", "amount", "signedOn", "startsOn", "endsOn", "paymentDays", "terms"],
        DecidedAsync = async (context, outcome) =>
        {
            if (await RecordStore.FindAsync(context.Session, context.Schema["contracts"], outcome.Record) is not Contract contract)
            {
                return;
            }

            await Balances.TakeTurnAsync(context.Session, contract.Reference("customer")!.Value);
            if (outcome.State == ApprovalState.Waiting && contract.Text("status") == "draft")
            {
                // Submitted again after it was sent back: from here on it is not changed.
                await DemandPlanAsync(context, contract, default);
                (contract["status"], contract["submittedBy"]) = ("pending", context.ActorId);
                await SaveAsync(context, contract, "submit", default);
            }
            else if (outcome.State != ApprovalState.Waiting && contract.Text("status") == "pending")
            {
                await ConcludeAsync(context, contract, outcome.State == ApprovalState.Approved, outcome.Comment, outcome.By, default);
            }
        },
    };

    /// <summary>Back to a draft, by whoever submitted it or may change it.</summary>
    public static async Task<Record> WithdrawAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var contract = await LoadAsync(context, id, Verb.Edit, ["pending"], ("只有审批中的合同可以撤回", "Only a contract that awaits approval is withdrawn"), cancel);
        await ApprovalRequests.LapseAsync(context, Kind, id, cancel: cancel);
        (contract["status"], contract["submittedBy"]) = ("draft", null);
        return await SaveAsync(context, contract, "withdraw", cancel);
    }

    /// <summary>Says yes or no. Nobody decides about what he submitted himself.</summary>
    public static async Task<Record> DecideAsync(SaveContext context, Guid id, bool approved, string? opinion, CancellationToken cancel = default)
    {
        var contract = await LoadAsync(context, id, Verb.Read, ["pending"], ("这份合同不在审批中", "This contract does not await approval"), cancel);
        DemandDecider(context, contract.Reference("submittedBy"), opinion, approved);
        await Chains.DemandNoneAsync(context.Session, Kind, id, cancel);
        await ConcludeAsync(context, contract, approved, opinion, context.ActorId, cancel);
        await TellAsync(context, contract, contract.Reference("submittedBy"), approved);
        return contract;
    }

    private static async Task ConcludeAsync(SaveContext context, Contract contract, bool approved, string? opinion, Guid? by, CancellationToken cancel)
    {
        if (approved)
        {
            await DemandPlanAsync(context, contract, cancel);
        }

        (contract["status"], contract["decidedBy"], contract["decidedAt"], contract["decision"]) = (approved ? "active" : "draft", by, context.Now, opinion);
        if (approved)
        {
            contract["signedOn"] ??= context.Actor.Today(context.Now);
        }

        await SaveAsync(context, contract, approved ? "approve" : "refuse", cancel);
    }

    public static async Task<Record> CompleteAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var contract = await LoadAsync(context, id, Verb.Edit, ["active"], ("只有生效的合同可以完成", "Only a contract in force is completed"), cancel);
        contract["status"] = "completed";
        return await SaveAsync(context, contract, "complete", cancel);
    }

    /// <summary>Ends a contract for a reason. What was paid or invoiced on it has to be reversed first.</summary>
    public static async Task<Record> VoidAsync(SaveContext context, Guid id, string? reason, CancellationToken cancel = default)
    {
        var contract = await LoadAsync(context, id, Verb.Edit, ["draft", "pending", "active"], ("已完成或作废的合同不能再作废", "A contract that is completed or void is not made void"), cancel);
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(Refusal.Invalid("reason", ("请写明作废原因", "Say why it is made void")));
        }

        if (contract.Text("status") == "active")
        {
            context.Actor.Demand(Functions.ApproveContracts);
        }

        var (received, invoiced) = await context.Session.FirstAsync(Sql.Of($"SELECT COALESCE(received, 0), COALESCE(invoiced, 0) FROM contract WHERE id = {id}"), row => (row.Integer(0), row.Integer(1)), cancel);
        if (received != 0 || invoiced != 0)
        {
            throw new RefusedException(Refusal.Breaks("contract-has-money", ("合同已有回款或发票：请先冲销回款、作废发票", "The contract has receipts or invoices: reverse and void those first")));
        }

        await ApprovalRequests.LapseAsync(context, Kind, id, cancel: cancel);
        (contract["status"], contract["decision"], contract["decidedBy"], contract["decidedAt"]) = ("void", reason.Trim(), context.ActorId, context.Now);
        return await SaveAsync(context, contract, "void", cancel);
    }

    /// <summary>A draft for the time after the contract, as long as it was.</summary>
    public static async Task<Record> RenewAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var contract = await LoadAsync(context, id, Verb.Edit, ["active", "completed"], ("只有生效或完成的合同可以续签", "Only a contract that was in force is renewed"), cancel);
        if (await context.Session.FirstAsync(Sql.Of($"SELECT number FROM contract WHERE renews_id = {id} AND deleted_at IS NULL AND status <> 'void' LIMIT 1"), row => row.Text(0), cancel) is { } number)
        {
            throw new RefusedException(Refusal.Breaks("contract-renewed", new Label($"这份合同已由 {number} 续签", $"This contract was renewed by {number}")));
        }

        DemandCreate(context);
        var next = contract.Type.Create(contract.Type);
        foreach (var field in new[] { "name", "customer", "contact", "kind", "amount", "paymentDays", "terms", "renewal", "remindDays", "owner" })
        {
            next[field] = contract[field];
        }

        if (contract["endsOn"] is DateOnly end)
        {
            next["startsOn"] = end.AddDays(1);
            next["endsOn"] = contract["startsOn"] is DateOnly start ? NextEnd(start, end) : null;
        }

        next["renews"] = id;
        await context.InsertAsync(next, cancel);
        if (await ContractLines.TotalAsync(context.Session, id, cancel) == (Money)contract["amount"]!)
        {
            await ContractLines.CopyAsync(context, id, next.Id, cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, next.Type, next.Id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>A whole number of years or months stays one: a year from 1 January ends on 31 December, leap year or not.</summary>
    private static DateOnly NextEnd(DateOnly start, DateOnly end)
    {
        var after = end.AddDays(1);
        var months = ((after.Year - start.Year) * 12) + after.Month - start.Month;
        return months > 0 && after.Day == start.Day ? after.AddMonths(months).AddDays(-1) : end.AddDays(end.DayNumber - start.DayNumber + 1);
    }

    /// <summary>The contract out of a deal that was won: its customer, contact and amount, written once.</summary>
    public static async Task<Record> OfDealAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        DemandCreate(context);
        var deal = await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["deals"], id, Verb.Edit, context.Now, cancel: cancel);
        if (deal.Text("status") != "won")
        {
            throw new RefusedException(Refusal.Breaks("deal-not-won", ("赢单之后才能生成合同", "A contract is made when the deal is won")));
        }

        // The deal's row is written first, so of two who ask at once the second waits and then finds the contract of the first.
        await context.Session.ExecuteAsync(Sql.Of($"UPDATE deal SET seq = seq WHERE id = {id}"), cancel);
        if (await context.Session.FirstAsync(Sql.Of($"SELECT number FROM contract WHERE deal_id = {id} AND deleted_at IS NULL AND status <> 'void' ORDER BY seq LIMIT 1"), row => row.Text(0), cancel) is { } number)
        {
            throw new RefusedException(Refusal.Breaks("contract-exists", new Label($"这个商机已有合同 {number}", $"This deal has the contract {number} already")));
        }

        var contract = context.Schema["contracts"].Create(context.Schema["contracts"]);
        foreach (var field in new[] { "name", "customer", "contact", "amount", "rate", "owner", "source" })
        {
            contract[field] = deal[field];
        }

        contract["deal"] = id;
        return await InsertAsync(context, contract, cancel);
    }

    private static async Task<Record> InsertAsync(SaveContext context, Record contract, CancellationToken cancel)
    {
        await context.InsertAsync(contract, cancel);
        return await RecordStore.LoadAsync(context.Session, context.Actor, contract.Type, contract.Id, Verb.Read, context.Now, cancel: cancel);
    }

    private static void DemandCreate(SaveContext context)
    {
        if (!context.Actor.On(context.Schema["contracts"]).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(context.Schema["contracts"]));
        }
    }

    internal static void DemandDecider(SaveContext context, Guid? submitter, string? opinion, bool approved)
    {
        context.Actor.Demand(Functions.ApproveContracts);
        if (submitter == context.ActorId && submitter is not null)
        {
            throw new RefusedException(Refusal.Breaks("own-approval", ("不能审批自己提交的内容", "Nobody approves what he submitted himself")));
        }

        if (!approved && string.IsNullOrWhiteSpace(opinion))
        {
            throw new RefusedException(Refusal.Invalid("opinion", ("退回时请写明原因", "Say why it is sent back")));
        }
    }

    internal static async Task TellAsync(SaveContext context, Record record, Guid? submitter, bool approved)
    {
        if (submitter is { } receiver)
        {
            await Notifications.SendAsync(context, receiver, "decided", record.Type.Name, record.Id, record.Title, approved ? ("{0} 批准了你提交的内容", "{0} approved what you submitted") : ("{0} 退回了你提交的内容", "{0} sent back what you submitted"));
        }
    }

    /// <summary>A payment plan says how the whole of a contract is paid, to the cent, or there is none.</summary>
    private static async Task DemandPlanAsync(SaveContext context, Contract contract, CancellationToken cancel)
    {
        if (await Balances.PlannedAsync(context.Session, contract.Id, cancel) is { } planned && planned != contract.Amount)
        {
            throw new RefusedException(Refusal.Breaks("plan-sum", new Label($"回款计划合计 {planned.AmountText}，合同金额 {contract.Amount.AmountText} {contract.Amount.Currency}：请先改成一致", $"The payment plan adds up to {planned.AmountText}, the contract to {contract.Amount.AmountText} {contract.Amount.Currency}: make them agree")));
        }
    }

    private static async Task<Contract> LoadAsync(SaveContext context, Guid id, Verb verb, string[] from, Label otherwise, CancellationToken cancel)
    {
        var type = context.Schema["contracts"];
        var customer = (await RecordStore.LoadAsync(context.Session, context.Actor, type, id, verb, context.Now, cancel: cancel)).Reference("customer")!.Value;
        await Balances.TakeTurnAsync(context.Session, customer, cancel);
        var contract = (Contract)await RecordStore.LoadAsync(context.Session, context.Actor, type, id, verb, context.Now, cancel: cancel);
        return from.Contains(contract.Text("status"), StringComparer.Ordinal) ? contract : throw new RefusedException(Refusal.Breaks("contract-state", otherwise));
    }

    private static async Task<Record> SaveAsync(SaveContext context, Contract contract, string action, CancellationToken cancel)
    {
        contract.Deciding = true;
        await context.UpdateAsync(contract, action, cancel);
        return contract;
    }
}
