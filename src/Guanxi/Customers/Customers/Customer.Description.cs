using Guanxi.Platform.Records;

namespace Guanxi.Customers.Customers;

public sealed partial class Customer
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public static RecordType Description { get; } = new("customers", "customer",
    [
        new("name", FieldKind.Text, ("客户名称", "Name")) { Required = true, Search = SearchAs.Words, SortColumn = "name_key", ValidFor = 5 * Year, KeptIn = "formerName" },
        new("nameKey", FieldKind.Text, ("名称拼音", "Name key")) { Internal = true, ReadOnly = true },
        new("shortName", FieldKind.Text, ("简称", "Short name")) { Search = SearchAs.Words },
        new("formerName", FieldKind.Text, ("曾用名", "Former name")) { Search = SearchAs.Words },
        new("kind", FieldKind.Choice, ("类型", "Kind")) { Required = true, Filled = true, Choices = [new("company", ("企业", "Company"), "blue"), new("person", ("个人", "Person"), "violet")] },
        new("relationship", FieldKind.Choice, ("关系", "Relationship"))
        {
            Choices =
            [
                new("consumer", ("消费者", "Consumer")), new("business", ("企业客户", "Business customer"), "blue"), new("internal", ("内部客户", "Internal customer")), new("channel", ("渠道", "Channel"), "violet"),
                new("partner", ("合作伙伴", "Partner"), "green"), new("supplier", ("供应商", "Supplier"), "amber"), new("competitor", ("竞争对手", "Competitor"), "red"),
            ],
        },
        new("level", FieldKind.Choice, ("级别", "Level")) { Choices = [new("vip", ("VIP", "VIP"), "amber"), new("major", ("大客户", "Major"), "blue"), new("ordinary", ("普通", "Ordinary"), "grey"), new("small", ("小客户", "Small"), "grey")] },
        new("stage", FieldKind.Choice, ("阶段", "Stage"))
        {
            Choices =
            [
                new("potential", ("潜在", "Potential"), "grey"), new("prospect", ("意向", "Prospect"), "blue"), new("new", ("新客户", "New"), "blue"), new("active", ("活跃", "Active"), "green"),
                new("loyal", ("忠诚", "Loyal"), "green"), new("atRisk", ("有流失风险", "At risk"), "amber"), new("lost", ("已流失", "Lost"), "red"), new("wonBack", ("已挽回", "Won back"), "violet"),
            ],
        },
        new("stageSince", FieldKind.Instant, ("进入阶段时间", "In this stage since")) { ReadOnly = true },
        new("owner", FieldKind.Reference, ("负责人", "Owner")) { Reference = "users" },
        new("pool", FieldKind.Reference, ("公海", "Pool")) { Reference = "pools", ReadOnly = true, Section = "pool" },
        new("pooledAt", FieldKind.Instant, ("进入公海时间", "In the pool since")) { ReadOnly = true, Section = "pool" },
        new("poolReason", FieldKind.Text, ("进入公海原因", "Why in the pool")) { ReadOnly = true, Section = "pool" },
        new("formerOwner", FieldKind.Reference, ("前负责人", "Former owner")) { Reference = "users", ReadOnly = true, Section = "pool" },
        new("protectedUntil", FieldKind.Instant, ("保护至", "Protected until")) { ReadOnly = true, Section = "pool" },
        new("returnsAt", FieldKind.Instant, ("回到公海时间", "Back to the pool")) { ReadOnly = true, Silent = true, Section = "pool", Help = ("不跟进就会在这一天回到公海", "Without contact it goes back on this day") },
        new("ownedSince", FieldKind.Instant, ("归属时间", "Owned since")) { ReadOnly = true },
        new("industry", FieldKind.Text, ("行业", "Industry")) { MaxLength = 60, Section = "business" },
        new("size", FieldKind.Choice, ("规模", "Size")) { Section = "business", Choices = [new("micro", ("微型", "Micro")), new("small", ("小型", "Small")), new("medium", ("中型", "Medium")), new("large", ("大型", "Large"))] },
        new("employees", FieldKind.Integer, ("员工人数", "Employees")) { Section = "business", ValidFor = 2 * Year },
        new("annualRevenue", FieldKind.Money, ("年营业额", "Annual revenue")) { Section = "business", ValidFor = 2 * Year },
        new("creditCode", FieldKind.Text, ("统一社会信用代码", "Credit code")) { MaxLength = 30, Mask = MaskAs.Identifier, Section = "business", Search = SearchAs.Words },
        new("creditCodeReason", FieldKind.Text, ("信用代码说明", "Why the code is kept")) { Section = "business" },
        new("otherId", FieldKind.Text, ("其他证照号", "Other id")) { MaxLength = 60, Sensitive = true, Audited = true, Mask = MaskAs.Identifier, Section = "business" },
        new("externalId", FieldKind.Text, ("外部系统编号", "External id")) { MaxLength = 100, Section = "business", Search = SearchAs.Words },
        new("source", FieldKind.Text, ("来源", "Source")) { MaxLength = 60, Section = "business" },
        new("parent", FieldKind.Reference, ("上级公司", "Parent company")) { Reference = "customers", WhenMerged = WhenMerged.Move, Section = "business" },
        new("phone", FieldKind.Phone, ("电话", "Phone")) { Search = SearchAs.Phone, Sensitive = true, Section = "contact", ValidFor = 2 * Year, KeptIn = "otherPhones" },
        new("otherPhones", FieldKind.ContactPoints, ("其他电话", "Other phones")) { Search = SearchAs.Phone, Sensitive = true, Section = "contact" },
        new("email", FieldKind.Email, ("邮箱", "E-mail")) { Search = SearchAs.Email, Sensitive = true, Section = "contact", ValidFor = Year, KeptIn = "otherEmails" },
        new("otherEmails", FieldKind.ContactPoints, ("其他邮箱", "Other e-mails")) { Sensitive = true, Section = "contact" },
        new("wechat", FieldKind.Text, ("微信", "WeChat")) { MaxLength = 60, Sensitive = true, Section = "contact" },
        new("qq", FieldKind.Text, ("QQ", "QQ")) { MaxLength = 20, Sensitive = true, Section = "contact" },
        new("social", FieldKind.ContactPoints, ("社交账号", "Social accounts")) { Sensitive = true, Section = "contact" },
        new("website", FieldKind.Link, ("网址", "Website")) { Section = "contact" },
        new("country", FieldKind.Text, ("国家或地区", "Country")) { MaxLength = 60, Section = "address" },
        new("divisionCode", FieldKind.Text, ("行政区划代码", "Division code")) { MaxLength = 6, Section = "address", Help = ("六位代码，填写后自动带出省、市、区", "Six digits; fills in province, city and district") },
        new("province", FieldKind.Text, ("省份", "Province")) { MaxLength = 40, Section = "address" },
        new("city", FieldKind.Text, ("城市", "City")) { MaxLength = 60, Section = "address" },
        new("district", FieldKind.Text, ("区县", "District")) { MaxLength = 60, Section = "address" },
        new("street", FieldKind.Text, ("街道地址", "Street")) { MaxLength = 300, Section = "address", ValidFor = 3 * Year },
        new("postcode", FieldKind.Text, ("邮编", "Postcode")) { MaxLength = 20, Section = "address" },
        new("gender", FieldKind.Choice, ("性别", "Gender")) { Section = "person", Choices = [new("male", ("男", "Male")), new("female", ("女", "Female")), new("other", ("其他", "Other"))] },
        new("birthday", FieldKind.Birthday, ("生日", "Birthday")) { Sensitive = true, Section = "person" },
        new("nextBirthday", FieldKind.Date, ("下次生日", "Next birthday")) { ReadOnly = true, Silent = true, DerivedFrom = ["birthday"], Section = "person" },
        new("maritalStatus", FieldKind.Choice, ("婚姻状况", "Marital status")) { Sensitive = true, Section = "person", Choices = [new("single", ("未婚", "Single")), new("married", ("已婚", "Married")), new("divorced", ("离异", "Divorced")), new("widowed", ("丧偶", "Widowed"))] },
        new("occupation", FieldKind.Text, ("职业", "Occupation")) { MaxLength = 60, Section = "person" },
        new("interests", FieldKind.Tags, ("兴趣爱好", "Interests")) { Section = "person" },
        new("riskAttitude", FieldKind.Choice, ("风险偏好", "Attitude to risk")) { Section = "person", Choices = [new("averse", ("保守", "Averse")), new("neutral", ("稳健", "Neutral")), new("seeking", ("进取", "Seeking"))] },
        new("tags", FieldKind.Tags, ("标签", "Tags")) { Search = SearchAs.Words },
        new("note", FieldKind.LongText, ("备注", "Note")),
        new("lastActivityAt", FieldKind.Instant, ("最近跟进", "Last contact")) { ReadOnly = true },
        new("nextContactAt", FieldKind.Instant, ("下次联系", "Next contact")),
        new("quality", FieldKind.Integer, ("数据质量", "Data quality")) { ReadOnly = true, Silent = true, Help = ("0 到 100，越高越完整可信", "0 to 100: how complete and believable it is") },
    ])
    {
        Table = "customer",
        Label = ("客户", "Customers"),
        SingularLabel = ("客户", "Customer"),
        Icon = "customer",
        SubtitleField = "city",
        Sections = [new("basic", ("基本信息", "Basics")), new("business", ("企业信息", "Business")), new("contact", ("联系方式", "Reach")), new("address", ("地址", "Address")), new("person", ("个人信息", "Person")), new("pool", ("公海", "Pool"))],
        ListColumns = ["name", "level", "stage", "owner", "city", "phone", "lastActivityAt", "nextContactAt"],
        DefaultSort = "-lastActivityAt",
        Keys = ["id", "externalId", "creditCode", "phone", "email", "name"],
        ImportsWith = "contacts",
        ImportTarget = new("pool", Pools.PoolCustomers.FindAsync),
        HasTimeline = true,
        Derived =
        [
            new("lastActivityAt", $"t.last_activity_at IS DISTINCT FROM {Activities.ContactClock.LastSql("customer_id")}"),
            new("returnsAt", "1 = 0"),
            new("quality", "t.quality IS DISTINCT FROM (SELECT q.score FROM quality_record q WHERE q.noun = 1 AND q.record = t.seq)"),
            new("stageSince", $"t.stage_since IS DISTINCT FROM {Lifecycle.StageMoves.SinceSql}"),
            new("nextContactAt", $"t.next_contact_at IS DISTINCT FROM COALESCE({Activities.ContactClock.NextSql}, t.next_contact_at)", Alone: false),
        ],
        IsPerson = record => record is Customer { IsPerson: true },
        Matching = Matches.Profiles,
        FilterFields = [new("segment", FieldKind.Reference, ("细分", "Segment")) { Reference = "segments", ReadOnly = true }],
        Create = type => new Customer(type),
    };
}
