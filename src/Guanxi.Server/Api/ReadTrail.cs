using Guanxi.Platform;

namespace Guanxi.Server.Api;

/// <summary>Hands what a call has read of audited fields to the audit, with the way it was read.</summary>
public static class ReadTrail
{
    public static ValueTask KeepAsync(HttpContext http, Workspace workspace) =>
        http.ActorOrNobody() is { Reading.IsEmpty: false } actor ? workspace.Reads.TakeAsync(actor, WayOf(http), CancellationToken.None) : ValueTask.CompletedTask;

    private static string WayOf(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "";
        return path switch
        {
            _ when !HttpMethods.IsGet(http.Request.Method) => "change",
            _ when path.EndsWith("/history", StringComparison.Ordinal) || path.EndsWith("/timeline", StringComparison.Ordinal) => "history",
            _ when path.EndsWith(":aggregate", StringComparison.Ordinal) => "aggregate",
            _ when path.EndsWith(":export", StringComparison.Ordinal) => "export",
            _ when path.EndsWith("/personal-data", StringComparison.Ordinal) => "copy",
            _ when http.Request.RouteValues.ContainsKey("id") => "record",
            _ => "list",
        };
    }
}
