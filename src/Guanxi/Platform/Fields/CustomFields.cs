using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Fields;

/// <summary>Fields an administrator adds: kept as definitions, joined to the built-in description, in force at once.</summary>
public static partial class CustomFields
{
    private const int MostPerType = 200;

    /// <summary>All nouns with their custom fields, retired ones too: their values stay.</summary>
    public static async Task<Schema> LoadAsync(DatabaseSession session, IReadOnlyList<RecordType> nouns, CancellationToken cancel)
    {
        var version = await session.ScalarAsync<long>(Sql.Of($"SELECT number FROM generation WHERE name = 'schema'"), cancel);
        var fields = await session.ListAsync(
            Sql.Of($"SELECT record_type, name, definition, retired_at FROM custom_field ORDER BY record_type, position, name"),
            row => (Type: row.Text(0), Field: Read(row.Text(1), row.Text(2), !row.IsNull(3))),
            cancel);
        var whole = nouns.Select(noun => fields.Where(item => item.Type == noun.Name).Select(item => item.Field).ToList() is { Count: > 0 } own ? noun.With(own) : noun);
        return new Schema(version, await Privacy.AuditedFields.MarkAsync(session, whole, cancel));
    }

    private static Field Read(string name, string definition, bool retired)
    {
        using var document = JsonDocument.Parse(definition);
        var json = document.RootElement;
        var kind = Field.KindNamed(json.GetProperty("kind").GetString()!) ?? FieldKind.Text;
        var formulaText = json.TryGetProperty("formula", out var formula) ? formula.GetString() : null;
        if (json.TryGetProperty("beside", out var beside))
        {
            // What a module reckons and keeps in a table of its own; no definition of an administrator says so.
            return new Field(name, kind, ReadLabel(json.GetProperty("labels")))
            {
                ReadOnly = true,
                Retired = retired,
                Beside = beside.GetString(),
                Column = json.GetProperty("column").GetString()!,
                NeedsFunction = json.TryGetProperty("needsFunction", out var function) ? function.GetString() : null,
                DerivedFrom = [.. json.GetProperty("derivedFrom").EnumerateArray().Select(item => item.GetString()!)],
                Section = json.GetProperty("section").GetString()!,
                Choices = ReadChoices(json),
            };
        }

        return new Field(name, kind, ReadLabel(json.GetProperty("labels")))
        {
            Custom = true,
            Retired = retired,
            Required = json.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.True,
            Help = json.TryGetProperty("help", out var help) && help.ValueKind == JsonValueKind.Object ? ReadLabel(help) : null,
            Section = json.TryGetProperty("section", out var section) && section.GetString() is { Length: > 0 } given ? given : "custom",
            Reference = json.TryGetProperty("reference", out var reference) ? reference.GetString() : null,
            Formula = formulaText,
            DerivedFrom = kind == FieldKind.Formula ? [.. Fields.Formula.Parse(formulaText ?? "null").FieldNames()] : [],
            Sensitive = json.TryGetProperty("sensitive", out var sensitive) && sensitive.ValueKind == JsonValueKind.True,
            Mask = json.TryGetProperty("mask", out var mask) && mask.ValueKind == JsonValueKind.String ? MaskNamed(mask.GetString()) ?? MaskAs.Usual : MaskAs.Usual,
            Choices = ReadChoices(json),
        };
    }

    private static Choice[] ReadChoices(JsonElement json) => json.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array
        ? [.. choices.EnumerateArray().Select(choice => new Choice(
            choice.GetProperty("value").GetString()!,
            choice.TryGetProperty("labels", out var labels) ? ReadLabel(labels) : new Label(choice.GetProperty("value").GetString()!, choice.GetProperty("value").GetString()!),
            choice.TryGetProperty("color", out var color) ? color.GetString() : null,
            choice.TryGetProperty("retired", out var gone) && gone.ValueKind == JsonValueKind.True))]
        : [];

    private static MaskAs? MaskNamed(string? name) => name switch
    {
        "usual" => MaskAs.Usual,
        "identifier" => MaskAs.Identifier,
        "account" => MaskAs.Account,
        _ => null,
    };

    private static Label ReadLabel(JsonElement json)
    {
        string? Word(string language) => json.TryGetProperty(language, out var word) && word.ValueKind == JsonValueKind.String && word.GetString() is { Length: > 0 } text ? text : null;
        var simplified = Word("zh-Hans") ?? Word("en") ?? Word("zh-Hant") ?? "";
        return new Label(simplified, Word("en") ?? simplified, Word("zh-Hant"));
    }

