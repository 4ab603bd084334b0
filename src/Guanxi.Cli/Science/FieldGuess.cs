using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.Matching;

namespace Guanxi.Cli.Science;

/// <summary>What the columns of a file of records hold, by their usual names.</summary>
internal static class FieldGuess
{
    private const int Most = 15;

    private static readonly (FieldKind Kind, string[] Names)[] Usual =
    [
        (FieldKind.Company, ["company", "companyname", "organisation", "organization", "account", "accountname", "customername", "firm", "employer", "restaurant", "公司", "公司名称", "企业名称", "单位", "客户名称", "公司名稱"]),
        (FieldKind.Given, ["givenname", "firstname", "forename", "fname", "fnamec1", "first", "given", "名"]),
        (FieldKind.Surname, ["surname", "lastname", "familyname", "lname", "lnamec1", "last", "姓"]),
        (FieldKind.Person, ["fullname", "contact", "contactname", "person", "联系人", "姓名", "聯絡人"]),
        (FieldKind.Phone, ["phone", "phonenumber", "telephone", "tel", "mobile", "cell", "mobilephone", "fax", "手机", "电话", "手机号", "联系电话", "電話", "手機"]),
        (FieldKind.Email, ["email", "emailaddress", "mail", "邮箱", "电子邮件", "郵箱"]),
        (FieldKind.Address, ["address", "address1", "address2", "addr", "street", "streetaddress", "地址", "详细地址"]),
        (FieldKind.Identifier, ["streetnumber", "socsecid", "ssn", "taxnumber", "taxid", "vat", "税号", "统一社会信用代码"]),
        (FieldKind.City, ["city", "town", "suburb", "locality", "城市", "市"]),
        (FieldKind.Region, ["state", "province", "region", "country", "省", "省份", "国家"]),
        (FieldKind.Postcode, ["postcode", "postalcode", "zip", "zipcode", "邮编", "邮政编码"]),
        (FieldKind.Date, ["dateofbirth", "dob", "birthdate", "birthday", "by", "bm", "bd", "出生日期", "生日"]),
        (FieldKind.Text, ["title", "product", "productname", "产品", "产品名称", "商品名称"]),
    ];

    private static readonly string[] Ids = ["id", "recid", "uniqueid", "recordid", "customerid", "客户编号", "编号"];

    /// <summary>The columns worth comparing, and the one that names the records; a column called name is a product's beside a description, a company's beside an address, else a person's.</summary>
    /// <exception cref="UnsuitableDataException">No name says what a column holds.</exception>
    public static (List<(FieldKind Kind, string Left, string Right)> Fields, string? Id) Of(FileInfo left, FileInfo? right)
    {
        var headers = Header(left);
        var others = right is null ? headers : Header(right);
        var fields = new List<(FieldKind, string, string)>();
        foreach (var name in headers)
        {
            var normal = Columns.Normal(name);
            var other = others.Find(column => Columns.Normal(column) == normal);
            var kind = Usual.Where(usual => usual.Names.Contains(normal, StringComparer.Ordinal)).Select(usual => (FieldKind?)usual.Kind).FirstOrDefault()
                ?? (normal is "name" or "名称" or "名字" ? NameOf(headers) : (FieldKind?)null);
            if (kind is not null && other is not null && fields.Count < Most)
            {
                fields.Add((kind.Value, name, other));
            }
        }

        var id = headers.Find(name => Ids.Contains(Columns.Normal(name), StringComparer.Ordinal) && others.Exists(other => Columns.Normal(other) == Columns.Normal(name)));
        return fields.Count > 0 ? (fields, id)
            : throw new UnsuitableDataException($"No column says by its name what it holds; say it with --fields, such as --fields company=name,phone=tel. The columns are {string.Join(", ", headers)}.");
    }

    private static FieldKind NameOf(List<string> headers)
    {
        var normal = headers.ConvertAll(Columns.Normal);
        return normal.Contains("description", StringComparer.Ordinal) || normal.Contains("price", StringComparer.Ordinal) ? FieldKind.Text
            : normal.Exists(name => name is "addr" or "address" or "city" or "地址") ? FieldKind.Company : FieldKind.Person;
    }

    private static List<string> Header(FileInfo file)
    {
        try
        {
            using var rows = DelimitedFile.Open(file.FullName);
            var header = rows.Read()?.ConvertAll(cell => cell.Trim()) ?? throw new UnsuitableDataException($"{file.Name} is empty.");
            return DataTable.IsText(header) ? header : throw DataTable.NoText(file.Name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnsuitableDataException($"{file.Name} cannot be read: {failure.Message}", failure);
        }
    }
}
