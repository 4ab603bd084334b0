using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Microsoft.AspNetCore.Http.Features;

namespace Guanxi.Server.Api;

/// <summary>What every endpoint asks of a request: who is calling, which records, which body.</summary>
public static class Call
{
    public const int LargestBody = 4 * 1024 * 1024;
    private const long MostDrained = 64L * 1024 * 1024;
    private const string ActorKey = "guanxi.actor";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static Workspace Workspace(this HttpContext http) => http.RequestServices.GetRequiredService<Workspace>();

    public static void SetActor(this HttpContext http, Actor actor) => http.Items[ActorKey] = actor;

    public static Actor? ActorOrNobody(this HttpContext http) => http.Items.TryGetValue(ActorKey, out var actor) ? (Actor?)actor : null;

    public static Actor Actor(this HttpContext http) => http.ActorOrNobody()
        ?? throw new RefusedException(new Refusal(401, "not-signed-in", ("请先登录", "Sign in first")));

    /// <summary>The language of the answer: the person's own, else what the browser asks for.</summary>
    public static string Language(this HttpContext http)
    {
        if (http.ActorOrNobody() is { } actor)
        {
            return actor.Language;
        }

        var wanted = http.Request.Headers.AcceptLanguage.ToString();
        return wanted.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? "en"
            : wanted.StartsWith("zh-TW", StringComparison.OrdinalIgnoreCase) || wanted.StartsWith("zh-HK", StringComparison.OrdinalIgnoreCase) || wanted.StartsWith("zh-Hant", StringComparison.OrdinalIgnoreCase) ? "zh-Hant"
            : "zh-Hans";
    }

    public static RecordType Type(this HttpContext http, string name) => http.Workspace().Schema.Find(name) ?? throw new RefusedException(Refusal.NotFound);

    /// <summary>The body as a JSON object; one that is too large is read to its end first, so that the caller hears the refusal instead of a broken connection.</summary>
    public static Task<JsonElement> BodyAsync(this HttpContext http) => http.BodyAsync(optional: false);

    private static async Task<JsonElement> BodyAsync(this HttpContext http, bool optional)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        long size = 0;
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            size += read;
            if (size <= LargestBody)
            {
                body.Write(buffer, 0, read);
            }
            else if (size > MostDrained)
            {
                break;
            }
        }

        if (size > LargestBody)
        {
            throw new RefusedException(new Refusal(413, "too-large", ("内容太大", "The content is too large")) { Detail = new Label($"一次请求最多 {LargestBody >> 20} MB", $"A request has at most {LargestBody >> 20} MB") });
        }

        if (optional && size == 0)
        {
            return default;
        }

        var json = body.GetBuffer().AsMemory(0, (int)body.Length);
        try
        {
            JsonWords.Check(json.Span);
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new RefusedException(Refusal.Malformed(("请求内容应为 JSON 对象", "The body should be a JSON object")));
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Malformed(new Label($"JSON 无法读取（第 {error.LineNumber + 1} 行第 {error.BytePositionInLine + 1} 字节附近）", $"The JSON cannot be read (near line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1})")));
        }
    }

    /// <summary>The body as a JSON object; an undefined element when there is none. A body need not say its length beforehand: one that comes in chunks counts as much.</summary>
    public static async Task<JsonElement> OptionalBodyAsync(this HttpContext http) =>
        http.Request.ContentLength == 0 || http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false ? default : await http.BodyAsync(optional: true);

    /// <summary>The version of If-Match; null when it is not asked for.</summary>
    public static long? IfMatch(this HttpContext http)
    {
        var header = http.Request.Headers.IfMatch.ToString();
        if (header.Length == 0 || header == "*")
        {
            return null;
        }

        return long.TryParse(header.AsSpan().Trim().TrimStart("W/").Trim('"'), out var version) ? version : throw new RefusedException(Refusal.Malformed(("If-Match 应为记录的 ETag", "If-Match should be the record's ETag")));
    }

    public static IReadOnlySet<string> Confirmed(this HttpContext http) =>
        http.Request.Query["confirm"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);

    public static ListQuery ListQuery(this HttpContext http, RecordType type)
    {
        var query = http.Request.Query;
        int? limit = null;
        if (query["limit"].ToString() is { Length: > 0 } given)
        {
            limit = int.TryParse(given, out var number) ? number : 0;
        }

        return Guanxi.Platform.Lists.ListQuery.Parse(http.Actor(), type, query["filter"], query["sort"], query["fields"], limit, query["cursor"], query["q"], query["count"], query["deleted"] == "true");
    }

    public static string? Word(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A yes or no of the body; <paramref name="otherwise"/> when it is not there.</summary>
    public static bool Flag(this JsonElement json, string name, bool otherwise) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;

    public static string Needed(this JsonElement json, string name) =>
        json.Word(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : throw new RefusedException(Refusal.Invalid(name, RecordChecks.Required));

    public static Guid? Id(this JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("id", out var inner))
        {
            value = inner;
        }

        return value.ValueKind == JsonValueKind.String && Guid.TryParse(value.GetString(), out var id) ? id : throw new RefusedException(Refusal.Invalid(name, ("应为记录编号", "This should be an id")));
    }
}