    /// <summary>Adds a field; the definition is the API's: name, kind, labels, help, required, choices, reference, formula, section, position.</summary>
    public static Task<string> AddAsync(Workspace workspace, Actor actor, RecordType type, JsonElement definition, CancellationToken cancel = default)
    {
        Allow(actor);
        var name = Text(definition, "name") ?? throw Wrong("name", RecordChecks.Required);
        if (!NamePattern().IsMatch(name))
        {
            throw Wrong("name", ("字段名以小写字母开头，只含字母和数字，最多 40 个", "A field name begins with a small letter and has only letters and digits, at most 40"));
        }

        if (type.Find(name) is not null)
        {
            throw Wrong("name", new Label($"已有名为“{name}”的字段", $"There is already a field “{name}”"));
        }

        if (type.Fields.Count(field => field.Custom) >= MostPerType)
        {
            throw Wrong("name", new Label($"每种记录最多 {MostPerType} 个自定义字段", $"At most {MostPerType} custom fields a record type"));
        }

        var kept = Check(actor, type, name, definition);
        return workspace.WriteAsync(
            actor,
            async context =>
            {
                var json = new SqlName(context.Session.Dialect.JsonParameter);
                var position = definition.TryGetProperty("position", out var given) && given.TryGetInt32(out var number) ? number : type.Fields.Count;
                await context.Session.ExecuteAsync(
                    Sql.Of($"INSERT INTO custom_field (id, record_type, name, definition, position, created_at) VALUES ({Guid.CreateVersion7(context.Now)}, {type.Name}, {name}, {kept}{json}, {position}, {context.Now})"), cancel);
                context.Note("field.add", type.Name, null, kept);
                context.SchemaChanged = true;
                return name;
            },
            cancel: cancel);
    }

    /// <summary>Changes label, help, order, choices, required, section or formula. The kind stays: values of another kind would be lost.</summary>
    public static async Task ChangeAsync(Workspace workspace, Actor actor, RecordType type, string name, JsonElement patch, CancellationToken cancel = default)
    {
        Allow(actor);
        var field = type.Find(name) is { Custom: true } found ? found : throw new RefusedException(Refusal.NotFound);
        if (Text(patch, "kind") is { } kind && kind != field.KindName)
        {
            throw Wrong("kind", ("字段类型不能更改，请新建字段", "The kind of a field cannot change; add a new field"));
        }

        await workspace.WriteAsync(
            actor,
            async context =>
            {
                var now = await context.Session.FirstAsync(Sql.Of($"SELECT definition FROM custom_field WHERE record_type = {type.Name} AND name = {name}"), row => row.Text(0), cancel);
                var merged = MergePatch.Apply(now!, patch);
                using var document = JsonDocument.Parse(merged);
                var kept = Check(actor, type, name, document.RootElement, field);
                var json = new SqlName(context.Session.Dialect.JsonParameter);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE custom_field SET definition = {kept}{json} WHERE record_type = {type.Name} AND name = {name}"), cancel);
                if (patch.TryGetProperty("position", out var given) && given.TryGetInt32(out var position))
                {
                    await context.Session.ExecuteAsync(Sql.Of($"UPDATE custom_field SET position = {position} WHERE record_type = {type.Name} AND name = {name}"), cancel);
                }

                context.Note("field.change", type.Name, null, kept);
                if (field.Sensitive && !(document.RootElement.TryGetProperty("sensitive", out var still) && still.ValueKind == JsonValueKind.True))
                {
                    await Privacy.AuditedFields.ToldAsync(context, JsonSerializer.Serialize(new { fields = new string[][] { [$"{type.Name}.{name}"], [] } }), cancel);
                }

                context.SchemaChanged = true;
            },
            cancel: cancel);
    }

    /// <summary>Takes a field out of sight, its values kept, or brings it back.</summary>
    public static async Task RetireAsync(Workspace workspace, Actor actor, RecordType type, string name, bool retire, CancellationToken cancel = default)
    {
        Allow(actor);
        if (type.Find(name) is not { Custom: true })
        {
            throw new RefusedException(Refusal.NotFound);
        }

        await workspace.WriteAsync(
            actor,
            async context =>
            {
                DateTimeOffset? at = retire ? context.Now : null;
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE custom_field SET retired_at = {at} WHERE record_type = {type.Name} AND name = {name}"), cancel);
                context.Note(retire ? "field.retire" : "field.unretire", type.Name, null, $$"""{"name":"{{name}}"}""");
                context.SchemaChanged = true;
            },
            cancel: cancel);
    }

