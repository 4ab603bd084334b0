using Guanxi.Customers.Contacts;
using Guanxi.Database;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

/// <summary>Whom a customer's invoices are made out to: a company with its tax number and bank, or a person.</summary>
public sealed class InvoiceTitle(RecordType type) : Record(type)
{
    internal static readonly string[] Data = ["titleType", "title", "taxNumber", "bank", "bankAccount", "address", "phone"];

    internal static IReadOnlyList<Choice> Types { get; } = [new("company", ("单位", "Company"), "blue"), new("person", ("个人", "Person"), "violet")];

    public static RecordType Description { get; } = new("invoice-titles", "invoice-title",
    [
        new("title", FieldKind.Text, ("发票抬头", "Title")) { Required = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("titleType", FieldKind.Choice, ("抬头类型", "Kind of title")) { Required = true, Filled = true, Choices = Types },
        new("taxNumber", FieldKind.Text, ("纳税人识别号", "Tax number")) { MaxLength = 30, Mask = MaskAs.Identifier },
        new("bank", FieldKind.Text, ("开户行", "Bank")),
        new("bankAccount", FieldKind.Text, ("账号", "Account")) { MaxLength = 60, Sensitive = true, Mask = MaskAs.Account },
        new("address", FieldKind.Text, ("注册地址", "Registered address")) { MaxLength = 300 },
        new("phone", FieldKind.Text, ("电话", "Telephone")) { MaxLength = 40, Sensitive = true },
        new("isDefault", FieldKind.YesNo, ("默认", "Default")) { Required = true, Filled = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users", ReadOnly = true },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "invoice_title",
        Label = ("开票信息", "Invoice data"),
        SingularLabel = ("开票信息", "Invoice data"),
        Icon = "invoice",
        TitleField = "title",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        ListColumns = ["title", "customer", "titleType", "taxNumber", "bank", "bankAccount", "isDefault"],
        DefaultSort = "title",
        HasSearch = false,
        Derived = [new("accessOwner", ChildAccess.WrongWhen)],
        Create = type => new InvoiceTitle(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["titleType"] ??= "company";
        await ChildAccess.FollowAsync(this, context);
        this["isDefault"] ??= Reference("customer") is { } customer && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM invoice_title WHERE customer_id = {customer} AND deleted_at IS NULL")) == 0;
        CheckTaxNumber(this);
    }

    public override async ValueTask SavedAsync(SaveContext context)
    {
        if (this["isDefault"] is true && Changed("isDefault"))
        {
            await context.SweepAsync(Type, "isDefault", false, Sql.Of($"customer_id = {Reference("customer")} AND id <> {Id} AND deleted_at IS NULL"), "update");
        }
    }

    /// <summary>15, 18 or 20 letters and digits, as the tax office gives them.</summary>
    internal static void CheckTaxNumber(Record record)
    {
        if (record.Text("taxNumber") is not { Length: > 0 } given)
        {
            return;
        }

        var number = string.Concat(given.Where(letter => !char.IsWhiteSpace(letter))).ToUpperInvariant();
        record["taxNumber"] = number;
        if (number.Length is not (15 or 18 or 20) || !number.All(char.IsAsciiLetterOrDigit))
        {
            throw new RefusedException(Refusal.Invalid("taxNumber", ("纳税人识别号应为 15、18 或 20 位字母和数字", "A tax number has 15, 18 or 20 letters and digits")));
        }
    }
}
