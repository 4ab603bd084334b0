using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Numbering;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>How papers are numbered, and what a pattern would make; the rules themselves are the noun number-rules.</summary>
public static class NumberingApi
{
    public static void MapNumbering(this RouteGroupBuilder api)
    {
        api.MapGet("/numbering", ReadAsync);
        api.MapPost("/numbering:try", TryAsync);
    }

    private static async Task ReadAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        actor.Demand(Functions.ManageSettings);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var nouns = await Numbering.ReadAsync(session, actor, actor.Today(workspace.Now), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var noun in nouns)
            {
                writer.WriteStartObject();
                writer.WriteString("type", noun.Type.Name);
                writer.WriteString("label", noun.Type.Label.In(actor.Language));
                writer.WriteString("rule", noun.Rule?.ToString());
                writer.WriteString("pattern", noun.Pattern);
                writer.WriteString("restart", noun.Restart);
                writer.WriteBoolean("active", noun.Active);
                writer.WriteString("latest", noun.Latest);
                writer.WriteString("example", noun.Example);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task TryAsync(HttpContext http)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManageSettings);
        var body = await http.BodyAsync();
        var restart = body.Word("restart") ?? "day";
        if (restart is not ("never" or "year" or "month" or "day"))
        {
            throw new RefusedException(Refusal.Invalid("restart", ("应为 never、year、month 或 day", "This is never, year, month or day")));
        }

        var example = Numbering.Example(body.Needed("pattern"), restart, actor.Today(http.Workspace().Now));
        await http.JsonAsync(writer => writer.WriteString("example", example));
    }
}
