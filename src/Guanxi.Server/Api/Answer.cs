using System.Buffers;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>Writes answers: JSON straight into the response, and refusals as problem details.</summary>
public static class Answer
{
    private const string Problems = "https://guanxi.dev/problems/";

    /// <summary>Writes JSON made by <paramref name="write"/>; nothing has been sent when it throws.</summary>
    public static async Task JsonAsync(this HttpContext http, Func<IBufferWriter<byte>, Task> write, int status = 200)
    {
        var buffer = new ArrayBufferWriter<byte>(8 * 1024);
        await write(buffer);

        // What was read is handed to the audit before it goes out.
        await ReadTrail.KeepAsync(http, http.Workspace());
        http.Response.StatusCode = status;
        http.Response.ContentType = status >= 400 ? "application/problem+json; charset=utf-8" : "application/json; charset=utf-8";
        http.Response.ContentLength = buffer.WrittenCount;
        await http.Response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
    }

    public static Task JsonAsync(this HttpContext http, Action<Utf8JsonWriter> write, int status = 200) => http.JsonAsync(
        buffer =>
        {
            using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
            return Task.CompletedTask;
        },
        status);

    /// <summary>A record with its ETag.</summary>
    public static async Task RecordAsync(this HttpContext http, Record record, int status = 200)
    {
        var actor = http.Actor();
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var titles = await RecordStore.TitlesAsync(session, actor, [record], workspace.Now, http.RequestAborted);
        await RecordStore.ComputeAsync(session, record, http.RequestAborted);
        http.Response.Headers.ETag = $"\"{record.Version}\"";
        await http.JsonAsync(writer => RecordJson.WriteFields(writer, actor, record, titles, workspace.Now), status);
    }

    public static Task NoContent(this HttpContext http)
    {
        http.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    public static async Task RefuseAsync(this HttpContext http, Refusal refusal)
    {
        var language = http.Language();
        // Not Clear(): the headers that make an answer safe belong on refusals too.
        http.Response.Headers.ETag = default;
        http.Response.Headers.Location = default;
        if (refusal.RetryAfter is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (refusal.Status == 401)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        var records = (refusal.More?.Values.OfType<Record>() ?? []).ToList();
        IReadOnlyDictionary<Guid, string>? titles = null;
        if (records.Count > 0 && http.ActorOrNobody() is { } reader)
        {
            await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
            titles = await RecordStore.TitlesAsync(session, reader, records, http.Workspace().Now, http.RequestAborted);
        }

        await http.JsonAsync(
            writer =>
            {
                writer.WriteString("type", Problems + refusal.Kind);
                writer.WriteString("title", refusal.Title.In(language));
                writer.WriteNumber("status", refusal.Status);
                if (refusal.Detail is { } detail)
                {
                    writer.WriteString("detail", detail.In(language));
                }

                if (refusal.Rule is { } rule)
                {
                    writer.WriteString("rule", rule);
                }

                WriteList(writer, "confirm", refusal.Confirm);
                if (refusal.Errors is { } errors)
                {
                    writer.WriteStartObject("errors");
                    foreach (var (field, labels) in errors)
                    {
                        WriteList(writer, field, [.. labels.Select(label => label.In(language))]);
                    }

                    writer.WriteEndObject();
                }

                foreach (var (name, value) in refusal.More ?? new Dictionary<string, object?>())
                {
                    writer.WritePropertyName(name);
                    if (value is Record record && http.ActorOrNobody() is { } actor)
                    {
                        RecordJson.WriteRecord(writer, actor, record, titles);
                    }
                    else
                    {
                        JsonSerializer.Serialize(writer, value);
                    }
                }

                writer.WriteString("traceId", http.TraceIdentifier);
            },
            refusal.Status);
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<string>? items)
    {
        if (items is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }
}
