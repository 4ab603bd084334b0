using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Exchange;

/// <summary>Saved mappings of columns to fields.</summary>
public static class ImportMappingApi
{
    public static void MapImportMappings(this RouteGroupBuilder api)
    {
        api.MapGet("/import-mappings", ListAsync);
        api.MapPost("/import-mappings", SaveAsync).AnsweredOnce();
        api.MapDelete("/import-mappings/{id:guid}", RemoveAsync);
    }

    private static async Task ListAsync(HttpContext http)
    {
        var actor = http.Actor();
        var type = http.Workspace().Schema.Find(http.Request.Query["type"].ToString() is { Length: > 0 } name ? name : "customers") is { Importable: true } known ? known : throw new RefusedException(Refusal.NotFound);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var saved = actor.On(type).Import ? await ImportMappings.ListAsync(session, actor, type, http.RequestAborted) : [];
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var mapping in saved)
            {
                writer.WriteStartObject();
                Write(writer, actor, mapping);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>{"name","shared","columns":[…],"options":{…}}</summary>
    private static async Task SaveAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var options = ImportOptions.Parse(body.ValueKind == JsonValueKind.Object && body.TryGetProperty("options", out var given) ? given.GetRawText() : throw new RefusedException(Refusal.Invalid("options", RecordChecks.Required)));
        var columns = body.TryGetProperty("columns", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!).ToList() : [];
        var saved = await http.Workspace().WriteAsync(actor, context => ImportMappings.SaveAsync(context, body.Needed("name"), body.Flag("shared", false), columns, options, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer => Write(writer, actor, saved), 201);
    }

    private static async Task RemoveAsync(HttpContext http, Guid id)
    {
        await http.Workspace().WriteAsync(http.Actor(), context => ImportMappings.RemoveAsync(context, id, http.RequestAborted), cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static void Write(Utf8JsonWriter writer, Actor actor, ImportMappingSaved saved)
    {
        writer.WriteString("id", saved.Id);
        writer.WriteString("type", saved.Type);
        writer.WriteString("name", saved.Name);
        writer.WriteBoolean("shared", saved.Shared);
        writer.WriteBoolean("mine", saved.UserId == actor.Id);
        ImportJson.WriteTexts(writer, "columns", saved.Columns);
        writer.WritePropertyName("options");
        writer.WriteRawValue(saved.Options.ToJson());
    }
}
