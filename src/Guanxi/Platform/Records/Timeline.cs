using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;

namespace Guanxi.Platform.Records;

/// <summary>Everything that happened with a customer or contact, newest first: what was done with it, and what was changed on it.</summary>
public static class Timeline
{
    private sealed record Position(Cursor? Activity, bool ActivitiesEnded, long? Ledger);

    public static async Task WriteAsync(IBufferWriter<byte> output, DatabaseSession session, Actor actor, RecordType type, Guid id, string? cursor, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        if (!await RecordStore.ExistsAsync(session, actor, type, id, Verb.Read, now, cancel: cancel))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        await using var writer = new Utf8JsonWriter(output, ListReader.Json);
        await WriteItemsAsync(writer, session, actor, type, id, cursor, limit, now, cancel);
    }

    /// <summary>{"items":[…],"next":…} of a record that was already found visible.</summary>
    public static async Task WriteItemsAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, RecordType type, Guid id, string? cursor, int limit, DateTimeOffset now, CancellationToken cancel = default)
    {
        var activities = actor.Schema["activities"];
        var sort = ListQuery.ParseSort(actor, activities, "-at");
        var position = Read(cursor, sort);
        var reads = actor.On(activities).Read != Reach.None && type.Name is "customers" or "contacts" or "leads" or "deals" && !position.ActivitiesEnded;
        var done = new List<(DateTimeOffset At, byte[] Json, Cursor Cursor)>();
        if (reads)
        {
            var query = new ListQuery(activities)
            {
                Fields = [.. activities.Shown.Where(field => actor.On(activities, field) != FieldRight.Hidden)],
                Sort = sort,
                Limit = limit,
                After = position.Activity,
                Parent = (activities[type.Singular], id),
            };
            done = await ActivitiesAsync(session, actor, query, now, cancel);
        }

        var entries = await RecordHistory.ReadAsync(session, id, position.Ledger, limit + 1, cancel);
        var titles = await RecordHistory.TitlesAsync(session, actor, type, entries, now, cancel);
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        var (a, e) = (0, 0);
        for (var count = 0; count < limit && (a < done.Count || e < entries.Count); count++)
        {
            if (e >= entries.Count || (a < done.Count && done[a].At >= entries[e].At))
            {
                var item = done[a++];
                writer.WriteStartObject();
                writer.WriteString("at", RecordJson.Instant(item.At.ToUnixTimeMilliseconds()));
                writer.WriteString("kind", "activity");
                writer.WritePropertyName("activity");
                writer.WriteRawValue(item.Json, skipInputValidation: true);
                writer.WriteEndObject();
            }
            else
            {
                var entry = entries[e++];
                writer.WriteStartObject();
                writer.WriteString("at", RecordJson.Instant(entry.At.ToUnixTimeMilliseconds()));
                writer.WriteString("kind", "change");
                writer.WritePropertyName("change");
                RecordHistory.Write(writer, actor, type, entry, titles);
                writer.WriteEndObject();
            }
        }

        writer.WriteEndArray();
        var more = a < done.Count || e < entries.Count;
        var activityCursor = a > 0 ? done[a - 1].Cursor : position.Activity;
        var ledger = e > 0 ? entries[e - 1].Sequence : position.Ledger;
        writer.WriteString("next", more ? $"{ledger?.ToString(CultureInfo.InvariantCulture) ?? "-"}.{(a >= done.Count && done.Count < limit ? "end" : activityCursor?.Write(sort) ?? "-")}" : null);
        writer.WriteEndObject();
    }

    private static async Task<List<(DateTimeOffset At, byte[] Json, Cursor Cursor)>> ActivitiesAsync(DatabaseSession session, Actor actor, ListQuery query, DateTimeOffset now, CancellationToken cancel)
    {
        var sql = new ListSql(actor, query, session.Dialect, now);
        var done = new List<(DateTimeOffset, byte[], Cursor)>();
        await using var reader = await session.ReadAsync(sql.Page(emptyPhase: false, query.Limit), cancel);
        while (await reader.ReadAsync(cancel))
        {
            var buffer = new ArrayBufferWriter<byte>(512);
            await using (var row = new Utf8JsonWriter(buffer, ListReader.Json))
            {
                RecordJson.WriteRow(row, actor, sql.Plan, reader, session.Dialect);
                sql.NoteRead(reader);
            }

            var at = ListReader.ReadCursor(reader, session.Dialect, sql.KeysAt, query);
            done.Add((DateTimeOffset.FromUnixTimeMilliseconds((long)at.Keys[0]!), buffer.WrittenSpan.ToArray(), at));
        }

        return done;
    }

    private static Position Read(string? cursor, IReadOnlyList<Lists.SortKey> sort)
    {
        if (string.IsNullOrEmpty(cursor))
        {
            return new Position(null, false, null);
        }

        var parts = cursor.Split('.', 2);
        if (parts.Length != 2 || (parts[0] != "-" && !long.TryParse(parts[0], out _)))
        {
            throw new RefusedException(Refusal.Invalid("cursor", ("翻页标记无效", "The cursor is broken")));
        }

        return new Position(
            parts[1] is "-" or "end" ? null : Cursor.Parse(parts[1], sort),
            parts[1] == "end",
            parts[0] == "-" ? null : long.Parse(parts[0], CultureInfo.InvariantCulture));
    }
}
