using System.Buffers;
using System.Text;
using System.Text.Json;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>A record's values as they were when it was submitted, with the names of what it referred to.</summary>
internal static class ApprovalSnapshot
{
    public static async ValueTask<string> TakeAsync(SaveContext context, Record record, IReadOnlyDictionary<string, object?> before, CancellationToken cancel)
    {
        var titles = await RecordStore.TitlesAsync(context.Session, Access.Actor.System(context.Actor.Directory, context.Schema), [record], context.Now, cancel);
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            Values(writer, "values", record.Type, field => record[field]);
            Values(writer, "before", record.Type, field => before.GetValueOrDefault(field.Name), field => before.ContainsKey(field.Name));
            writer.WriteStartObject("titles");
            foreach (var (id, title) in titles)
            {
                writer.WriteString(id.ToString(), title);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Values(Utf8JsonWriter writer, string name, RecordType type, Func<Field, object?> value, Func<Field, bool>? which = null)
    {
        writer.WriteStartObject(name);
        foreach (var field in type.Fields.Where(field => !field.System && !field.IsComputed && (which?.Invoke(field) ?? true)))
        {
            if (value(field) is var kept && (kept is not null || which is not null))
            {
                writer.WritePropertyName(field.Name);
                FieldStorage.WriteStored(writer, field, kept);
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>The kept values of some fields that are there still, in the order asked.</summary>
    public static (List<(Field Field, object Value)> Values, Dictionary<Guid, string> Titles) Read(string json, RecordType type, IEnumerable<string> fields)
    {
        using var document = JsonDocument.Parse(json);
        var values = document.RootElement.GetProperty("values");
        var found = new List<(Field, object)>();
        foreach (var name in fields)
        {
            if (type.Find(name) is { } field && values.TryGetProperty(name, out var kept) && FieldStorage.FromJson(field, kept) is { } value)
            {
                found.Add((field, value));
            }
        }

        return (found, document.RootElement.GetProperty("titles").EnumerateObject().ToDictionary(item => Guid.Parse(item.Name), item => item.Value.GetString()!));
    }

    /// <summary>Puts the record back as it was, its version and the platform's own columns aside.</summary>
    public static async ValueTask RestoreAsync(SaveContext context, RecordType type, ApprovalRequest request, CancellationToken cancel)
    {
        if (await RecordStore.FindAsync(context.Session, type, request.Record, cancel) is not { } record)
        {
            return;
        }

        using var document = JsonDocument.Parse(request.Snapshot);
        var (values, before) = (document.RootElement.GetProperty("values"), document.RootElement.GetProperty("before"));
        // Whose it is may rightly have changed in the meantime.
        foreach (var field in type.Fields.Where(field => !field.System && !field.IsComputed && field.Name is not ("owner" or "accessOwner")))
        {
            record[field] = before.TryGetProperty(field.Name, out var was) ? FieldStorage.FromJson(field, was) : values.TryGetProperty(field.Name, out var kept) ? FieldStorage.FromJson(field, kept) : null;
        }

        await context.RestoreAsync(record, "approval-restore", cancel);
    }
}
