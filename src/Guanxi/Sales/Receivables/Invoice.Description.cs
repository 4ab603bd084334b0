using Guanxi.Customers.Contacts;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Receivables;

public sealed partial class Invoice
{
    public static RecordType Description { get; } = new("invoices", "invoice",
    [
        new("number", FieldKind.Text, ("申请号", "Number")) { Required = true, Filled = true, MaxLength = 60, Search = SearchAs.Words },
        new("taxInvoiceNumber", FieldKind.Text, ("发票号码", "Tax invoice number")) { MaxLength = 60, Search = SearchAs.Words },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("contract", FieldKind.Reference, ("合同", "Contract")) { Reference = "contracts" },
        new("plan", FieldKind.Reference, ("回款计划", "Instalment")) { Reference = "payment-plans" },
        new("redOf", FieldKind.Reference, ("红冲的发票", "Takes back")) { Reference = "invoices", ReadOnly = true },
        new("kind", FieldKind.Choice, ("发票类型", "Kind")) { Required = true, Filled = true, Choices = [new("special", ("增值税专用发票", "VAT special invoice"), "blue"), new("ordinary", ("增值税普通发票", "VAT ordinary invoice")), new("other", ("其他票据", "Other"))] },
        new("status", FieldKind.Choice, ("状态", "Status")) { ReadOnly = true, Choices = [new("requested", ("待开票", "Requested"), "amber"), new("issued", ("已开票", "Issued"), "blue"), new("void", ("作废", "Void"), "grey")] },
        new("payment", FieldKind.Choice, ("回款状态", "Payment"))
        {
            ReadOnly = true,
            Choices = [new("open", ("未回款", "Open"), "blue"), new("partial", ("部分回款", "Partly paid"), "amber"), new("overdue", ("逾期", "Overdue"), "red"), new("paid", ("已回款", "Paid"), "green"), new("writtenOff", ("已核销", "Written off"), "grey"), new("red", ("已红冲", "Taken back"), "grey")],
        },
        new("issuedOn", FieldKind.Date, ("开票日期", "Issued on")),
        new("dueOn", FieldKind.Date, ("应收日期", "Due on")),
        new("amount", FieldKind.Money, ("价税合计", "Amount with tax")) { Required = true, Section = "money" },
        new("taxRate", FieldKind.Number, ("税率 %", "Tax rate %")) { Section = "money", Help = ("有明细时以明细的税率为准", "With lines, each line has its own") },
        new("tax", FieldKind.Money, ("税额", "Tax")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("rate", FieldKind.Number, ("汇率", "Exchange rate")) { Section = "money" },
        new("homeAmount", FieldKind.Money, ("本位币金额", "Amount in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("paid", FieldKind.Money, ("已回款", "Paid")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("writtenOff", FieldKind.Money, ("已核销", "Written off")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("openAmount", FieldKind.Money, ("未回款", "Open")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("openHome", FieldKind.Money, ("未回款（本位币）", "Open in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("overdueSince", FieldKind.Date, ("逾期自", "Overdue since")) { ReadOnly = true, Silent = true, Section = "money" },
        new("titleType", FieldKind.Choice, ("抬头类型", "Kind of title")) { Choices = InvoiceTitle.Types, Section = "title" },
        new("title", FieldKind.Text, ("发票抬头", "Title")) { Section = "title", Search = SearchAs.Words },
        new("taxNumber", FieldKind.Text, ("纳税人识别号", "Tax number")) { MaxLength = 30, Mask = MaskAs.Identifier, Section = "title" },
        new("bank", FieldKind.Text, ("开户行", "Bank")) { Section = "title" },
        new("bankAccount", FieldKind.Text, ("账号", "Account")) { MaxLength = 60, Sensitive = true, Mask = MaskAs.Account, Section = "title" },
        new("address", FieldKind.Text, ("注册地址", "Registered address")) { MaxLength = 300, Section = "title" },
        new("phone", FieldKind.Text, ("电话", "Telephone")) { MaxLength = 40, Sensitive = true, Section = "title" },
        new("receiver", FieldKind.Text, ("收票人", "Sent to")) { MaxLength = 100, Section = "title" },
        new("expressNumber", FieldKind.Text, ("物流单号", "Express number")) { MaxLength = 60, Section = "title" },
        new("voidReason", FieldKind.Text, ("作废原因", "Why it is void")) { ReadOnly = true },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Search = SearchAs.Words },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "invoice",
        Label = ("发票", "Invoices"),
        SingularLabel = ("发票", "Invoice"),
        Icon = "invoice",
        TitleField = "number",
        SubtitleField = "customer",
        Access = AccessKind.Child,
        ParentField = "customer",
        Sections = [new("basic", ("基本信息", "Basics")), new("money", ("金额", "Money")), new("title", ("开票信息", "Invoice data"))],
        ListColumns = ["number", "customer", "contract", "amount", "openAmount", "status", "payment", "issuedOn", "dueOn"],
        DefaultSort = "-dueOn",
        Keys = ["id", "number", "taxInvoiceNumber", "externalId"],
        Derived = [new("accessOwner", ChildAccess.WrongWhen), .. Balances.InvoiceRules],
        Create = type => new Invoice(type),
    };
}
