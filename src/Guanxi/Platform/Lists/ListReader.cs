using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;

namespace Guanxi.Platform.Lists;

/// <summary>Runs a list and streams it as JSON: {"items":[…],"next":…,"count":…}.</summary>
public static class ListReader
{
    public static readonly JsonWriterOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static async Task WriteAsync(IBufferWriter<byte> output, DatabaseSession session, Actor actor, ListQuery query, DateTimeOffset now, CancellationToken cancel = default)
    {
        var sql = new ListSql(actor, query, session.Dialect, now);
        await using var writer = new Utf8JsonWriter(output, Json);
        writer.WriteStartObject();
        writer.WriteStartArray("items");
        var left = query.Limit;
        Cursor? last = null;
        var more = false;
        foreach (var emptyPhase in Phases(query))
        {
            if (more)
            {
                break;
            }

            await using var reader = await session.ReadAsync(sql.Page(emptyPhase, left), cancel);
            while (await reader.ReadAsync(cancel))
            {
                if (left == 0)
                {
                    more = true;
                    break;
                }

                RecordJson.WriteRow(writer, actor, sql.Plan, reader, session.Dialect);
                sql.NoteRead(reader);
                if (--left == 0)
                {
                    last = ReadCursor(reader, session.Dialect, sql.KeysAt, query);
                }
            }
        }

        writer.WriteEndArray();
        writer.WritePropertyName("next");
        if (more)
        {
            writer.WriteStringValue(last!.Write(query.Sort));
        }
        else
        {
            writer.WriteNullValue();
        }

        if (query.Count != CountMode.None)
        {
            await WriteCountAsync(writer, session, sql, query.Count, cancel);
        }

        writer.WriteEndObject();
    }

    private static async Task WriteCountAsync(Utf8JsonWriter writer, DatabaseSession session, ListSql sql, CountMode mode, CancellationToken cancel)
    {
        const int cap = 1000;
        var count = await session.ScalarAsync<long>(sql.Count(mode == CountMode.Exact ? null : cap), cancel);
        writer.WriteStartObject("count");
        writer.WriteNumber("value", mode == CountMode.Exact ? count : Math.Min(count, cap));
        writer.WriteBoolean("exact", mode == CountMode.Exact || count <= cap);
        writer.WriteEndObject();
    }

    /// <summary>First the records with a first sort value, then those without; a cursor in the second phase skips the first.</summary>
    public static IEnumerable<bool> Phases(ListQuery query)
    {
        if (!ListSql.HasEmptyPhase(query))
        {
            return [false];
        }

        return query.After is { InEmptyPhase: true } ? [true] : [false, true];
    }

    public static Cursor ReadCursor(System.Data.Common.DbDataReader reader, Dialect dialect, int keysAt, ListQuery query)
    {
        var id = dialect.ReadId(reader, keysAt);
        var keys = new object?[query.Sort.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = reader.IsDBNull(keysAt + 1 + i) ? null : reader.GetValue(keysAt + 1 + i) switch
            {
                byte[] blob => new Guid(blob, bigEndian: true),
                int number => (long)number,
                float number => (double)number,
                decimal number => (double)number,
                var other => other,
            };
        }

        return new Cursor(keys, id);
    }
}
