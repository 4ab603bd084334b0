using System.Text.Json;
using Guanxi.Database;
using Guanxi.Insight;
using Guanxi.Insight.Laboratory;
using Guanxi.Insight.Value;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Guanxi.Server.Exchange;

namespace Guanxi.Server.Insight;

/// <summary>The laboratory: models over customers or a file, and scores that are kept.</summary>
public static class LabApi
{
    /// <summary>Who has a model worked out here now: one at a time for each, since it takes a whole core.</summary>
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, bool> Modelling = new();

    /// <summary>Of several people two at a time; the others wait.</summary>
    private static readonly SemaphoreSlim Bench = new(2);

    public static void MapLab(this RouteGroupBuilder api)
    {
        api.MapPost("/lab:run", RunAsync);
        api.MapGet("/lab/scores", ListAsync);
        api.MapPost("/lab/scores", KeepAsync).AnsweredOnce();
        api.MapGet("/lab/scores/{id:guid}", OneAsync);
        api.MapDelete("/lab/scores/{id:guid}", RemoveAsync);
        api.MapPatch("/lab/scores/{id:guid}", RenameAsync);
        api.MapPost("/lab/scores/{id:guid}:train", (HttpContext http, Guid id) => ChangeAsync(http, () => LabScores.TrainAsync(http.Workspace(), http.Actor(), id, http.RequestAborted))).AnsweredOnce();
        api.MapPost("/lab/scores/{id:guid}:restore", (HttpContext http, Guid id) => ChangeAsync(http, () => LabScores.RestoreAsync(http.Workspace(), http.Actor(), id, http.RequestAborted))).AnsweredOnce();
    }

