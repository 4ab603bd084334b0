using System.Text.Json;
using Guanxi.Customers.Pools;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Collisions;

/// <summary>
/// What each of the two has done with the customer, for the arbiter alone: since when it is his, how often and how lately he was in touch, the days of the last deal, quote and order.
/// Days and numbers, never amounts.
/// </summary>
internal static class CollisionHistory
{
    public static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Record request, Record customer, DateTimeOffset now, CancellationToken cancel)
    {
        var own = request.Reference("own") is { } id && await RecordStore.ExistsAsync(session, actor, customer.Type, id, Verb.Read, now, cancel: cancel) ? await RecordStore.FindAsync(session, customer.Type, id, cancel) : null;
        writer.WriteStartArray("sides");
        await SideAsync(writer, session, actor, request.Reference("holder"), customer, [customer.Id], cancel);
        await SideAsync(writer, session, actor, request.Reference("requester"), own, own is null ? [customer.Id] : [customer.Id, own.Id], cancel);
        writer.WriteEndArray();
        writer.WritePropertyName("ownership");
        writer.WriteStartObject();
        await PoolLists.WriteHistoryAsync(writer, session, actor, customer.Id, cancel);
        writer.WriteEndObject();
    }

    private static async Task SideAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid? person, Record? record, IReadOnlyList<Guid> customers, CancellationToken cancel)
    {
        writer.WriteStartObject();
        CollisionLists.WritePerson(writer, actor, "person", person);
        if (record is not null)
        {
            CollisionLists.WriteCustomer(writer, "customer", record);
            PoolLists.WriteInstant(writer, "since", record.OwnerId == person ? record.Instant("ownedSince") ?? record.CreatedAt : null);
            writer.WriteString("stage", record.Text("stage"));
        }

        var (contacts, first, last) = await session.FirstAsync(
            new Sql().Append("SELECT COUNT(*), MIN(at), MAX(at) FROM activity WHERE status = 'done' AND kind <> 'task' AND deleted_at IS NULL AND owner_id = ").Value(person).Append(" AND customer_id IN ").List(customers),
            row => (row.Integer(0), row.OptionalInstant(1), row.OptionalInstant(2)), cancel);
        writer.WriteNumber("contacts", contacts);
        PoolLists.WriteInstant(writer, "firstContact", first);
        PoolLists.WriteInstant(writer, "lastContact", last);
        var (open, won, deal) = await session.FirstAsync(
            new Sql().Append("SELECT SUM(CASE WHEN status = 'open' THEN 1 ELSE 0 END), SUM(CASE WHEN status = 'won' THEN 1 ELSE 0 END), MAX(COALESCE(closed_at, created_at)) FROM deal WHERE deleted_at IS NULL AND owner_id = ").Value(person).Append(" AND customer_id IN ").List(customers),
            row => (row.OptionalInteger(0) ?? 0, row.OptionalInteger(1) ?? 0, row.OptionalInstant(2)), cancel);
        writer.WriteNumber("openDeals", open);
        writer.WriteNumber("wonDeals", won);
        PoolLists.WriteInstant(writer, "lastDeal", deal);
        writer.WriteString("lastOrder", await session.FirstAsync(
            new Sql().Append("SELECT MAX(ordered_on) FROM sales_order WHERE deleted_at IS NULL AND status NOT IN ('draft', 'cancelled') AND owner_id = ").Value(person).Append(" AND customer_id IN ").List(customers), row => row.OptionalText(0), cancel));
        if (actor.Schema.Find("quotes") is not null)
        {
            PoolLists.WriteInstant(writer, "lastQuote", await session.FirstAsync(
                new Sql().Append("SELECT MAX(created_at) FROM quote WHERE deleted_at IS NULL AND owner_id = ").Value(person).Append(" AND customer_id IN ").List(customers), row => row.OptionalInstant(0), cancel));
        }

        writer.WriteEndObject();
    }
}
