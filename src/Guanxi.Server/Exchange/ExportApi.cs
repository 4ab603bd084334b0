using Guanxi.Platform.Exchange;
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
            api.MapGet($"/{type}:export", (HttpContext http) => RunAsync(http, type)).WithName($"{type}.export").NeedsStepUp();
        }
    }

    private static async Task RunAsync(HttpContext http, string name)
    {
        var (actor, workspace, words) = (http.Actor(), http.Workspace(), http.Request.Query);
        var type = http.Type(name);
        var format = ExportFile.FormatNamed(words["format"]);
        var query = ExportFile.Parse(actor, type, format, words["filter"], words["sort"], words["fields"], words["q"]);
        var day = TimeZoneInfo.ConvertTime(workspace.Now, actor.TimeZone).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        http.Response.ContentType = ExportFile.MediaType(format);
        http.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{type.Label.In(actor.Language)} {day}.{format.ToString().ToLowerInvariant()}")}";

        // A zip writes its entries' ends synchronously.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } body)
        {
            body.AllowSynchronousIO = true;
        }

        await new ExportFile(workspace).RunAsync(actor, query, words["filter"], format, http.Response.Body, http.RequestAborted);
    }
}
