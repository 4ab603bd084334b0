using Guanxi.Customers.Customers;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Collisions;

/// <summary>Says what becomes of a customer that two people want, and does it.</summary>
public static class DecideCollision
{
    private static readonly string[] Outcomes = ["stays", "shared", "moved"];

    /// <param name="outcome">stays, shared or moved; the owner who agrees says shared or moved.</param>
    /// <exception cref="RefusedException">The actor may not decide, it was decided, or the requester holds as many customers as he may.</exception>
    public static async Task<Record> RunAsync(SaveContext context, Guid id, string outcome, string? answer, CancellationToken cancel = default)
    {
        if (!Outcomes.Contains(outcome, StringComparer.Ordinal))
        {
            throw new RefusedException(Refusal.Invalid("outcome", ("应为 stays、shared 或 moved", "This is stays, shared or moved")));
        }

        if (answer is { Length: > 2000 })
        {
            throw new RefusedException(Refusal.Invalid("answer", ("最多 2000 字", "At most 2,000 characters")));
        }

        var (request, customer) = await LoadAsync(context, id, cancel);
        if (!(await CollisionRights.OfAsync(context.Session, context.Actor, request, customer, context.Now, cancel)).Decides)
        {
            throw new RefusedException(await CollisionLists.SeesAsync(context.Session, context.Actor, request, customer, context.Now, cancel) ? CollisionRefusals.NotYours : Refusal.NotFound);
        }

        if (!request.IsOpen)
        {
            throw new RefusedException(CollisionRefusals.Decided);
        }

        var (requester, before) = (request.Reference("requester")!.Value, customer.OwnerId);
        if (outcome == "moved" && before != requester)
        {
            (customer["owner"], ((Customer)customer).IsHandedOver) = (requester, true);
            await context.UpdateAsync(customer, "assign", cancel);
            await Pools.PoolCustomers.WriteAsync(context, "handed", customer.Id, null, requester, answer, cancel: cancel);
        }
        else if (outcome == "shared")
        {
            await Grants.SeatAsync(context, customer, requester, "协作", cancel);
        }

        (request["status"], request["outcome"], request["decidedBy"], request["decidedAt"], request["answer"]) = (outcome == "stays" ? "refused" : "agreed", outcome, context.ActorId, context.Now, answer);
        await context.UpdateAsync(request, "decide", cancel);
        var word = request.Type["outcome"].Choices.First(choice => choice.Value == outcome).Label;
        foreach (var receiver in new[] { requester, before }.OfType<Guid>().Distinct().Where(person => person != context.Actor.Id))
        {
            await Notifications.TellAsync(context, receiver, "collision", new Label($"撞单：{request.Title}", $"Collision: {request.Title}"),
                new Label($"{{0}}决定：{word.ZhHans}{(answer is null ? "" : "。" + answer)}", $"{{0}} decided: {word.En}{(answer is null ? "" : ". " + answer)}"));
        }

        return request;
    }

    public static async Task<Record> WithdrawAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var (request, _) = await LoadAsync(context, id, cancel);
        if (request.Reference("requester") != context.Actor.Id)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        if (!request.IsOpen)
        {
            throw new RefusedException(CollisionRefusals.Decided);
        }

        (request["status"], request["decidedAt"]) = ("withdrawn", context.Now);
        await context.UpdateAsync(request, "withdraw", cancel);
        return request;
    }

    private static async Task<(CollisionRequest Request, Record Customer)> LoadAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        var hold = new SqlName(context.Session.Dialect.IsSqlite ? "" : " FOR UPDATE");
        await context.Session.ListAsync(Sql.Of($"SELECT id FROM collision_request WHERE id = {id}{hold}"), row => row.Id(0), cancel);
        return await RecordStore.FindAsync(context.Session, context.Schema[CollisionRequest.Noun], id, cancel) is CollisionRequest request
            && await RecordStore.FindAsync(context.Session, context.Schema["customers"], request.Reference("customer")!.Value, cancel) is { } customer
            ? (request, customer) : throw new RefusedException(Refusal.NotFound);
    }
}
