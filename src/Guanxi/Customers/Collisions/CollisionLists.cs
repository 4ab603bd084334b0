using System.Text.Json;
using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Collisions;

/// <summary>The requests somebody has to do with: those he made, those about customers that are his, and those he may decide as a manager.</summary>
public static class CollisionLists
{
    public static async Task<bool> SeesAsync(DatabaseSession session, Actor actor, Record request, Record customer, DateTimeOffset now, CancellationToken cancel) =>
        request.Reference("requester") == actor.Id || customer.OwnerId == actor.Id || (await CollisionRights.OfAsync(session, actor, request, customer, now, cancel)).Decides;

    /// <param name="box">todo: open and mine to decide; mine: those I made; done: decided ones I had to do with.</param>
    /// <param name="after">The last id of the page before.</param>
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, string box, Guid? after, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        var customers = actor.Schema["customers"];
        var sql = new Sql().Append("SELECT r.id FROM collision_request r JOIN customer t ON t.id = r.customer_id WHERE r.deleted_at IS NULL AND t.deleted_at IS NULL");
        var manages = actor.Has(Functions.AssignOwner) ? AccessDoor.For(actor, customers, Verb.Edit, now).Condition("t") : Sql.Of($"1 = 0");
        Sql Theirs() => new Sql().Append("(t.owner_id = ").Value(actor.Id).Append(" OR ").Append(manages).Append(")");
        sql = box switch
        {
            "mine" => sql.Append(" AND r.requester_id = ").Value(actor.Id),
            "done" => sql.Append(" AND r.status <> 'open' AND (r.requester_id = ").Value(actor.Id).Append(" OR r.holder_id = ").Value(actor.Id).Append(" OR ").Append(Theirs()).Append(")"),
            _ => sql.Append(" AND r.status = 'open' AND r.requester_id <> ").Value(actor.Id).Append(" AND ").Append(Theirs()),
        };
        if (after is { } last)
        {
            sql.Append(" AND r.id < ").Value(last);
        }

        var ids = await session.ListAsync(sql.Append(" ORDER BY r.id DESC LIMIT ").Value(limit), row => row.Id(0), cancel);
        writer.WriteStartArray("items");
        foreach (var id in ids)
        {
            await WriteOneAsync(writer, session, actor, id, now, histories: false, cancel);
        }

        writer.WriteEndArray();
        writer.WriteString("next", ids.Count == limit ? ids[^1].ToString() : null);
    }

    /// <summary>One request; with both histories for whoever decides about it as a manager.</summary>
    public static async Task<bool> WriteOneAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid id, DateTimeOffset now, bool histories, CancellationToken cancel = default)
    {
        if (await RecordStore.FindAsync(session, actor.Schema[CollisionRequest.Noun], id, cancel) is not CollisionRequest request
            || await RecordStore.FindAsync(session, actor.Schema["customers"], request.Reference("customer")!.Value, cancel) is not { } customer
            || !await SeesAsync(session, actor, request, customer, now, cancel))
        {
            return false;
        }

        var (decides, arbitrates) = await CollisionRights.OfAsync(session, actor, request, customer, now, cancel);
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteString("label", request.Title);
        foreach (var name in new[] { "kind", "status", "outcome", "reason", "answer" })
        {
            writer.WriteString(name, request.Text(name));
        }

        foreach (var name in new[] { "requester", "holder", "decidedBy" })
        {
            WritePerson(writer, actor, name, request.Reference(name));
        }

        PoolLists.WriteInstant(writer, "at", request.CreatedAt);
        PoolLists.WriteInstant(writer, "decidedAt", request.Instant("decidedAt"));
        writer.WriteBoolean("decides", decides && request.IsOpen);
        writer.WriteBoolean("mine", request.Reference("requester") == actor.Id);
        if (await RecordStore.ExistsAsync(session, actor, customer.Type, customer.Id, Verb.Read, now, cancel: cancel))
        {
            WriteCustomer(writer, "customer", customer);
        }

        if (histories && arbitrates)
        {
            await CollisionHistory.WriteAsync(writer, session, actor, request, customer, now, cancel);
        }

        writer.WriteEndObject();
        return true;
    }

    internal static void WriteCustomer(Utf8JsonWriter writer, string property, Record customer)
    {
        writer.WriteStartObject(property);
        writer.WriteString("id", customer.Id);
        writer.WriteString("name", customer.Title);
        writer.WriteEndObject();
    }

    internal static void WritePerson(Utf8JsonWriter writer, Actor actor, string property, Guid? id)
    {
        if (id is not { } known)
        {
            writer.WriteNull(property);
            return;
        }

        writer.WriteStartObject(property);
        writer.WriteString("id", known);
        writer.WriteString("name", actor.Directory.Person(known)?.Name ?? "");
        writer.WriteEndObject();
    }
}
