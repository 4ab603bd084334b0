using Guanxi.Platform.Exchange.Formats;
using Xunit;

namespace Guanxi.Tests.Platform.Exchange.Formats;

public sealed class HeaderGuessingTests
{
    static readonly AvailableField[] Customers =
    [
        Field("name", "客户名称", "Name"), Field("shortName", "简称", "Short name"), Field("kind", "类型", "Kind"), Field("level", "级别", "Level"), Field("stage", "阶段", "Stage"), Field("owner", "负责人", "Owner"),
        Field("industry", "行业", "Industry"), Field("employees", "员工人数", "Employees"), Field("annualRevenue", "年营业额", "Annual revenue"), Field("creditCode", "统一社会信用代码", "Credit code"), Field("externalId", "外部系统编号", "External id"),
        Field("source", "来源", "Source"), Field("phone", "电话", "Phone"), new("otherPhones", ["其他电话", "Other phones"], Many: true), Field("email", "邮箱", "E-mail"), Field("website", "网址", "Website"), Field("country", "国家或地区", "Country"),
        Field("province", "省份", "Province"), Field("city", "城市", "City"), Field("district", "区县", "District"), Field("street", "街道地址", "Street"), Field("postcode", "邮编", "Postcode"), new("tags", ["标签", "Tags"], Many: true), Field("note", "备注", "Note"),
        Field("createdAt", "创建时间", "Created"), Field("lastActivityAt", "最近跟进", "Last contact"), Field("nextContactAt", "下次联系", "Next contact"),
    ];

    static readonly AvailableField[] Contacts =
    [
        Field("name", "姓名", "Name"), Field("customer", "所属客户", "Customer"), Field("title", "职务", "Title"), Field("department", "部门", "Department"), Field("phone", "手机", "Phone"), new("otherPhones", ["其他电话", "Other phones"], Many: true),
        Field("email", "邮箱", "E-mail"), new("otherEmails", ["其他邮箱", "Other e-mails"], Many: true), Field("wechat", "微信", "WeChat"), Field("qq", "QQ", "QQ"), Field("gender", "性别", "Gender"), Field("birthday", "生日", "Birthday"), new("tags", ["标签", "Tags"], Many: true), Field("note", "备注", "Note"), Field("externalId", "外部系统编号", "External id"),
    ];

    [Fact]
    public void A_Chinese_customer_list_is_understood() => Assert.Equal(
        ["name", "creditCode", "phone", "otherPhones", "province", "city", "street", "owner", "level", "source", "note", null],
        Guess(Customers, ["*公司名称（必填）", "社会信用代码", "联系电话", "传真", "所在省", "所在城市", "详细地址", "业务员", "客户等级", "客户来源", "备注", "神秘列"]));

    [Fact]
    public void Traditional_headers_are_understood() => Assert.Equal(
        ["name", "phone", "email", "street", "industry"],
        Guess(Customers, ["客戶名稱", "聯繫電話", "電子郵件", "詳細地址", "行業"]));

    [Fact]
    public void A_Salesforce_account_report_is_understood() => Assert.Equal(
        ["name", "owner", "street", "city", "province", "postcode", "country", "industry", "employees", "annualRevenue", "level", "kind", "website", "externalId", "createdAt", "lastActivityAt"],
        Guess(Customers, ["Account Name", "Account Owner", "Billing Street", "Billing City", "Billing State/Province", "Billing Zip/Postal Code", "Billing Country", "Industry", "Employees", "Annual Revenue", "Rating", "Type", "Website", "Account ID", "Created Date", "Last Activity"]));

    [Fact]
    public void A_HubSpot_company_export_is_understood() => Assert.Equal(
        ["externalId", "name", "owner", "createdAt", "phone", "lastActivityAt", "city", "country", "industry", "stage"],
        Guess(Customers, ["Record ID", "Company name", "Company owner", "Create Date", "Phone Number", "Last Activity Date", "City", "Country/Region", "Industry", "Lifecycle Stage"]));

    [Fact]
    public void An_Outlook_contact_export_is_understood() => Assert.Equal(
        ["name", "customer", "department", "title", "otherPhones", "phone", "email", "otherEmails", "birthday", "gender", "note", "tags"],
        Guess(Contacts, ["Display Name", "Company", "Department", "Job Title", "Business Fax", "Mobile Phone", "E-mail Address", "E-mail 2 Address", "Birthday", "Gender", "Notes", "Categories"]));

    [Fact]
    public void A_Google_contact_export_is_understood() => Assert.Equal(
        ["name", "customer", "title", "department", "email", "phone", "birthday", "note", "tags"],
        Guess(Contacts, ["Name", "Organization Name", "Organization Title", "Organization Department", "E-mail 1 - Value", "Phone 1 - Value", "Birthday", "Notes", "Labels"]));

    [Fact]
    public void The_columns_of_cards_are_understood()
    {
        using TableReader reader = TableReading.Open(new MemoryStream("BEGIN:VCARD\nFN:A\nEND:VCARD\n"u8.ToArray()), "a.vcf");
        Dictionary<string, string?> mapping = reader.Columns.Zip(Guess(Contacts, [.. reader.Columns])).ToDictionary(pair => pair.First, pair => pair.Second);
        Assert.Equal(("name", "customer", "phone", "otherPhones"), (mapping["name"], mapping["customer"], mapping["mobile"], mapping["phone2"]));
        Assert.Equal(("email", "otherEmails", "externalId", "birthday"), (mapping["email"], mapping["email2"], mapping["externalId"], mapping["birthday"]));
    }

    [Fact]
    public void Values_speak_where_headers_do_not() => Assert.Equal(
        ["phone", "email", "creditCode", "website", null],
        Guess(Customers, ["列 A", "列 B", "列 C", "列 D", "列 E"],
            ["13800138000", "a@b.cn", "91350100M000100Y43", "http://a.cn", "x"], ["021-55551234", "c@d.cn", "914403001922038216", "www.b.cn", "y"]));

    [Fact]
    public void Values_overrule_a_header_that_is_plainly_wrong()
    {
        IReadOnlyList<string?> mapping = Guess(Customers, ["名称", "电话"], ["甲公司", "a@b.cn"], ["乙公司", "c@d.cn"], ["丙公司", "e@f.cn"]);
        Assert.Equal(["name", "email"], mapping);
    }

    [Fact]
    public void The_mobile_is_the_phone_and_the_rest_are_other_phones()
    {
        Assert.Equal(["name", "otherPhones", "phone"], Guess(Contacts, ["姓名", "电话", "手机"]));
        Assert.Equal(["name", "phone", "otherPhones"], Guess(Customers, ["名称", "电话", "联系电话"]));
    }

    [Fact]
    public void One_field_is_given_to_one_column_only()
    {
        IReadOnlyList<string?> mapping = Guess(Customers, ["客户名称", "名称", "备注", "备注 (2)"]);
        Assert.Equal(["name", null, "note", null], mapping);
    }

    static AvailableField Field(string name, params string[] labels) => new(name, labels);

    static IReadOnlyList<string?> Guess(AvailableField[] fields, string[] headers, params string[][] rows) => HeaderGuessing.Guess(headers, rows, fields);
}
