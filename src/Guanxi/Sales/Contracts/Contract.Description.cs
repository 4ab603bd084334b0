using Guanxi.Customers.Contacts;
using Guanxi.Platform.Records;
using Guanxi.Sales.Receivables;

namespace Guanxi.Sales.Contracts;

public sealed partial class Contract
{
    public static RecordType Description { get; } = new("contracts", "contract",
    [
        new("number", FieldKind.Text, ("合同号", "Number")) { Required = true, Filled = true, MaxLength = 60, Search = SearchAs.Words },
        new("name", FieldKind.Text, ("合同名称", "Name")) { Required = true, Search = SearchAs.Words, SortColumn = "name_key" },
        new("nameKey", FieldKind.Text, ("名称拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("customer", FieldKind.Reference, ("客户", "Customer")) { Reference = "customers", Required = true, WhenMerged = WhenMerged.Move },
        new("contact", FieldKind.Reference, ("签约联系人", "Contact")) { Reference = "contacts", WhenErased = WhenErased.Clear, WhenMerged = WhenMerged.Move },
        new("deal", FieldKind.Reference, ("商机", "Deal")) { Reference = "deals" },
        new("quote", FieldKind.Reference, ("报价", "Quote")) { Reference = "quotes", ReadOnly = true },
        new("kind", FieldKind.Choice, ("类型", "Kind")) { Required = true, Filled = true, Choices = [new("sale", ("销售", "Sale"), "blue"), new("framework", ("框架", "Framework"), "violet"), new("service", ("服务", "Service"), "green"), new("other", ("其他", "Other"))] },
        new("status", FieldKind.Choice, ("状态", "Status"))
        {
            ReadOnly = true,
            Choices = [new("draft", ("草稿", "Draft"), "grey"), new("pending", ("审批中", "Awaiting approval"), "amber"), new("active", ("生效", "In force"), "blue"), new("completed", ("完成", "Completed"), "green"), new("void", ("作废", "Void"), "red")],
        },
        new("edition", FieldKind.Integer, ("版次", "Edition")) { ReadOnly = true },
        new("signedOn", FieldKind.Date, ("签订日期", "Signed on")),
        new("startsOn", FieldKind.Date, ("开始日期", "Starts on")),
        new("endsOn", FieldKind.Date, ("结束日期", "Ends on")),
        new("amount", FieldKind.Money, ("合同金额", "Amount")) { Required = true, Section = "money" },
        new("rate", FieldKind.Number, ("汇率", "Exchange rate")) { Section = "money" },
        new("homeAmount", FieldKind.Money, ("本位币金额", "Amount in the company's currency")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("paymentDays", FieldKind.Integer, ("账期（天）", "Days to pay")) { Section = "money" },
        new("planned", FieldKind.Money, ("已计划回款", "Planned")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("invoiced", FieldKind.Money, ("已开票", "Invoiced")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("received", FieldKind.Money, ("已回款", "Received")) { ReadOnly = true, DerivedFrom = ["amount"], Section = "money" },
        new("paidPercent", FieldKind.Number, ("回款比例 %", "Received %")) { ReadOnly = true, DerivedFrom = ["received"], Section = "money" },
        new("instalments", FieldKind.Text, ("回款期次", "Instalments paid")) { ReadOnly = true, MaxLength = 20, DerivedFrom = ["received"], Section = "money" },
        new("instalmentsOpen", FieldKind.Integer, ("未结清期数", "Instalments open")) { ReadOnly = true, DerivedFrom = ["received"], Section = "money" },
        new("terms", FieldKind.LongText, ("主要条款", "Terms")),
        new("renewal", FieldKind.Choice, ("续签", "Renewal")) { Required = true, Filled = true, Choices = [new("none", ("不续签", "None")), new("remind", ("到期提醒", "Remind before the end"))] },
        new("remindDays", FieldKind.Integer, ("提前提醒天数", "Days of notice")),
        new("renews", FieldKind.Reference, ("续签自", "Renews")) { Reference = "contracts", ReadOnly = true },
        new("submittedBy", FieldKind.Reference, ("提交人", "Submitted by")) { Reference = "users", ReadOnly = true, Section = "approval" },
        new("decidedBy", FieldKind.Reference, ("审批人", "Decided by")) { Reference = "users", ReadOnly = true, Section = "approval" },
        new("decidedAt", FieldKind.Instant, ("审批时间", "Decided at")) { ReadOnly = true, Section = "approval" },
        new("decision", FieldKind.LongText, ("审批意见或作废原因", "Opinion, or why it is void")) { ReadOnly = true, Section = "approval" },
        new("source", FieldKind.Text, ("来源", "Source")) { MaxLength = 60 },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Search = SearchAs.Words },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("accessOwner", FieldKind.Reference, ("权限归属", "Access owner")) { Reference = "users", Internal = true, ReadOnly = true },
    ])
    {
        Table = "contract",
        Label = ("合同", "Contracts"),
        SingularLabel = ("合同", "Contract"),
        Icon = "contract",
        TitleField = "name",
        SubtitleField = "number",
        Access = AccessKind.Child,
        ParentField = "customer",
        Sections = [new("basic", ("基本信息", "Basics")), new("money", ("金额与回款", "Money")), new("approval", ("审批", "Approval"))],
        ListColumns = ["number", "name", "customer", "amount", "status", "signedOn", "endsOn", "paidPercent", "instalments", "owner"],
        DefaultSort = "-signedOn",
        Keys = ["id", "number", "externalId"],
        Derived = [new("accessOwner", ChildAccess.WrongWhen), .. Balances.ContractRules],
        Approvals = [ContractSteps.Approval],
        Create = type => new Contract(type),
    };
}
