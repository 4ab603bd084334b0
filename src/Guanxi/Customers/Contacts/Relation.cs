using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Contacts;

/// <summary>Who knows, reports to or influences whom, and how strongly.</summary>
public sealed class Relation(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("relations", "relation",
    [
        new("contact", FieldKind.Reference, ("联系人", "Contact")) { Reference = "contacts", Required = true, WhenErased = WhenErased.Remove, WhenMerged = WhenMerged.MoveOrDrop },
        new("kind", FieldKind.Choice, ("关系", "Relation"))
        {
            Required = true,
            Choices = [new("influences", ("影响", "Influences")), new("reportsTo", ("汇报给", "Reports to")), new("knows", ("认识", "Knows")), new("classmate", ("同学", "Classmate of")), new("formerColleague", ("前同事", "Former colleague of")), new("family", ("亲属", "Family of")), new("opposes", ("对立", "Opposes"), "red")],
        },
        new("otherContact", FieldKind.Reference, ("对方", "Other contact")) { Reference = "contacts", Required = true, WhenErased = WhenErased.Remove, WhenMerged = WhenMerged.MoveOrDrop },
        new("strength", FieldKind.Rating, ("强度", "Strength")),
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("customer", FieldKind.Reference, ("所属客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "relation",
        Label = ("人脉关系", "Relations"),
        SingularLabel = ("人脉关系", "Relation"),
        Icon = "relation",
        TitleField = "kind",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["contact", "kind", "otherContact", "strength", "customer"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new Relation(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("contact") == Reference("otherContact"))
        {
            throw new RefusedException(Refusal.Invalid("otherContact", ("请选择另一位联系人", "Choose another contact")));
        }

        if (IsNew || Changed("contact"))
        {
            this["customer"] = Reference("contact") is { } contact ? await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM contact WHERE id = {contact}"), row => row.OptionalId(0)) : null;
            await ChildAccess.FollowAsync(this, context);
        }
    }
}
