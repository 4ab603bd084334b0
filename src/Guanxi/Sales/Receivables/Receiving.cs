using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>Takes money in and, when it was wrong, out again.</summary>
public static class Receiving
{
    /// <summary>Enters a receipt and allocates it: as the caller says, else the oldest first when asked, else not at all.</summary>
    /// <param name="fill">Puts the request's values into the receipt.</param>
    public static async Task<Record> RunAsync(SaveContext context, Func<Record, Task> fill, IReadOnlyList<AllocationWish>? wishes, bool oldestFirst, CancellationToken cancel = default)
    {
        var type = context.Schema["receipts"];
        if (!context.Actor.On(type).Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }

        context.Actor.Demand(Functions.ManageReceivables);
        var receipt = (Receipt)type.Create(type);
        receipt.AllocatedByHand = true;
        await fill(receipt);
        await context.InsertAsync(receipt, cancel);
        if (wishes is { Count: > 0 })
        {
            await Allocating.ByHandAsync(context, receipt, wishes, cancel);
        }
        else if (oldestFirst)
        {
            await Allocating.OldestFirstAsync(context, receipt, cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, type, receipt.Id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>Allocates what a receipt has left.</summary>
    public static async Task<Record> AllocateAsync(SaveContext context, Guid id, IReadOnlyList<AllocationWish>? wishes, CancellationToken cancel = default)
    {
        var receipt = await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["receipts"], id, Verb.Read, context.Now, cancel: cancel);
        if (wishes is { Count: > 0 })
        {
            await Allocating.ByHandAsync(context, receipt, wishes, cancel);
        }
        else
        {
            await Allocating.OldestFirstAsync(context, receipt, cancel);
        }

        return await RecordStore.LoadAsync(context.Session, context.Actor, receipt.Type, id, Verb.Read, context.Now, cancel: cancel);
    }

    /// <summary>Takes a receipt back whole; what it had settled is open again.</summary>
    public static async Task<Record> ReverseAsync(SaveContext context, Guid id, string? reason, CancellationToken cancel = default)
    {
        var type = context.Schema["receipts"];
        var receipt = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Read, context.Now, cancel: cancel);
        context.Actor.Demand(Functions.ManageReceivables);
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new RefusedException(Refusal.Invalid("reason", ("请写明冲销原因", "Say why it is reversed")));
        }

        await Balances.TakeTurnAsync(context.Session, receipt.Reference("customer")!.Value, cancel);
        receipt = await RecordStore.LoadAsync(context.Session, context.Actor, type, id, Verb.Read, context.Now, cancel: cancel);
        if (receipt.Text("status") == "reversed")
        {
            throw new RefusedException(Refusal.Breaks("receipt-reversed", ("回款已冲销", "The receipt was reversed")));
        }

        foreach (var allocation in await context.Session.ListAsync(Sql.Of($"SELECT id FROM receipt_allocation WHERE receipt_id = {id} AND status = 'active' AND deleted_at IS NULL ORDER BY seq"), row => row.Id(0), cancel))
        {
            await Allocating.CancelAsync(context, (Allocation)(await RecordStore.FindAsync(context.Session, context.Schema["receipt-allocations"], allocation, cancel))!, reason, cancel);
        }

        (receipt["status"], receipt["reversedOn"], receipt["reverseReason"]) = ("reversed", context.Actor.Today(context.Now), reason.Trim());
        await context.UpdateAsync(receipt, "reverse", cancel);
        return receipt;
    }
}
