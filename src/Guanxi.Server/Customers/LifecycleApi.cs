using System.Text.Json;
using Guanxi.Customers.Lifecycle;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Customers;

/// <summary>The stages customers go through: how many stand where, where they went on to, the rules behind it, and going over the whole base by them.</summary>
public static class LifecycleApi
{
    private const int UsualDays = 365;
    private const int MostDays = 3650;

    public static void MapLifecycle(this RouteGroupBuilder api)
    {
        api.MapGet("/lifecycle", ReadAsync);
        api.MapGet("/lifecycle/rules", RulesAsync);
        api.MapPut("/lifecycle/rules", SaveAsync);
        api.MapPost("/lifecycle:preview", PreviewAsync);
        api.MapPost("/lifecycle:derive", DeriveAsync).AnsweredOnce();
        api.MapPost("/lifecycle:stop", StopAsync).AnsweredOnce();
        api.MapGet("/customers/{id:guid}/stages", OfCustomerAsync);
    }

    private static RecordType Demand(HttpContext http)
    {
        var type = http.Type("customers");
        return http.Actor() is var actor && actor.On(type).Read != Reach.None && actor.Reads(type, type["stage"])
            ? type : throw new RefusedException(Refusal.Forbidden(("你的角色不能查看客户的阶段", "Your role may not read the stage of customers")));
    }

