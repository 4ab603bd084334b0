using System.Text.Json;
using System.Text.Json.Nodes;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Quotes;

/// <summary>Each edition of a quote as it was when it was ready to leave the house; and what changed from one to another, each field as far as the reader's rights go.</summary>
public static class QuoteEditions
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Ignored = ["status", "edition", "sentAt", "decidedAt", "acceptedBy", "nameKey", "owner", "accessOwner", "customer", "quote", "internalNote", "homeAmount", "order"];

    /// <summary>Keeps the present edition; kept once, as nothing can change it afterwards.</summary>
    internal static async ValueTask KeepAsync(SaveContext context, Quote quote, CancellationToken cancel)
    {
        var lines = await QuoteLines.OfAsync(context.Session, context.Schema, quote.Id, cancel);
        var (content, json, edition) = (Content(quote, lines).ToJsonString(Plain), new SqlName(context.Session.Dialect.JsonParameter), (long)quote["edition"]!);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO quote_edition (quote_id, edition, content, at, by_id) VALUES ({quote.Id}, {edition}, {content}{json}, {context.Now}, {context.ActorId}) ON CONFLICT (quote_id, edition) DO NOTHING"), cancel);
    }

    private static JsonObject Content(Record quote, IReadOnlyList<Record> lines) => new() { ["quote"] = Values(quote), ["lines"] = new JsonArray([.. lines.Select(line => Values(line))]) };

    private static JsonObject Values(Record record)
    {
        var values = new JsonObject { ["id"] = record.Id.ToString() };
        foreach (var field in record.Type.Fields.Where(field => !field.System && !field.IsComputed && record[field] is not null))
        {
            values[field.Name] = JsonNode.Parse(FieldStorage.JsonText(field, record[field]));
        }

        return values;
    }

    /// <summary>An edition as records that are in no table: for a printed page or a customer's link. The newest, or the draft, when it was not kept yet.</summary>
    public static async ValueTask<(Quote Quote, List<Record> Lines)> ReadAsync(DatabaseSession session, Schema schema, Guid id, long edition, CancellationToken cancel = default)
    {
        var now = (Quote)(await RecordStore.FindAsync(session, schema["quotes"], id, cancel))!;
        if (await ContentAsync(session, id, edition, cancel) is not { } kept)
        {
            return (now, await QuoteLines.OfAsync(session, schema, id, cancel));
        }

        var quote = (Quote)Restore(schema["quotes"], kept["quote"]!.AsObject());
        quote["owner"] = now["owner"];
        return (quote, [.. kept["lines"]!.AsArray().Select(line => Restore(schema["quote-lines"], line!.AsObject()))]);
    }

    private static Record Restore(RecordType type, JsonObject values)
    {
        var record = type.Create(type);
        record.Id = Guid.Parse(values["id"]!.GetValue<string>());
        foreach (var (name, value) in values)
        {
            if (value is not null && type.Find(name) is { System: false } field)
            {
                record[field] = FieldStorage.FromJson(field, value.ToJsonString());
            }
        }

        return record;
    }

    private static async ValueTask<JsonObject?> ContentAsync(DatabaseSession session, Guid id, long edition, CancellationToken cancel) =>
        await session.FirstAsync(Sql.Of($"SELECT content FROM quote_edition WHERE quote_id = {id} AND edition = {edition}"), row => row.Text(0), cancel) is { } text ? JsonNode.Parse(text)!.AsObject() : null;

    /// <summary>Writes which editions there are, newest first.</summary>
    public static async ValueTask WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid id, CancellationToken cancel = default)
    {
        var kept = await session.ListAsync(Sql.Of($"SELECT edition, at, by_id FROM quote_edition WHERE quote_id = {id} ORDER BY edition DESC"), row => (Edition: row.Integer(0), At: row.Instant(1), By: row.OptionalId(2)), cancel);
        writer.WriteStartArray("items");
        foreach (var item in kept)
        {
            writer.WriteStartObject();
            writer.WriteNumber("edition", item.Edition);
            writer.WriteString("at", RecordJson.Instant(item.At.ToUnixTimeMilliseconds()));
            writer.WriteString("by", actor.Directory.Person(item.By)?.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes what differs between an edition and another, or what the quote says now when <paramref name="to"/> is null: fields of the whole, and lines that came, went or changed.</summary>
    /// <exception cref="RefusedException">There is no such edition.</exception>
    public static async ValueTask WriteDifferenceAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Record quote, long from, long? to, CancellationToken cancel = default)
    {
        var before = await ContentAsync(session, quote.Id, from, cancel) ?? throw new RefusedException(Refusal.NotFound);
        var after = to is { } other ? await ContentAsync(session, quote.Id, other, cancel) ?? throw new RefusedException(Refusal.NotFound) : Content(quote, await QuoteLines.OfAsync(session, actor.Schema, quote.Id, cancel));
        writer.WriteStartArray("fields");
        WriteChanges(writer, actor, quote.Type, before["quote"]!.AsObject(), after["quote"]!.AsObject());
        writer.WriteEndArray();
        var lineType = actor.Schema["quote-lines"];
        var (old, now) = (ById(before), ById(after));
        writer.WriteStartArray("lines");
        foreach (var (id, line) in now)
        {
            var was = old.GetValueOrDefault(id);
            if (was is null || !JsonNode.DeepEquals(was, line))
            {
                WriteLine(writer, actor, lineType, was is null ? "added" : "changed", line, was ?? [], line);
            }
        }

        foreach (var (_, line) in old.Where(item => !now.ContainsKey(item.Key)))
        {
            WriteLine(writer, actor, lineType, "removed", line, line, []);
        }

        writer.WriteEndArray();
    }

    private static Dictionary<string, JsonObject> ById(JsonObject content) => content["lines"]!.AsArray().Select(line => line!.AsObject()).ToDictionary(line => line["id"]!.GetValue<string>(), StringComparer.Ordinal);

    private static void WriteLine(Utf8JsonWriter writer, Actor actor, RecordType type, string kind, JsonObject named, JsonObject before, JsonObject after)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        if (actor.Reads(type, type["description"]))
        {
            writer.WriteString("description", named["description"]?.GetValue<string>());
        }

        writer.WriteStartArray("fields");
        WriteChanges(writer, actor, type, before, after);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteChanges(Utf8JsonWriter writer, Actor actor, RecordType type, JsonObject before, JsonObject after)
    {
        foreach (var field in type.Shown.Where(field => !field.System && !field.IsComputed && !Ignored.Contains(field.Name, StringComparer.Ordinal) && field.Kind != FieldKind.Reference && actor.Reads(type, field)))
        {
            if (JsonNode.DeepEquals(before[field.Name], after[field.Name]))
            {
                continue;
            }

            writer.WriteStartObject();
            writer.WriteString("field", field.Name);
            writer.WriteString("label", field.Label.In(actor.Language));
            foreach (var (name, side) in new[] { ("from", before), ("to", after) })
            {
                writer.WritePropertyName(name);
                RecordJson.WriteValue(writer, actor, field, side[field.Name] is { } kept ? FieldStorage.FromJson(field, kept.ToJsonString()) : null, masked: false, null);
            }

            writer.WriteEndObject();
        }
    }
}
