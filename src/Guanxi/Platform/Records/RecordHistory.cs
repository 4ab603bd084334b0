using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;

namespace Guanxi.Platform.Records;

/// <summary>What happened to a record, from the ledger, as far as the reader's field rights go.</summary>
public static class RecordHistory
{
    public sealed record Entry(Guid Record, long Sequence, DateTimeOffset At, Guid? ActorId, string Surface, string Action, string? Changes);

    public static async Task<List<Entry>> ReadAsync(DatabaseSession session, Guid record, long? before, int limit, CancellationToken cancel = default)
    {
        var from = before ?? long.MaxValue;
        return await session.ListAsync(
            Sql.Of($"SELECT seq, at, actor_id, surface, action, changes FROM ledger WHERE record_id = {record} AND seq < {from} ORDER BY seq DESC LIMIT {limit}"),
            row => new Entry(record, row.Integer(0), row.Instant(1), row.OptionalId(2), row.Text(3), row.Text(4), row.OptionalText(5)),
            cancel);
    }

    public static void Write(Utf8JsonWriter writer, Actor actor, RecordType type, Entry entry, IReadOnlyDictionary<Guid, string> titles)
    {
        writer.WriteStartObject();
        writer.WriteNumber("seq", entry.Sequence);
        writer.WriteString("at", RecordJson.Instant(entry.At.ToUnixTimeMilliseconds()));
        if (entry.ActorId is { } id)
        {
            writer.WriteStartObject("actor");
            writer.WriteString("id", id);
            writer.WriteString("name", actor.Directory.Person(id)?.Name ?? "");
            writer.WriteEndObject();
        }

        writer.WriteString("surface", entry.Surface);
        writer.WriteString("action", entry.Action);
        writer.WriteStartArray("changes");
        foreach (var (field, before, after) in Changes(actor, type, entry))
        {
            var masked = actor.On(type, field) == FieldRight.Masked;
            if (field.Audited && !masked)
            {
                actor.Reading.Note(type, field, entry.Record);
            }

            writer.WriteStartObject();
            writer.WriteString("field", field.Name);
            writer.WritePropertyName("old");
            RecordJson.WriteValue(writer, actor, field, before, masked, titles);
            writer.WritePropertyName("new");
            RecordJson.WriteValue(writer, actor, field, after, masked, titles);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The changes of an entry that the actor may see; fields that no longer exist are left out.</summary>
    public static IEnumerable<(Field Field, object? Old, object? New)> Changes(Actor actor, RecordType type, Entry entry)
    {
        if (entry.Changes is null)
        {
            yield break;
        }

        using var document = JsonDocument.Parse(entry.Changes);
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (type.Find(property.Name) is { Internal: false, System: false } field && actor.On(type, field) != FieldRight.Hidden && property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() == 2)
            {
                yield return (field, FieldStorage.FromJson(field, property.Value[0]), FieldStorage.FromJson(field, property.Value[1]));
            }
        }
    }

    /// <summary>Names of the customers, contacts … that the entries' references point to.</summary>
    public static async Task<IReadOnlyDictionary<Guid, string>> TitlesAsync(DatabaseSession session, Actor actor, RecordType type, IEnumerable<Entry> entries, DateTimeOffset now, CancellationToken cancel = default)
    {
        var carriers = new List<Record>();
        foreach (var entry in entries)
        {
            var (old, now2) = (type.Create(type), type.Create(type));
            foreach (var (field, before, after) in Changes(actor, type, entry))
            {
                if (field.Kind == FieldKind.Reference)
                {
                    (old[field], now2[field]) = (before, after);
                }
            }

            carriers.Add(old);
            carriers.Add(now2);
        }

        return await RecordStore.TitlesAsync(session, actor, carriers, now, cancel);
    }

    public static async Task WriteAsync(IBufferWriter<byte> output, DatabaseSession session, Actor actor, RecordType type, Guid id, long? before, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        if (!await RecordStore.ExistsAsync(session, actor, type, id, Verb.Read, now, cancel: cancel) && !await RecordStore.ExistsAsync(session, actor, type, id, Verb.Read, now, deleted: true, cancel: cancel))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var entries = await ReadAsync(session, id, before, limit + 1, cancel);
        var titles = await TitlesAsync(session, actor, type, entries, now, cancel);
        await using var writer = new Utf8JsonWriter(output, ListReader.Json);
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        foreach (var entry in entries.Take(limit))
        {
            Write(writer, actor, type, entry, titles);
        }

        writer.WriteEndArray();
        writer.WriteString("next", entries.Count > limit ? entries[limit - 1].Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
        writer.WriteEndObject();
    }

    /// <summary>Puts fields back to what they were before an entry.</summary>
    public static Task<Record> RestoreAsync(Workspace workspace, Actor actor, RecordType type, Guid id, long sequence, IReadOnlyList<string> fields, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            var record = await RecordStore.LoadAsync(context.Session, actor, type, id, Verb.Edit, context.Now, cancel: cancel);
            var entry = (await ReadAsync(context.Session, id, sequence + 1, 1, cancel)).FirstOrDefault(found => found.Sequence == sequence) ?? throw new RefusedException(Refusal.NotFound);
            var restored = 0;
            foreach (var (field, before, _) in Changes(actor, type, entry))
            {
                if (!fields.Contains(field.Name, StringComparer.Ordinal))
                {
                    continue;
                }

                if (!field.Writable || actor.On(type, field) < FieldRight.Edit)
                {
                    throw new RefusedException(Refusal.Invalid(field.Name, RecordRefusals.NoRightOnField));
                }

                record[field] = before;
                restored++;
            }

            if (restored == 0)
            {
                throw new RefusedException(Refusal.Invalid("fields", ("这条历史没有改动所选字段", "This entry did not change the fields named")));
            }

            await context.UpdateAsync(record, "restore-value", cancel);
            return record;
        },
        cancel: cancel);
}
