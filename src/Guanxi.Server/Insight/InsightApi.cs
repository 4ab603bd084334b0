using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight.Demand;
using Guanxi.Insight.Laboratory;
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
    /// <summary>Who has a model worked out here now: one at a time for each, since it takes a whole core.</summary>
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, bool> Modelling = new();

    public static void MapInsight(this RouteGroupBuilder api)
    {
        api.MapGet("/deals/{id:guid}/score", ScoreAsync);
        api.MapGet("/scoring", ScoringAsync);
        api.MapGet("/demand", DemandAsync);
        api.MapGet("/demand/gap", GapAsync);
        api.MapGet("/value/what-if", WhatIfAsync);
        api.MapGet("/value/acquired", AcquiredAsync);
        api.MapPost("/lab:run", LabAsync);
    }

    private static async Task ScoreAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await RecordStore.LoadAsync(session, actor, actor.Schema["deals"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        await WriteAsync(http, writer => ScoreFields.WriteAsync(writer, session, id, actor.Language, http.RequestAborted));
    }

    /// <summary>How well the scoring of deals does, for whoever sees every customer.</summary>
    private static async Task ScoringAsync(HttpContext http)
    {
        ValueApi.NeedEverybody(http.Actor());
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var (at, report) = await session.FirstAsync(Sql.Of($"SELECT at, report FROM score_run WHERE noun = {"deals"} ORDER BY at DESC LIMIT 1"), row => (row.Integer(0), row.Text(1)), http.RequestAborted);
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

    /// <summary>A model over the customers one sees, for whoever may read their worth; nothing is kept.</summary>
    private static async Task LabAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        if (!actor.Has(Functions.ReadValue))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }

        var question = LabQuestion.Read(body);
        if (!Modelling.TryAdd(actor.Id, true))
        {
            throw new RefusedException(new Refusal(429, "model-running", ("你的上一个模型还在计算，请等它完成", "Your last model is still being worked out; wait until it is done")) { RetryAfter = TimeSpan.FromSeconds(5) });
        }

        try
        {
            await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
            await WriteAsync(http, writer => LabRun.WriteAsync(writer, session, actor, question, workspace.Now, http.RequestAborted));
        }
        finally
        {
            Modelling.TryRemove(actor.Id, out _);
        }
    }

    private static async Task WhatIfAsync(HttpContext http)
    {
        ValueApi.NeedEverybody(http.Actor());
        var wish = WhatIfWish.Read(name => http.Request.Query[name]);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var text = await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY at DESC LIMIT 1"), http.RequestAborted);
        using var report = JsonDocument.Parse(text ?? "{}");
        if (!report.RootElement.TryGetProperty("simulation", out _))
        {
            throw new RefusedException(ValueRefusals.NothingReckoned);
        }

        var settings = await ValueSettings.ReadAsync(session, http.RequestAborted);
        await http.JsonAsync(writer => WhatIf.Write(writer, report.RootElement, settings, wish));
    }

    private static Task WriteAsync(HttpContext http, Func<Utf8JsonWriter, Task> write) => http.JsonAsync(async buffer =>
    {
        await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
        writer.WriteStartObject();
        await write(writer);
        writer.WriteEndObject();
    });
}
