using System.Globalization;
using System.Text.Json;
using Guanxi.Insight.Processes;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Science.Processes;
using Guanxi.Server.Api;

namespace Guanxi.Server.Insight;

/// <summary>How a sales process is lived, and what would happen if parts of it took less time; everything over the deals the caller may read.</summary>
public static class ProcessAnalysisApi
{
    private const int UsualDays = 365;
    private const int MostDays = 3650;
    private const int MostChanges = 20;

    public static void MapProcessAnalysis(this RouteGroupBuilder api)
    {
        api.MapGet("/sales-processes/{id:guid}/analysis", AnalysisAsync);
        api.MapPost("/sales-processes/{id:guid}:what-if", WhatIfAsync);
    }

    private static int Days(string? text) => string.IsNullOrEmpty(text) ? UsualDays
        : int.TryParse(text, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MostDays ? days : throw new RefusedException(Refusal.Invalid("days", new Label($"应为 1 到 {MostDays}", $"This is 1 to {MostDays}")));

    private static async Task AnalysisAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var (days, mine) = (Days(http.Request.Query["days"]), http.Request.Query["mine"] == "true");
        var since = workspace.Now.AddDays(-days);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var facts = await ProcessFacts.LoadAsync(session, actor, id, since, mine, workspace.Now, http.RequestAborted);
        var reasons = await Outcomes.ByReasonAsync(session, actor, id, since, mine, workspace.Now, http.RequestAborted);
        var rivals = await Outcomes.ByCompetitorAsync(session, actor, id, since, mine, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("days", days);
            writer.WriteNumber("deals", facts.Deals.Count);
            writer.WriteBoolean("cut", facts.IsCut);
            Write(writer, "funnel", ProcessMap.Funnel(facts));
            Write(writer, "nodes", ProcessMap.Nodes(facts));
            Write(writer, "edges", ProcessMap.Edges(facts));
            Write(writer, "ways", ProcessMap.Ways(facts));
            Write(writer, "loops", ProcessMap.Loops(facts));
            Write(writer, "steps", StepTimes.ByStep(facts));
            Write(writer, "teams", StepTimes.ByTeam(facts, actor.Directory));
            Write(writer, "people", StepTimes.ByPerson(facts, actor.Directory));
            Write(writer, "reasons", reasons);
            Write(writer, "rivals", rivals);
        });
    }

    private static async Task WhatIfAsync(HttpContext http, Guid id)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        var days = body.TryGetProperty("days", out var given) && given.ValueKind == JsonValueKind.Number ? Days(given.GetRawText()) : UsualDays;
        var mine = body.TryGetProperty("mine", out var own) && own.ValueKind == JsonValueKind.True;
        var changes = Changes(body);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var facts = await ProcessFacts.LoadAsync(session, actor, id, workspace.Now.AddDays(-days), mine, workspace.Now, http.RequestAborted);
        var forecast = ProcessWhatIf.Run(facts, changes, days);
        await http.JsonAsync(writer =>
        {
            foreach (var member in JsonSerializer.SerializeToElement(forecast, JsonSerializerOptions.Web).EnumerateObject())
            {
                member.WriteTo(writer);
            }
        });
    }

    private static List<ProcessChange> Changes(JsonElement body)
    {
        if (!body.TryGetProperty("changes", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MostChanges)
        {
            throw new RefusedException(Refusal.Invalid("changes", new Label($"应为最多 {MostChanges} 项改变", $"It is a list of at most {MostChanges} changes")));
        }

        return [.. list.EnumerateArray().Select(change => change.ValueKind == JsonValueKind.Object && change.Word("stage") is { } stage && change.TryGetProperty("saving", out var saving) && saving.ValueKind == JsonValueKind.Number && saving.TryGetDouble(out var share)
            ? new ProcessChange(stage, change.Word("step"), share)
            : throw new RefusedException(Refusal.Invalid("changes", ("每项改变应有阶段 stage 和节省的比例 saving（0 到 1）", "Each change has a stage and a saving from 0 to 1"))))];
    }

    private static void Write<T>(Utf8JsonWriter writer, string name, T value)
    {
        writer.WritePropertyName(name);
        JsonSerializer.Serialize(writer, value, JsonSerializerOptions.Web);
    }
}
