using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
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
        if (await ReplayAsync(http, actor, key, hash))
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
            if (!await ReplayAsync(http, actor, key, hash))
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
            await KeepAsync(http, actor, key, kept);
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

    /// <exception cref="RefusedException">The key is another request's, its request is under way, or its answer is no longer for the actor's eyes.</exception>
    private async Task<bool> ReplayAsync(HttpContext http, Actor actor, string key, string hash)
    {
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var oldest = workspace.Now - Idempotency.Kept;
        var found = await session.ListAsync(
            Sql.Of($"SELECT request_hash, status, body, headers, generation FROM idempotency WHERE user_id = {actor.Id} AND key = {key} AND at >= {oldest}"),
            row => (Hash: row.Text(0), Status: (int)row.Integer(1), Body: row.OptionalText(2), ContentType: row.OptionalText(3), Generation: row.Integer(4)), http.RequestAborted);
        if (found.Count == 0)
        {
            return false;
        }

        var (before, status, text, contentType, generation) = found[0];
        if (before != hash)
        {
            throw new RefusedException(Idempotency.OtherRequest);
        }

        if (status == 0 || text is null || generation != actor.Directory.Generation || !await StillSeesAsync(session, http, actor, text))
        {
            throw new RefusedException(Once.Busy);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.Headers["Idempotency-Replayed"] = "true";
        await http.Response.WriteAsync(text, http.RequestAborted);
        return true;
    }

    /// <summary>Whether the actor may still read every record of the noun that the address or the answer names: a share may have ended since, a customer gone to somebody else.</summary>
    private async Task<bool> StillSeesAsync(DatabaseSession session, HttpContext http, Actor actor, string answer)
    {
        var path = http.Request.Path.Value!.Split('/', ':');
        if (path.Length < 4 || actor.Schema.Find(path[3]) is not { } type)
        {
            return true;
        }

        var ids = path.Skip(4).SelectMany(part => Guid.TryParse(part, out var id) ? new[] { id } : []).ToHashSet();
        using (var json = JsonDocument.Parse(answer.Length == 0 ? "{}" : answer))
        {
            Collect(json.RootElement, ids);
        }

        var present = ids.Count == 0 ? 0 : await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {type.Table} WHERE deleted_at IS NULL AND id IN ").List(ids), http.RequestAborted);
        return present == 0 || present == (await RecordStore.VisibleAsync(session, actor, type, ids, workspace.Now, http.RequestAborted)).Count;
    }

    private static void Collect(JsonElement element, HashSet<Guid> ids)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (property.NameEquals("id") && property.Value.ValueKind == JsonValueKind.String && property.Value.TryGetGuid(out var id))
                {
                    ids.Add(id);
                }

                Collect(property.Value, ids);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, ids);
            }
        }
    }

    private async Task KeepAsync(HttpContext http, Actor actor, string key, MemoryStream answer)
    {
        var body = answer.Length <= LargestKept ? System.Text.Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length) : null;
        var (status, contentType) = ((long)http.Response.StatusCode, http.Response.ContentType);
        await workspace.Database.WriteAsync(
            session => session.ExecuteAsync(Sql.Of($"UPDATE idempotency SET status = {status}, body = {body}, headers = {contentType}, generation = {actor.Directory.Generation} WHERE user_id = {actor.Id} AND key = {key}")).AsTask(),
            CancellationToken.None);
    }
}
