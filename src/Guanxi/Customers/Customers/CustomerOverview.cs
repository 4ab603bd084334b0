using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Files;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Customers;

/// <summary>The 360° page of a customer in one answer.</summary>
public static class CustomerOverview
{
    private const int MostContacts = 20;
    private const int MostOpen = 20;
    private const int TimelineItems = 20;

    public static async Task WriteAsync(IBufferWriter<byte> output, DatabaseSession session, Actor actor, Guid id, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema["customers"];
        var customer = await RecordStore.LoadAsync(session, actor, type, id, Verb.Read, now, cancel: cancel);
        await RecordStore.ComputeAsync(session, customer, cancel);
        var titles = await RecordStore.TitlesAsync(session, actor, [customer], now, cancel);
        await using var writer = new Utf8JsonWriter(output, ListReader.Json);
        writer.WriteStartObject();
        writer.WritePropertyName("customer");
        RecordJson.WriteRecord(writer, actor, customer, titles, now);
        writer.WriteStartObject("may");
        writer.WriteBoolean("edit", await RecordStore.ExistsAsync(session, actor, type, id, Verb.Edit, now, cancel: cancel));
        writer.WriteBoolean("delete", await RecordStore.ExistsAsync(session, actor, type, id, Verb.Delete, now, cancel: cancel));
        writer.WriteEndObject();
        await ChildrenAsync(writer, "contacts", session, actor, "contacts", id, "-isPrimary,name", MostContacts, null, now, cancel);
        writer.WriteStartObject("activities");
        await ChildrenAsync(writer, "open", session, actor, "activities", id, "dueAt", MostOpen, "status = planned", now, cancel);
        writer.WriteEndObject();
        await ChildrenAsync(writer, "relations", session, actor, "relations", id, "-createdAt", MostContacts, null, now, cancel);
        writer.WritePropertyName("timeline");
        await Timeline.WriteItemsAsync(writer, session, actor, type, id, null, TimelineItems, now, cancel);
        await CountsAsync(writer, session, actor, id, now, cancel);
        await TeamAsync(writer, session, actor, id, now, cancel);
        await GroupAsync(writer, session, actor, customer, now, cancel);
        writer.WritePropertyName("files");
        await Attachments.WriteListAsync(writer, session, actor, id, cancel);
        writer.WriteBoolean("following", await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM follow WHERE record_id = {id} AND user_id = {actor.Id}"), cancel) > 0);
        writer.WriteEndObject();
    }

    /// <summary>Some children of a visible record, as a list would answer them.</summary>
    private static async Task ChildrenAsync(Utf8JsonWriter writer, string name, DatabaseSession session, Actor actor, string typeName, Guid customer, string sort, int limit, string? filter, DateTimeOffset now, CancellationToken cancel)
    {
        var type = actor.Schema[typeName];
        writer.WriteStartArray(name);
        if (actor.On(type).Read != Reach.None)
        {
            var query = new ListQuery(type)
            {
                Fields = [.. type.Shown.Where(field => actor.On(type, field) != FieldRight.Hidden)],
                Filter = FilterParser.Parse(filter),
                Sort = ListQuery.ParseSort(actor, type, sort),
                Limit = limit,
                Parent = (type["customer"], customer),
            };
            var sql = new ListSql(actor, query, session.Dialect, now);
            var left = limit;
            foreach (var phase in ListReader.Phases(query))
            {
                await using var reader = await session.ReadAsync(sql.Page(phase, left), cancel);
                while (left > 0 && await reader.ReadAsync(cancel))
                {
                    RecordJson.WriteRow(writer, actor, sql.Plan, reader, session.Dialect);
                    sql.NoteRead(reader);
                    left--;
                }
            }
        }

        writer.WriteEndArray();
    }

    private static async Task CountsAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid id, DateTimeOffset now, CancellationToken cancel)
    {
        writer.WriteStartObject("counts");
        foreach (var name in new[] { "contacts", "activities", "relations" })
        {
            var type = actor.Schema[name];
            if (actor.On(type).Read != Reach.None)
            {
                var query = new ListQuery(type) { Parent = (type["customer"], id) };
                writer.WriteNumber(name, await session.ScalarAsync<long>(new ListSql(actor, query, session.Dialect, now).Count(1000), cancel));
            }
        }

        writer.WriteEndObject();
    }

    private static async Task TeamAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid id, DateTimeOffset now, CancellationToken cancel)
    {
        writer.WritePropertyName("team");
        await Grants.WriteListAsync(writer, session, actor, "customers", id, now, cancel);
    }

    /// <summary>The company above and those below, as far as the actor sees them.</summary>
    private static async Task GroupAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Record customer, DateTimeOffset now, CancellationToken cancel)
    {
        var door = AccessDoor.For(actor, customer.Type, Verb.Read, now);
        async Task<List<(Guid Id, string Name)>> Find(string column, Guid value) => await session.ListAsync(
            new Sql().Append("SELECT t.id, t.name FROM customer t WHERE t.deleted_at IS NULL AND t." + column + " = ").Value(value).Append(" AND ").Append(door.Condition(session.Dialect.IsSqlite ? "+t" : "t")).Append(" LIMIT 50"), row => (row.Id(0), row.Text(1)), cancel);
        var above = customer.Reference("parent") is { } parent ? await Find("id", parent) : [];
        var below = await Find("parent_id", customer.Id);
        writer.WriteStartObject("group");
        writer.WritePropertyName("parent");
        if (above.Count == 0)
        {
            writer.WriteNullValue();
        }
        else
        {
            WriteNamed(writer, above[0]);
        }

        writer.WriteStartArray("children");
        foreach (var child in below)
        {
            WriteNamed(writer, child);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteNamed(Utf8JsonWriter writer, (Guid Id, string Name) item)
    {
        writer.WriteStartObject();
        writer.WriteString("id", item.Id);
        writer.WriteString("name", item.Name);
        writer.WriteEndObject();
    }
}
