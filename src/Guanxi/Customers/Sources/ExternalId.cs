using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Sources;

/// <summary>What a customer or a contact is called in another system, so that what that system says finds it again.</summary>
public sealed class ExternalId(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("external-ids", "external-id",
    [
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("contact", FieldKind.Reference, ("联系人", "Contact")) { Reference = "contacts", WhenErased = WhenErased.Remove, WhenMerged = WhenMerged.Move, Help = ("这个编号说的是联系人时填写", "When the id is that of a contact") },
        new("system", FieldKind.Text, ("系统", "System")) { Required = true, MaxLength = 60 },
        new("externalId", FieldKind.Text, ("编号", "Id there")) { Required = true, MaxLength = 100 },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "external_id",
        Label = ("外部编号", "External ids"),
        SingularLabel = ("外部编号", "External id"),
        Icon = "link",
        TitleField = "externalId",
        SubtitleField = "system",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["customer", "system", "externalId", "note"],
        DefaultSort = "-createdAt",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new ExternalId(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        (this["system"], this["externalId"]) = (Text("system")?.Trim(), Text("externalId")?.Trim());
        if (Changed("contact") && Reference("contact") is { } contact)
        {
            this["customer"] = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM contact WHERE id = {contact}"), row => row.OptionalId(0));
        }

        var ofContact = new SqlName(Reference("contact") is null ? "IS NULL" : "IS NOT NULL");
        if ((Changed("system") || Changed("externalId") || Changed("contact"))
            && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM external_id WHERE system = {Text("system")} AND external_id = {Text("externalId")} AND contact_id {ofContact} AND id <> {Id} AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("externalId", Reference("contact") is null
                ? new Label($"{Text("system")} 的这个编号已属于一位客户", $"This id of {Text("system")} belongs to a customer already")
                : new Label($"{Text("system")} 的这个编号已属于一位联系人", $"This id of {Text("system")} belongs to a contact already")));
        }

        if (IsNew || Changed("customer"))
        {
            await ChildAccess.FollowAsync(this, context);
        }
    }
}
