namespace Guanxi.Platform.Records;

/// <summary>What every record must satisfy, whatever the surface.</summary>
public static class RecordChecks
{
    public static Label Required { get; } = ("必填", "This is required");

    public static void Require(Record record)
    {
        FieldErrors? errors = null;
        foreach (var field in record.Type.Fields)
        {
            if (field.Required && !field.Retired && record[field] is null)
            {
                (errors ??= new FieldErrors()).Add(field.Name, Required);
            }
        }

        errors?.Throw();
    }
}

/// <summary>What the platform refuses about any record.</summary>
public static class RecordRefusals
{
    public static Refusal Conflict { get; } = new(412, "changed-meanwhile", ("有人刚刚改过这条记录", "Somebody has just changed this record"))
    {
        Detail = ("请查看对方的修改，再决定保留哪一份", "Look at both versions and choose which to keep"),
    };

    public static Refusal MayNotEdit { get; } = Refusal.Forbidden(("你可以查看这条记录，但不能修改。可请负责人或管理员授权", "You may read this record but not change it. Ask its owner or an administrator"));

    public static Refusal MayNotDelete { get; } = Refusal.Forbidden(("你不能删除这条记录", "You may not delete this record"));

    public static Refusal MayNotCreate(RecordType type) => Refusal.Forbidden(new Label($"你的角色不能新建{type.SingularLabel.ZhHans}", $"Your role may not create: {type.SingularLabel.En}"));

    public static Label ReadOnlyField { get; } = ("此字段由系统维护，不能修改", "This field is kept by the program and cannot be set");

    public static Label NoRightToReadField { get; } = ("你没有查看此字段的权限", "You have no right to read this field");

    public static Label NoRightOnField { get; } = ("你没有修改此字段的权限", "You have no right to change this field");

    public static Label UnknownReference { get; } = ("所指记录不存在，或你无权查看", "The record meant does not exist, or you may not see it");

    public static Label UnknownField(string name, string? near) => new($"没有“{name}”这个字段{(near is null ? "" : $"，是否指“{near}”？")}", $"There is no field “{name}”{(near is null ? "" : $"; did you mean “{near}”?")}");
}
