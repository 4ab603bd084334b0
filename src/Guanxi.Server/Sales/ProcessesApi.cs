using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Processes;
using Guanxi.Server.Api;

namespace Guanxi.Server.Sales;

/// <summary>What composing a sales process asks for: checks while typing, where deals stand, taking running deals over to a new edition and back.</summary>
public static class ProcessesApi
{
    private const int MostShown = 200;

    public static void MapProcesses(this RouteGroupBuilder api)
    {
        api.MapPost("/sales-processes:check", CheckAsync);
        api.MapGet("/sales-processes/{id:guid}/editions", EditionsAsync);
        api.MapPost("/sales-processes/{id:guid}:preview", PreviewAsync);
        api.MapPost("/sales-processes/{id:guid}:publish", PublishAsync).AnsweredOnce();
        api.MapPost("/sales-processes/{id:guid}/moves/{move:guid}:undo", UndoAsync).AnsweredOnce();
    }

    private static Actor Manager(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageProcesses);
        return actor;
    }

    /// <summary>What is wrong with a definition that is being composed; nothing is saved.</summary>
    private static async Task CheckAsync(HttpContext http)
    {
        var (actor, body) = (Manager(http), await http.BodyAsync());
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var context = new SaveContext(session, actor, workspace.Clock, new HashSet<string>(StringComparer.Ordinal));
        ProcessDefinition? before = null;
        IReadOnlyList<(string Stage, string Name, long Deals)> used = [];
        if (Guid.TryParse(SalesApi.Text(body, "process"), out var id))
        {
            var process = await RecordStore.LoadAsync(session, actor, actor.Schema["sales-processes"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
            before = ProcessDefinition.Read(process.Text("definition")!);
            used = await StageInUse.OfAsync(session, id, http.RequestAborted);
        }

        ProcessDefinition? definition = null;
        IReadOnlyList<DefinitionProblem> problems;
        try
        {
            definition = ProcessDefinition.Read(DefinitionText(body) ?? "{}");
            problems = DefinitionChecks.Problems(definition, before, context);
        }
        catch (JsonException error)
        {
            problems = [new DefinitionProblem(null, null, new Label($"流程定义无法读取：{error.Path}", $"The definition cannot be read: {error.Path}"))];
        }

        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("ok", problems.All(problem => problem.Warning));
            writer.WriteStartArray("problems");
            foreach (var problem in problems)
            {
                writer.WriteStartObject();
                writer.WriteString("stage", problem.Stage);
                writer.WriteString("part", problem.Part);
                writer.WriteString("text", problem.Text.In(actor.Language));
                writer.WriteBoolean("warning", problem.Warning);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("stages");
            foreach (var (stage, name, deals) in used)
            {
                writer.WriteStartObject();
                writer.WriteString("stage", stage);
                writer.WriteString("name", name);
                writer.WriteNumber("deals", deals);
                writer.WriteBoolean("gone", definition is not null && definition.PlaceOf(stage) < 0);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>The editions with how many running deals go by each, and the moves to a new one.</summary>
    private static async Task EditionsAsync(HttpContext http, Guid id)
    {
        var actor = Manager(http);
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await RecordStore.LoadAsync(session, actor, actor.Schema["sales-processes"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var editions = await Editions.ListAsync(session, id, http.RequestAborted);
        var moves = await Editions.MovesAsync(session, id, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("editions");
            foreach (var (edition, at, running) in editions)
            {
                writer.WriteStartObject();
                writer.WriteNumber("edition", edition);
                writer.WriteString("at", RecordJson.Instant(at.ToUnixTimeMilliseconds()));
                writer.WriteNumber("running", running);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("moves");
            foreach (var move in moves)
            {
                writer.WriteStartObject();
                writer.WriteString("id", move.Id);
                writer.WriteNumber("edition", move.Edition);
                writer.WriteString("at", RecordJson.Instant(move.At.ToUnixTimeMilliseconds()));
                writer.WriteString("by", actor.Directory.Person(move.By)?.Name);
                writer.WriteNumber("deals", move.Deals);
                writer.WriteBoolean("undone", move.Undone is not null);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Which running deals would go where under a definition, and what they would then lack.</summary>
    private static async Task PreviewAsync(HttpContext http, Guid id)
    {
        var (actor, body) = (Manager(http), await http.BodyAsync());
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var process = await RecordStore.LoadAsync(session, actor, actor.Schema["sales-processes"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var stored = process.Text("definition")!;
        var (definition, edition) = (Read(DefinitionText(body) ?? stored), (long)process["edition"]!);
        DefinitionChecks.Check(definition, ProcessDefinition.Read(stored), new SaveContext(session, actor, workspace.Clock, new HashSet<string>(StringComparer.Ordinal)));
        if (definition.Write() != ProcessDefinition.Read(stored).Write())
        {
            edition++;
        }

        var (landings, others) = await EditionMove.PreviewAsync(session, actor, id, definition, edition, Map(body), workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("edition", edition);
            writer.WriteNumber("deals", landings.Count);
            writer.WriteNumber("others", others);
            writer.WriteNumber("unmet", landings.Count(landing => landing.Unmet.Count > 0));
            writer.WriteStartArray("groups");
            foreach (var group in landings.GroupBy(landing => (landing.From, landing.FromName, landing.To)))
            {
                writer.WriteStartObject();
                writer.WriteString("from", group.Key.From);
                writer.WriteString("name", group.Key.FromName);
                writer.WriteString("to", group.Key.To);
                writer.WriteNumber("deals", group.Count());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("items");
            foreach (var landing in landings.OrderByDescending(landing => landing.Unmet.Count).Take(MostShown))
            {
                writer.WriteStartObject();
                writer.WriteString("id", landing.Deal.Id);
                writer.WriteString("name", landing.Deal.Text("name"));
                writer.WriteNumber("edition", landing.Edition);
                writer.WriteString("from", landing.FromName);
                writer.WriteString("to", landing.To is { } to ? definition.Stages[definition.PlaceOf(to)].Name : null);
                writer.WriteStartArray("unmet");
                foreach (var label in landing.Unmet)
                {
                    writer.WriteStringValue(label.In(actor.Language));
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task PublishAsync(HttpContext http, Guid id)
    {
        var (actor, body) = (Manager(http), await http.BodyAsync());
        var text = DefinitionText(body);
        var (process, move, deals) = await http.Workspace().WriteAsync(actor, context => SalesProcess.PublishAsync(context, id, text is null ? null : Read(text).Write(), Map(body), http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("edition", (long)process["edition"]!);
            writer.WriteString("move", move);
            writer.WriteNumber("deals", deals);
        });
    }

    private static async Task UndoAsync(HttpContext http, Guid id, Guid move)
    {
        var (back, stayed) = await http.Workspace().WriteAsync(Manager(http), context => EditionMove.UndoAsync(context, id, move, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("back", back);
            writer.WriteNumber("stayed", stayed);
        });
    }

    private static ProcessDefinition Read(string text)
    {
        try
        {
            return ProcessDefinition.Read(text);
        }
        catch (JsonException error)
        {
            throw new RefusedException(Refusal.Invalid("definition", new Label($"流程定义无法读取：{error.Path}", $"The definition cannot be read: {error.Path}")));
        }
    }

    private static string? DefinitionText(JsonElement body) => body.TryGetProperty("definition", out var definition) && definition.ValueKind != JsonValueKind.Null ? definition.GetRawText() : null;

    private static Dictionary<string, string> Map(JsonElement body) => body.TryGetProperty("map", out var map) && map.ValueKind == JsonValueKind.Object
        ? map.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.ValueKind == JsonValueKind.String ? item.Value.GetString()! : throw new RefusedException(Refusal.Invalid("map", ("应为“原阶段：新阶段”", "It says old stage: new stage"))), StringComparer.Ordinal)
        : new(StringComparer.Ordinal);
}
