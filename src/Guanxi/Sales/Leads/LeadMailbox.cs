using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Inbound;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

/// <summary>A folder of a mailbox whose letters become leads. Its password is kept sealed, is never answered, and goes when the place it would be sent to changes.</summary>
public sealed class LeadMailbox(RecordType type) : Record(type)
{
    private static readonly string[] Where = ["host", "port", "security", "userName"];

    public static RecordType Description { get; } = new("lead-mailboxes", "lead-mailbox",
    [
        new("name", FieldKind.Text, ("邮箱名称", "Name")) { Required = true, MaxLength = 60 },
        new("active", FieldKind.YesNo, ("启用", "In use")) { Required = true, Filled = true },
        new("host", FieldKind.Text, ("IMAP 服务器", "IMAP server")) { Required = true, MaxLength = 200 },
        new("port", FieldKind.Integer, ("端口", "Port")) { Required = true, Filled = true },
        new("security", FieldKind.Choice, ("加密", "Encryption")) { Required = true, Filled = true, Choices = [new("tls", ("TLS", "TLS")), new("startTls", ("STARTTLS", "STARTTLS")), new("none", ("不加密（仅限本机）", "None (this machine alone)"))] },
        new("userName", FieldKind.Text, ("登录名", "User name")) { Required = true, MaxLength = 200 },
        new("folder", FieldKind.Text, ("文件夹", "Folder")) { Required = true, Filled = true, MaxLength = 200 },
        new("campaign", FieldKind.Text, ("活动", "Campaign")) { MaxLength = 120, Section = "lead" },
        new("productLine", FieldKind.Text, ("产品线", "Product line")) { MaxLength = 60, Section = "lead" },
        new("cost", FieldKind.Money, ("每条成本", "Cost of each")) { Section = "lead" },
        new("givenTo", FieldKind.Reference, ("固定负责人", "Always given to")) { Reference = "users", Section = "lead", Help = ("不填则按分配规则", "Empty: by the rules") },
        new("lastPolledAt", FieldKind.Instant, ("最近查看", "Last looked at")) { ReadOnly = true, Silent = true },
        new("lastError", FieldKind.Text, ("最近的问题", "Last trouble")) { ReadOnly = true, Silent = true, MaxLength = 400 },
    ])
    {
        Table = "lead_mailbox",
        Label = ("线索邮箱", "Lead mailboxes"),
        SingularLabel = ("线索邮箱", "Lead mailbox"),
        Icon = "record",
        Access = AccessKind.Administration,
        ManageFunction = Functions.ManageLeads,
        Sections = [new("basic", ("基本信息", "Basics")), new("lead", ("得到的线索", "Its leads"))],
        ListColumns = ["name", "active", "host", "userName", "folder", "lastPolledAt", "lastError"],
        DefaultSort = "name",
        HasSearch = false,
        Importable = false,
        Derived = [new("lastPolledAt", "1 = 0"), new("lastError", "1 = 0")],
        Create = type => new LeadMailbox(type),
    };

    public override ValueTask PrepareAsync(SaveContext context)
    {
        this["active"] ??= true;
        this["security"] ??= "tls";
        this["port"] ??= Text("security") == "tls" ? 993L : 143L;
        this["folder"] ??= "INBOX";
        if (this["port"] is long and (< 1 or > 65535))
        {
            throw new RefusedException(Refusal.Invalid("port", ("端口应为 1 到 65535", "A port is 1 to 65535")));
        }

        foreach (var name in new[] { "host", "userName" })
        {
            if (Text(name) is { } text && text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter > 126))
            {
                throw new RefusedException(Refusal.Invalid(name, ("只能用英文字母、数字和符号，没有空格", "Letters, digits and signs of ASCII, without spaces")));
            }
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (!IsNew && Array.Exists(Where, Changed))
        {
            // Whoever could point a kept password at another server would have it.
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE lead_mailbox SET secret = {(string?)null}, uid_validity = {0L}, last_uid = {0L} WHERE id = {Id}"));
        }
    }

    /// <summary>Keeps the password sealed; the ledger knows that it was set and not what it is.</summary>
    public static async Task SetPasswordAsync(SaveContext context, SecretBox box, Guid id, string password, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.ManageLeads);
        await RecordStore.LoadAsync(context.Session, context.Actor, context.Schema["lead-mailboxes"], id, Verb.Edit, context.Now, cancel: cancel);
        if (password.Length is 0 or > 200 || password.Any(letter => char.IsControl(letter) || letter > 126))
        {
            throw new RefusedException(Refusal.Invalid("password", ("密码应为 1 到 200 个英文字符", "A password is 1 to 200 characters of ASCII")));
        }

        await context.Session.ExecuteAsync(Sql.Of($"UPDATE lead_mailbox SET secret = {box.Seal(password, $"mailbox {id:N}")} WHERE id = {id}"), cancel);
        context.Note("mailbox.password", "lead-mailboxes", id);
    }

    internal ImapServer? Server(SecretBox box, string? secret) => secret is null || box.Open(secret, $"mailbox {Id:N}") is not { } password
        ? null
        : new ImapServer(Text("host")!, (int)(long)this["port"]!, Text("security") switch { "startTls" => ImapSecurity.StartTls, "none" => ImapSecurity.None, _ => ImapSecurity.Tls }, Text("userName")!, password);
}