    private static void Allow(Actor actor)
    {
        if (!actor.Has(Functions.ManageFields))
        {
            throw new RefusedException(Refusal.Forbidden(("需要“管理字段”权限", "This needs the right to manage fields")));
        }
    }

    /// <summary>Checks a definition whole and gives it back as it is kept.</summary>
    private static string Check(Actor actor, RecordType type, string name, JsonElement definition, Field? before = null)
    {
        var kind = Field.KindNamed(Text(definition, "kind") ?? "") is { } known and not (FieldKind.Id or FieldKind.Json) ? known
            : throw Wrong("kind", new Label($"没有这种字段类型，可用：{string.Join("、", KindNames())}", $"There is no such kind; use {string.Join(", ", KindNames())}"));
        if (!definition.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Object || ReadLabel(labels).ZhHans is not { Length: > 0 and <= 60 })
        {
            throw Wrong("labels", ("请填写字段名称（至少一种语言，最多 60 个字）", "Give the field a label (in at least one language, at most 60 characters)"));
        }

        if (kind is FieldKind.Choice or FieldKind.Choices)
        {
            CheckChoices(definition, before);
        }

        if (kind == FieldKind.Reference && (Text(definition, "reference") is not { } target || actor.Schema.Find(target) is null))
        {
            throw Wrong("reference", new Label($"请选择所指的记录类型：{string.Join("、", actor.Schema.Types.Select(item => item.Name))}", $"Choose what it refers to: {string.Join(", ", actor.Schema.Types.Select(item => item.Name))}"));
        }

        if (kind == FieldKind.Formula)
        {
            // Compiled for both databases, so that a wrong name is told now and not when somebody opens a list.
            var formula = Formula.Parse(Text(definition, "formula") ?? throw Wrong("formula", RecordChecks.Required));
            if (formula.FieldNames().Contains(name))
            {
                throw Wrong("formula", ("公式不能引用自己", "A formula cannot use itself"));
            }

            formula.ToSql(type, "t", new SqliteDialect());
        }

        if (definition.TryGetProperty("beside", out _))
        {
            throw Wrong("beside", ("自定义字段不能指定 beside", "A custom field does not say beside"));
        }

        if (definition.TryGetProperty("sensitive", out var sensitive) && sensitive.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            throw Wrong("sensitive", ("sensitive 应为 true 或 false", "sensitive is true or false"));
        }

        if (definition.TryGetProperty("mask", out var mask) && mask.ValueKind != JsonValueKind.Null && (mask.ValueKind != JsonValueKind.String || MaskNamed(mask.GetString()) is null))
        {
            throw Wrong("mask", ("mask 应为 usual、identifier 或 account", "mask is usual, identifier or account"));
        }

        var text = definition.GetRawText();
        return text.Length <= 60_000 ? text : throw Wrong("choices", ("字段定义太大", "The definition is too large"));
    }

    private static void CheckChoices(JsonElement definition, Field? before)
    {
        if (!definition.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() is 0 or > 500
            || choices.EnumerateArray().Any(choice => choice.ValueKind != JsonValueKind.Object || Text(choice, "value") is not { Length: > 0 and <= 100 }))
        {
            throw Wrong("choices", ("请给出 1 到 500 个选项，每个有 value", "Give 1 to 500 choices, each with a value"));
        }

        var values = choices.EnumerateArray().Select(choice => Text(choice, "value")!).ToList();
        if (values.Distinct(StringComparer.OrdinalIgnoreCase).Count() != values.Count)
        {
            throw Wrong("choices", ("选项的值不能重复", "Two choices have the same value"));
        }

        if (before?.Choices.Select(choice => choice.Value).Except(values, StringComparer.Ordinal).FirstOrDefault() is { } lost)
        {
            throw Wrong("choices", new Label($"选项“{lost}”可能仍有记录在用：请设为停用（retired），不要删除", $"Records may still hold the choice “{lost}”: retire it instead of removing it"));
        }
    }

    private static IEnumerable<string> KindNames() => Enum.GetValues<FieldKind>().Where(kind => kind is not (FieldKind.Id or FieldKind.Json)).Select(kind => new Field("x", kind, ("x", "x")).KindName);

    private static string? Text(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static RefusedException Wrong(string field, Label error) => new(Refusal.Invalid(field, error));

    [GeneratedRegex("^[a-z][A-Za-z0-9]{0,39}$", RegexOptions.None, 1000)]
    private static partial Regex NamePattern();
}
