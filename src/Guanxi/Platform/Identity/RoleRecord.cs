using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>A role as it is edited; <see cref="Role"/> is the same in force.</summary>
public sealed class RoleRecord(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("roles", "role",
    [
        new("name", FieldKind.Text, ("角色名称", "Name")) { Required = true, MaxLength = 60 },
        new("key", FieldKind.Text, ("标识", "Key")) { Required = true, Filled = true, MaxLength = 40 },
        new("functions", FieldKind.Json, ("功能权限", "Functions")),
        new("scopes", FieldKind.Json, ("数据范围", "Record scopes")),
        new("fieldRights", FieldKind.Json, ("字段权限", "Field rights")),
    ])
    {
        Table = "role",
        Label = ("角色", "Roles"),
        SingularLabel = ("角色", "Role"),
        Icon = "role",
        Access = AccessKind.Directory,
        ManageFunction = Access.Functions.ManageRoles,
        ListColumns = ["name", "key"],
        DefaultSort = "createdAt",
        HasSearch = false,
        Importable = false,
        Create = type => new RoleRecord(type),
    };

    public override ValueTask PrepareAsync(SaveContext context)
    {
        if (!IsNew && Before(Type["key"]) is "administrator")
        {
            throw new RefusedException(Refusal.Breaks("administrator-role", ("管理员角色不能修改，否则公司可能把自己锁在门外", "The administrator's role cannot be changed, or the company could lock itself out")));
        }

        context.DemandProof();
        context.Actor.DemandOther(context.Actor.Role?.Id == Id && !IsNew);
        this["key"] ??= "role-" + Id.ToString("N")[^8..];
        Check("functions", JsonValueKind.Array, json => json.EnumerateArray().Where(item => item.ValueKind != JsonValueKind.String || Access.Functions.All.All(function => function.Name != item.GetString()))
            .Select(item => new Label($"没有功能权限“{item}”", $"There is no function right “{item}”")).FirstOrDefault());
        DemandRank(context);
        Check("scopes", JsonValueKind.Object, json => json.EnumerateObject().Select(type => WrongScope(context.Schema, type)).FirstOrDefault(wrong => wrong is not null));
        Check("fieldRights", JsonValueKind.Object, json => json.EnumerateObject().Select(type => WrongFields(context.Schema, type)).FirstOrDefault(wrong => wrong is not null));
        return ValueTask.CompletedTask;
    }

    public override ValueTask DeletedAsync(SaveContext context, DateTimeOffset? at, DateTimeOffset? before)
    {
        context.DemandProof();
        return base.DeletedAsync(context, at, before);
    }

    public override ValueTask SavedAsync(SaveContext context)
    {
        context.DirectoryChanged = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>Nobody gives a role a function right that he lacks himself.</summary>
    private void DemandRank(SaveContext context)
    {
        if (Text("functions") is { } json)
        {
            using var document = JsonDocument.Parse(json);
            foreach (var function in document.RootElement.EnumerateArray().Select(item => item.GetString()!))
            {
                context.Actor.Demand(function);
            }
        }
    }

    private void Check(string field, JsonValueKind kind, Func<JsonElement, Label?> wrong)
    {
        if (Text(field) is not { } json)
        {
            return;
        }

        using var document = JsonDocument.Parse(json);
        var error = document.RootElement.ValueKind == kind ? wrong(document.RootElement) : new Label("格式不对", "The form is wrong");
        if (error is not null)
        {
            throw new RefusedException(Refusal.Invalid(field, error));
        }
    }

    private static Label? WrongScope(Schema schema, JsonProperty type)
    {
        if (schema.Find(type.Name) is null)
        {
            return RecordRefusals.UnknownField(type.Name, Nearest.To(type.Name, schema.Types.Select(known => known.Name)));
        }

        foreach (var scope in type.Value.ValueKind == JsonValueKind.Object ? type.Value.EnumerateObject().ToList() : [])
        {
            var fits = scope.Name switch
            {
                "read" or "edit" or "delete" => scope.Value.ValueKind == JsonValueKind.String && TypeRights.ReachNamed(scope.Value.GetString()) is not null,
                "create" or "import" or "export" => scope.Value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                _ => false,
            };
            if (!fits)
            {
                return new Label($"{type.Name}.{scope.Name} 应为 none、own、team、teamAndBelow、all 或 true/false", $"{type.Name}.{scope.Name} should be none, own, team, teamAndBelow, all or true/false");
            }
        }

        return type.Value.ValueKind == JsonValueKind.Object ? null : new Label("格式不对", "The form is wrong");
    }

    private static Label? WrongFields(Schema schema, JsonProperty type)
    {
        if (schema.Find(type.Name) is not { } known || type.Value.ValueKind != JsonValueKind.Object)
        {
            return RecordRefusals.UnknownField(type.Name, Nearest.To(type.Name, schema.Types.Select(item => item.Name)));
        }

        foreach (var field in type.Value.EnumerateObject())
        {
            if (field.Name == known.TitleField && field.Value.ValueKind == JsonValueKind.String && field.Value.GetString() is "hidden" or "masked")
            {
                return new Label($"“{known[field.Name].Label.ZhHans}”不能隐藏或打码：引用、通知和搜索都靠它认出记录", $"“{known[field.Name].Label.En}” cannot be hidden or masked: references, notices and search show a record by it");
            }

            if (known.Find(field.Name) is null)
            {
                return RecordRefusals.UnknownField(field.Name, Nearest.To(field.Name, known.Shown.Select(item => item.Name)));
            }

            if (field.Value.ValueKind != JsonValueKind.String || Access.Directory.FieldRightNamed(field.Value.GetString()) is null)
            {
                return new Label($"{field.Name} 应为 hidden、masked、read 或 edit", $"{field.Name} should be hidden, masked, read or edit");
            }
        }

        return null;
    }
}
