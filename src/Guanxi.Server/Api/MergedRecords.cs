using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>The address of a record that was merged into another leads to that one, for whoever may see it.</summary>
public static class MergedRecords
{
    public static async Task<bool> LeadOnAsync(HttpContext http, Workspace workspace)
    {
        if (!(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) || http.ActorOrNobody() is not { } actor
            || http.GetRouteValue("id")?.ToString() is not { } said || !Guid.TryParse(said, out var id) || http.Request.Path.Value is not { } path
            || path.Split('/') is not ["", "api", "v1", var name, ..] || workspace.Schema.Find(name) is not { Matching.Count: > 0 } type)
        {
            return false;
        }

        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        if (await RecordMerges.SurvivorAsync(session, id, http.RequestAborted) is not { } survivor || !await RecordStore.ExistsAsync(session, actor, type, survivor, Verb.Read, workspace.Now, cancel: http.RequestAborted))
        {
            return false;
        }

        http.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        http.Response.Headers.Location = path.Replace(said, survivor.ToString(), StringComparison.OrdinalIgnoreCase) + http.Request.QueryString;
        return true;
    }
}
