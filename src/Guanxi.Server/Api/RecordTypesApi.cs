using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Fields;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>Describes the nouns as the caller may see them; the page draws lists, forms and filters from this.</summary>
public static class RecordTypesApi
{
    public static void MapRecordTypes(this RouteGroupBuilder api)
    {
        api.MapGet("/record-types", ListAsync);
        api.MapGet("/record-types/{type}", GetAsync);
        api.MapGet("/record-types/{type}/fields", GetAsync);
        api.MapPost("/record-types/{type}/fields", AddFieldAsync).AnsweredOnce();
        api.MapPatch("/record-types/{type}/fields/{name}", ChangeFieldAsync);
        api.MapDelete("/record-types/{type}/fields/{name}", (HttpContext http, string type, string name) => RetireAsync(http, type, name, retire: true));
        api.MapPost("/record-types/{type}/fields/{name}:unretire", (HttpContext http, string type, string name) => RetireAsync(http, type, name, retire: false)).AnsweredOnce();
    }

    private static Task ListAsync(HttpContext http) => http.JsonAsync(writer => WriteAll(writer, "items", http.Actor(), http.Workspace()));

    /// <summary>Every noun that the actor may read, as an array of this name.</summary>
    public static void WriteAll(Utf8JsonWriter writer, string name, Actor actor, Workspace workspace)
    {
        writer.WriteStartArray(name);
        foreach (var type in workspace.Schema.Types.Where(type => actor.On(type).Read != Reach.None))
        {
            writer.WriteStartObject();
            Write(writer, actor, type);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Task GetAsync(HttpContext http, string type)
    {
        var actor = http.Actor();
        var found = http.Type(type);
        if (actor.On(found).Read == Reach.None)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        return http.JsonAsync(writer => Write(writer, actor, found));
    }

    private static async Task AddFieldAsync(HttpContext http, string type)
    {
        await CustomFields.AddAsync(http.Workspace(), http.Actor(), http.Type(type), await http.BodyAsync(), http.RequestAborted);
        http.Response.StatusCode = 201;
        await GetAsync(http, type);
    }

    private static async Task ChangeFieldAsync(HttpContext http, string type, string name)
    {
        await CustomFields.ChangeAsync(http.Workspace(), http.Actor(), http.Type(type), name, await http.BodyAsync(), http.RequestAborted);
        await GetAsync(http, type);
    }

    private static async Task RetireAsync(HttpContext http, string type, string name, bool retire)
    {
        await CustomFields.RetireAsync(http.Workspace(), http.Actor(), http.Type(type), name, retire, http.RequestAborted);
        await GetAsync(http, type);
    }

    private static void Write(Utf8JsonWriter writer, Actor actor, RecordType type)
    {
        var rights = actor.On(type);
        writer.WriteString("type", type.Name);
        writer.WriteString("singular", type.Singular);
        WriteLabel(writer, "labels", type.Label);
        WriteLabel(writer, "singularLabels", type.SingularLabel);
        writer.WriteString("icon", type.Icon);
        writer.WriteString("titleField", type.TitleField);
        writer.WriteString("subtitleField", type.SubtitleField);
        writer.WriteString("parentField", type.ParentField);
        writer.WriteString("importsWith", Guanxi.Platform.Exchange.ImportFile.Beside(actor, type)?.Name);
        writer.WriteString("importTarget", type.ImportTarget?.Field);
        writer.WriteBoolean("hasTimeline", type.HasTimeline);
        writer.WriteBoolean("hasOwner", type.HasOwner);
        writer.WriteBoolean("aboutPeople", type.IsPerson is not null);
        writer.WriteNumber("version", actor.Schema.Version);
        writer.WriteStartObject("rights");
        writer.WriteBoolean("readAll", rights.Read == Reach.All);
        writer.WriteBoolean("create", rights.Create);
        writer.WriteBoolean("edit", rights.Edit != Reach.None);
        writer.WriteBoolean("delete", rights.Delete != Reach.None);
        writer.WriteBoolean("import", rights.Import && type.Importable);
        writer.WriteBoolean("export", rights.Export);
        writer.WriteBoolean("share", type.Access == AccessKind.Owned && rights.Edit != Reach.None);
        writer.WriteBoolean("assign", actor.Has(Functions.AssignOwner));
        writer.WriteEndObject();
        writer.WriteStartArray("fields");
        var manages = actor.Has(Functions.ManageFields);
        foreach (var field in type.Fields.Where(field => !field.Internal && (!field.Retired || manages)))
        {
            var right = actor.On(type, field);
            if (right != FieldRight.Hidden)
            {
                WriteField(writer, field, right);
            }
        }

        writer.WriteEndArray();
        writer.WriteStartArray("filterFields");
        foreach (var field in type.FilterFields)
        {
            WriteField(writer, field, FieldRight.Read);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("sections");
        foreach (var section in type.Sections)
        {
            writer.WriteStartObject();
            writer.WriteString("name", section.Name);
            WriteLabel(writer, "labels", section.Label);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("list");
        WriteNames(writer, "columns", type.ListColumns.Concat(type.Fields.Where(field => field.Custom && !field.Retired).Select(field => field.Name)).Where(name => actor.On(type, type[name]) != FieldRight.Hidden));
        writer.WriteString("sort", type.DefaultSort);
        writer.WriteEndObject();
        WriteNames(writer, "form", type.Fields.Where(field => field.Writable && actor.On(type, field) != FieldRight.Hidden).Select(field => field.Name));
        WriteNames(writer, "keys", type.Keys);
    }

    private static void WriteField(Utf8JsonWriter writer, Field field, FieldRight right)
    {
        writer.WriteStartObject();
        WriteMembers(writer, field, right);
        writer.WriteEndObject();
    }

    /// <summary>What a page needs to show a field and to ask for it, as members of an object that may say more.</summary>
    internal static void WriteMembers(Utf8JsonWriter writer, Field field, FieldRight right)
    {
        writer.WriteString("name", field.Name);
        writer.WriteString("kind", field.KindName);
        WriteLabel(writer, "labels", field.Label);
        if (field.Help is { } help)
        {
            WriteLabel(writer, "help", help);
        }
        else
        {
            writer.WriteNull("help");
        }

        writer.WriteBoolean("required", field.Required);
        if (field.Filled)
        {
            writer.WriteBoolean("filledIn", true);
        }

        writer.WriteBoolean("readOnly", !field.Writable);
        writer.WriteBoolean("custom", field.Custom);
        writer.WriteBoolean("system", field.System);
        writer.WriteBoolean("retired", field.Retired);
        writer.WriteBoolean("sensitive", field.Sensitive);
        writer.WriteString("mask", char.ToLowerInvariant(field.Mask.ToString()[0]) + field.Mask.ToString()[1..]);
        writer.WriteBoolean("sortable", field.Sortable && right >= FieldRight.Read);
        writer.WriteBoolean("filterable", field.Filterable && right >= FieldRight.Read);
        writer.WriteBoolean("groupable", field.Groupable && right >= FieldRight.Read);
        writer.WriteString("right", right switch { FieldRight.Edit => "edit", FieldRight.Read => "read", _ => "masked" });
        writer.WriteBoolean("many", field.IsList);
        writer.WriteNumber("maxLength", field.MaxLength);
        if (field.Choices.Count > 0)
        {
            writer.WriteStartArray("choices");
            foreach (var choice in field.Choices)
            {
                writer.WriteStartObject();
                writer.WriteString("value", choice.Value);
                WriteLabel(writer, "labels", choice.Label);
                writer.WriteString("color", choice.Color);
                writer.WriteBoolean("retired", choice.Retired);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteNull("choices");
        }

        writer.WriteString("reference", field.Reference);
        writer.WriteString("formula", field.Formula);
        writer.WriteString("section", field.Section);
        writer.WriteBoolean("computed", field.IsComputed);
    }

    public static void WriteLabel(Utf8JsonWriter writer, string name, Label label)
    {
        writer.WriteStartObject(name);
        writer.WriteString("zh-Hans", label.ZhHans);
        writer.WriteString("zh-Hant", label.ZhHant);
        writer.WriteString("en", label.En);
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string name, IEnumerable<string> names)
    {
        writer.WriteStartArray(name);
        foreach (var item in names)
        {
            writer.WriteStringValue(item);
        }

        writer.WriteEndArray();
    }
}
