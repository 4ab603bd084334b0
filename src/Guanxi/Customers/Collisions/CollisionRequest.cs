using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Collisions;

/// <summary>
/// Somebody met a customer that is a colleague's and asks to work on it with him, to take it over, or for a manager's word. The requester need not see the customer, so people read
/// their requests by <see cref="CollisionLists"/>; the noun itself, with its history, is for those who look after the pools.
/// </summary>
public sealed class CollisionRequest(RecordType type) : Record(type)
{
    public const string Noun = "collision-requests";

    public static RecordType Description { get; } = new(Noun, "collisionRequest",
    [
        new("label", FieldKind.Text, ("客户", "Customer as it was entered")) { Required = true, ReadOnly = true },
        new("kind", FieldKind.Choice, ("申请", "Request"))
        {
            ReadOnly = true,
            Choices = [new("cooperate", ("申请协作", "To cooperate"), "blue"), new("transfer", ("申请转移", "To take over"), "amber"), new("arbitrate", ("报备仲裁", "Arbitration"), "red")],
        },
        new("status", FieldKind.Choice, ("状态", "Status"))
        {
            ReadOnly = true,
            Choices = [new("open", ("待处理", "Open"), "blue"), new("agreed", ("已同意", "Agreed"), "green"), new("refused", ("已拒绝", "Refused"), "red"), new("withdrawn", ("已撤回", "Withdrawn"), "grey")],
        },
        new("customer", FieldKind.Reference, ("已有客户", "The customer there is")) { Reference = "customers", ReadOnly = true, Required = true, WhenErased = WhenErased.Remove, WhenMerged = WhenMerged.Move },
        new("own", FieldKind.Reference, ("申请人的客户", "The requester's customer")) { Reference = "customers", ReadOnly = true, WhenErased = WhenErased.Clear, WhenMerged = WhenMerged.Move },
        new("reason", FieldKind.LongText, ("理由", "Reason")) { ReadOnly = true, Required = true, MaxLength = 2000 },
        new("requester", FieldKind.Reference, ("申请人", "Requester")) { Reference = "users", ReadOnly = true },
        new("holder", FieldKind.Reference, ("当时的负责人", "Owner at the time")) { Reference = "users", ReadOnly = true },
        new("outcome", FieldKind.Choice, ("结果", "Outcome"))
        {
            ReadOnly = true,
            Choices = [new("stays", ("归原负责人", "Stays with the owner")), new("shared", ("共同跟进", "Both work on it"), "blue"), new("moved", ("归申请人", "Goes to the requester"), "amber")],
        },
        new("decidedBy", FieldKind.Reference, ("处理人", "Decided by")) { Reference = "users", ReadOnly = true },
        new("decidedAt", FieldKind.Instant, ("处理时间", "Decided at")) { ReadOnly = true },
        new("answer", FieldKind.LongText, ("说明", "Answer")) { ReadOnly = true, MaxLength = 2000 },
    ])
    {
        Table = "collision_request",
        Label = ("撞单申请", "Collision requests"),
        SingularLabel = ("撞单申请", "Collision request"),
        Icon = "exception",
        TitleField = "label",
        Access = AccessKind.Administration,
        ManageFunction = Functions.ManagePools,
        ListColumns = ["label", "kind", "status", "requester", "holder", "outcome", "decidedBy", "decidedAt"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Importable = false,
        Create = type => new CollisionRequest(type),
    };

    public bool IsOpen => Text("status") == "open";
}
