using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange;

/// <summary>Tells by the headers which program a list of contacts comes from, so that people see that it was understood.</summary>
internal static class ContactExports
{
    /// <summary>Headers of which a file must have one of each group; more particular programs first.</summary>
    private static readonly (string Source, string[][] Needs)[] Known =
    [
        ("google", [["phone 1 - value", "e-mail 1 - value", "phone 1 - label", "e-mail 1 - label", "phone 1 - type", "group membership"]]),
        ("hubspot", [["record id", "associated company", "lifecycle stage", "marketing contact status"], ["contact owner", "company owner", "lead status", "lifecycle stage", "associated company"]]),
        ("salesforce", [["account name", "account id", "contact id"], ["mailing street", "mailing city", "billing street", "billing city", "lead source", "account owner", "contact owner", "contact id", "account id"]]),
        ("outlook", [["e-mail address", "e-mail 1 - address", "电子邮件地址", "e-mail display name"], ["business phone", "mobile phone", "business street", "home phone", "job title", "company main phone", "商务电话", "移动电话", "住宅电话", "商务地址 街道", "单位"]]),
        ("phonebook", [["姓名", "名称", "联系人", "姓", "显示名称"], ["手机", "手机号", "手机号码", "手机1", "移动电话", "移动电话1", "电话", "电话号码", "电话1"], ["分组", "群组", "住宅电话", "家庭电话", "单位电话", "工作电话", "手机2", "移动电话2", "铃声", "昵称", "生日", "电话2", "名"]]),
    ];

    /// <summary>outlook, google, hubspot, salesforce, phonebook or vcard; null for any other table.</summary>
    public static string? SourceOf(IReadOnlyList<string> headers, TableKind kind)
    {
        if (kind == TableKind.VCard)
        {
            return "vcard";
        }

        var keys = headers.Select(header => Script.Normalize(header).Replace(" ", "", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        return Known.FirstOrDefault(known => known.Needs.All(group => group.Any(header => keys.Contains(Script.Normalize(header).Replace(" ", "", StringComparison.Ordinal))))).Source;
    }
}
