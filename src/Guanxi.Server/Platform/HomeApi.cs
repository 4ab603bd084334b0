using System.Text.Json;
using Guanxi.Customers;
using Guanxi.Platform.Search;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>The search box and today's work.</summary>
public static class HomeApi
{
    public static void MapHome(this RouteGroupBuilder api)
    {
        api.MapGet("/search", SearchAsync);
        api.MapGet("/home", TodayAsync);
    }

    private static async Task SearchAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var words = http.Request.Query["q"].ToString();
        var types = http.Request.Query["types"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var start = workspace.Clock.GetTimestamp();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var hits = string.IsNullOrWhiteSpace(words) ? [] : await SearchBox.FindAsync(session, actor, words, types, Math.Min(RecordsApi.Limit(http, 20), 50), workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            SearchBox.Write(writer, actor, hits);
            writer.WriteNumber("took", Math.Round(workspace.Clock.GetElapsedTime(start).TotalMilliseconds, 2));
        });
    }

    private static async Task TodayAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(buffer => TodaysWork.WriteAsync(buffer, session, actor, workspace.Now, http.RequestAborted));
    }
}
