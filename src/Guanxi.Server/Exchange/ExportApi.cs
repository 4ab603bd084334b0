using System.Text.Json;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Microsoft.AspNetCore.Http.Features;

namespace Guanxi.Server.Exchange;

/// <summary>Lists going out as files.</summary>
public static class ExportApi
{
    public static void MapExports(this RouteGroupBuilder api, IEnumerable<string> types)
    {
        foreach (var type in types)
        {
            api.MapGet($"/{type}:export", (HttpContext http) => RunAsync(http, type, word => http.Request.Query[word], null)).WithName($"{type}.export").NeedsStepUp();
            api.MapPost($"/{type}:export", (HttpContext http) => ChosenAsync(http, type)).WithName($"{type}.export-chosen").NeedsStepUp();
        }
    }

    /// <summary>The same with its words in a body, which may name records one by one: more of them than an address holds.</summary>
    private static async Task ChosenAsync(HttpContext http, string type)
    {
        _ = http.Actor();
        var body = await http.BodyAsync();
        await RunAsync(http, type, word => body.Word(word), body.TryGetProperty("ids", out var ids) && ids.ValueKind != JsonValueKind.Null ? RecordUseCases.Chosen(ids) : null);
    }

    private static async Task RunAsync(HttpContext http, string name, Func<string, string?> words, IReadOnlyList<Guid>? chosen)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var type = http.Type(name);
        var format = ExportFile.FormatNamed(words("format"));
        var query = ExportFile.Parse(actor, type, format, words("filter"), words("sort"), words("fields"), words("q"), chosen);
        var day = TimeZoneInfo.ConvertTime(workspace.Now, actor.TimeZone).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        http.Response.ContentType = ExportFile.MediaType(format);
        http.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{type.Label.In(actor.Language)} {day}.{format.ToString().ToLowerInvariant()}")}";

        // A zip writes its entries' ends synchronously.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } body)
        {
            body.AllowSynchronousIO = true;
        }

        await new ExportFile(workspace).RunAsync(actor, query, words("filter"), format, http.Response.Body, http.RequestAborted);
    }
}
