using System.Text.Json;
using Guanxi.Customers.Sources;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Customers;

/// <summary>What other systems say about customers, which of them is believed first, and where they differ.</summary>
public static class SourcesApi
{
    public static void MapSources(this RouteGroupBuilder api)
    {
        foreach (var noun in SourceRules.Nouns)
        {
            api.MapPost($"/{noun}:sync", (HttpContext http) => SyncAsync(http, noun)).WithName($"{noun}.sync").AnsweredOnce();
        }

        api.MapGet("/sources", RulesAsync);
        api.MapPut("/sources", ChangeRulesAsync);
        api.MapGet("/sources/conflicts", ConflictsAsync);
        api.MapPost("/sources/conflicts:resolve", ResolveAsync).AnsweredOnce();
    }

    private static async Task SyncAsync(HttpContext http, string noun)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var (system, externalId) = (body.Needed("system").Trim(), body.Needed("externalId").Trim());
        var outcome = await http.Workspace().WriteAsync(actor, context => SyncRecord.RunAsync(context, http.Type(noun), system, externalId, body.TryGetProperty("values", out var values) ? values : default, http.RequestAborted), http.Confirmed(), http.RequestAborted);
        await http.JsonAsync(
            writer =>
            {
                writer.WriteString("id", outcome.Record.Id);
                writer.WriteNumber("version", outcome.Record.Version);
                Names(writer, "applied", outcome.Applied);
                Names(writer, "differs", outcome.Differs);
            },
            outcome.Made ? 201 : 200);
    }

    private static void Names(Utf8JsonWriter writer, string name, IEnumerable<string> names)
    {
        writer.WriteStartArray(name);
        foreach (var item in names)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }

    private static async Task RulesAsync(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await WriteAsync(http, await SourceRules.ReadAsync(session, http.RequestAborted));
    }

    private static async Task ChangeRulesAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        actor.Demand(Functions.ManageSettings);
        var rules = SourceRules.Of(body, http.Type("customers"));
        await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                var before = await SourceRules.ReadAsync(context.Session, http.RequestAborted);
                await Settings.PutAsync(context.Session, SourceRules.Setting, rules.ToJson(), http.RequestAborted);
                context.Note("sources.rules", null, null, $"{{\"sources\":[{before.ToJson()},{rules.ToJson()}]}}");
            },
            cancel: http.RequestAborted);
        await WriteAsync(http, rules);
    }

    private static Task WriteAsync(HttpContext http, SourceRules rules) => http.JsonAsync(writer =>
    {
        Names(writer, "order", rules.Order);
        writer.WriteStartObject("fields");
        foreach (var (field, order) in rules.Fields)
        {
            Names(writer, field, order);
        }

        writer.WriteEndObject();
    });

    private static async Task ConflictsAsync(HttpContext http)
    {
        var (actor, workspace, type) = (http.Actor(), http.Workspace(), Noun(http, http.Request.Query["type"]));
        if (actor.On(type).Read == Reach.None)
        {
            throw new RefusedException(Refusal.Forbidden(new Label($"你的角色不能查看{type.Label.ZhHans}", $"Your role may not read {type.Label.En}")));
        }

        var limit = RecordsApi.Limit(http, 50);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var (conflicts, next) = await SourceConflicts.ListAsync(session, actor, type, Cursor(http.Request.Query["cursor"]), limit, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var conflict in conflicts)
            {
                writer.WriteStartObject();
                writer.WriteString("id", conflict.Customer.Id);
                writer.WriteString("title", conflict.Customer.Title);
                writer.WriteString("field", conflict.Field.Name);
                writer.WriteString("system", conflict.System);
                writer.WriteString("at", RecordJson.Instant(conflict.At.ToUnixTimeMilliseconds()));
                if (conflict.Field.Audited)
                {
                    actor.Reading.Note(type, conflict.Field, conflict.Customer.Id);
                }

                writer.WritePropertyName("value");
                RecordJson.WriteValue(writer, actor, conflict.Field, conflict.Customer[conflict.Field], masked: false, null);
                writer.WritePropertyName("said");
                RecordJson.WriteValue(writer, actor, conflict.Field, conflict.Said, masked: false, null);
                writer.WriteBoolean("mayEdit", actor.On(type, conflict.Field) == FieldRight.Edit);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteString("next", next is { } last ? $"{last.Customer}~{last.Field}~{last.System}" : null);
        });
    }

    private static RecordType Noun(HttpContext http, string? name) => string.IsNullOrEmpty(name) ? http.Type("customers") : SourceRules.Nouns.Contains(name, StringComparer.Ordinal) ? http.Type(name)
        : throw new RefusedException(Refusal.Invalid("type", ("type 应为 customers 或 contacts", "type is customers or contacts")));

    private static (Guid, string, string)? Cursor(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split('~', 3);
        return parts.Length == 3 && Guid.TryParse(parts[0], out var id) ? (id, parts[1], parts[2]) : throw new RefusedException(Refusal.Invalid("cursor", ("翻页标记无效", "The cursor is broken")));
    }

    private static async Task ResolveAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var contact = body.Id("contact");
        var id = contact ?? body.Id("customer") ?? throw new RefusedException(Refusal.Invalid("customer", RecordChecks.Required));
        await http.RecordAsync(await http.Workspace().WriteAsync(actor, context => SourceConflicts.ResolveAsync(context, http.Type(contact is null ? "customers" : "contacts"), id, body.Needed("field"), body.Needed("system"), body.Flag("take", false), http.RequestAborted), http.Confirmed(), http.RequestAborted));
    }
}