    /// <summary>A model over the customers one sees, or over a file one sends along, for whoever may read what customers are worth; nothing is kept.</summary>
    private static async Task RunAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        if (!actor.Has(Functions.ReadValue))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }

        if (!http.Request.HasFormContentType)
        {
            var question = LabQuestion.Read(await http.BodyAsync());
            await AtBenchAsync(http, async () =>
            {
                await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
                await WriteAsync(http, writer => LabRun.WriteAsync(writer, session, actor, question, workspace.Now, http.RequestAborted));
            });
            return;
        }

        using var upload = await Upload.ReadAsync(http, workspace);
        var asked = LabQuestion.Read(Options(upload.Options));
        await AtBenchAsync(http, () => WriteAsync(http, writer => Task.Run(() => LabRun.Write(writer, actor, asked, upload.Path, upload.FileName, workspace.Now, http.RequestAborted), http.RequestAborted)));
    }

    /// <exception cref="RefusedException">The same person's last model is still being worked out.</exception>
    private static async Task AtBenchAsync(HttpContext http, Func<Task> work)
    {
        var who = http.Actor().Id;
        if (!Modelling.TryAdd(who, true))
        {
            throw new RefusedException(new Refusal(429, "model-running", ("你的上一个模型还在计算，请等它完成", "Your last model is still being worked out; wait until it is done")) { RetryAfter = TimeSpan.FromSeconds(5) });
        }

        try
        {
            await Bench.WaitAsync(http.RequestAborted);
            try
            {
                await work();
            }
            finally
            {
                Bench.Release();
            }
        }
        finally
        {
            Modelling.TryRemove(who, out _);
        }
    }

    private static JsonElement Options(string? text)
    {
        try
        {
            using var document = JsonDocument.Parse(text ?? "{}");
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new RefusedException(Refusal.Malformed(("options 应为 JSON", "The options should be JSON")));
        }
    }

    private static async Task ListAsync(HttpContext http)
    {
        NeedValue(http.Actor());
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var actor = http.Actor();
        var scores = (await KeptScore.ListAsync(session, removed: true, http.RequestAborted)).Where(score => score.RemovedAt is null || actor.Id == score.MadeBy || actor.On(actor.Schema["customers"]).Read == Reach.All).ToList();
        await WriteAsync(http, async writer =>
        {
            writer.WriteBoolean("mayKeep", actor.On(actor.Schema["customers"]).Read == Reach.All);
            writer.WriteStartArray("scores");
            foreach (var score in scores)
            {
                await WriteAsync(writer, session, actor, score, http.RequestAborted);
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>One score with every training and night, for whoever sees every customer: the evidence speaks of all of them.</summary>
    private static async Task OneAsync(HttpContext http, Guid id)
    {
        var actor = http.Actor();
        ValueApi.NeedEverybody(actor);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var score = await KeptScore.FindAsync(session, id, http.RequestAborted);
        var versions = await session.ListAsync(Sql.Of($"SELECT version, at, report FROM lab_score_version WHERE score_id = {id} ORDER BY version DESC"), row => (Version: row.Integer(0), At: row.Integer(1), Report: row.Text(2)), http.RequestAborted);
        var nights = await session.ListAsync(Sql.Of($"SELECT on_day, version, scored, expected, actual, stability FROM lab_score_night WHERE score_id = {id} ORDER BY on_day DESC LIMIT 90"), row => (Day: row.Text(0), Version: row.Integer(1), Scored: row.Integer(2), Expected: Convert.ToDouble(row.Any(3)), Actual: Convert.ToDouble(row.Any(4)), Stability: Convert.ToDouble(row.Any(5))), http.RequestAborted);
        await WriteAsync(http, async writer =>
        {
            writer.WritePropertyName("score");
            await WriteAsync(writer, session, actor, score, http.RequestAborted);
            writer.WriteStartArray("versions");
            foreach (var version in versions)
            {
                writer.WriteStartObject();
                writer.WriteNumber("version", version.Version);
                writer.WriteString("at", RecordJson.Instant(version.At));
                writer.WritePropertyName("report");
                writer.WriteRawValue(version.Report);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("nights");
            foreach (var night in nights)
            {
                writer.WriteStartObject();
                writer.WriteString("day", night.Day);
                writer.WriteNumber("version", night.Version);
                writer.WriteNumber("scored", night.Scored);
                writer.WriteNumber("expected", Math.Round(night.Expected, 4));
                writer.WriteNumber("actual", Math.Round(night.Actual, 4));
                writer.WriteNumber("stability", Math.Round(night.Stability, 4));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task KeepAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        ValueApi.NeedEverybody(actor);
        var question = LabQuestion.Read(body.ValueKind == JsonValueKind.Object && body.TryGetProperty("question", out var asked) ? asked : body);
        await ChangeAsync(http, () => LabScores.KeepAsync(http.Workspace(), actor, Name(body), question, Groups(body), http.RequestAborted), StatusCodes.Status201Created);
    }

    private static async Task RenameAsync(HttpContext http, Guid id)
    {
        ValueApi.NeedEverybody(http.Actor());
        var body = await http.BodyAsync();
        await ChangeAsync(http, () => LabScores.RenameAsync(http.Workspace(), http.Actor(), id, Name(body), Groups(body), http.RequestAborted));
    }

    private static string? Name(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("name", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;

    private static string[]? Groups(JsonElement body) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty("groups", out var given) && given.ValueKind == JsonValueKind.Array
        ? [.. given.EnumerateArray().Select(group => group.ValueKind == JsonValueKind.String ? group.GetString()! : "")]
        : null;

    private static async Task RemoveAsync(HttpContext http, Guid id)
    {
        ValueApi.NeedEverybody(http.Actor());
        await LabScores.RemoveAsync(http.Workspace(), http.Actor(), id, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task ChangeAsync(HttpContext http, Func<Task<KeptScore>> change, int status = StatusCodes.Status200OK)
    {
        ValueApi.NeedEverybody(http.Actor());
        await AtBenchAsync(http, async () =>
        {
            var score = await change();
            await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
            http.Response.StatusCode = status;
            await http.JsonAsync(async buffer =>
            {
                await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
                await WriteAsync(writer, session, http.Actor(), score, http.RequestAborted);
            });
        });
    }

    private static void NeedValue(Actor actor)
    {
        if (!actor.Has(Functions.ReadValue))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }
    }

    private static async Task WriteAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, KeptScore score, CancellationToken cancel)
    {
        writer.WriteStartObject();
        writer.WriteString("id", score.Id);
        writer.WriteString("name", score.Name);
        writer.WriteString("field", score.Field);
        writer.WritePropertyName("question");
        writer.WriteRawValue(score.Question.ToJson());
        writer.WriteNumber("version", score.Version);
        writer.WriteStartArray("groups");
        foreach (var group in score.Groups)
        {
            writer.WriteStringValue(group);
        }

        writer.WriteEndArray();
        writer.WriteString("madeBy", actor.Directory.Person(score.MadeBy)?.Name);
        writer.WriteString("madeAt", RecordJson.Instant(score.MadeAt.ToUnixTimeMilliseconds()));
        writer.WriteBoolean("removed", score.RemovedAt is not null);
        writer.WriteString("failure", score.Failure?.In(actor.Language));
        if (score.ScoredAt is { } at)
        {
            writer.WriteString("scoredAt", RecordJson.Instant(at.ToUnixTimeMilliseconds()));
        }

        // How many, and how the whole of them stands, is for who sees the whole.
        if (actor.On(actor.Schema["customers"]).Read == Reach.All)
        {
            writer.WriteNumber("scored", score.Scored ?? 0);
            var night = await session.FirstAsync(Sql.Of($"SELECT scored, expected, actual, stability, noise FROM lab_score_night WHERE score_id = {score.Id} ORDER BY on_day DESC LIMIT 1"), row => (Scored: row.Integer(0), Expected: Convert.ToDouble(row.Any(1)), Actual: Convert.ToDouble(row.Any(2)), Stability: Convert.ToDouble(row.Any(3)), Noise: row.IsNull(4) ? (double?)null : Convert.ToDouble(row.Any(4))), cancel);
            writer.WriteStartArray("findings");
            foreach (var finding in ScoreNight.Judge(score.Question, night.Scored, night.Expected, night.Actual, night.Noise, night.Stability))
            {
                writer.WriteStringValue(FindingWords.Of(finding).In(actor.Language));
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static Task WriteAsync(HttpContext http, Func<Utf8JsonWriter, Task> write) => http.JsonAsync(async buffer =>
    {
        await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
        writer.WriteStartObject();
        await write(writer);
        writer.WriteEndObject();
    });
}
