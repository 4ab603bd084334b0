using Guanxi.Customers.Activities;
using Guanxi.Customers.Customers;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Customers;

/// <summary>What customers and activities can do beyond the verbs of every noun.</summary>
public static class CustomersApi
{
    public static void MapCustomers(this RouteGroupBuilder api)
    {
        api.MapGet("/customers/{id:guid}/overview", OverviewAsync);
        api.MapPost("/activities/{id:guid}:complete", CompleteAsync).AnsweredOnce();
        api.MapPost("/activities/{id:guid}:reopen", ReopenAsync).AnsweredOnce();
        api.MapPost("/activities/{id:guid}:snooze", SnoozeAsync).AnsweredOnce();
    }

    private static async Task OverviewAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(buffer => CustomerOverview.WriteAsync(buffer, session, actor, id, workspace.Now, http.RequestAborted));
    }

    private static async Task CompleteAsync(HttpContext http, Guid id)
    {
        var body = await http.OptionalBodyAsync();
        await http.RecordAsync(await http.Workspace().WriteAsync<Record>(http.Actor(), context => ChangeActivity.CompleteAsync(context, id, body, http.RequestAborted), cancel: http.RequestAborted));
    }

    private static async Task ReopenAsync(HttpContext http, Guid id) =>
        await http.RecordAsync(await http.Workspace().WriteAsync<Record>(http.Actor(), context => ChangeActivity.ReopenAsync(context, id, http.RequestAborted), cancel: http.RequestAborted));

    private static async Task SnoozeAsync(HttpContext http, Guid id)
    {
        var body = await http.BodyAsync();
        await http.RecordAsync(await http.Workspace().WriteAsync<Record>(http.Actor(), context => ChangeActivity.SnoozeAsync(context, id, body, http.RequestAborted), cancel: http.RequestAborted));
    }
}
