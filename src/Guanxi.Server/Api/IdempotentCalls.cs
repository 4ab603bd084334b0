using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>Marks an endpoint whose answer is kept under the caller's Idempotency-Key. Never one that answers a secret: the answer lies in the database for a day.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnsweredOnceAttribute : Attribute;

public static class AnsweredOnceExtensions
{
    public static T AnsweredOnce<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new AnsweredOnceAttribute());
}

/// <summary>Gives a call with an Idempotency-Key its first answer again, for a day, instead of doing it twice.</summary>
public sealed class IdempotentCalls(RequestDelegate next, Workspace workspace)
{
    private const int LargestKept = 1 << 20;

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<AnsweredOnceAttribute>() is null || http.Key() is not { } key || http.ActorOrNobody() is not { } actor)
        {
            await next(http);
            return;
        }

        // An answer given to the person is none for a token that may do less.
        var hash = Idempotency.HashOf(http.Request.Path + http.Request.QueryString + (actor.Scope is { IsEverything: false } scope ? " " + scope.Stored : ""), await BodyAsync(http));
        if (await ReplayAsync(http, actor.Id, key, hash))
        {
            return;
        }

        var once = actor.Once = new Once(key, hash);
        var answer = http.Response.Body;
        using var kept = new MemoryStream();
        http.Response.Body = kept;
        try
        {
            await next(http);
        }
        catch (RefusedException refused) when (refused.Refusal == Once.Busy)
        {
            http.Response.Body = answer;
            if (!await ReplayAsync(http, actor.Id, key, hash))
            {
                throw;
            }

            return;
        }
        finally
        {
            http.Response.Body = answer;
        }

        if (once.Claimed)
        {
            await KeepAsync(http, actor.Id, key, kept);
        }

        kept.Position = 0;
        await kept.CopyToAsync(answer, http.RequestAborted);
    }

    /// <summary>The body as text; of a file only its length, since the file itself may be large.</summary>
    private static async Task<string> BodyAsync(HttpContext http)
    {
        if (http.Request.HasFormContentType)
        {
            return $"{http.Request.ContentLength}";
        }

        http.Request.EnableBuffering();
        using var reader = new StreamReader(http.Request.Body, leaveOpen: true);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        http.Request.Body.Position = 0;
        return body;
    }

    private async Task<bool> ReplayAsync(HttpContext http, Guid user, string key, string hash)
    {
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var oldest = workspace.Now - Idempotency.Kept;
        var found = await session.ListAsync(
            Sql.Of($"SELECT request_hash, status, body, headers FROM idempotency WHERE user_id = {user} AND key = {key} AND at >= {oldest}"),
            row => (Hash: row.Text(0), Status: (int)row.Integer(1), Body: row.OptionalText(2), ContentType: row.OptionalText(3)), http.RequestAborted);
        if (found.Count == 0)
        {
            return false;
        }

        var (before, status, text, contentType) = found[0];
        if (before != hash)
        {
            throw new RefusedException(Idempotency.OtherRequest);
        }

        if (status == 0 || text is null)
        {
            throw new RefusedException(Once.Busy);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.Headers["Idempotency-Replayed"] = "true";
        await http.Response.WriteAsync(text, http.RequestAborted);
        return true;
    }

    private async Task KeepAsync(HttpContext http, Guid user, string key, MemoryStream answer)
    {
        var body = answer.Length <= LargestKept ? System.Text.Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length) : null;
        var (status, contentType) = ((long)http.Response.StatusCode, http.Response.ContentType);
        await workspace.Database.WriteAsync(
            session => session.ExecuteAsync(Sql.Of($"UPDATE idempotency SET status = {status}, body = {body}, headers = {contentType} WHERE user_id = {user} AND key = {key}")).AsTask(),
            CancellationToken.None);
    }
}
