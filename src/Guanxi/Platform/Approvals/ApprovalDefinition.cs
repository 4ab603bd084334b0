using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Approvals;

/// <summary>Whose word a kind of request needs, when a condition over its record holds. Of those that hold, the one with the lowest priority number counts; a request goes on under the chain it began with.</summary>
public sealed class ApprovalDefinition(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("approval-definitions", "approval-definition",
    [
        new("name", FieldKind.Text, ("审批流名称", "Name")) { Required = true, MaxLength = 60 },
        new("kind", FieldKind.Text, ("审批事项", "What is approved")) { Required = true, MaxLength = 60, Help = ("例如 quote", "Such as quote") },
        new("condition", FieldKind.LongText, ("适用条件", "Condition")) { MaxLength = 2000, Help = ("筛选表达式，例如 amount > 100000；不填则都适用", "A filter such as amount > 100000; empty: always") },
        new("priority", FieldKind.Integer, ("优先级", "Priority")) { Required = true, Filled = true, Help = ("数字小的先判断", "The lowest number is asked first") },
        new("active", FieldKind.YesNo, ("启用", "In use")) { Required = true, Filled = true },
        new("definition", FieldKind.Json, ("审批步骤", "Steps")) { Required = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
    ])
    {
        Table = "approval_definition",
        Label = ("审批流", "Approval chains"),
        SingularLabel = ("审批流", "Approval chain"),
        Icon = "process",
        Access = AccessKind.Administration,
        ManageFunction = Functions.ManageApprovals,
        ListColumns = ["name", "kind", "condition", "priority", "active"],
        DefaultSort = "priority",
        HasSearch = false,
        Importable = false,
        Create = type => new ApprovalDefinition(type),
    };

    public override ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        this["priority"] ??= 100L;
        if (Text("definition") is not { } text || Text("kind") is not { } name)
        {
            return ValueTask.CompletedTask;
        }

        if (ApprovalKind.Find(context.Schema, name) is not { } found)
        {
            var known = context.Schema.Types.SelectMany(type => type.Approvals).Select(kind => kind.Name).ToList();
            throw new RefusedException(Refusal.Invalid("kind", new Label($"没有审批事项“{name}”，可用：{string.Join("、", known)}", $"There is no kind “{name}”; use {string.Join(", ", known)}")));
        }

        ApprovalChecks.Condition(Text("condition"), "condition", found.Type, context);
        if (Changed("definition") || Changed("kind"))
        {
            this["definition"] = ApprovalChecks.Read(text, found.Type, context).Write();
        }

        return ValueTask.CompletedTask;
    }
}
