using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Deals;

/// <summary>Somebody on the customer's side, or a partner's, who has a say in a deal: as what, how much, and whether for or against.</summary>
public sealed class DealContact(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("deal-contacts", "deal-contact",
    [
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals", Required = true },
        new("contact", FieldKind.Reference, ("联系人", "Contact")) { Reference = "contacts", Required = true, WhenErased = WhenErased.Remove, WhenMerged = WhenMerged.Move },
        new("role", FieldKind.Choice, ("角色", "Role"))
        {
            Required = true,
            Choices =
            [
                new("decider", ("决策人", "Decision maker"), "red"), new("budget", ("预算负责人", "Holds the budget"), "amber"), new("influencer", ("影响者", "Influencer"), "violet"),
                new("user", ("使用人", "User"), "blue"), new("technical", ("技术把关", "Technical judge"), "blue"), new("buyer", ("采购", "Buyer"), "green"), new("champion", ("内部支持者", "Champion"), "green"), new("other", ("其他", "Other"), "grey"),
            ],
        },
        new("influence", FieldKind.Choice, ("影响力", "Influence")) { Choices = [new("high", ("高", "High"), "red"), new("medium", ("中", "Medium"), "amber"), new("low", ("低", "Low"), "grey")] },
        new("attitude", FieldKind.Choice, ("态度", "Attitude")) { Choices = [new("for", ("支持", "For us"), "green"), new("neutral", ("中立", "Neutral"), "grey"), new("against", ("反对", "Against us"), "red"), new("unknown", ("未知", "Unknown"))] },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenMerged = WhenMerged.Move },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "deal_person",
        Label = ("商机联系人", "People in deals"),
        SingularLabel = ("商机联系人", "Person in a deal"),
        Icon = "contact",
        TitleField = "role",
        SubtitleField = "deal",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["deal", "contact", "role", "influence", "attitude"],
        DefaultSort = "role",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new DealContact(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        if (Reference("deal") is not { } deal)
        {
            return;
        }

        if (!IsNew && Changed("deal"))
        {
            throw new RefusedException(Refusal.Invalid("deal", ("联系人角色不能换到另一个商机", "A role stays with its deal")));
        }

        this["customer"] = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM deal WHERE id = {deal}"), row => row.OptionalId(0));
        if (Changed("contact") && Reference("contact") is { } contact && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM deal_person WHERE deal_id = {deal} AND contact_id = {contact} AND id <> {Id} AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("contact", ("这位联系人已经在这个商机里：请修改原来的一条", "That contact is in this deal already: change the entry there is")));
        }

        await ChildAccess.FollowAsync(this, context);
    }
}
