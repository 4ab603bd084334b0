using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Privacy;

/// <summary>What somebody agreed to: for which purpose, in which words, how and when, and since when no more. Cross-border transfer and sensitive data need a consent of their own (PIPL, articles 29 and 39).</summary>
public sealed class Consent(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("consents", "consent",
    [
        new("purpose", FieldKind.Choice, ("目的", "Purpose"))
        {
            Required = true,
            Choices =
            [
                new("marketingEmail", ("邮件营销", "Marketing by e-mail")), new("marketingMessage", ("短信与微信营销", "Marketing by message")), new("marketingCall", ("电话营销", "Marketing by phone")),
                new("profiling", ("画像与个性化", "Profiling")), new("sharing", ("向合作方提供", "Sharing with partners"), "amber"), new("crossBorder", ("向境外提供", "Transfer abroad"), "red"), new("sensitive", ("处理敏感个人信息", "Sensitive personal data"), "red"), new("service", ("履约与服务", "Contract and service"), "grey"),
            ],
        },
        new("customer", FieldKind.Reference, ("所属客户", "Customer")) { Reference = "customers", WhenMerged = WhenMerged.Move },
        new("contact", FieldKind.Reference, ("联系人", "Contact")) { Reference = "contacts", WhenErased = WhenErased.Remove, WhenMerged = WhenMerged.Move },
        new("textVersion", FieldKind.Text, ("告知文本版本", "Version of the text")) { MaxLength = 100 },
        new("source", FieldKind.Choice, ("取得方式", "How it was given"))
        {
            Required = true,
            Choices = [new("webForm", ("网页表单", "Web form")), new("paper", ("纸质签署", "On paper")), new("phone", ("电话", "By phone")), new("email", ("邮件", "By e-mail")), new("wechat", ("微信", "WeChat")), new("event", ("展会", "At an event")), new("contract", ("合同", "In a contract")), new("import", ("导入", "Imported"))],
        },
        new("givenAt", FieldKind.Instant, ("同意时间", "Given")),
        new("withdrawnAt", FieldKind.Instant, ("撤回时间", "Withdrawn")),
        new("evidence", FieldKind.LongText, ("证据", "Evidence")) { MaxLength = 2000 },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "consent",
        Label = ("同意记录", "Consents"),
        SingularLabel = ("同意记录", "Consent"),
        Icon = "consent",
        TitleField = "purpose",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["purpose", "customer", "contact", "source", "givenAt", "withdrawnAt"],
        DefaultSort = "-givenAt",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new Consent(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["givenAt"] ??= context.Now;
        if (Instant("givenAt") > context.Now.AddMinutes(5))
        {
            throw new RefusedException(Refusal.Invalid("givenAt", ("同意时间不能在将来", "A consent cannot have been given in the future")));
        }

        if (Instant("withdrawnAt") < Instant("givenAt"))
        {
            throw new RefusedException(Refusal.Invalid("withdrawnAt", ("撤回时间不能早于同意时间", "A consent cannot be withdrawn before it was given")));
        }

        if (!IsNew && Changed("purpose"))
        {
            throw new RefusedException(Refusal.Invalid("purpose", ("同意的目的不能修改：请撤回后重新取得", "A consent's purpose does not change: withdraw it and ask anew")));
        }

        if (!IsNew && Changed("withdrawnAt") && Before(Type["withdrawnAt"]) is not null)
        {
            throw new RefusedException(Refusal.Invalid("withdrawnAt", ("撤回不能取消或更改：如果对方再次同意，请记录一份新的同意", "A withdrawal is not taken back or changed: if the person agrees again, record a new consent")));
        }

        if (IsNew || Changed("contact") || Changed("customer"))
        {
            if (Reference("contact") is { } contact && Reference("customer") is null)
            {
                this["customer"] = await context.Session.FirstAsync(Sql.Of($"SELECT customer_id FROM contact WHERE id = {contact}"), row => row.OptionalId(0));
            }

            if (Reference("contact") is null && Reference("customer") is null)
            {
                throw new RefusedException(Refusal.Invalid("contact", ("请选择联系人或客户", "Choose a contact or a customer")));
            }

            await ChildAccess.FollowAsync(this, context);
        }
    }
}
