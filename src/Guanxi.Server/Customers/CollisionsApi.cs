using System.Text.Json;
using Guanxi.Customers.Collisions;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Guanxi.Server.Platform;

namespace Guanxi.Server.Customers;

/// <summary>Two people want one customer: asking, deciding, and the work list of both.</summary>
public static class CollisionsApi
{
    private static readonly string[] Boxes = ["todo", "mine", "done"];

    public static void MapCollisions(this RouteGroupBuilder api)
    {
        api.MapGet("/collisions", ListAsync);
        api.MapGet("/collisions/{id:guid}", OneAsync);
        api.MapPost("/collisions", AskAsync).AnsweredOnce();
        api.MapPost("/collisions/{id:guid}:decide", DecideAsync).AnsweredOnce();
        api.MapPost("/collisions/{id:guid}:withdraw", WithdrawAsync).AnsweredOnce();
    }

    private static async Task ListAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        var box = query["box"].ToString() is { Length: > 0 } given ? Boxes.Contains(given, StringComparer.Ordinal) ? given : throw new RefusedException(Refusal.Invalid("box", ("box 应为 todo、mine 或 done", "box is todo, mine or done"))) : "todo";
        var after = query["cursor"].ToString() is { Length: > 0 } text ? Guid.TryParse(text, out var id) ? id : throw new RefusedException(Refusal.Invalid("cursor", ("翻页标记无效", "The cursor is broken"))) : (Guid?)null;
        var limit = RecordsApi.Limit(http, 50);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, Guanxi.Platform.Lists.ListReader.Json);
            writer.WriteStartObject();
            await CollisionLists.WriteAsync(writer, session, actor, box, after, limit, workspace.Now, http.RequestAborted);
            writer.WriteEndObject();
        });
    }

    private static async Task OneAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, Guanxi.Platform.Lists.ListReader.Json);
            if (!await CollisionLists.WriteOneAsync(writer, session, actor, id, workspace.Now, histories: true, http.RequestAborted))
            {
                throw new RefusedException(Refusal.NotFound);
            }
        });
    }

    private static async Task AskAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());

        // Asking is a way of finding out who has whom, so it counts like the check on entry.
        await Throttle.TakeAsync(workspace.Database, workspace.Now, [new Budget($"likeness {actor.Id}", 40, TimeSpan.FromSeconds(30))], http.RequestAborted);
        var entry = body.TryGetProperty("values", out var values) ? MatchesApi.Entry(actor, http.Type("customers"), values) : null;
        var ask = new CustomerAsk(body.Word("kind") ?? "", body.Word("reason")?.Trim() ?? "", entry, body.Id("owner"), body.Id("customer"), body.Id("own"));
        var request = await workspace.WriteAsync(actor, context => AskForCustomer.RunAsync(context, ask, http.RequestAborted), cancel: http.RequestAborted);
        await WriteAsync(http, request.Id, 201);
    }

    private static async Task DecideAsync(HttpContext http, Guid id)
    {
        var body = await http.BodyAsync();
        await http.Workspace().WriteAsync(http.Actor(), context => DecideCollision.RunAsync(context, id, body.Word("outcome") ?? "", body.Word("answer")?.Trim(), http.RequestAborted), cancel: http.RequestAborted);
        await WriteAsync(http, id);
    }

    private static async Task WithdrawAsync(HttpContext http, Guid id)
    {
        await http.Workspace().WriteAsync(http.Actor(), context => DecideCollision.WithdrawAsync(context, id, http.RequestAborted), cancel: http.RequestAborted);
        await WriteAsync(http, id);
    }

    private static Task WriteAsync(HttpContext http, Guid id, int status = 200) => http.JsonAsync(writer => writer.WriteString("id", id), status);
}
