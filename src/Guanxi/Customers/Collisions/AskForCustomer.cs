using System.Text.Json;
using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Collisions;

/// <summary>What somebody asks for.</summary>
/// <param name="Kind">cooperate, transfer or arbitrate.</param>
/// <param name="Reason">Why; the owner and the arbiter read it.</param>
/// <param name="Entry">What was entered when the customer was met, for one that the requester does not see.</param>
/// <param name="Owner">Which of several that were found, by its owner.</param>
/// <param name="Customer">The customer itself, for one that he does see.</param>
/// <param name="Own">His own customer that is the same, when he has one.</param>
public sealed record CustomerAsk(string Kind, string Reason, Record? Entry, Guid? Owner, Guid? Customer, Guid? Own);

/// <summary>Asks for a customer that is a colleague's. No more is told of it than the check on entry told.</summary>
public static class AskForCustomer
{
    private static readonly string[] Kinds = ["cooperate", "transfer", "arbitrate"];

    /// <exception cref="RefusedException">There is no such customer, it is nobody's or one's own, or it was asked for already.</exception>
    public static async Task<CollisionRequest> RunAsync(SaveContext context, CustomerAsk ask, CancellationToken cancel = default)
    {
        var (actor, session) = (context.Actor, context.Session);
        var errors = new FieldErrors();
        if (!Kinds.Contains(ask.Kind, StringComparer.Ordinal))
        {
            errors.Add("kind", ("应为 cooperate、transfer 或 arbitrate", "This is cooperate, transfer or arbitrate"));
        }

        if (ask.Reason.Length is 0 or > 2000)
        {
            errors.Add("reason", ("请写明理由，最多 2000 字：对方和经理据此决定", "Say why, in at most 2,000 characters: the owner and the manager decide by it"));
        }

        errors.Throw();
        var type = context.Schema["customers"];
        if (actor.On(type) is { Read: Reach.None, Create: false })
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }

        var (customer, label) = await MetAsync(context, ask, cancel);
        if (customer.OwnerId is not { } holder || holder == actor.Id)
        {
            throw new RefusedException(customer.OwnerId is null ? CollisionRefusals.Nobodys : CollisionRefusals.YourOwn);
        }

        if (ask.Own is { } own)
        {
            await RecordStore.LoadAsync(session, actor, type, own, Verb.Edit, context.Now, cancel: cancel);
        }

        await PoolCustomers.HoldAsync(session, actor.Id, cancel);
        if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM collision_request WHERE customer_id = {customer.Id} AND requester_id = {actor.Id} AND status = 'open' AND deleted_at IS NULL"), cancel) > 0)
        {
            throw new RefusedException(CollisionRefusals.Asked);
        }

        var request = new CollisionRequest(context.Schema[CollisionRequest.Noun])
        {
            ["label"] = label, ["kind"] = ask.Kind, ["status"] = "open", ["customer"] = customer.Id, ["own"] = ask.Own, ["reason"] = ask.Reason, ["requester"] = actor.Id, ["holder"] = holder,
        };
        await context.InsertAsync(request, cancel);
        var name = actor.Person.Name;
        foreach (var receiver in ask.Kind == "arbitrate" ? CollisionRights.Arbiters(actor, holder) : [holder])
        {
            await Notifications.TellAsync(context, receiver, "collision", new Label($"撞单：{customer.Title}", $"Collision: {customer.Title}"), ask.Kind switch
            {
                "cooperate" => new Label($"{name}申请与你一起跟进“{customer.Title}”：{ask.Reason}", $"{name} asks to work on “{customer.Title}” with you: {ask.Reason}"),
                "transfer" => new Label($"{name}申请接手“{customer.Title}”：{ask.Reason}", $"{name} asks to take over “{customer.Title}”: {ask.Reason}"),
                _ => new Label($"{name}就“{customer.Title}”的归属请你仲裁：{ask.Reason}", $"{name} asks for your word on whose “{customer.Title}” is: {ask.Reason}"),
            });
        }

        return request;
    }

    /// <summary>The customer that is asked for, and the name by which the requester knows it.</summary>
    private static async Task<(Record Customer, string Label)> MetAsync(SaveContext context, CustomerAsk ask, CancellationToken cancel)
    {
        var (actor, session, type) = (context.Actor, context.Session, context.Schema["customers"]);
        if (ask.Customer is { } id)
        {
            var seen = await RecordStore.LoadAsync(session, actor, type, id, Verb.Read, context.Now, cancel: cancel);
            return (seen, seen.Title);
        }

        if (ask.Entry is not { } entry || string.IsNullOrWhiteSpace(entry.Title))
        {
            throw new RefusedException(Refusal.Invalid("values", ("请给出 customer，或录入时的名称等内容", "Give the customer, or what was entered: its name and so on")));
        }

        var settings = await MatchSettings.ReadAsync(session, cancel);
        var found = MatchGuard.Told(await MatchFinder.FindAsync(session, actor, entry, context.Now, settings, cancel: cancel))
            .Where(item => item.BandName == "match" && item.Record.OwnerId is { } owner && owner != actor.Id && (ask.Owner is null || owner == ask.Owner)).ToList();
        return found.Count > 0 && await RecordStore.FindAsync(session, type, found[0].Record.Id, cancel) is { } record
            ? (record, entry.Title) : throw new RefusedException(CollisionRefusals.NoneMet);
    }
}