    private static async Task ReadAsync(HttpContext http)
    {
        var (actor, workspace, type) = (http.Actor(), http.Workspace(), Demand(http));
        var days = http.Request.Query["days"].ToString() is { Length: > 0 } text ? int.TryParse(text, out var number) && number is >= 1 and <= MostDays ? number : throw new RefusedException(Refusal.Invalid("days", new Label($"应为 1 到 {MostDays}", $"This is 1 to {MostDays}"))) : UsualDays;
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var counts = (await LifecycleFigures.StagesAsync(session, actor, workspace.Now, http.RequestAborted)).ToDictionary(item => item.Stage, item => (item.Count, item.Days), StringComparer.Ordinal);
        var steps = await LifecycleFigures.StepsAsync(session, actor, workspace.Now.AddDays(-days), workspace.Now, http.RequestAborted);
        var rules = await LifecycleRules.ReadAsync(session, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("active", rules.Active);
            writer.WriteNumber("days", days);
            writer.WriteStartArray("stages");
            foreach (var stage in type["stage"].Choices.Where(choice => !choice.Retired || counts.ContainsKey(choice.Value)))
            {
                var (count, standing) = counts.GetValueOrDefault(stage.Value);
                var left = steps.Where(step => step.From == stage.Value).ToList();
                writer.WriteStartObject();
                writer.WriteString("stage", stage.Value);
                RecordTypesApi.WriteLabel(writer, "labels", stage.Label);
                writer.WriteString("color", stage.Color);
                writer.WriteNumber("count", count);
                WriteDays(writer, "standingDays", standing);
                writer.WriteNumber("entered", steps.Where(step => step.To == stage.Value).Sum(step => step.Count));
                writer.WriteNumber("left", left.Sum(step => step.Count));
                WriteDays(writer, "stayedDays", left.Count == 0 ? null : left.Sum(step => step.Days * step.Count) / left.Sum(step => step.Count));
                writer.WriteStartArray("to");
                foreach (var step in left.OrderByDescending(step => step.Count))
                {
                    writer.WriteStartObject();
                    writer.WriteString("stage", step.To);
                    writer.WriteNumber("count", step.Count);
                    WriteDays(writer, "days", step.Days);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteDays(Utf8JsonWriter writer, string name, double? days)
    {
        if (days is { } number)
        {
            writer.WriteNumber(name, Math.Round(number, 1));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static async Task RulesAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WriteRulesAsync(http, session, await LifecycleRules.ReadAsync(session, http.RequestAborted));
    }

    private static async Task WriteRulesAsync(HttpContext http, DatabaseSession session, LifecycleRules rules)
    {
        var state = await session.FirstAsync(
            Sql.Of($"SELECT state, done, total, moved, started_at, finished_at FROM lifecycle_state WHERE one = 1"),
            row => (State: row.Text(0), Done: row.Integer(1), Total: row.Integer(2), Moved: row.Integer(3), Started: row.OptionalInteger(4), Finished: row.OptionalInteger(5)), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("active", rules.Active);
            writer.WriteStartArray("rules");
            foreach (var rule in rules.Rules)
            {
                writer.WriteStartObject();
                writer.WriteString("stage", rule.Stage);
                writer.WriteStartArray("from");
                foreach (var from in rule.From)
                {
                    writer.WriteStringValue(from);
                }

                writer.WriteEndArray();
                writer.WriteString("filter", rule.Text);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject("run");
            writer.WriteString("state", state.State);
            writer.WriteNumber("done", state.Done);
            writer.WriteNumber("total", state.Total);
            writer.WriteNumber("moved", state.Moved);
            writer.WriteString("startedAt", state.Started is { } started ? RecordJson.Instant(started) : null);
            writer.WriteString("finishedAt", state.Finished is { } finished ? RecordJson.Instant(finished) : null);
            writer.WriteEndObject();
        });
    }

    private static async Task SaveAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        actor.Demand(Functions.ManageSettings);
        var saved = await workspace.WriteAsync(
            actor,
            async context =>
            {
                var rules = LifecycleRules.Of(actor, context.Session.Dialect, body, context.Now);
                await LifecycleRules.SaveAsync(context, rules, http.RequestAborted);
                return rules;
            },
            cancel: http.RequestAborted);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await WriteRulesAsync(http, session, saved);
    }

    /// <summary>Whom rules would move, saved or not.</summary>
    private static async Task PreviewAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.OptionalBodyAsync());
        actor.Demand(Functions.ManageSettings);
        Demand(http);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var rules = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("rules", out _) ? LifecycleRules.Of(actor, session.Dialect, body, workspace.Now) : await LifecycleRules.ReadAsync(session, http.RequestAborted);
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById((await Settings.ReadAsync(session, http.RequestAborted)).TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        var preview = await LifecycleFigures.PreviewAsync(session, actor, rules, zone, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("count", preview.Moves.Sum(move => move.Count));
            writer.WriteBoolean("exact", preview.IsExact);
            writer.WriteStartArray("moves");
            foreach (var (from, to, count) in preview.Moves)
            {
                writer.WriteStartObject();
                writer.WriteString("from", from);
                writer.WriteString("to", to);
                writer.WriteNumber("count", count);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("some");
            foreach (var (id, name, from, to) in preview.Some)
            {
                writer.WriteStartObject();
                writer.WriteString("id", id);
                writer.WriteString("name", name);
                writer.WriteString("from", from);
                writer.WriteString("to", to);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task DeriveAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        await http.Workspace().WriteAsync(http.Actor(), context => LifecycleKeeper.BeginAsync(context, http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static async Task StopAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        await http.Workspace().WriteAsync(http.Actor(), context => LifecycleKeeper.StopAsync(context, http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    /// <summary>The stages one customer has been in.</summary>
    private static async Task OfCustomerAsync(HttpContext http, Guid id)
    {
        var (actor, workspace, type) = (http.Actor(), http.Workspace(), http.Type("customers"));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        if (!await RecordStore.ExistsAsync(session, actor, type, id, Verb.Read, workspace.Now, cancel: http.RequestAborted))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        Demand(http);
        var moves = await LifecycleFigures.OfAsync(session, id, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var move in moves)
            {
                writer.WriteStartObject();
                writer.WriteString("at", RecordJson.Instant(move.At.ToUnixTimeMilliseconds()));
                writer.WriteString("from", move.From);
                writer.WriteString("to", move.To);
                writer.WriteString("since", RecordJson.Instant(move.Since.ToUnixTimeMilliseconds()));
                writer.WriteBoolean("byRule", move.ByRule);
                writer.WriteString("actor", actor.Directory.Person(move.Actor)?.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
