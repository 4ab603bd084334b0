using System.Text.Json;
using Guanxi.Insight.Retention;
using Guanxi.Insight.Value;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Insight;

/// <summary>Customers who may be going, calls with them, what the calls did, and who was lost.</summary>
public static class RetentionApi
{
    public static void MapRetention(this RouteGroupBuilder api)
    {
        api.MapGet("/retention", ListAsync);
        api.MapPost("/retention:assign", AssignAsync).AnsweredOnce();
        api.MapGet("/retention/actions", ActionsAsync);
        api.MapGet("/retention/lost", LostAsync);
        api.MapGet("/retention/lifetimes", LifetimesAsync);
    }

    private static async Task ListAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        var limit = !query.TryGetValue("limit", out var text) ? 50 : int.TryParse(text, out var number) && number is > 0 and <= RiskList.Longest ? number : throw new RefusedException(Refusal.Invalid("limit", new Label($"limit 应为 1 到 {RiskList.Longest}", $"limit is 1 to {RiskList.Longest}")));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, writer => RiskList.WriteAsync(writer, session, actor, query["filter"], limit, workspace.Now, http.RequestAborted));
    }

    private static async Task AssignAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        var plan = CallPlan.Read(body, actor.Today(workspace.Now));
        var done = await workspace.WriteAsync(actor, context => AssignCalls.RunAsync(context, plan, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(
            writer =>
            {
                writer.WriteString("id", done.Id);
                writer.WriteNumber("planned", done.Planned);
                writer.WriteNumber("heldOut", done.HeldOut);
            },
            StatusCodes.Status201Created);
    }

    private static async Task ActionsAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, writer => ActionResults.WriteAsync(writer, session, actor, workspace.Now, http.RequestAborted));
    }

    private static async Task LostAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        ValueApi.NeedEverybody(actor);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var settings = await ValueSettings.ReadAsync(session, http.RequestAborted);
        await WriteAsync(http, writer => LostCustomers.WriteAsync(writer, session, actor, settings.RiskBelow / 100, http.RequestAborted));
    }

    private static async Task LifetimesAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, writer => CustomerLifetimes.WriteAsync(writer, session, actor, http.Request.Query["by"], workspace.Now, http.RequestAborted));
    }

    private static Task WriteAsync(HttpContext http, Func<Utf8JsonWriter, Task> write) => http.JsonAsync(async buffer =>
    {
        await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
        writer.WriteStartObject();
        await write(writer);
        writer.WriteEndObject();
    });
}
