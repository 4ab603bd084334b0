using Guanxi.Customers.Privacy;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Leads;

public sealed partial class Lead
{
    /// <summary>Where a lead came from.</summary>
    internal static IReadOnlyList<Choice> Sources { get; } =
    [
        new("webForm", ("网页表单", "Web form"), "blue"), new("email", ("邮件", "E-mail"), "blue"), new("phone", ("来电", "Call"), "green"), new("event", ("展会", "Event"), "violet"), new("referral", ("转介绍", "Referral"), "amber"),
        new("search", ("搜索引擎", "Search engine")), new("social", ("社交媒体", "Social media")), new("advertising", ("广告", "Advertising")), new("partner", ("合作伙伴", "Partner"), "amber"), new("import", ("导入", "Imported"), "grey"), new("api", ("接口", "API"), "grey"), new("manual", ("手工录入", "Entered by hand"), "grey"), new("other", ("其他", "Other"), "grey"),
    ];

    public static RecordType Description { get; } = new("leads", "lead",
    [
        new("name", FieldKind.Text, ("线索名称", "Name")) { Required = true, Search = SearchAs.Words, SortColumn = "name_key", Help = ("不填则取公司或联系人", "Company or person when it is empty") },
        new("nameKey", FieldKind.Text, ("名称拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("company", FieldKind.Text, ("公司", "Company")) { Search = SearchAs.Words },
        new("contactName", FieldKind.Text, ("联系人", "Contact name")) { MaxLength = 60, Search = SearchAs.PersonName },
        new("title", FieldKind.Text, ("职务", "Title")) { MaxLength = 60 },
        new("phone", FieldKind.Phone, ("电话", "Phone")) { Search = SearchAs.Phone, Sensitive = true, Section = "contact" },
        new("email", FieldKind.Email, ("邮箱", "E-mail")) { Search = SearchAs.Email, Sensitive = true, Section = "contact" },
        new("wechat", FieldKind.Text, ("微信", "WeChat")) { MaxLength = 60, Sensitive = true, Section = "contact" },
        new("website", FieldKind.Link, ("网址", "Website")) { Section = "contact" },
        new("industry", FieldKind.Text, ("行业", "Industry")) { MaxLength = 60 },
        new("province", FieldKind.Text, ("省份", "Province")) { MaxLength = 40, Section = "contact" },
        new("city", FieldKind.Text, ("城市", "City")) { MaxLength = 60, Section = "contact" },
        new("street", FieldKind.Text, ("街道地址", "Street")) { MaxLength = 300, Section = "contact" },
        new("need", FieldKind.LongText, ("需求", "What is wanted")) { MaxLength = 5000, Search = SearchAs.Prose },
        new("productLine", FieldKind.Text, ("产品线", "Product line")) { MaxLength = 60 },
        new("product", FieldKind.Reference, ("意向产品", "Product")) { Reference = "products" },
        new("amount", FieldKind.Money, ("预计金额", "Amount")),
        new("state", FieldKind.Choice, ("状态", "State"))
        {
            Required = true,
            Choices = [new("new", ("新线索", "New"), "blue"), new("working", ("跟进中", "Working"), "violet"), new("qualified", ("合格", "Qualified"), "green"), new("converted", ("已转化", "Converted"), "green"), new("disqualified", ("无效", "Disqualified"), "grey")],
        },
        new("stateSince", FieldKind.Instant, ("进入状态时间", "In this state since")) { ReadOnly = true },
        new("disqualifyReason", FieldKind.Choice, ("无效原因", "Why disqualified"))
        {
            Choices = [new("noNeed", ("没有需求", "No need")), new("noBudget", ("没有预算", "No budget")), new("unreachable", ("联系不上", "Cannot be reached")), new("wrongFit", ("不是目标客户", "Not a customer for us")), new("duplicate", ("重复", "A duplicate")), new("competitor", ("竞争对手", "A competitor")), new("spam", ("垃圾信息", "Spam")), new("other", ("其他", "Other"))],
        },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("source", FieldKind.Choice, ("来源", "Source")) { Section = "origin", Choices = Sources },
        new("campaign", FieldKind.Text, ("活动", "Campaign")) { MaxLength = 120, Section = "origin", Search = SearchAs.Words },
        new("medium", FieldKind.Text, ("媒介", "Medium")) { MaxLength = 60, Section = "origin" },
        new("landingPage", FieldKind.Text, ("来源页面", "Page it came from")) { MaxLength = 500, Section = "origin", ReadOnly = true },
        new("cost", FieldKind.Money, ("获取成本", "Cost")) { Section = "origin", Help = ("得到这条线索花了多少", "What it cost to get it") },
        new("referredBy", FieldKind.Reference, ("介绍人", "Referred by")) { Reference = "customers", WhenMerged = WhenMerged.Move, Section = "origin" },
        new("form", FieldKind.Reference, ("表单", "Form")) { Reference = "lead-forms", ReadOnly = true, Section = "origin" },
        new("messageId", FieldKind.Text, ("邮件标识", "Message id")) { Internal = true, ReadOnly = true, MaxLength = 500 },
        new("consentPurpose", FieldKind.Choice, ("同意的目的", "Consented to")) { ReadOnly = true, Section = "origin", Choices = Consent.Description["purpose"].Choices },
        new("consentVersion", FieldKind.Text, ("告知文本版本", "Version of the text")) { ReadOnly = true, MaxLength = 100, Section = "origin" },
        new("consentAt", FieldKind.Instant, ("同意时间", "Consent given")) { ReadOnly = true, Section = "origin" },
        new("rule", FieldKind.Reference, ("分配规则", "Assigned by")) { Reference = "lead-rules", ReadOnly = true, Section = "response" },
        new("assignedAt", FieldKind.Instant, ("分配时间", "Assigned")) { ReadOnly = true, Section = "response" },
        new("respondBy", FieldKind.Instant, ("应响应时间", "Answer by")) { ReadOnly = true, Section = "response" },
        new("respondedAt", FieldKind.Instant, ("首次响应", "First answer")) { ReadOnly = true, Section = "response" },
        new("responseMinutes", FieldKind.Integer, ("响应用时（工作分钟）", "Working minutes to the answer")) { ReadOnly = true, Section = "response" },
        new("convertedAt", FieldKind.Instant, ("转化时间", "Converted")) { ReadOnly = true, Section = "outcome" },
        new("customer", FieldKind.Reference, ("转化为客户", "Customer")) { Reference = "customers", ReadOnly = true, WhenErased = WhenErased.Remove, WhenMerged = WhenMerged.Move, Section = "outcome" },
        new("contact", FieldKind.Reference, ("转化为联系人", "Contact")) { Reference = "contacts", ReadOnly = true, WhenErased = WhenErased.Remove, WhenMerged = WhenMerged.Move, Section = "outcome" },
        new("deal", FieldKind.Reference, ("转化为商机", "Deal")) { Reference = "deals", ReadOnly = true, Section = "outcome" },
        new("tags", FieldKind.Tags, ("标签", "Tags")) { Search = SearchAs.Words },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Search = SearchAs.Words },
    ])
    {
        Table = "lead",
        Label = ("线索", "Leads"),
        SingularLabel = ("线索", "Lead"),
        Icon = "lead",
        SubtitleField = "company",
        RightsLike = "customers",
        Sections = [new("basic", ("基本信息", "Basics")), new("contact", ("联系方式", "Reach")), new("origin", ("来源", "Origin")), new("response", ("分配与响应", "Assignment and answer")), new("outcome", ("结果", "Outcome"))],
        ListColumns = ["name", "contactName", "state", "source", "phone", "amount", "owner", "respondBy", "createdAt"],
        DefaultSort = "-createdAt",
        Keys = ["id", "externalId", "phone", "email"],
        HasTimeline = true,
        IsPerson = record => record.Text("contactName") is not null || record.Text("company") is null,
        Create = type => new Lead(type),
    };
}
