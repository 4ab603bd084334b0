using System.Text.Json;
using Guanxi.Platform.Files;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Steps;
using Guanxi.Server.Api;
using Guanxi.Server.Platform;

namespace Guanxi.Server.Sales;

/// <summary>Steps owed to other people's deals: what is to be done, what of the deal is needed for it, and doing it.</summary>
public static class StepsApi
{
    public static void MapSteps(this RouteGroupBuilder api)
    {
        api.MapGet("/steps", OwedAsync);
        api.MapGet("/steps/{id:guid}", ReadAsync);
        api.MapGet("/steps/{id:guid}/files/{file:guid}", FileAsync);
        api.MapPost("/steps/{id:guid}:start", (HttpContext http, Guid id) => SalesApi.ChangeAsync(http, (context, _) => StepDesk.StartAsync(context, id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/steps/{id:guid}:done", (HttpContext http, Guid id) => SalesApi.ChangeAsync(http, (context, body) => StepDesk.DoneAsync(context, id, body.ValueKind == JsonValueKind.Object && body.TryGetProperty("values", out var values) ? values : default, SalesApi.Text(body, "note"), http.RequestAborted))).AnsweredOnce();
        api.MapPost("/steps/{id:guid}:hand-over", (HttpContext http, Guid id) => SalesApi.ChangeAsync(http, (context, body) => StepDesk.HandOverAsync(context, id, Guid.TryParse(SalesApi.Text(body, "to"), out var to) ? to : throw new RefusedException(Refusal.Invalid("to", ("请选择转给谁", "Say to whom it goes"))), SalesApi.Text(body, "note"), http.RequestAborted))).AnsweredOnce();
    }

    private static async Task OwedAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var owed = await StepDesk.OwedAsync(session, actor, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var step in owed)
            {
                writer.WriteStartObject();
                WriteHead(writer, step, workspace.Now);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task ReadAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var step = await StepDesk.ReadAsync(session, actor, id, http.RequestAborted);
        var lines = await StepDesk.LinesAsync(session, step, http.RequestAborted);
        var files = await StepDesk.FilesAsync(session, step, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            WriteHead(writer, step, workspace.Now);
            writer.WriteString("content", step.Task.Text("content"));
            writer.WriteStartArray("fields");
            foreach (var field in step.Shown)
            {
                writer.WriteStartObject();
                // Whoever owes a step may have no right to deals, so what describes their fields comes along.
                RecordTypesApi.WriteMembers(writer, field, actor.On(step.Deal.Type, field));
                writer.WriteBoolean("fill", step.Filled.Contains(field));
                writer.WritePropertyName("value");
                RecordJson.WriteValue(writer, actor, field, step.Deal[field], actor.On(step.Deal.Type, field) == Guanxi.Platform.Access.FieldRight.Masked, null);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("lines");
            foreach (var (description, quantity, code, unit) in lines)
            {
                writer.WriteStartObject();
                writer.WriteString("description", description);
                writer.WriteNumber("quantity", quantity);
                writer.WriteString("code", code);
                writer.WriteString("unit", unit);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("files");
            foreach (var file in files)
            {
                Attachments.Write(writer, actor, file);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("handTo");
            foreach (var person in Guanxi.Sales.Processes.DefinitionChecks.Owing(actor.Directory, step.Step).Where(_ => step.Step is not { Role: null, Team: null }).Where(person => person.Id != actor.Id).OrderBy(person => person.Name, StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                writer.WriteString("id", person.Id);
                writer.WriteString("name", person.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task FileAsync(HttpContext http, Guid id, Guid file)
    {
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await TogetherApi.SendAsync(http, workspace, await StepDesk.FileAsync(session, http.Actor(), id, file, http.RequestAborted));
    }

    private static void WriteHead(Utf8JsonWriter writer, OwedStep step, DateTimeOffset now)
    {
        writer.WriteString("id", step.Task.Id);
        writer.WriteString("subject", step.Task.Text("subject"));
        writer.WriteString("deal", step.Deal.Text("name"));
        writer.WriteString("customer", step.CustomerName);
        writer.WriteString("stage", step.Stage);
        WriteInstant(writer, "givenAt", step.GivenAt);
        WriteInstant(writer, "startedAt", step.Task.Instant("startedAt"));
        WriteInstant(writer, "dueAt", step.Task.Instant("dueAt"));
        writer.WriteBoolean("late", step.Task.Instant("dueAt") is { } due && due < now);
    }

    private static void WriteInstant(Utf8JsonWriter writer, string name, DateTimeOffset? at) => writer.WriteString(name, at is { } moment ? RecordJson.Instant(moment.ToUnixTimeMilliseconds()) : null);
}
