using System.Text.Json;
using Guanxi.Customers.Tiers;
using Guanxi.Database;
using Guanxi.Insight.Value;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Insight;

/// <summary>What the customers are worth: the company as a whole, each of them with its arithmetic, the rules and what other rules would do.</summary>
public static class ValueApi
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { IgnoreReadOnlyProperties = true };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public static void MapValue(this RouteGroupBuilder api)
    {
        api.MapGet("/value", OverviewAsync);
        api.MapPost("/value:run", RunAsync);
        api.MapGet("/value/settings", SettingsAsync);
        api.MapPatch("/value/settings", ChangeSettingsAsync);
        api.MapPost("/value:preview", PreviewAsync);
        api.MapGet("/value/policies", PoliciesAsync);
        api.MapPatch("/value/policies", ChangePoliciesAsync);
        api.MapGet("/value/transitions", TransitionsAsync);
        api.MapGet("/value/transitions/customers", MovedAsync);
        api.MapGet("/customers/{id:guid}/value", WorthAsync);
    }

    /// <summary>The whole base is told to whoever may see all of it; everybody else adds up his own customers in the list.</summary>
    internal static void NeedEverybody(Actor actor)
    {
        if (!actor.Has(Functions.ReadValue))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }

        if (actor.On(actor.Schema["customers"]).Read != Reach.All)
        {
            throw new RefusedException(ValueRefusals.NotEverybody);
        }
    }

    private static async Task OverviewAsync(HttpContext http)
    {
        NeedEverybody(http.Actor());
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var runs = await session.ListAsync(Sql.Of($"SELECT at, as_of, seconds, customers, orders FROM value_run ORDER BY at DESC LIMIT 24"), row => (At: row.Integer(0), AsOf: row.Text(1), Seconds: Convert.ToDouble(row.Any(2)), Customers: row.Integer(3), Orders: row.Integer(4)), http.RequestAborted);
        var report = await session.ScalarAsync<string>(Sql.Of($"SELECT report FROM value_run ORDER BY at DESC LIMIT 1"), http.RequestAborted);
        var running = http.RequestServices.GetRequiredService<ValueKeeping>().IsRunning;
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("running", running);
            writer.WritePropertyName("report");
            writer.WriteRawValue(report ?? "null");
            writer.WriteStartArray("runs");
            foreach (var run in runs)
            {
                writer.WriteStartObject();
                writer.WriteString("at", RecordJson.Instant(run.At));
                writer.WriteString("asOf", run.AsOf);
                writer.WriteNumber("seconds", Math.Round(run.Seconds, 3));
                writer.WriteNumber("customers", run.Customers);
                writer.WriteNumber("orders", run.Orders);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Begins a run; answers with what it did when that takes seconds, or that it goes on.</summary>
    private static async Task RunAsync(HttpContext http)
    {
        var actor = http.Actor();
        NeedEverybody(actor);
        var run = http.RequestServices.GetRequiredService<ValueKeeping>().Start(actor);
        await Task.WhenAny(run, Task.Delay(Patience, http.Workspace().Clock, http.RequestAborted));
        var done = run.IsCompletedSuccessfully ? await run : null;
        http.Response.StatusCode = done is null ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("running", !run.IsCompleted);
            if (done is not null)
            {
                writer.WriteNumber("customers", done.Customers);
                writer.WriteNumber("orders", done.Orders);
                writer.WriteString("model", done.Model);
                writer.WriteNumber("seconds", Math.Round(done.Seconds, 3));
            }
        });
    }

    private static async Task SettingsAsync(HttpContext http)
    {
        if (!http.Actor().Has(Functions.ReadValue))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }

        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, await ValueSettings.ReadAsync(session, http.RequestAborted));
    }

    private static async Task ChangeSettingsAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        actor.Demand(Functions.ManageSettings);
        var settings = await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                var before = await ValueSettings.ReadAsync(context.Session, http.RequestAborted);
                var after = before.With(body);
                CustomerFeelings.Check(actor.Schema["customers"], after);
                await Settings.PutAsync(context.Session, "value", after.ToJson(), http.RequestAborted);
                await ScoreWeights.KeepAsync(context, before, after, http.RequestAborted);
                context.Note("settings.change", null, null, $"{{\"value\":[{before.ToJson()},{after.ToJson()}]}}");
                return after;
            },
            cancel: http.RequestAborted);
        await WriteAsync(http, settings);
    }

    /// <summary>How each tier is treated is for everybody to know who treats them, and for nobody outside.</summary>
    private static async Task PoliciesAsync(HttpContext http)
    {
        _ = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WritePoliciesAsync(http, await TierPolicy.ReadAsync(session, http.RequestAborted));
    }

    private static async Task ChangePoliciesAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        actor.Demand(Functions.ManageSettings);
        await WritePoliciesAsync(http, await http.Workspace().WriteAsync(actor, context => TierPolicy.ChangeAsync(context, body, http.RequestAborted), cancel: http.RequestAborted));
    }

    private static Task WritePoliciesAsync(HttpContext http, IReadOnlyDictionary<string, TierPolicy> policies) => http.JsonAsync(writer =>
    {
        foreach (var tier in Standing.Tiers)
        {
            writer.WritePropertyName(tier);
            JsonSerializer.Serialize(writer, policies.GetValueOrDefault(tier) ?? new TierPolicy(null, null, null, null), Camel);
        }
    });

    private static async Task PreviewAsync(HttpContext http)
    {
        NeedEverybody(http.Actor());
        var body = await http.BodyAsync();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var customers = http.Actor().Schema["customers"];
        var wanted = (await ValueSettings.ReadAsync(session, http.RequestAborted)).With(body);
        CustomerFeelings.Check(customers, wanted);
        var preview = await ValuePreview.OfAsync(session, wanted, customers, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            Counts(writer, "tiers", Standing.Tiers, preview.Tiers);
            Counts(writer, "quadrants", Standing.Quadrants, preview.Quadrants);
            Counts(writer, "classes", Standing.Classes, preview.Classes);
            Counts(writer, "planes", Standing.Planes, preview.Planes);
            writer.WriteStartObject("cuts");
            foreach (var (name, amount) in preview.Cuts)
            {
                writer.WriteNumber(name, amount);
            }

            writer.WriteEndObject();
            if (preview.Scores is { } scores)
            {
                writer.WriteStartObject("scores");
                foreach (var (name, (now, then)) in ValueSettings.UsualWeights.Keys.Zip(scores))
                {
                    writer.WriteStartArray(name);
                    writer.WriteNumberValue(now);
                    writer.WriteNumberValue(then);
                    writer.WriteEndArray();
                }

                writer.WriteEndObject();
            }

            writer.WriteNumber("changed", preview.Changed);
        });
    }

    private static void Counts(Utf8JsonWriter writer, string name, IReadOnlyList<string> names, IReadOnlyList<int> counts)
    {
        writer.WriteStartObject(name);
        for (var i = 0; i < names.Count; i++)
        {
            writer.WriteNumber(names[i], counts[i]);
        }

        writer.WriteEndObject();
    }

    private static Task TransitionsAsync(HttpContext http) => ReadAsync(http, (writer, session) => TierFlows.WriteAsync(writer, session, http.Actor(), http.Request.Query["from"], http.Request.Query["to"], http.Workspace().Now, http.RequestAborted));

    private static Task MovedAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var limit = !query.TryGetValue("limit", out var text) ? 50 : int.TryParse(text, out var number) && number is > 0 and <= TierFlows.Longest ? number : throw new RefusedException(Refusal.Invalid("limit", new Label($"limit 应为 1 到 {TierFlows.Longest}", $"limit is 1 to {TierFlows.Longest}")));
        return ReadAsync(http, (writer, session) => TierFlows.WriteCustomersAsync(writer, session, http.Actor(), query["from"], query["to"], query["was"], query["is"], limit, http.Workspace().Now, http.RequestAborted));
    }

    private static async Task ReadAsync(HttpContext http, Func<Utf8JsonWriter, DatabaseSession, Task> write)
    {
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
            writer.WriteStartObject();
            await write(writer, session);
            writer.WriteEndObject();
        });
    }

    private static async Task WorthAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await RecordStore.LoadAsync(session, actor, actor.Schema["customers"], id, Verb.Read, workspace.Now, cancel: http.RequestAborted);
        var type = actor.Schema["customers"];
        if (!ValueFields.All.Where(field => field.Kind == FieldKind.Money).All(field => actor.Reads(type, type[field.Name])))
        {
            throw new RefusedException(ValueRefusals.NoRight);
        }

        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
            writer.WriteStartObject();
            await CustomerWorth.WriteAsync(writer, session, actor, id, http.RequestAborted);
            writer.WriteEndObject();
        });
    }

    private static Task WriteAsync(HttpContext http, ValueSettings settings) => http.JsonAsync(buffer =>
    {
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteRawValue(settings.ToJson());
        return Task.CompletedTask;
    });
}
