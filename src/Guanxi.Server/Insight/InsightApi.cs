using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Demand;
using Guanxi.Insight.Scoring;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Insight;

/// <summary>Which deals will be won, what is bought and missing, and what would be if one did otherwise.</summary>
public static class InsightApi
{
    public static void MapInsight(this RouteGroupBuilder api)
    {
        api.MapGet("/deals/{id:guid}/score", ScoreAsync);
        api.MapGet("/leads/{id:guid}/score", LeadScoreAsync);
        api.MapGet("/scoring", ScoringAsync);
        api.MapGet("/demand", DemandAsync);
        api.MapGet("/demand/gap", GapAsync);
        api.MapGet("/value/what-if", WhatIfAsync);
        api.MapGet("/value/acquired", AcquiredAsync);
    }

    private static async Task ScoreAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await RecordStore.LoadAsync(session, actor, actor.Schema["deals"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        await WriteAsync(http, writer => ScoreFields.WriteAsync(writer, session, id, actor.Language, http.RequestAborted));
    }

    private static async Task LeadScoreAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await RecordStore.LoadAsync(session, actor, actor.Schema["leads"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        await WriteAsync(http, writer => ScoreFields.WriteOfLeadAsync(writer, session, actor.Schema["leads"], id, actor.Language, http.RequestAborted));
    }

    /// <summary>How well the scoring of deals or leads does, for whoever sees every customer.</summary>
    private static async Task ScoringAsync(HttpContext http)
    {
        ValueApi.NeedEverybody(http.Actor());
        var noun = http.Request.Query["of"].ToString() == "leads" ? "leads" : "deals";
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var (at, report) = await session.FirstAsync(Sql.Of($"SELECT at, report FROM score_run WHERE noun = {noun} ORDER BY at DESC LIMIT 1"), row => (row.Integer(0), row.Text(1)), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WritePropertyName("report");
            writer.WriteRawValue(report ?? "null");
            if (report is not null)
            {
                writer.WriteString("at", RecordJson.Instant(at));
            }
        });
    }

    private static async Task DemandAsync(HttpContext http)
    {
        ValueApi.NeedEverybody(http.Actor());
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, writer => DemandReport.WriteAsync(writer, session, http.RequestAborted));
    }

    private static async Task GapAsync(HttpContext http)
    {
        var (actor, workspace, query) = (http.Actor(), http.Workspace(), http.Request.Query);
        ValueApi.NeedEverybody(actor);
        Guid Product(string name) => Guid.TryParse(query[name], out var id) ? id : throw new RefusedException(Refusal.Invalid(name, ("请给出产品编号", "Give the id of a product")));
        var (has, lacks) = (Product("has"), Product("lacks"));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, writer => DemandReport.WriteBehindAsync(writer, session, actor, has, lacks, workspace.Now, http.RequestAborted));
    }

    private static async Task AcquiredAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        ValueApi.NeedEverybody(actor);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, writer => NewCustomers.WriteAsync(writer, session, actor, actor.Today(workspace.Now), http.RequestAborted));
    }

    private static async Task WhatIfAsync(HttpContext http)
    {
        ValueApi.NeedEverybody(http.Actor());
        var wish = WhatIfWish.Read(name => http.Request.Query[name], http.Request.Query.Keys);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var text = await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY at DESC LIMIT 1"), http.RequestAborted);
        using var report = JsonDocument.Parse(text ?? "{}");
        if (!report.RootElement.TryGetProperty("simulation", out _))
        {
            throw new RefusedException(ValueRefusals.NothingReckoned);
        }

        var settings = await ValueSettings.ReadAsync(session, http.RequestAborted);
        await http.JsonAsync(writer => WhatIf.Write(writer, report.RootElement, settings, wish, http.Actor().Language));
    }

    private static Task WriteAsync(HttpContext http, Func<Utf8JsonWriter, Task> write) => http.JsonAsync(async buffer =>
    {
        await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
        writer.WriteStartObject();
        await write(writer);
        writer.WriteEndObject();
    });
}
